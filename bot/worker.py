"""Sends what is due, without pause while there is something and at once when a commit brought more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import App

log = structlog.get_logger()
LOOPS = 4  # one slow receiver holds one loop
IDLE_SECONDS = 0.5


class Worker:
    def __init__(self, app: App) -> None:
        self.app = app
        self.wake = asyncio.Event()
        self.beat: datetime | None = None  # when the outbox was last looked at
        self.tasks: list[asyncio.Task[None]] = []
        self.ticker = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        self.app.db.on_commit = self.wake.set
        self.tasks = [asyncio.create_task(self._forever(self._turn)) for _ in range(LOOPS)]
        self.ticker.add_job(
            self._housekeep, IntervalTrigger(minutes=10), misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self.ticker.start()

    async def stop(self) -> None:
        """Aborts deliveries; they stay due."""
        self.ticker.shutdown(wait=False)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _forever(self, turn: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await turn()
            except Exception as error:  # a database that is away must not end the worker
                log.error("worker", error=type(error).__name__)
                await asyncio.sleep(IDLE_SECONDS)

    async def _turn(self) -> None:
        tried = await self.app.deliver_due()
        self.beat = self.app.clock()
        if tried:
            return
        self.wake.clear()
        try:
            await asyncio.wait_for(self.wake.wait(), IDLE_SECONDS)
        except TimeoutError:
            pass

    async def _housekeep(self) -> None:
        await self.app.housekeep()
