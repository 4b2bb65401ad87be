"""Up, down, up; and the models are the migrated schema."""

import asyncio
from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 (fills the metadata)
from storage import settings
from storage.engine import Database
from storage.migrate import migrate


async def look(url: str, question: Callable[[Connection], Any]) -> Any:
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        answer = await connection.run_sync(question)
    await engine.dispose()
    return answer


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, SQLModel.metadata)


async def test_up_down_up(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    assert await look(empty_database_url, tables) == set(SQLModel.metadata.tables)
    await migrate(empty_database_url, "base")
    assert await look(empty_database_url, tables) == set()
    await migrate(empty_database_url)
    assert await look(empty_database_url, tables) == set(SQLModel.metadata.tables)


async def test_the_models_are_the_migrated_schema(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    assert await look(empty_database_url, differences) == []


async def test_migrating_again_keeps_what_is_there(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    db = Database(empty_database_url)
    async with db.begin() as session:
        await settings.put(session, "desk_chat", -100)
    await migrate(empty_database_url)
    async with db.read() as session:
        assert await settings.get(session, "desk_chat") == -100
    await db.close()


async def test_replicas_that_start_together_migrate_one_after_the_other(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        await migrate(empty_database_url)  # one process only; several on one file are no way to run this
    else:
        await asyncio.gather(*(migrate(empty_database_url) for _ in range(3)))
    assert await look(empty_database_url, tables) == set(SQLModel.metadata.tables)
