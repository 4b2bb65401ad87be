"""Lists from outside: what is loaded, refused, gone on with, and how it counts."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.importing import load_list
from bot.settings import Settings
from core import summaries
from core.keys import Keys
from core.lists import BadList, Order, load
from core.verdicts import Level
from storage import identifiers
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Change, Identifier, ListImport, Sign
from tests.conftest import Town
from tests.conversations.steps import NUMBER, reports

SECRET = "a secret of the tests, long enough for keys"
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = "kind,value,scheme,seen_at,reference\n"


async def loaded(url: str, path: Path, text: str | bytes = "", now: datetime = NOW, **order: object):  # type: ignore[no-untyped-def]
    if text:
        write(path, text)
    await migrate(url)
    db = Database(url)
    try:
        return await load(
            db, Order(path, "regulator", **order), keys=Keys(SECRET), threshold=3, now=now, report=lambda _: None  # type: ignore[arg-type]
        )  # fmt: skip
    finally:
        await db.close()


def write(path: Path, text: str | bytes) -> None:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def kept_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.name.startswith("saqbol"))


async def everything(url: str) -> tuple[list[tuple[str, str, str]], int, int]:
    db = Database(url)
    async with db.read() as session:
        found = [(row.kind, row.value, row.level) for row in await session.exec(select(Identifier))]
        signs, changes = (await session.exec(select(Sign))).all(), (await session.exec(select(Change))).all()
    await db.close()
    return sorted(found), len(signs), len(changes)


async def test_every_kind_in_any_spelling_and_a_second_run_changes_nothing(database_url: str, tmp_path: Path) -> None:
    text = HEAD + "\n".join(
        [
            "phone,8 (701) 123-45-67,BANK_CALL,2026-10-01,R-1",
            "iban,KZ86 125K ZT50 0410 0100,,,",
            "listing,kolesa.kz:150594149,,,",
            "account,@scammer_kz,,,",
            "url,https://kaspi-bonus.xyz/a?utm_source=1,,,",
            "sender_id,KASPIBANK,,,",
            "phone,+7 701 123 45 67,BANK_CALL,2026-10-02,R-2",
        ]
    )
    first = await loaded(database_url, tmp_path / "list.csv", text)
    assert (first.accepted, first.updated, first.refused) == (6, 0, [])
    found, signs, changes = await everything(database_url)
    assert ("phone", "+77011234567", "confirmed") in found
    assert ("url", "kaspi-bonus.xyz/a", "confirmed") in found
    assert (signs, changes) == (6, 6)
    again = await loaded(database_url, tmp_path / "list.csv")
    assert again.was_finished
    assert await everything(database_url) == (found, 6, 6)
    newer = await loaded(database_url, tmp_path / "newer.csv", HEAD + "phone,87011234567,BANK_CALL,2026-11-01,R-3\n")
    assert (newer.accepted, newer.updated) == (0, 1)
    assert await everything(database_url) == (found, 6, 6)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("phone,junk,,,", "not such an identifier"),
        ("planet,mars,,,", "unknown kind"),
        ("phone,,,,", "not such an identifier"),
        ("card,440043:7894,,,", "a card needs its full number"),
        ("card,4400431234567895,,,", "a card needs its full number"),
        ("phone,+77011234567,NOSUCH,,", "unknown scheme"),
        ("phone,+77011234567,,yesterday,", "seen_at is no date, or lies ahead"),
        ("phone,+77011234567,,2030-01-01,", "seen_at is no date, or lies ahead"),
        ("phone,+77011234567", "wrong number of columns"),
        ('phone,"+77011234567,,,', "wrong number of columns"),
        ("short_code,102,,,", "an official line cannot be listed"),
        ("url," + "a" * 12_000 + ",,,", "the line is too long"),
        ("phone,\0\0,,,", "not such an identifier"),
        ("phone,=HYPERLINK(1),,,", "not such an identifier"),
    ],
)
async def test_a_bad_line_is_refused_by_number_and_the_rest_loaded(line: str, why: str, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/saqbol.db"
    result = await loaded(url, tmp_path / "list.csv", f"{HEAD}email,a@b.kz,,,\n{line}\nemail,c@d.kz,,,\n")
    assert [(number, each.value) for number, each in result.refused] == [(3, why)]
    assert result.accepted == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"kind;price\n", b"kind,value\nphone,\xff\xfe\n", "кто,что\n".encode("cp1251"), b"\x00" * 100],
)
async def test_a_file_that_is_no_list_is_one_clear_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(BadList):
        await loaded(f"sqlite+aiosqlite:///{tmp_path}/saqbol.db", tmp_path / "list.csv")


async def test_semicolons_a_bom_and_windows_lines(tmp_path: Path) -> None:
    text = "\ufeffkind;value\r\nphone;+7 701 123 45 67\r\n"
    result = await loaded(f"sqlite+aiosqlite:///{tmp_path}/saqbol.db", tmp_path / "list.csv", text)
    assert result.accepted == 1


async def test_no_card_number_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/saqbol.db"
    result = await loaded(url, tmp_path / "list.csv", HEAD + "card,4400 4312 3456 7894,,,\ncard,4400431234567890,,,\n")
    assert (result.accepted, len(result.refused)) == (1, 1)
    kept = kept_in(tmp_path)
    assert b"440043:7894:" in kept
    assert b"4400431234567894" not in kept
    assert "4400431234567894" not in "".join(capsys.readouterr())


async def test_an_expired_entry_stops_counting_at_once(database_url: str, tmp_path: Path) -> None:
    text = HEAD + "card,4400 4312 3456 7894,,2026-11-20T05:00:00+00:00,\n"
    await loaded(database_url, tmp_path / "list.csv", text, expires=10 * DAY)
    db, ends = Database(database_url), datetime(2026, 11, 30, 5, tzinfo=UTC)
    async with db.read() as session:
        [row] = (await session.exec(select(Identifier))).all()
        before = await summaries.current(session, row, threshold=3, now=ends - timedelta(seconds=1))
        after = await summaries.current(session, row, threshold=3, now=ends)
    assert (before.level, after.level) == (Level.confirmed, Level.none)
    async with db.begin() as session:
        assert await summaries.refresh_stale(session, threshold=3, now=ends) == 1
    async with db.read() as session:
        changes = (await session.exec(select(Change).order_by(Change.id))).all()  # type: ignore[arg-type]
    assert [(one.was, one.level) for one in changes] == [("none", "confirmed"), ("confirmed", "none")]
    await db.close()


async def test_a_list_is_a_ground_with_its_date(town: Town, tmp_path: Path) -> None:
    await load_for(town, tmp_path, HEAD + "phone,8 701 123 45 67,BANK_CALL,2026-10-01,R-1\n")
    person = await town.citizen()
    await person.says(NUMBER)
    assert "🔴" in person.sees
    assert "Получатель есть в списке регулятора (01.10.2026)" in person.sees
    assert "R-1" not in person.sees
    kazakh = await town.citizen("Гүлнар", "kk")
    await kazakh.says(NUMBER)
    assert "Алушы реттеушінің тізімінде бар (01.10.2026)" in kazakh.sees


async def test_a_real_line_of_the_administrator_cannot_be_listed(town: Town, tmp_path: Path) -> None:
    await load_for(town, tmp_path, HEAD + "phone,8 701 123 45 67,,,\n", sign="OFFICIAL")
    told = (
        "просили назвать код из банка",
        "обещали вернуть комиссию",
        "сказали про чужой кредит",
        "пугали судом и банком",
    )
    for place, words in enumerate(told):
        teller = await town.citizen(f"Свидетель {place}")
        await teller.says(f"{words}, звонили с {NUMBER}")
        await teller.taps("Сообщить")
        await teller.taps("Звонок «из банка»")
        await town.passes(days=1)
    person = await town.citizen()
    await person.says(NUMBER)
    assert "🔵" in person.sees
    assert "Положите трубку и наберите его сами" in person.sees
    async with town.world.app.db.read() as session:
        [row] = (await session.exec(select(Identifier))).all()
        assert row.level == "official"
        assert row.independent_reports == 4  # kept, and told to nobody as a charge against the number


async def load_for(town: Town, tmp_path: Path, text: str, **order: object) -> None:
    (tmp_path / "list.csv").write_text(text)
    app = town.world.app
    await load(
        app.db, Order(tmp_path / "list.csv", "regulator", **order), keys=Keys(app.settings.secret()), threshold=3,  # type: ignore[arg-type]
        now=app.clock(), report=lambda _: None,
    )  # fmt: skip


async def test_a_watcher_hears_that_a_number_came_onto_a_list(town: Town, tmp_path: Path) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Следить")
    await load_for(town, tmp_path, HEAD + "phone,8 701 123 45 67,,,\n")
    await town.passes(days=1)
    assert "списке регулятора" in person.sees


async def test_reported_before_it_was_listed(town: Town, tmp_path: Path) -> None:
    await reports(await town.citizen())
    await load_for(town, tmp_path, HEAD + "phone,8 701 123 45 67,,,\n")
    async with town.world.app.db.read() as session:
        row = (await identifiers.by_values(session, [("phone", "+77011234567")]))["phone", "+77011234567"]
    assert (row.level, row.independent_reports) == ("confirmed", 1)


def command(*arguments: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "bot", "import", *arguments]


def surroundings(url: str) -> dict[str, str]:
    return {**os.environ, "SAQBOL_DATABASE_URL": url, "SAQBOL_SECRET_KEY": SECRET}


def test_killed_in_the_middle_it_goes_on_where_it_stopped(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = [f"phone,+7701{number:07d},BANK_CALL,2026-10-01,R-{number}" for number in range(8_000)]
    path.write_text(HEAD + "\n".join([*lines[:4_000], "phone,junk,,,", *lines[4_000:]]) + "\n")
    process = subprocess.Popen(
        command(str(path), "--source", "regulator", folder=tmp_path), env=surroundings(database_url),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while asyncio.run(lines_done(database_url)) < 1_000:
        assert process.poll() is None, "it ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    again = subprocess.run(
        command(str(path), "--source", "regulator", folder=tmp_path), env=surroundings(database_url), check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Went on after line" in again.stdout
    found, signs, changes = asyncio.run(everything(database_url))
    assert (len(found), signs, changes) == (8_000, 8_000, 8_000)


async def lines_done(url: str) -> int:
    db = Database(url)
    try:
        async with db.read() as session:
            return max((row.lines for row in await session.exec(select(ListImport))), default=0)
    except Exception:
        return 0  # the tables are not there yet
    finally:
        await db.close()


@pytest.mark.parametrize(
    ("sign", "source"), [("NOSUCH", "regulator"), ("ATYPICAL_OPERATION", "regulator"), ("OFFICIAL", " ")]
)
async def test_a_wrong_sign_or_no_source_is_refused(sign: str, source: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{tmp_path}/s.db", secret_key=SECRET)
    with pytest.raises(BadList):
        await load_list(settings, tmp_path / "list.csv", source, sign, None, print)
