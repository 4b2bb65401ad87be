"""One bot and its Telegram in one process: what the sandbox page and the conversation tests stand on."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App, build
from bot.settings import Settings
from sandbox.telegram import Group, StandInSession, Telegram
from storage import outbox
from storage.engine import in_transaction

SECRET = "the sandbox keeps nothing that must stay secret"  # noqa: S105


class MovableClock:
    """Real time, or a fixed one, plus what it was moved by."""

    def __init__(self, start: datetime | None = None) -> None:
        self.fixed = start
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return (self.fixed or datetime.now(UTC)) + self.moved

    def seconds(self) -> float:
        return self().timestamp()


class World:
    """A stand-in Telegram, the real bot on it, and a clock that can be moved."""

    def __init__(
        self, folder: Path, *, desk: Group | None, telegram: Telegram, clock: MovableClock, **settings: Any
    ) -> None:
        self.telegram, self.clock, self.desk = telegram, clock, desk
        database = settings.pop("database_url", f"sqlite+aiosqlite:///{folder}/saqbol.db")
        chosen = Settings(
            _env_file=None,
            bot_token=telegram.token,
            database_url=database,
            secret_key=SECRET,
            files_dir=folder / "files",
            desk_chat_id=desk.id if desk else None,
            **settings,
        )
        session = StandInSession(telegram)
        self.app: App = build(chosen, session=session, clock=clock, monotonic=clock.seconds)
        telegram.deliver = self.app.intake.receive
        telegram.guard = _silent_in_transactions

    async def start(self) -> None:
        await self.app.start()

    async def settle(self, most: int = 2000) -> None:
        """Sends everything that is due now."""
        for _ in range(most):
            if not await self.app.deliver_due(limit=50) and not await self.app.deliver_events():
                return
        raise AssertionError("the outbox does not come to rest")

    async def passes(self, **span: float) -> None:
        """Time goes by (arguments of timedelta), and what became due on the way is sent when it was due."""
        end = self.clock() + timedelta(**span)
        await self.settle()
        while True:
            async with self.app.db.read() as session:
                due = await outbox.next_due(session, self.clock())
            if due is None or due > end:
                break
            self.clock.moved += max(due - self.clock(), timedelta())
            await self.settle()
        self.clock.moved += max(end - self.clock(), timedelta())
        await self.settle()

    async def close(self) -> None:
        self.telegram.deliver = None
        await self.app.close()


def _silent_in_transactions() -> str | None:
    return "the bot spoke inside a database transaction" if in_transaction.get() else None


async def steadily(world: World) -> None:
    """Delivers what is due, for as long as the sandbox runs."""
    while True:
        await world.app.deliver_due()
        await world.app.deliver_events()
        with suppress(TimeoutError):
            await asyncio.sleep(0.2)
