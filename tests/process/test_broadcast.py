"""SIGKILL in the middle of a broadcast: nobody gets it twice, and what is not known is little and shown."""

import asyncio
import random
import sqlite3

from sandbox.telegram import Person
from tests.process.stage import Stage, data

PEOPLE, RATE, KILLS = 120, 60, 2


def subscribed(stage: Stage) -> list[Person]:
    """Citizens who opted in before."""
    people = [stage.telegram.person(f"Citizen {place}") for place in range(PEOPLE)]
    with sqlite3.connect(stage.folder / "saqbol.db", timeout=20) as connection:
        for one in people:
            one.started = True
            row = connection.execute(
                "INSERT INTO person (telegram_id, language, language_chosen, created_at, confirmed_reports,"
                " rejected_reports) VALUES (?, 'ru', 0, '2026-11-01 00:00:00.000000', 0, 0)", (one.id,),
            )  # fmt: skip
            connection.execute(
                "INSERT INTO subscription (person_id, wanted, at) VALUES (?, 1, '2026-11-01 00:00:00.000000')",
                (row.lastrowid,),
            )
    return people


async def test_kills_in_the_middle_of_a_broadcast(stage: Stage) -> None:
    author, approver, third = (stage.telegram.person(name) for name in ("Мадина", "Арман", "Жанна"))
    settings = {"operator_ids": f"{author.id},{approver.id},{third.id}", "broadcast_rate": RATE}
    bot = await stage.starts(**settings)
    for one in (author, approver, third):
        await one.starts()
        await stage.until(lambda one=one: [seen for seen in one.history if seen.by_bot])
    people = subscribed(stage)
    await author.says("/broadcast")
    await stage.until(lambda: data(author.last, "bcast:new", "B01"))
    for verb in ("new:0:B01", "urgent:1:", "submit:1:"):  # an emergency: the test may run at night
        before = author.last.touched
        await author.taps_data(f"bcast:{verb}")
        await stage.until(lambda before=before: author.last.touched > before)
    for one in (approver, third):
        await stage.until(lambda one=one: data(one.last, "bcast:approve"))
        before = one.last.touched
        await one.taps_data(data(one.last, "bcast:approve")[0])
        await stage.until(lambda one=one, before=before: one.last.touched > before)

    def got() -> list[int]:
        return [sum("SQ-" in seen.text for seen in one.history) for one in people]

    chance = random.Random(20261125)
    for _ in range(KILLS):
        last = sum(got()) + chance.randrange(10, 50)
        await stage.until(lambda last=last: sum(got()) > last or all(got()))
        await asyncio.sleep(chance.uniform(0, 0.05))  # the moment itself: anywhere in its work
        await bot.killed()
        bot = await stage.starts(**settings)
    await stage.until(lambda: stage.rows("SELECT status FROM broadcast_run") == [("done",)], 30)
    delivered, unknown = stage.rows("SELECT delivered, unknown FROM broadcast_run")[0]
    assert max(got()) == 1
    assert delivered + unknown == PEOPLE and delivered <= sum(got()) <= delivered + unknown
    assert unknown <= KILLS * RATE * 3 / 5  # three senders with a fifth of a second each
    print(f"{KILLS} kills: got it {sum(got())}, unknown {unknown}")
