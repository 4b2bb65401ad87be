"""A handler that hangs or raises costs one update an apology, and nobody else anything."""

import asyncio
import re
from typing import Any

import pytest
from aiogram import F, Router
from aiogram.types import Message
from sqlalchemy.exc import OperationalError

from handlers.say import Answer, say
from storage.tables import HandledUpdate
from tests.conftest import Town

APOLOGY = re.compile(r"У нас произошла ошибка.*этот номер: ([0-9A-F]{8})", re.S)


def with_handler(town: Town, handler: Any) -> None:
    """Puts a handler of messages that say "defect" before all others."""
    router = Router()
    router.message.register(handler, F.text == "defect")
    town.world.app.dispatcher.include_router(router)
    town.world.app.dispatcher.sub_routers.reverse()


async def test_a_hung_handler_blocks_nobody_and_ends_in_an_apology(town: Town) -> None:
    begun = asyncio.Event()

    async def hangs(message: Message) -> Answer:
        begun.set()
        await asyncio.Event().wait()
        return []

    with_handler(town, hangs)
    stuck, other = await town.citizen("Стас"), await town.citizen("Анна")
    town.world.app.intake.seconds = 0.5
    waiting = asyncio.create_task(stuck.says("defect"))
    await begun.wait()
    await other.says("8 701 123 45 67")
    assert other.buttons and not waiting.done()
    await waiting
    assert APOLOGY.search(stuck.sees)
    await stuck.says("8 701 123 45 67")
    assert stuck.buttons


async def test_a_handler_that_raises_costs_one_update_an_apology(town: Town) -> None:
    async def raises(message: Message) -> Answer:
        raise ZeroDivisionError

    with_handler(town, raises)
    citizen = await town.citizen()
    await citizen.says("defect")
    incident = APOLOGY.search(citizen.sees)
    assert incident
    async with town.world.app.db.read() as session:
        handled = await session.get(HandledUpdate, town.telegram.sent[-1]["update_id"])
    assert handled and incident[1] in str(handled.answer)
    await town.telegram.redeliver()
    assert [one.text for one in citizen.said] == [citizen.said[0].text] * 2, "the same apology, not another incident"
    await citizen.says("8 701 123 45 67")
    assert citizen.buttons


async def test_a_database_that_is_away_leaves_the_update_to_come_again(town: Town) -> None:
    """However often it comes: a redelivery is no flood of the person's."""
    attempts = 0

    async def fails(message: Message) -> Answer:
        nonlocal attempts
        attempts += 1
        if attempts <= 60:
            raise OperationalError("SELECT 1", {}, Exception("database is locked"))
        return say(message, "Handled at last")

    with_handler(town, fails)
    citizen = await town.citizen()
    with pytest.raises(OperationalError):
        await citizen.says("defect")
    for _ in range(59):
        with pytest.raises(OperationalError):
            await town.telegram.redeliver()
    await town.telegram.redeliver()
    assert citizen.sees == "Handled at last"
