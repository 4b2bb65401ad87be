"""The PostgreSQL that the tests start is real, gives each test its own database, and leaves nothing behind."""

import asyncio
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from storage.engine import Database
from tests.postgres import KEPT, PostgresServer, fresh_database, running_server


def build(url: str) -> None:
    asyncio.run(run(url, "CREATE TABLE reports (number text)"))


async def run(url: str, statement: str) -> None:
    database = Database(url)
    async with database.begin() as session:
        await (await session.connection()).execute(text(statement))
    await database.close()


async def look(url: str, query: str) -> object:
    database = Database(url)
    async with database.read() as session:
        found = (await (await session.connection()).execute(text(query))).scalar()
    await database.close()
    return found


async def test_postgresql_answers(postgres_server: PostgresServer) -> None:
    assert "PostgreSQL 18" in str(await look(fresh_database(postgres_server), "SELECT version()"))


async def test_postgresql_gives_each_test_its_own_database(postgres_server: PostgresServer) -> None:
    template = await asyncio.to_thread(postgres_server.template, "own", build)
    first, second = fresh_database(postgres_server, template), fresh_database(postgres_server, template)
    await run(first, "INSERT INTO reports VALUES ('SB-7K3M9Q')")
    assert await look(first, "SELECT count(*) FROM reports") == 1
    assert await look(second, "SELECT count(*) FROM reports") == 0


async def test_postgresql_template_is_built_once(postgres_server: PostgresServer) -> None:
    built: list[str] = []
    for _ in range(2):
        postgres_server.template("once", built.append)
    assert built == [postgres_server.url("once")]


async def test_postgresql_drops_old_databases_even_when_in_use(postgres_server: PostgresServer) -> None:
    forgotten = Database(fresh_database(postgres_server))
    async with forgotten.read() as session:
        await (await session.connection()).execute(text("SELECT 1"))
    last = [fresh_database(postgres_server) for _ in range(KEPT + 2)][-1]
    assert await look(last, "SELECT count(*) FROM pg_database WHERE datname LIKE 'test_%'") == KEPT
    await forgotten.close()


def test_postgresql_stops_and_leaves_nothing() -> None:
    began = perf_counter()
    with running_server() as server:
        folder, process = server.folder, int((server.folder / "data/postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{process}").exists()
    assert not folder.exists()
    assert not Path(f"/proc/{process}").exists()
    assert perf_counter() - began < 30
