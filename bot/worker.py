"""Sends what is due, without pause while there is something and at once when a commit brought more."""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import App
from core import sending
from partners.delivery import BATCH
from storage import outbox

log = structlog.get_logger()
LOOPS = 4  # one slow receiver holds one loop
IDLE_SECONDS = 0.5
LONGEST_REST = 30  # seconds between probes of a partner that takes nothing


class Worker:
    def __init__(self, app: App) -> None:
        self.app = app
        self.wake = asyncio.Event()
        self.looking = asyncio.Lock()  # one loop looks for the others: each look costs, and each claim is a commit
        self.stopping = asyncio.Event()
        self.beat: datetime | None = None  # when the outbox was last looked at
        self.fresh = asyncio.Event()  # the same for events to partners
        self.lanes: dict[str, asyncio.Task[None]] = {}  # a partner's own worker, while there is something for it
        self.tasks: list[asyncio.Task[None]] = []
        self.ticker = AsyncIOScheduler(timezone="UTC")

    async def start(self) -> None:
        await self._inherit()
        await self.app.plan()
        self.app.db.on_commit = self._woken
        self.tasks = [asyncio.create_task(self._forever()) for _ in range(LOOPS)]
        self.tasks.append(asyncio.create_task(self._events()))
        self.ticker.add_job(
            self._housekeep, IntervalTrigger(minutes=10), misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self.ticker.add_job(
            self._begin_due, IntervalTrigger(seconds=5), misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self.ticker.start()
        self.app.broadcaster.start()

    async def _inherit(self) -> None:
        """An SQLite file has one process: what was in hand before this start is in nobody's now."""
        if self.app.db.sqlite:
            async with self.app.db.begin() as session:
                await outbox.free_leases(session)
                await sending.lose(session, now=self.app.clock(), all_of_it=True)

    async def stop(self, seconds: float) -> None:
        """Lets deliveries in flight end, and aborts them after `seconds`; they stay due."""
        self.ticker.shutdown(wait=False)
        self.stopping.set()
        self.app.delivery.stopping = True
        self._woken()
        broadcaster = asyncio.create_task(self.app.broadcaster.stop(seconds))
        tasks = [*self.tasks, *self.lanes.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=max(seconds, 0))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, broadcaster, return_exceptions=True)

    def _woken(self) -> None:
        self.wake.set()
        self.fresh.set()

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

    async def _events(self) -> None:
        """Gives every partner that has something due a lane of its own, so that none waits for another."""
        while not self.stopping.is_set():
            try:
                self.fresh.clear()
                self.lanes = {one: task for one, task in self.lanes.items() if not task.done()}
                for partner in await self.app.delivery.due(tuple(self.lanes)):
                    self.lanes[partner] = asyncio.create_task(self._lane(partner))
            except Exception as error:
                log.error("worker", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.fresh.wait(), IDLE_SECONDS)

    async def _lane(self, partner: str) -> None:
        """Two senders take turns: while one records, the other posts."""
        await asyncio.gather(self._sends(partner), self._sends(partner))

    async def _sends(self, partner: str) -> None:
        """Sends until nothing is due: larger batches to who is quick, ever rarer tries to who takes nothing."""
        limit, rest = BATCH, 0.5
        try:
            while not self.stopping.is_set() and (batch := await self.app.delivery.take(partner, limit)):
                while batch:
                    last, batch = batch, await self.app.delivery.deliver(batch)
                if last.gone:
                    return
                limit, rest = (BATCH, 0.5) if last.delivered else (1, rest)
                if not last.delivered:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.stopping.wait(), rest)
                    rest = min(2 * rest, LONGEST_REST)
        except Exception as error:
            log.error("lane", partner=partner, error=type(error).__name__)

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

    async def _begin_due(self) -> None:
        try:
            await self.app.begin_due()
        except Exception as error:  # a database that is away: the next tick looks again
            log.error("broadcasts", error=type(error).__name__)

    async def _housekeep(self) -> None:
        await self.app.plan()
        await self.app.housekeep()
