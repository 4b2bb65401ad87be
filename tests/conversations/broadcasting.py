"""What conversations about broadcasts begin with."""

import re
from typing import Any

from sandbox.telegram import Person
from storage.tables import Person as Row
from storage.tables import Subscription
from tests.conftest import Town


async def studio(town: Town, operators: int = 2, **settings: Any) -> list[Person]:
    """Operators, and a bot that knows them."""
    people = [await town.citizen(name) for name in ("Мадина", "Арман", "Жанна")[:operators]]
    await town.restarts(operator_ids=tuple(one.id for one in people), **settings)
    return people


async def subscribers(town: Town, number: int, language: str = "ru") -> list[Person]:
    """People who opted in before; written at once, as conversations of their own would take long."""
    people = [town.telegram.person(f"Подписчик {place}", language=language) for place in range(number)]
    now = town.world.clock()
    async with town.world.app.db.begin() as session:
        for one in people:
            one.started = True
            person = Row(telegram_id=one.id, language=language, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Subscription(person_id=person.id, wanted=True, at=now))
    return people


async def draft(author: Person, template: str = "B01") -> int:
    """A draft from a template; its id."""
    await author.says("/broadcast")
    await author.taps_data(f"bcast:new:0:{template}")
    return number_of(author)


def number_of(operator: Person) -> int:
    """The id of the newest card."""
    data = [one.data or "" for row in operator.last.inline for one in row]
    return next(int(one.split(":")[2]) for one in data if re.match(r"bcast:\w+:[1-9]", one))


async def submitted(town: Town, author: Person, broadcast: int) -> None:
    await author.taps_data(f"bcast:submit:{broadcast}:")
    await town.settle()


async def approved(town: Town, author: Person, approver: Person, broadcast: int) -> None:
    """Sent for approval and approved; nothing of it has left yet."""
    await submitted(town, author, broadcast)
    await approver.taps("Одобрить")


def code_in(text: str) -> str:
    found = re.search(r"SQ-[2-9A-Z]{5}", text)
    assert found, text
    return found[0]


def warned(person: Person) -> list[str]:
    """The warnings a person got."""
    return [one.text for one in person.history if one.by_bot and "«Сақ бол»" in one.text and "SQ-" in one.text]
