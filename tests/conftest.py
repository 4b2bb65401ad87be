"""Fixtures that every test may use. `town` runs each conversation on SQLite and on PostgreSQL."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.telegram import Group, Person, Telegram
from sandbox.world import MovableClock, World
from storage.migrate import migrate
from tests.postgres import fresh_database, postgres_server  # noqa: F401 (a fixture)

START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # Monday, 10:00 in Almaty
ENGINES = os.environ.get("SAQBOL_TEST_ENGINES", "sqlite,postgresql").split(",")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Variants of one test differ in words, not in what the database is asked: PostgreSQL plays the first of them."""
    played: set[str] = set()
    kept, left_out = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        name = item.nodeid.split("[")[0]
        on_postgresql = hasattr(item, "callspec") and item.callspec.params.get("engine") == "postgresql"
        (left_out if on_postgresql and name in played else kept).append(item)
        played |= {name} if on_postgresql else set()
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> str:
    """Before the first migration."""
    return sqlite(tmp_path) if engine == "sqlite" else fresh_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
def database_url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> str:
    """A new database, copied from one that was migrated: migrating takes ten times as long as copying."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path)
        return sqlite(tmp_path)
    server = request.getfixturevalue("postgres_server")
    return fresh_database(server, server.template("migrated", _migrated))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    _migrated(sqlite(folder))
    return folder / "saqbol.db"


def sqlite(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/saqbol.db"


def _migrated(url: str) -> None:
    asyncio.run(migrate(url))


class Town:
    """The world with the people every conversation needs."""

    def __init__(self, open_world: Callable[..., World], telegram: Telegram, desk: Group) -> None:
        self.open_world, self.world = open_world, open_world(desk=desk)
        self.telegram, self.desk = telegram, desk
        self.officer, self.second = desk.members[1], desk.members[0]

    async def settle(self) -> None:
        await self.world.settle()

    async def passes(self, **span: float) -> None:
        await self.world.passes(**span)

    async def restarts(self, **settings: Any) -> None:
        """The bot's process ends and another one begins, on the same database and files."""
        await self.world.close()
        self.world = self.open_world(**{"desk": self.desk, **settings})
        await self.world.start()

    async def citizen(self, name: str = "Айгүл", language: str = "ru", **more: Any) -> Person:
        person = self.telegram.person(name, language=language, **more)
        await person.starts()
        return person


@pytest.fixture
async def town(tmp_path: Path, database_url: str) -> AsyncIterator[Town]:
    clock = MovableClock(START)
    telegram = Telegram(clock=clock)
    telegram.limits = None
    officer, second = telegram.person("Ерлан", language="ru"), telegram.person("Сауле", language="ru")
    desk = telegram.group("Дежурная группа", members=[officer, second], admins=[second])

    def open_world(**settings: Any) -> World:
        return World(tmp_path, telegram=telegram, clock=clock, database_url=database_url, **settings)

    town = Town(open_world, telegram, desk)
    await town.world.start()
    yield town
    await town.world.close()
