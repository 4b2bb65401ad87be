"""Who is counted as somebody of their own, and whose word weighs how much."""

from sqlalchemy import delete, update
from sqlmodel import select

from core import summaries
from storage import testimonies
from storage.tables import Check, Dialogue, Identifier, Person, Report, ReportIdentifier, Usage
from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, forwarded, reports
from tests.pictures import screens

PHONE, SECOND = "+77011234567", "+77475556677"


async def counted(town: Town, value: str = PHONE) -> int:
    async with town.world.app.db.read() as session:
        row = (await session.exec(select(Identifier).where(Identifier.value == value))).one()
        return row.independent_reports


async def echoes(town: Town) -> list[str | None]:
    async with town.world.app.db.read() as session:
        links = await session.exec(select(ReportIdentifier).order_by(ReportIdentifier.report_id))  # type: ignore[arg-type]
        return [link.echo_by for link in links]


async def test_near_equal_stories_are_one_person(town: Town) -> None:
    for place, words in enumerate(
        (
            "Осторожно, этот номер обманывает людей, просит перевести деньги",
            "осторожно! этот номер обманывает людей, просит перевести деньги!!",
            "Осторожно: этот номер обманывает людей и просит перевести деньги",
        )
    ):
        await reports(await town.citizen(f"Свидетель {place}"), f"{words} {NUMBER}")
    assert await counted(town) == 1
    assert await echoes(town) == [None, "story", "story"]


async def test_a_shared_link_with_nothing_of_ones_own_is_one_person(town: Town) -> None:
    first = await town.citizen("Зачинщик")
    await first.says(NUMBER)
    await first.taps("Подробнее")
    await first.taps("Скопировать ссылку")
    assert first.clipboard
    for place in range(4):
        friend = town.telegram.person(f"Друг {place}", language="ru")
        await friend.starts(first.clipboard.partition("start=")[2])
        await friend.taps("Сообщить")
        await friend.taps("Звонок «из банка»")
    assert await counted(town) == 1
    assert await echoes(town) == [None, "source", "source", "source"]
    await friend.taps("Что случилось")
    await friend.says("Мне звонили с него вчера и требовали назвать код, я положила трубку")
    assert await counted(town) == 2


async def test_the_same_picture_is_one_person(town: Town) -> None:
    picture = screens.jpeg(screens.chat("Аноним", [(False, "Переведите деньги срочно")]))
    for place in range(3):
        person = await town.citizen(f"Свидетель {place}")
        await reports(person)
        await person.taps("Скриншот, чек")
        await person.sends_photo(picture)
        await person.taps("Готово")
        await town.passes(minutes=1)
    assert await counted(town) == 1
    assert await echoes(town) == [None, "picture", "picture"]


async def test_accounts_that_only_hit_the_same_targets_are_one(town: Town) -> None:
    for place in range(3):
        person = await town.citizen(f"Бот {place}")
        for what in (NUMBER, OTHER):
            await reports(person, what)
            await town.passes(minutes=10)
    assert await counted(town) == 1
    assert await counted(town, SECOND) == 1
    honest = await town.citizen("Честный")
    await reports(honest, NUMBER)
    await town.passes(minutes=10)
    assert await counted(town) == 2


async def test_the_first_of_an_echo_withdrawn_the_next_takes_its_place(town: Town) -> None:
    words = "Осторожно, этот номер обманывает людей, просит перевести деньги"
    people = [await town.citizen(f"Свидетель {place}") for place in range(3)]
    for person in people:
        await reports(person, f"{words} {NUMBER}")
    await people[0].taps("Отозвать сообщение")
    await people[0].taps("Да, отозвать")
    assert await counted(town) == 1
    await people[1].taps("Отозвать сообщение")
    await people[1].taps("Да, отозвать")
    await people[2].taps("Отозвать сообщение")
    await people[2].taps("Да, отозвать")
    assert await counted(town) == 0


async def test_a_record_is_earned_and_lost(town: Town) -> None:
    first, _ = await forwarded(town)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.settle()
    late = await town.citizen("Опоздавший")
    await reports(late)  # it is listed already: nothing is earned by repeating
    await town.passes(minutes=3)
    async with town.world.app.db.begin() as session:
        people = {one.telegram_id: one for one in await session.exec(select(Person))}
        assert (people[first.id].confirmed_reports, people[late.id].confirmed_reports) == (1, 0)
    await town.passes(minutes=1)
    await town.officer.taps("❌", chat=town.desk)
    await town.officer.taps("сообщили по ошибке", chat=town.desk)
    await town.settle()
    async with town.world.app.db.begin() as session:
        for person in await session.exec(select(Person)):
            assert (person.confirmed_reports, person.rejected_reports) == (0, 1)
            before = (person.confirmed_reports, person.rejected_reports)
            await recounted(session, person)
            assert before == (person.confirmed_reports, person.rejected_reports)


async def recounted(session, person) -> None:  # type: ignore[no-untyped-def]
    from core.testimonies import recount

    await recount(session, person)
    assert await testimonies.targets(session, [person.id])


async def test_a_forged_number_is_nobodys_fault(town: Town) -> None:
    person, _ = await forwarded(town)
    await town.officer.taps("❌", chat=town.desk)
    await town.officer.taps("номер подменили", chat=town.desk)
    await town.settle()
    async with town.world.app.db.read() as session:
        row = (await session.exec(select(Person).where(Person.telegram_id == person.id))).one()
    assert row.rejected_reports == 0


async def test_report_forget_report_counts_one(town: Town) -> None:
    """Whatever erases a person leaves the keyed pseudonym."""
    person = await town.citizen()
    await reports(person)
    await town.passes(minutes=3)
    async with town.world.app.db.begin() as session:
        row = (await session.exec(select(Person).where(Person.telegram_id == person.id))).one()
        await session.exec(update(Report).values(reporter_id=None))
        for table in (Check, Usage):
            await session.exec(delete(table).where(table.person_id == row.id))  # type: ignore[arg-type, attr-defined]
        await session.exec(delete(Dialogue))
        await session.flush()
        await session.delete(row)
    await town.restarts()
    await reports(person)
    await town.passes(minutes=3)
    assert await counted(town) == 1
    async with town.world.app.db.read() as session:
        [row] = (await session.exec(select(Identifier))).all()
        verdict = await summaries.current(session, row, threshold=3, now=town.world.clock())
    assert verdict.people == 1
