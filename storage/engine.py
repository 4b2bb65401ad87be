"""The database: one object with a way to change (`begin`) and a way to look (`read`)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)
AT_END = "at_end"


def at_end(session: AsyncSession, work: Callable[[], Awaitable[None]]) -> None:
    """Done as the last thing of a `begin()`: for a lock that all wait for, so that nobody waits while holding it."""
    session.info.setdefault(AT_END, []).append(work)


class Database:
    """SQLite or PostgreSQL behind one interface.

    `begin()` is for changes: on SQLite it takes the write lock at the first statement (BEGIN IMMEDIATE), because a
    deferred transaction that reads before it writes loses updates. `read()` never locks. Both start lazily.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._engine("BEGIN IMMEDIATE", pool_size=1) if self.sqlite else self._engine(None, pool_size=10)
        self._reader = self._engine("BEGIN", pool_size=4) if self.sqlite else self._writer
        self.on_commit: Callable[[], Any] = lambda: None

    def _engine(self, begin: str | None, pool_size: int) -> AsyncEngine:
        # one writer connection on SQLite: waiting in the pool is fair and in order, waiting for the file lock is not
        extra: dict[str, Any] = {"max_overflow": 0, "pool_timeout": 60} if self.sqlite else {"pool_pre_ping": True}
        engine = create_async_engine(self.url, hide_parameters=True, pool_size=pool_size, **extra)
        if begin:
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction; commits at the end, rolls back on any exception. Nobody is spoken to inside."""
        token = in_transaction.set(True)
        try:
            async with AsyncSession(self._writer, expire_on_commit=False) as session:
                yield session
                for work in session.info.pop(AT_END, ()):
                    await work()
                await session.commit()
        finally:
            in_transaction.reset(token)
        self.on_commit()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A look at one consistent state; the rows stay usable afterwards."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late
    # SQLite's own lower() knows Latin letters only
    connection.create_function("fold", 1, lambda text: text and text.lower(), deterministic=True)
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
