"""The audit log: a chain that shows any change; and who may do what."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core import audit, cases, desk
from core.cases import Officer
from core.desk import MAY, Action, Role, allow
from core.refusal import No, Refusal
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Case, DeskMember

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
HE, SHE = Officer(1, "Ерлан"), Officer(2, "Сауле")


async def opened(url: str) -> Database:
    await migrate(url)
    return Database(url)


async def filled(url: str, count: int = 5) -> Database:
    db = await opened(url)
    for number in range(count):
        async with db.begin() as session:
            moment = NOW + timedelta(minutes=number)
            await audit.append(
                session, actor="officer:1", action="take", subject=f"case:{number}", now=moment, n=number
            )
    return db


async def checked(db: Database) -> audit.Broken | None:
    async with db.read() as session:
        return await audit.verify(session)


@pytest.mark.parametrize(
    ("damage", "entry"),
    [
        ("UPDATE audit SET subject = 'case:9' WHERE id = 3", 3),
        ("UPDATE audit SET actor = 'officer:2' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 5", 5),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET data = '{\"n\": 9}' WHERE id = 3", 3),
        ("UPDATE audit SET at = '2026-11-23 06:00:00+00:00' WHERE id = 4", 4),
    ],
)
async def test_any_change_shows(database_url: str, damage: str, entry: int) -> None:
    db = await filled(database_url)
    assert await checked(db) is None
    async with db.begin() as session:
        await session.execute(text(damage))
    broken = await checked(db)
    assert broken
    assert broken.entry == entry
    await db.close()


async def test_swapped_entries_show(database_url: str) -> None:
    db = await filled(database_url)
    async with db.begin() as session:
        for was, becomes in ((2, 99), (3, 2), (99, 3)):
            await session.execute(text(f"UPDATE audit SET id = {becomes} WHERE id = {was}"))
    broken = await checked(db)
    assert broken
    assert broken.entry == 2
    await db.close()


async def test_fifty_at_once_make_one_chain(database_url: str) -> None:
    db = await opened(database_url)

    async def one(number: int) -> None:
        async with db.begin() as session:
            await audit.append(session, actor="system", action="test", now=NOW, n=number)

    await asyncio.gather(*map(one, range(50)))
    assert await checked(db) is None
    async with db.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM audit"))).scalar() == 50
    await db.close()


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/saqbol.db"
    monkeypatch.setenv("SAQBOL_DATABASE_URL", url)
    assert asyncio.run(filled(url))
    command = [sys.executable, "-m", "bot", "audit", "verify"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0

    async def damage() -> None:
        db = Database(url)
        async with db.begin() as session:
            await session.execute(text("UPDATE audit SET action = 'export' WHERE id = 4"))
        await db.close()

    asyncio.run(damage())
    broken = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (broken.returncode, broken.stderr.strip()) == (1, "entry 4 was changed")


def test_the_command_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAQBOL_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/none.db")
    command = [sys.executable, "-m", "bot", "audit", "verify"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)
    assert "saqbol migrate" in said.stderr


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
async def test_what_each_role_may_do(role: Role, action: Action, tmp_path: Path) -> None:
    db = await opened(f"sqlite+aiosqlite:///{tmp_path}/s.db")
    async with db.begin() as session:
        session.add(DeskMember(telegram_id=1, name="Ерлан", role=role.value, updated_at=NOW))
        session.add(DeskMember(telegram_id=2, name="Сауле", role="senior", updated_at=NOW))
    if role in MAY[action]:
        async with db.begin() as session:
            assert await allow(session, HE, action, now=NOW) is role
    else:
        with pytest.raises(Refusal) as refused:
            async with db.begin() as session:
                await allow(session, HE, action, now=NOW)
        assert refused.value.kind is No.not_allowed
    await db.close()


@pytest.mark.parametrize("action", Action)
async def test_without_a_senior_an_officer_does_it_all(action: Action, tmp_path: Path) -> None:
    db = await opened(f"sqlite+aiosqlite:///{tmp_path}/s.db")
    async with db.begin() as session:
        await desk.met(session, SHE, present=True, administrator=True, now=NOW)
        await desk.met(session, HE, present=True, administrator=False, now=NOW)
        assert await allow(session, HE, action, now=NOW) is Role.officer
    await db.close()


async def test_a_refused_action_is_not_in_the_log(tmp_path: Path) -> None:
    db = await opened(f"sqlite+aiosqlite:///{tmp_path}/s.db")
    async with db.begin() as session:
        session.add(DeskMember(telegram_id=2, name="Сауле", role="senior", updated_at=NOW))
    with pytest.raises(Refusal):
        async with db.begin() as session:
            await allow(session, HE, Action.export, now=NOW)
    async with db.read() as session:
        assert [row async for row in audit.rows.walk(session)] == []
        assert await audit.verify(session) is None
    await db.close()


async def test_officers_do_not_lock_each_other_out(database_url: str) -> None:
    """One joins case 2 to case 1 while the other, who holds case 2, is about to be noted in the log."""
    db = await opened(database_url)
    async with db.begin() as session:
        session.add_all([Case(id=1, created_at=NOW), Case(id=2, created_at=NOW)])
    held, noted = asyncio.Event(), asyncio.Event()

    async def join() -> None:
        async with db.begin() as session:
            await cases.of(session, 1)
            await allow(session, HE, Action.merge, now=NOW)
            held.set()
            if not db.sqlite:  # which has one writer at a time
                await noted.wait()
            await cases.of(session, 2)

    async def take() -> None:
        await held.wait()
        async with db.begin() as session:
            await cases.of(session, 2)
            noted.set()
            await allow(session, SHE, Action.take, now=NOW)

    await asyncio.wait_for(asyncio.gather(join(), take()), 20)
    assert await checked(db) is None
    await db.close()


@pytest.mark.parametrize("action", Action)
async def test_who_left_may_do_nothing(action: Action, tmp_path: Path) -> None:
    db = await opened(f"sqlite+aiosqlite:///{tmp_path}/s.db")
    async with db.begin() as session:
        await desk.met(session, SHE, present=True, administrator=True, now=NOW)
        await desk.met(session, SHE, present=False, administrator=False, now=NOW)
    with pytest.raises(Refusal) as refused:
        async with db.begin() as session:
            await allow(session, SHE, action, now=NOW)
    assert refused.value.kind is No.not_member
    await db.close()
