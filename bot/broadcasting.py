"""Sends broadcasts, beside the outbox and never in its way: four senders a process take turns.

While one waits for Telegram's answers the next one takes a fifth of a second's worth. A pause or a cancel is seen at
the next claim, so it is effective within a second and the time of one call.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.exceptions import (
    RestartingTelegram,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.i18n import I18n
from aiohttp import ClientConnectorError

from core import sending
from core.sending import Batch, Outcome, Recipient
from handlers.broadcast.outgoing import Copy, drawn
from storage import broadcasts as rows
from storage.engine import Database

log = structlog.get_logger()
SENDERS = 4
IDLE_SECONDS = 0.5
PATIENCE = 30  # seconds for one call
STALE = timedelta(seconds=30)  # a batch claimed so long ago is not sent any more: it will be called unknown
HEADROOM = 5  # messages a second that Telegram allows beyond the usual rate: for replies
CLOSEST = 0.87  # of the usual step between two messages: 25 a second become 29 at most after a stall
LATE = timedelta(seconds=0.15)  # a copy so late takes a new place in the common time
TOO_FAR = timedelta(seconds=2)  # for a copy in hand: it is given back
PAUSES = (2, 5, 15, 60)  # seconds before a copy that did not leave is tried again
GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")


class Broadcaster:
    """`sleep` is replaced where the clock is not the real one."""

    def __init__(
        self,
        bot: Bot,
        db: Database,
        i18n: I18n,
        *,
        rate: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self.bot, self.db, self.i18n, self.rate, self.clock, self.sleep = bot, db, i18n, rate, clock, sleep
        self.stopping = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        self.said, self.counted_at = 0, clock()  # replies to people since the last claim
        self.free_at = clock()  # when this process may send again
        self.hushed_until = clock()  # Telegram asked to wait until then
        bot.session.middleware(self._count)

    def start(self) -> None:
        self.stopping.clear()
        self.tasks = [asyncio.create_task(self._forever()) for _ in range(SENDERS)]

    async def stop(self, seconds: float) -> None:
        """What has not left is tried again by whoever runs next; calls in flight have their time to end."""
        self.stopping.set()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=max(seconds, 0))
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _forever(self) -> None:
        while not self.stopping.is_set():
            try:
                found: bool | datetime | None = await self.step()
            except Exception as error:  # a database that is away must not end the sender
                log.error("broadcaster", error=type(error).__name__)
                found = None
            if not isinstance(found, bool) and not self.stopping.is_set():
                await self._idle(found)

    async def _idle(self, until: datetime | None) -> None:
        """Waits a little, or less where the moment to look again comes first."""
        left = (until - self.clock()).total_seconds() if until else IDLE_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS * 2):
                await self.sleep(min(max(left, 0.005), IDLE_SECONDS))

    async def step(self) -> bool | datetime | None:
        """Takes a batch, sends it, records it: True. Else when to look again; None where nothing is under way."""
        async with self.db.read() as session:
            if not await rows.any_running(session):
                return None
        async with self.db.begin() as session:
            found = await sending.claim(session, rate=self.rate, debt=self._debt(), clock=self.clock)
        if not isinstance(found, Batch):
            return found
        outcomes = await self._send(found)
        await self._record(found, outcomes)
        return True

    async def _record(self, batch: Batch, outcomes: dict[int, Outcome]) -> None:
        """Until it is written: what is known must not become unknown because the database was away."""
        while True:
            try:
                async with self.db.begin() as session:
                    await sending.record(session, batch, outcomes, now=self.clock())
                return
            except OSError as error:
                log.warning("broadcast not recorded yet", run=batch.run, error=type(error).__name__)
            except Exception as error:
                log.error("broadcast not recorded yet", run=batch.run, error=type(error).__name__)
            await asyncio.sleep(IDLE_SECONDS)

    async def _send(self, batch: Batch) -> dict[int, Outcome]:
        """One `1 / rate` after the other, without waiting for answers in between."""
        copies = {
            language: drawn(batch.broadcast, language, self.i18n) for language in {p.language for p in batch.people}
        }
        calls: list[asyncio.Task[Outcome]] = []
        slot = batch.first
        for place, person in enumerate(batch.people):
            if self.clock() - slot > LATE:
                slot = await self._new_slots(len(batch.people) - place)
            if slot - self.clock() > TOO_FAR:
                break
            await self._turn(slot)
            if self.stopping.is_set() or self.clock() < self.hushed_until:
                break
            slot += timedelta(seconds=1 / self.rate)
            calls.append(asyncio.create_task(self._one(copies[person.language], person, batch)))
        known = await self._known(calls)
        waits = [one.wait for one in known if one.everybody]
        rest = Outcome("again", "not sent", max(waits, default=timedelta()))
        told = [*known, *(rest for _ in batch.people[len(calls) :])]
        return {person.person: outcome for person, outcome in zip(batch.people, told, strict=True)}

    async def _new_slots(self, number: int) -> datetime:
        """Never raises: where the database is away, it is too far to wait for."""
        try:
            async with self.db.begin() as session:
                return await sending.slots(session, number, rate=self.rate, clock=self.clock)
        except Exception as error:
            log.error("broadcaster", error=type(error).__name__)
            return self.clock() + 2 * TOO_FAR

    async def _known(self, calls: list[asyncio.Task[Outcome]]) -> list[Outcome]:
        """All outcomes; of a call that a stop aborts nobody knows. The others of its batch must not be lost with it."""
        if calls:
            with suppress(asyncio.CancelledError):
                await asyncio.wait(calls)
        for call in calls:
            call.cancel()
        return [call.result() if call.done() else Outcome("unknown", "stopped") for call in calls]

    async def _turn(self, slot: datetime) -> None:
        """Waits for the slot. What a stall made late is not caught up at once: that would break Telegram's limit."""
        while (wait := (max(slot, self.free_at) - self.clock()).total_seconds()) > 0.001:
            await self.sleep(wait)
        self.free_at = self.clock() + timedelta(seconds=CLOSEST / self.rate)

    async def _one(self, copy: Copy, person: Recipient, batch: Batch) -> Outcome:
        """Never raises. Sure that it did not arrive: again. Not sure: unknown, and never again."""
        if self.clock() - batch.claimed > STALE:
            return Outcome("again", "not sent")
        try:
            await self.bot(copy.to(person.chat), request_timeout=PATIENCE)
        except Exception as error:
            became = outcome(error, person.attempts)
            if became.everybody:
                self.hushed_until = max(self.hushed_until, self.clock() + became.wait)
            return became
        return Outcome("delivered")

    def _debt(self) -> float:
        """Replies beyond what is left free for them, since the last claim of this process."""
        now = self.clock()
        seconds = min((now - self.counted_at).total_seconds(), 1)
        debt = max(0.0, self.said - HEADROOM * seconds)
        self.said, self.counted_at = 0, now
        return min(debt, float(self.rate))

    async def _count(self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]) -> Any:
        if not isinstance(method, Copy) and getattr(method, "chat_id", None) is not None:
            self.said += 1
        return await make_request(bot, method)


def outcome(error: Exception, attempts: int) -> Outcome:
    """What an error says of the copy."""
    pause = timedelta(seconds=PAUSES[min(attempts, len(PAUSES) - 1)])
    match error:
        case TelegramRetryAfter():
            return Outcome("again", "429", timedelta(seconds=error.retry_after), everybody=True)
        case TelegramForbiddenError():
            return Outcome("blocked", "deleted" if "deactivated" in error.message else "blocked")
        case TelegramBadRequest() | TelegramNotFound():
            gone = any(words in error.message.lower() for words in GONE)
            return Outcome("blocked", "deleted") if gone else Outcome("failed", error.message[:100])
        case RestartingTelegram() | TelegramServerError() if attempts < len(PAUSES):  # it says itself: not done
            return Outcome("again", "5xx", pause, tried=True)
        case TelegramNetworkError() if isinstance(error.__cause__, ClientConnectorError) and attempts < len(PAUSES):
            return Outcome("again", "no connection", pause, tried=True)  # it never left
        case TelegramServerError():
            return Outcome("failed", "5xx")
        case TelegramNetworkError() if isinstance(error.__cause__, ClientConnectorError):
            return Outcome("failed", "no connection")
        case TelegramNetworkError():
            return Outcome("unknown", "no answer")
        case TelegramAPIError() if "Too Many Requests" in error.message:  # a 429 that names no time
            return Outcome("again", "429", timedelta(seconds=5), everybody=True)
        case TelegramAPIError():
            return Outcome("failed", error.message[:100])
    return Outcome("unknown", type(error).__name__)
