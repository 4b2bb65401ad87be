"""What partners get of a report, and what they never get."""

import base64
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.exporting import export
from bot.metrics import exposition
from core.exports.making import Format
from sandbox.telegram import Person
from storage.tables import Check, PartnerEvent, ReportIdentifier
from tests.conftest import Town
from tests.conversations.steps import CARD, reports
from tests.partners.receiver import SECRET, Receiver, receiving, registry


@pytest.fixture
async def partners(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """The first circle, connected."""
    monkeypatch.setenv("PARTNER_SECRET", SECRET)
    async with receiving() as receiver:
        file = tmp_path / "partners.toml"
        file.write_text(registry(receiver.url))
        await town.restarts(partners_file=file)
        yield receiver


@pytest.fixture
def said() -> Iterator[list[Any]]:
    """Everything that is logged, whatever its level."""
    with capture_logs() as entries:
        yield entries


PAN = CARD.replace(" ", "")
STORY = f"звонили с 8 701 123 45 67, сказали перевести на карту мошенника {CARD}"


async def test_each_partner_gets_what_it_can_act_on_and_no_card_stays(
    town: Town, partners: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: list[Any]
) -> None:
    """A known card through the whole flow, with a bank that does not answer at first: then look for it everywhere."""
    partners.answers["kaspi"] = lambda: 500
    person = await town.citizen()
    await reports(person, STORY)
    assert "Также получат: Kaspi, Kcell, Regulator." in person.sees
    await town.passes(minutes=2, seconds=30)  # two tries; the third is a minute behind, give or take 10 %
    assert set(partners.came) == {"police", "kcell", "regulator"}
    assert PAN in partners.text("police") and PAN not in partners.text("regulator") + partners.text("kcell")
    if town.world.app.db.sqlite:
        assert not lies_about(tmp_path, capsys)
    partners.answers.clear()
    await town.passes(minutes=2)
    card = partners.data("kaspi")["identifiers"]
    assert [(one["kind"], one["attrs"]["pan"]) for one in card] == [("card", PAN)]
    assert "narrative" not in partners.data("kaspi") and "narrative" in partners.data("police")
    tokens = {partners.data(one)["reporter"]["token"] for one in partners.came}
    assert len(tokens) == 4
    async with town.world.app.db.read() as session:
        assert not [one for one in await session.exec(select(ReportIdentifier)) if one.sealed]
        keys = town.world.app.intake.keys
        bodies = [keys.unseal("event", one.body) for one in await session.exec(select(PartnerEvent)) if one.body]
        assert bodies and not [one for one in bodies if PAN.encode() in one]  # sent again, it goes without the number
        assert not [one for one in await session.exec(select(Check)) if "sealed': '" in str(one.found)]
    await person.says("/my")
    assert "not taken" in str(said)  # the log is heard at all
    if town.world.app.db.sqlite:
        await takes_away(town, tmp_path)
        assert not lies_about(tmp_path, capsys) and not spelled(str(said).encode())


async def takes_away(town: Town, folder: Path) -> None:
    """What leaves by other doors: the four exports and the figures, as files in the folder."""
    metrics = await exposition(town.world.app)
    assert b"saqbol_reports" in metrics
    (folder / "metrics").write_bytes(metrics)
    for name in Format:
        out = folder / f"export.{name}"
        assert await export(town.world.app.settings, name, None, out) >= 1
        assert b"4400" in out.read_bytes() or name is Format.xlsx
    with ZipFile(folder / "export.xlsx") as book:
        book.extractall(folder / "book")
    assert any(b"4400" in one.read_bytes() for one in (folder / "book").rglob("*.xml"))


def lies_about(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Files (database, WAL, a backup copy, evidence) and logs in which the number can be read."""
    with sqlite3.connect(folder / "saqbol.db") as source, sqlite3.connect(folder / "backup.db") as copy:
        source.backup(copy)
    said = capsys.readouterr()
    found = {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    found |= {"log": (said.out + said.err).encode()}
    return [name for name, content in found.items() if spelled(content)]


def spelled(content: bytes) -> bool:
    ways = [PAN.encode(), CARD.encode(), CARD.replace(" ", "-").encode(), base64.b64encode(PAN.encode())]
    return any(one in content for one in ways)


async def test_changes_follow_in_order_and_taking_back_is_told(town: Town, partners: Receiver) -> None:
    person = await town.citizen()
    await reports(person, STORY)
    await town.passes(minutes=3)
    await person.taps("Город")
    await person.says("Алматы")
    await person.taps("Что случилось")
    await person.says("Представились службой безопасности, торопили")
    await town.settle()
    assert partners.types("police") == ["report.received", "report.updated"]
    assert partners.types("kaspi") == ["report.received", "report.updated"]  # the city; the story is not for it
    await person.taps("Со мной можно связаться")
    await person.taps("⬜️ Банк может прочитать мой рассказ")
    await town.settle()
    assert "торопили" in partners.text("kaspi")
    assert "торопили" not in partners.text("kcell") + partners.text("regulator")
    await person.taps("Назад")
    await person.taps("Отозвать сообщение")
    await person.taps("Да, отозвать")
    assert "отозвано. Об этом узнают: полиция, Kaspi, Kcell, Regulator." in person.sees
    await town.settle()
    assert [partners.types(one)[-1] for one in ("police", "kaspi", "kcell")] == ["report.withdrawn"] * 3
    assert "торопили" not in str(partners.came["police"][-1]) and "торопили" in str(partners.came["police"][-2])
    other = await town.citizen("Тимур")
    await reports(other, STORY)
    await other.taps("Отозвать сообщение")
    await other.taps("Да, отозвать")
    await town.passes(hours=1)
    assert len(partners.types("kaspi")) == 4  # within the grace period nobody heard of it


async def loses(person: Person, when: str = "В последний час") -> None:
    await person.taps("Деньги ушли")
    await person.says("250 000")
    await person.taps("На карту")
    await person.taps("Halyk")
    await person.taps(when)


async def test_a_fresh_loss_asks_at_once_and_the_desk_sees_it(town: Town, partners: Receiver) -> None:
    person = await town.citizen()
    await reports(person, STORY)
    await loses(person)
    await town.settle()
    assert partners.types("kaspi")[:2] == ["report.received", "block.requested"]
    asked = partners.data("kaspi", "block.requested")
    assert asked["urgent"] and asked["state"] == "requested" and "Nobody has verified it" in asked["notice"]
    assert asked["identifier"]["attrs"]["pan"] == PAN and asked["loss"]["amount_minor"] == 25_000_000
    assert asked["speaks_for_it"]["independent_reports"] == 1
    assert "block.requested" not in partners.types("kcell") + partners.types("halyk")
    assert partners.data("halyk")["reason"] == "money left your bank 601"
    assert PAN not in partners.text("halyk")
    await town.passes(minutes=1)
    assert "🔒 Kaspi, Карта 4400 43•• •••• 7894: блокировка запрошена 10:00, автоматически" in town.desk.sees
    other = await town.citizen("Тимур")  # another victim of the same card: one open request is enough
    await reports(other, STORY)
    await loses(other)
    await town.settle()
    assert partners.types("kaspi").count("block.requested") == 1
    await person.taps("Отозвать сообщение")
    await person.taps("Да, отозвать")
    await town.passes(minutes=1)
    recalled = [one["data"]["state"] for one in partners.came["kaspi"] if one["type"] == "block.requested"]
    assert recalled == ["requested", "recalled"]
    assert "отозвано 10:01" in town.desk.sees


async def test_one_person_sets_three_a_day_going_and_an_old_loss_none(town: Town, partners: Receiver) -> None:
    person = await town.citizen()
    cards = ["4400 4312 3456 7894", "4400 4300 0000 2003", "4400 4300 0000 2011", "4400 4300 0000 2029"]
    for card in cards:
        await reports(person, f"сказали перевести на карту мошенника {card}")
        await loses(person)
        await town.passes(minutes=1)
    assert partners.types("kaspi").count("block.requested") == 3
    assert "автоматически не запрошено, слишком много от одного человека" in town.desk.sees
    old = await town.citizen("Тимур")
    await reports(old, "сказали перевести на карту мошенника 4400 4300 0000 2037")
    await old.taps("Деньги ушли")
    await old.says("90 000")
    await old.taps("На карту")
    await old.taps("Halyk")
    await old.taps("Вчера")
    await town.passes(minutes=1)
    asked = [one["data"]["state"] for one in partners.came["kaspi"] if one["type"] == "block.requested"]
    assert asked[-1] != "requested" or len(asked) == 3


async def test_an_officer_asks_by_the_button(town: Town, partners: Receiver) -> None:
    person = await town.citizen()
    await reports(person, STORY)
    await town.passes(minutes=3)
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Запросить блокировку", chat=town.desk)
    possible = [one for one in town.desk.buttons if "→" in one]
    assert possible == ["+7 701 123-45-67 → Kcell", "4400 43•• •••• 7894 → Kaspi"]
    await town.officer.taps("4400 43•• •••• 7894 → Kaspi", chat=town.desk)
    assert "block.requested" not in partners.types("kaspi")  # a tap more: nobody is asked by a slip
    assert "Запрос отправлен: Kaspi" in str(
        await town.officer.taps("Да, запросить, Kaspi: 4400 43•• •••• 7894", chat=town.desk)
    )
    await town.settle()
    asked = partners.data("kaspi", "block.requested")
    assert (asked["asked_by"], asked["urgent"]) == ("police", False)
    assert "🔒 Kaspi, Карта 4400 43•• •••• 7894: блокировка запрошена 10:03" in town.desk.sees
    again = await town.officer.taps_data("case:block:1:2:sure", chat=town.desk)
    assert "Запрос уже отправлен" in str(again)
    assert "в группе" in str(await person.taps_data("case:block:1:2:sure")).lower()
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Отменить последний шаг", chat=town.desk)
    await town.settle()
    assert partners.came["kaspi"][-1]["data"]["state"] == "recalled"


async def test_without_partners_the_officer_hears_that_nobody_can_be_asked(town: Town) -> None:
    person = await town.citizen()
    await reports(person, STORY)
    assert "Также получат" not in person.sees
    await town.passes(minutes=3)
    answer = await town.officer.taps_data("case:block:1:0:", chat=town.desk)
    assert "не подключён" in str(answer)


async def test_a_listed_number_is_told_to_those_who_hold_it(town: Town, partners: Receiver) -> None:
    person = await town.citizen()
    await reports(person, STORY)
    await town.passes(minutes=3)
    for identifier in (1, 2):
        await town.officer.taps_data(f"case:confirm:1:{identifier}:own_check", chat=town.desk)
    await town.settle()
    flagged = {one: [event["data"]["identifier"]["kind"] for event in partners.came[one]
                     if event["type"] == "identifier.flagged"] for one in partners.came}  # fmt: skip
    assert flagged == {"police": ["phone"], "regulator": ["phone"], "kcell": ["phone"], "kaspi": ["card"]}
    await town.officer.taps_data("case:reject:1:1:mistake", chat=town.desk)
    await town.settle()
    assert partners.types("kcell")[-1] == "identifier.cleared"
