"""A few reports that are there when the sandbox opens: told by neighbours who have no column of their own."""

from sandbox.telegram import Person
from sandbox.world import World
from storage.tables import Report

NUMBER = "8 701 123 45 67"
SAMPLES = (
    ("Тимур", "ru", f"Звонили с {NUMBER}, сказали, что из службы безопасности банка, просили код"),
    ("Гүлнар", "kk", f"{NUMBER} нөмірінен банк қызметкерімін деп қоңырау шалып, SMS-код сұрады"),
    ("Марат", "ru", "Просили перевести на «безопасный счёт», карта 4400 4312 3456 7894"),
    ("Әлия", "kk", "Сатушы алдын ала төлем сұрап, жоғалып кетті: https://www.olx.kz/d/obyavlenie/-IDr9sfK.html"),
)


async def tell(world: World) -> None:
    """Each neighbour reports by one message and two taps; skipped where the database has them already."""
    if await _told(world):
        return
    for name, language, text in SAMPLES:
        person = world.telegram.person(name, language=language)
        await person.starts()
        await person.says(text)
        await _report(person)
    await world.settle()


async def _told(world: World) -> bool:
    async with world.app.db.read() as session:
        return await session.get(Report, 1) is not None


async def _report(person: Person) -> None:
    """Report, then the first scheme that is offered."""
    await person.taps_data(_button(person, "report:"))
    await person.taps_data(_button(person, "scheme:"))


def _button(person: Person, prefix: str) -> str:
    rows = person.last.buttons
    return next(one.data for row in rows for one in row if one.data and one.data.startswith(prefix))
