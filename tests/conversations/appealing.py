"""What conversations about appeals begin with."""

from sandbox.telegram import Person
from tests.conftest import Town
from tests.conversations.steps import NUMBER, forwarded

OWN = "77011234567"


async def confirmed(town: Town, what: str = NUMBER) -> None:
    await forwarded(town, text=what)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.settle()


async def owner(town: Town, language: str = "ru", phone: str = OWN) -> Person:
    person = await town.citizen("Владелец", language)
    person.phone = phone
    return person


async def appeals(town: Town, person: Person, what: str = NUMBER, words: str = "это мой рабочий номер") -> None:
    await person.says("/appeal")
    await person.says(what)
    await person.shares_own_contact()
    await person.says(words)
    await town.settle()


async def verdict(town: Town, what: str = NUMBER) -> str:
    person = await town.citizen("Прохожий")
    await person.says(what)
    return person.sees
