"""`python -m bench.broadcast [speed|rate|memory|kills] [PEOPLE]`; docs/broadcasts.md says what each measures."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from bench.broadcast import contenders, endurance
from bench.broadcast.ground import VirtualLoop

PEOPLE = 100_000
ONE_BY_ONE = 5_000  # aiogram-broadcaster sends one after the other: 100,000 would take an hour


async def speed(people: int) -> None:
    """Without a limit, in real time: who is fastest."""
    print(f"== without a limit, {people} people, 30 ms a call, real time")
    for contender in (contenders.bare, contenders.ours):
        print((await contender(people, None)).line(people, None), flush=True)
    fewer = min(people, ONE_BY_ONE)
    print((await contenders.package(fewer, None)).line(fewer, None), flush=True)


async def rate(people: int) -> None:
    """At 25 a second, where Telegram takes 30, in virtual time."""
    print(f"== 25 a second, {people} people, virtual time")
    for contender in (contenders.ours, contenders.bare, contenders.package):
        print((await contender(people, 25)).line(people, 25), flush=True)


def virtually(work: Coroutine[Any, Any, None]) -> None:
    loop = VirtualLoop()
    loop.charge_for_statements()
    loop.run_until_complete(work)


def main(words: list[str]) -> None:
    people = next((int(word) for word in words if word.isdigit()), PEOPLE)
    chosen = [word for word in words if not word.isdigit()] or ["speed", "memory", "kills", "rate"]
    for word in chosen:
        match word:
            case "speed":
                asyncio.run(speed(people))
            case "rate":
                virtually(rate(people))
            case "memory":
                endurance.memory()
            case "kills":
                asyncio.run(endurance.kills())


main(sys.argv[1:])
