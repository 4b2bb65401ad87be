"""/privacy, /mydata, /forget, and retention, which runs by itself."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlmodel import SQLModel, func, select

from core import outbox
from sandbox.telegram import Person
from sandbox.telegram.seen import Seen
from storage.tables import Appeal, HandledUpdate, Identifier, Report, ReportIdentifier
from storage.tables import Person as Row
from tests.conftest import Town
from tests.conversations.steps import CARD, NUMBER, OTHER, OTHER_SHOWN, SHOWN, flagged, forwarded, number_in, reports
from tests.conversations.test_asking import asks
from tests.conversations.test_trusted import invites
from tests.pictures import screens

STORY, ANSWER = "сказали что дочь попала в аварию", "перевела со сбережений"
WORDS, ELSE = "это мой рабочий номер восемь лет", "у меня была совсем другая история"


def stored(town: Town) -> list[Path]:
    return [path for path in town.world.app.settings.files_dir.rglob("*") if path.is_file()]


async def all_rows(town: Town, table: type[SQLModel]) -> Sequence[Any]:
    async with town.world.app.db.read() as session:
        return (await session.exec(select(table))).all()


async def everywhere(town: Town, *traces: str) -> dict[str, list[str]]:
    """In which tables a row, as text, has one of these; without the answer to the very last update.

    That nothing points to a person who is gone is what the database itself holds.
    """
    found: dict[str, list[str]] = {}
    async with town.world.app.db.read() as session:
        last = (await session.exec(select(func.max(HandledUpdate.update_id)))).one()
        for table in SQLModel.metadata.sorted_tables:
            for row in (await session.execute(table.select())).all():
                seen = [one for one in traces if one in repr(tuple(row))]
                if seen and not (table.name == "handled_update" and row.update_id == last):
                    found[table.name] = seen
    return found


async def lives(town: Town, case: int = 1) -> tuple[Person, str]:
    """Somebody of whom everything is known that can be; returns the number of their report."""
    person = await town.citizen("Роза", username="roza_here")
    await reports(person, f"Звонили с {NUMBER} и просили на карту {CARD}, {STORY}")
    number = number_in(person.sees)
    await person.taps("Деньги ушли")
    await person.says("250 000")
    await person.taps("На карту")
    await person.taps("Kaspi")
    await person.taps("В последний час")
    await person.taps("Со мной можно связаться")
    await person.taps("@roza_here")
    await person.taps("Скриншот")
    await person.sends_photo(screens.jpeg(Image.new("RGB", (300, 200), "white")))
    await town.passes(minutes=3)
    await asks(town, case=case)
    await person.taps("Ответить")
    await person.says(ANSWER)
    await asks(town, "Кто приходил за деньгами?", case=case)
    await person.says(OTHER)
    await person.taps("Следить")
    await invites(person)
    await person.says("/check")
    return person, number


async def test_nothing_keeps_the_person(town: Town) -> None:
    await flagged(town, "8 701 999 88 77")
    person, number = await lives(town, case=2)
    await person.says("/appeal 8 701 999 88 77")
    person.phone = "77019998877"
    await person.shares_own_contact()
    await person.says(WORDS)
    await town.settle()
    assert "Роза" not in town.desk.sees
    assert STORY in town.desk.sees
    assert "@roza_here" in town.desk.sees
    async with town.world.app.db.begin() as session:
        call = {"method": "SendMessage", "chat_id": person.id, "text": "late"}
        late = town.world.clock() + outbox.LONGEST_PAUSE
        await outbox.put(session, "say", call, key="say:x", now=late, due=late)
    traces = (str(person.id), STORY, ANSWER, "roza_here", "Роза", WORDS)
    assert {"person", "report", "checked", "answer", "appeal", "trust", "dialogue", "outbox"} <= set(
        await everywhere(town, *traces, "person_id=1")
    )
    files, known = len(stored(town)), {one.value: one for one in await all_rows(town, Identifier)}
    await person.says("/forget")
    assert "• 1 сообщение" in person.sees
    assert "• 1 открытое обращение" in person.sees
    assert "слежу за 1 номером" in person.sees
    assert "Открытые обращения закончатся без решения." in person.sees
    await person.taps("Удалить всё", times=2)
    assert "Ваши данные удалены." in person.last.text
    assert "Что осталось и почему" in person.last.text
    before = len(person.history)
    await town.settle()
    assert await everywhere(town, *traces) == {}
    assert not [one for one in await all_rows(town, Report) if one.number == number and one.reporter_id]
    assert (files, len(stored(town))) == (1, 0)
    assert STORY not in town.desk.history[-1].text + town.desk.sees.split(number)[-1]
    assert "просит больше не задавать вопросов" in town.desk.sees
    assert any("владелец удалил свои данные" in one.text for one in town.desk.history)
    [appeal] = await all_rows(town, Appeal)
    assert (appeal.result, appeal.person_id, appeal.words) == ("withdrawn", None, None)
    for one in await all_rows(town, Identifier):
        assert one.independent_reports == known[one.value].independent_reports
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.passes(days=1, hours=2)
    assert len(person.history) == before, "nothing speaks to them any more"


async def test_the_desk_keeps_the_facts_and_one_person_counts_once(town: Town) -> None:
    await flagged(town, told="звонили с {}")
    first = town.telegram.persons[min(town.telegram.persons)]
    person, number = await forwarded(town, "Айгүл", text=f"просили код из банка, звонили с {OTHER}")
    assert first is not person
    await reports(person, OTHER)
    passer = await town.citizen("Прохожий")
    await passer.says(OTHER)
    assert "1 человек" in passer.sees
    await person.says("/forget")
    old, asked = person.last, data(person.last, "forget:")
    await person.taps("Оставить")
    assert "Ничего не удалено." in person.sees
    await town.passes(hours=2)
    await person.taps_data(asked, message=old)
    assert "Вот что я храню" in person.sees, "an hour later it is asked anew"
    await person.taps("Удалить всё")
    assert "удалены" in person.last.text
    tap = town.telegram.sent[-1]
    await town.telegram.redeliver(tap)
    assert await all_people(town, person) == []
    assert await person.taps_data(tap["callback_query"]["data"]) == "Ваши данные уже удалены."
    assert await all_people(town, person) == [], "and the second tap makes nobody"
    await town.officer.taps("✅", chat=town.desk)
    await person.says("/my")
    assert "нет сообщений" in person.sees
    assert await person.taps_data("my:4") == "Это принадлежит другому человеку."
    await reports(person, OTHER)
    await town.passes(minutes=3)
    await passer.says(OTHER)
    assert "1 человек" in passer.sees, "reported, forgotten, reported: still one"
    assert "2 человека" not in passer.sees
    assert number


def data(message: Seen, start: str) -> str:
    found = [one.data for row in message.inline for one in row if one.data and one.data.startswith(start)]
    return found[0]


async def all_people(town: Town, person: Person) -> list[Row]:
    return [one for one in await all_rows(town, Row) if one.telegram_id == person.id]


async def test_forgotten_while_the_report_waits(town: Town) -> None:
    """What waits goes as facts; limits and the flag that others rely on stay where they were."""
    await flagged(town)
    witness = next(one for one in town.telegram.persons.values() if one.name == "Свидетель 1")
    async with town.world.app.db.begin() as session:
        row = (await session.exec(select(Row).where(Row.telegram_id == witness.id))).one()
        row.confirmed_reports = 2
        session.add(row)
    await witness.says("/forget")
    await witness.taps("Удалить всё")
    await witness.says(NUMBER)
    assert sorted(one.confirmed_then for one in await all_rows(town, ReportIdentifier)) == [0, 0, 2]
    assert "3 человека" in witness.sees
    assert "отмечен" in witness.sees.lower()
    person = await town.citizen("Айгүл", "kk")
    for tail in (1234, 8871, 4410, 9036, 2765, 7203, 5592, 3348, 6687, 1120):
        await reports(person, f"8 702 555 {tail // 100} {tail % 100:02}")
        await town.passes(seconds=9)
    await person.says(OTHER)
    await person.taps("Хабарлау")
    await person.says("/forget")
    assert "10 хабарлама полицияға әлі жіберілген жоқ" in person.sees
    await person.taps("Бәрін жою")
    await town.passes(minutes=3)
    assert {one.status for one in await all_rows(town, Report)} == {"forwarded"}
    assert "Деректеріңіз жойылды." in person.last.text
    await person.says(OTHER)
    await person.taps("Хабарлау")
    assert "ертең" in (await person.taps("Банк атынан қоңырау") or ""), "forgetting is no way round a limit"


async def test_a_copy_of_everything_once_an_hour(town: Town) -> None:
    other = await town.citizen("Чужой")
    await reports(other, f"8 702 111 22 33, {ELSE}")
    person, number = await lives(town)
    await person.says("/mydata")
    await town.settle()
    page, whole = [one.document for one in person.history if one.document]
    assert page and whole
    assert page.name.endswith(".html")
    text = page.data.decode()
    for seen in (
        number,
        SHOWN,
        OTHER_SHOWN,
        STORY,
        "250 000 ₸",
        "@roza_here",
        ANSWER,
        "Снимки и чеки: 1",
        "отправлено в полицию",
    ):
        assert seen in text.replace("\xa0", " "), seen
    copied = json.loads(whole.data)
    assert copied["reports"][0]["story"].endswith(STORY)
    assert [one["display"] for one in copied["identifiers"]].count(SHOWN) == 1
    for secret in (ELSE, "4400431234567894", "reporter_key", "sealed", "token", "Чужой"):
        assert secret not in text + whole.data.decode()
    await person.says("/mydata")
    assert "меньше часа назад" in person.sees
    await town.passes(minutes=61)
    await person.says("/mydata")
    await person.says("/forget")
    await person.taps("Удалить всё")
    await town.settle()
    assert len([one for one in person.history if one.document]) == 2, "forgotten on the way: no copy"


async def test_retention_runs_by_itself(town: Town) -> None:
    person, _ = await lives(town)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.officer.taps("Закрыть", chat=town.desk)
    await town.officer.taps("приняты меры", chat=town.desk)
    await town.settle()
    assert person.sees.count("приняты меры") == 1
    for days, kept in ((1094, True), (2, False)):
        town.world.clock.moved += timedelta(days=days)
        await town.world.app.housekeep()
        await town.settle()
        [report] = await all_rows(town, Report)
        links = await all_rows(town, ReportIdentifier)
        assert bool(report.story and report.contact and report.reporter_id) is kept
        assert any(one.sealed for one in links) is kept
        assert bool(stored(town)) is kept
        assert all(one.reporter_key for one in links)
    assert await everywhere(town, STORY, ANSWER, "roza_here") == {}
    await person.says("/my")
    assert "нет сообщений" in person.sees


async def test_ten_sentences(town: Town) -> None:
    for language, ending in (("ru", "через 3 года"), ("kk", "3 жыл өткен соң")):
        person = await town.citizen(f"Кто-то {language}", language)
        await person.says("/privacy")
        numbered = [one for one in person.last.text.split("\n") if one[:1].isdigit()]
        assert len(numbered) == 10
        assert ending in person.sees
    await town.restarts(retention_days=400)
    await person.says("/privacy")
    assert "400 күн өткен соң" in person.last.text
