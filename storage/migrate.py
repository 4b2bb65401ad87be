"""Brings the database to the newest schema."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

FOLDER = Path(__file__).parent / "migrations"
LOCK = 7_301_921  # PostgreSQL advisory lock: replicas that start together migrate one after the other


def config(connection: Connection | None = None) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


async def migrate(url: str, revision: str = "head") -> None:
    _make_folder(url)
    engine = create_async_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _whole)
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


def _make_folder(url: str) -> None:
    """Where an SQLite file is to lie: SQLite makes the file alone."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database:
        Path(parts.database).parent.mkdir(parents=True, exist_ok=True)


def _whole(connection: Any, _record: Any) -> None:
    """The driver commits each CREATE by itself: killed half-way, the schema would stay half made for ever."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    run = command.downgrade if revision == "base" else command.upgrade
    run(config(connection), revision)
