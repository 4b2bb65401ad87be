"""The desk takes its reports away as a file, read back here by the programs they are for."""

import csv
import io
from datetime import datetime

import openpyxl
import pytest
import stix2
from pymisp import MISPEvent
from sqlmodel import select

from bot.exporting import export
from core import audit
from core.exports.making import Room
from handlers.desk import export as at_desk
from sandbox.telegram import Seen
from storage.tables import Outbox
from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, CARD, NUMBER, OTHER, SHOWN, forwarded, reports

FORMULA = '=HYPERLINK("нажми")'
STORY = f"{FORMULA} так было написано, потом позвонили с {NUMBER}, просили на карту {CARD}"


async def senior(town: Town) -> None:
    await town.second.says("/roles", chat=town.desk)
    await town.second.taps("Сауле: сделать старшим", chat=town.desk)


async def asks(town: Town, file: str = "Excel", period: str = "Последние 7 дней") -> Seen:
    """The message that shows how far it is."""
    await town.second.says("/export", chat=town.desk)
    await town.second.taps(period, chat=town.desk)
    asked = town.desk.last
    await town.second.taps(file, chat=town.desk)
    return asked


async def taken(town: Town, file: str) -> bytes:
    asked = await asks(town, file)
    await town.settle()
    assert "Готово: 1 файл ниже." in asked.text
    document = town.desk.last.document
    assert document and "TLP:AMBER" in town.desk.sees
    return document.data


def workbook(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


async def lived(town: Town) -> str:
    """Reports that are exported, and others that must not be: taken back, or not yet with the police."""
    person = await town.citizen()
    number = await reports(person, STORY)
    await person.taps("Деньги ушли")
    await person.says("250 000")
    await person.taps("На карту")
    await town.passes(minutes=3)
    other = await town.citizen("Тимур")
    await reports(other, "просили перевести USDT на TN3W4H6rK2ce4vX9YnFQHwKENnHjoxb3m9", "Инвестиции, пирамида")
    taken_back = await town.citizen("Дина")
    await reports(taken_back, OTHER)
    await taken_back.taps("Отозвать сообщение")
    await taken_back.taps("Да, отозвать")
    await town.passes(minutes=3)
    await reports(await town.citizen("Марат"), "8 747 111 22 33")
    await senior(town)
    return number


async def test_a_senior_takes_every_format_and_foreign_programs_read_it(town: Town) -> None:
    number = await lived(town)
    book = workbook(await taken(town, "Excel"))
    told, named, worked = book.worksheets
    assert [one.title for one in book.worksheets] == ["Сообщения граждан", "Номера, карты, ссылки", "Дела"]
    assert told.freeze_panes == "B2" and told.auto_filter.ref
    head, *lines = [[cell.value for cell in row] for row in told.iter_rows()]
    mine = [dict(zip(head, line, strict=True)) for line in lines if line[0] == number]
    assert {line["Номер, карта, ссылка"] for line in mine} == {SHOWN, "4400 43•• •••• 7894"}
    assert mine[0]["Поступило"] == datetime(2026, 11, 23, 10, 0)  # Almaty
    assert [line["Ущерб, ₸"] for line in mine] == [250_000, None]  # so that a sum is right
    assert "₸" in told.cell(2, head.index("Ущерб, ₸") + 1).number_format
    story = told.cell(2, head.index("Что случилось, со слов человека") + 1)
    assert story.data_type == "s" and story.value.startswith("=HYPERLINK") and story.alignment.wrap_text
    assert {line[0] for line in lines if line[0]} == {number, lines[-1][0]} and len(lines) == 3
    assert "+77011234567" in [cell.value for cell in named["C"]] and worked["A2"].value == "C-1001"

    table = (await taken(town, "CSV")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert [row["Для сверки"] for row in rows if row["Номер сообщения"] == number] == ["+77011234567", "440043:7894"]
    assert rows[0]["Что случилось, со слов человека"].startswith("'=HYPERLINK") and rows[0]["Ущерб, ₸"] == "250000"

    bundle = await taken(town, "STIX")
    parsed = stix2.parse(bundle, allow_custom=True)
    kinds = [one["type"] for one in parsed.objects]
    assert (kinds.count("observed-data"), kinds.count("grouping"), kinds.count("saqbol-wallet")) == (2, 2, 1)
    assert all(stix2.TLP_AMBER.id in one.get("object_marking_refs", ()) for one in parsed.objects[11:])

    misp = await taken(town, "MISP")
    event = MISPEvent()
    event.load(misp)
    assert sorted(one.name for one in event.objects) == ["coin-address", "phone-number"]
    assert "tlp:amber" in [tag.name for tag in event.tags]
    [phone] = event.get_objects_by_name("phone-number")[0].attributes
    assert phone.value == "+77011234567" and 'saqbol:scheme="BANK_CALL"' in [tag.name for tag in phone.tags]

    cells = str([list(one.values) for one in book.worksheets])
    for content in (table, bundle, misp, cells):
        assert CARD.replace(" ", "")[5:] not in str(content).replace(" ", "")
    for content in (bundle, misp):
        assert b"HYPERLINK" not in content and "Айгүл".encode() not in content
    async with town.world.app.db.read() as session:
        noted = [(row.subject, row.data) async for row in audit.rows.walk(session) if row.action == "export"]
    assert noted == [(f"file:{one}", {"days": 7}) for one in ("xlsx", "csv", "stix", "misp")]


async def test_the_command_line_writes_the_same_and_is_in_the_log(town: Town, tmp_path) -> None:  # type: ignore[no-untyped-def]
    number = await lived(town)
    await town.officer.says("/language", chat=town.desk)
    await town.officer.taps("Қазақша", chat=town.desk)
    settings, out = town.world.app.settings, tmp_path / "out.xlsx"
    assert await export(settings, "xlsx", None, out) == 7
    assert workbook(out.read_bytes()).worksheets[0]["A2"].value == number
    assert workbook(out.read_bytes()).worksheets[0]["F2"].value == "Банк атынан қоңырау"
    assert out.stat().st_mode & 0o077 == 0 and [one.name for one in tmp_path.iterdir() if "tmp" in one.name] == []
    assert await export(settings, "stix", "2030-01-01", out) == 0  # nothing came: still a bundle
    assert stix2.parse(out.read_bytes(), allow_custom=True)["type"] == "bundle"
    for wrong in (("pdf", None), ("csv", "23.11.2026")):
        with pytest.raises(ValueError):
            await export(settings, *wrong, out)
    async with town.world.app.db.read() as session:
        assert [row.action async for row in audit.rows.walk(session) if row.actor == "cli"] == ["export", "export"]
        assert await audit.verify(session) is None


async def test_officers_and_strangers_are_refused_and_a_forged_or_second_tap_changes_nothing(town: Town) -> None:
    await forwarded(town)
    await senior(town)
    await town.officer.says("/export", chat=town.desk)
    assert "Это делает старший дежурный" in town.desk.sees
    asked = await asks(town)
    for data in ("export:7:", "export:7:csv"):
        assert "старший дежурный" in str(await town.officer.taps_data(data, chat=town.desk))
    stranger = await town.citizen("Чужой")
    assert "только в группе полиции" in str(await stranger.taps_data("export:7:csv"))
    for data in ("export:8:", "export:7:pdf", "export:-1:csv", "export:99999999999999999999:csv"):
        assert "уже нет" in str(await town.second.taps_data(data, chat=town.desk, message=asked))
    assert "уже нет" in str(await town.second.taps_data("export:7:csv", chat=town.desk, message=asked))
    await town.settle()
    assert len([one for one in town.desk.history if one.document]) == 1
    await town.desk.removes(town.second, town.officer)
    town.desk.members.append(town.second)  # as Telegram would not let them, but a forged tap might
    assert "больше не состоите" in str(await town.second.taps_data("export:30:csv", chat=town.desk))
    async with town.world.app.db.read() as session:
        assert len((await session.exec(select(Outbox).where(Outbox.kind == "export"))).all()) == 1


async def test_nothing_in_the_period(town: Town) -> None:
    await forwarded(town)
    await town.passes(days=9)
    await senior(town)
    asked = await asks(town)
    await town.settle()
    assert "Последние 7 дней · Excel (XLSX)\nЗа это время сообщений не было, поэтому файла нет." == asked.text
    assert town.desk.last.document is None


async def test_parts_that_arrive_once_though_the_bot_ends_and_telegram_fails_in_the_middle(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_desk, "ROOM", Room(size=1))  # a page of one stage fills a file
    await lived(town)
    asked = await asks(town)
    assert "Собираю файл: 0 %" in asked.text
    await town.world.app.deliver_due(limit=1)
    town.telegram.fail(method="sendDocument", chat_id=town.desk.id, error="502")
    await town.restarts()
    town.telegram.fail(method="editMessageText", chat_id=town.desk.id, error="429", times=2, retry_after=20)
    await town.passes(minutes=10)
    sent = [one for one in town.desk.history if one.document]
    assert [one.document.name for one in sent if one.document] == [
        "saqbol-2026-11-23.xlsx", "saqbol-2026-11-23-2.xlsx", "saqbol-2026-11-23-3.xlsx"
    ]  # fmt: skip
    assert [one.text.splitlines()[1] for one in sent] == ["Часть 1", "Часть 2", "Часть 3"]
    titles = [workbook(one.document.data).sheetnames for one in sent if one.document]
    assert titles == [["Сообщения граждан"], ["Номера, карты, ссылки"], ["Дела"]]
    assert "Готово: 3 файла ниже." in asked.text
    assert BANK_CALL in [cell.value for cell in workbook(sent[0].document.data).worksheets[0]["F"]]  # type: ignore[union-attr]
