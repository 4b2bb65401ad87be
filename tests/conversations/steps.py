"""What nearly every conversation begins with."""

import re

from sandbox.telegram import Person
from tests.conftest import Town

NUMBER, SHOWN = "8 701 123 45 67", "+7 701 123-45-67"
OTHER, OTHER_SHOWN = "8 747 555 66 77", "+7 747 555-66-77"
CARD, MASKED = "4400 4312 3456 7894", "4400 43•• •••• 7894"
BANK_CALL = "Звонок «из банка»"
BANK_CALL_KK = "Банк атынан қоңырау"


async def reports(person: Person, text: str = NUMBER, scheme: str = "") -> str:
    """One message and two taps; returns the number of the report."""
    await person.says(text)
    kazakh = person.language == "kk"
    await person.taps("Хабарлау" if kazakh else "Сообщить")
    await person.taps(scheme or (BANK_CALL_KK if kazakh else BANK_CALL))
    return number_in(person.sees)


def number_in(text: str) -> str:
    """The public number of a report: no letter in it can be taken for another."""
    found = re.search(r"SB-[2-9A-HJKMNP-TV-Z]{6}\b", text)
    assert found, text
    return found[0]


async def forwarded(town: Town, name: str = "Айгүл", text: str = NUMBER, **more: str) -> tuple[Person, str]:
    """A citizen whose report lies at the desk."""
    person = await town.citizen(name, **more)
    number = await reports(person, text)
    await town.passes(minutes=3)
    return person, number


async def flagged(town: Town, what: str = NUMBER, told: str = "звонили с {}", scheme: str = "") -> None:
    """Three people with words of their own, on three days."""
    for place, words in enumerate(("просили код из банка", "обещали вернуть комиссию", "пугали судом и арестом")):
        await reports(await town.citizen(f"Свидетель {place}"), f"{words}, {told.format(what)}", scheme)
        await town.passes(days=1)
