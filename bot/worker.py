"""Sends what is due, without pause while there is something and at once when a commit brought more."""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import App
from storage import outbox

log = structlog.get_logger()
LOOPS = 4  # one slow receiver holds one loop
IDLE_SECONDS = 0.5


class Worker:
    def __init__(self, app: App) -> None:
        self.app = app
        self.wake = asyncio.Event()
        self.looking = asyncio.Lock()  # one loop looks for the others: each look costs, and each claim is a commit
        self.stopping = asyncio.Event()
        self.beat: datetime | None = None  # when the outbox was last looked at
        self.tasks: list[asyncio.Task[None]] = []
        self.ticker = AsyncIOScheduler(timezone="UTC")

    async def start(self) -> None:
        await self._inherit()
        await self.app.plan()
        self.app.db.on_commit = self.wake.set
        self.tasks = [asyncio.create_task(self._forever()) for _ in range(LOOPS)]
        self.ticker.add_job(
            self._housekeep, IntervalTrigger(minutes=10), misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self.ticker.start()

    async def _inherit(self) -> None:
        """An SQLite file has one process: what was in hand before this start is in nobody's now."""
        if self.app.db.sqlite:
            async with self.app.db.begin() as session:
                await outbox.free_leases(session)

    async def stop(self, seconds: float) -> None:
        """Lets deliveries in flight end, and aborts them after `seconds`; they stay due."""
        self.ticker.shutdown(wait=False)
        self.stopping.set()
        self.wake.set()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=max(seconds, 0))
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _forever(self) -> None:
        while not self.stopping.is_set():
            try:
                async with self.looking:
                    await self._something_due()
                if not self.stopping.is_set():
                    await self.app.deliver_due()
            except Exception as error:  # a database that is away must not end the worker
                log.error("worker", error=type(error).__name__)
                await asyncio.sleep(IDLE_SECONDS)

    async def _something_due(self) -> None:
        """Returns when something is due, or when told to stop."""
        while not self.stopping.is_set():
            self.wake.clear()
            self.beat = now = self.app.clock()
            async with self.app.db.read() as session:
                if await outbox.any_due(session, now):
                    return
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), IDLE_SECONDS)

    async def _housekeep(self) -> None:
        await self.app.plan()
        await self.app.housekeep()
