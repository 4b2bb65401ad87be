"""Delivers the events of one partner: claim a batch, post it, record it in one commit. A partner delays only itself."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from sqlmodel.ext.asyncio.session import AsyncSession

from core import clocks, copies, outbox
from core.copies import Sharing
from partners.client import AT_ONCE, Client, Outcome
from partners.registry import Door, Live
from storage import copies as rows
from storage import outbox as queue
from storage.copies import Sealed
from storage.engine import Database
from storage.outbox import Claimed

log = structlog.get_logger()
BATCH, LARGEST = AT_ONCE, 16 * AT_ONCE
NOTED_EVERY = timedelta(seconds=30)  # how often a success is written down
SCHEDULE = tuple(
    timedelta(seconds=5) if one is None else timedelta(minutes=one)
    for one in (None, 1, 5, 30, 120, 300, 600, 840, 1200, 1440)
)
PAN = b'"pan":'
STOPPED = Outcome(None, "stopped")


def lease(rows_: int) -> timedelta:
    """How long a batch may take: 15 s for each round of posts, and the records."""
    return timedelta(seconds=15 * -(-rows_ // AT_ONCE) + 30)


def pause(attempt: int, jitter: Callable[[], float] = random.random) -> timedelta | None:
    """Time to wait after the n-th failed attempt (1, 2, …), ±10 %; None where there will be no other."""
    return SCHEDULE[attempt - 1] * (0.9 + 0.2 * jitter()) if attempt <= len(SCHEDULE) else None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a batch came to."""

    rows: int = 0
    delivered: int = 0
    paused: bool = False


class Delivery:
    def __init__(self, db: Database, live: Live, sharing: Sharing, clock: Callable[[], datetime]) -> None:
        self.db, self.live, self.sharing, self.clock = db, live, sharing, clock
        self.client = Client()
        self.noted: dict[str, datetime] = {}  # partners that do well, and when that was written last

    async def due(self, busy: Sequence[str] = ()) -> list[str]:
        """Partners for whom something is due, and who are neither busy nor paused."""
        doors = [one for one, door in self.live.registry.doors.items() if door.endpoint and one not in busy]
        if not doors:
            return []
        now = self.clock()
        async with self.db.read() as session:
            waiting = [one for one in doors if await queue.any_due(session, now, one)]
            paused = await rows.paused(session) if waiting else set()
        return [one for one in waiting if one not in paused]

    async def deliver(self, partner_id: str, limit: int = BATCH) -> Tried:
        """One batch to one partner. Cancelled, it records what was answered and frees the rest."""
        door = self.live.door(partner_id)
        if door is None:
            return Tried()
        now = self.clock()
        async with self.db.begin() as session:
            claimed = await queue.claim_lane(session, now=now, lease=now + lease(limit), limit=limit, lane=partner_id)
        if not claimed:
            return Tried()
        async with self.db.read() as session:
            events = await rows.events(session, [row.payload["event"] for row in claimed])
        answers: dict[int, tuple[Outcome, bytes]] = {}
        waiting = iter(claimed)
        try:
            await asyncio.gather(*(self._post(door, waiting, events, answers) for _ in range(AT_ONCE)))
        finally:
            await self._record(door, claimed, events, answers)
        outcomes = [outcome for outcome, _ in answers.values()]
        return Tried(len(claimed), sum(one.delivered for one in outcomes), any(one.gone for one in outcomes))

    async def _post(
        self,
        door: Door,
        waiting: Iterator[Claimed],
        events: dict[int, Sealed],
        answers: dict[int, tuple[Outcome, bytes]],
    ) -> None:
        """One of several that share the batch."""
        for row in waiting:
            event = events[row.payload["event"]]
            try:
                body = self.sharing.keys.unseal("event", event.body or b"")
            except (InvalidTag, IndexError, ValueError):
                answers[row.id] = Outcome(None, "its content is gone or sealed by another key"), b""
            else:
                answers[row.id] = await self.client.post(door, event.webhook_id, body), body

    async def _record(
        self,
        door: Door,
        claimed: Sequence[Claimed],
        events: dict[int, Sealed],
        answers: dict[int, tuple[Outcome, bytes]],
    ) -> None:
        now, partner = self.clock(), door.partner.id
        done = [row for row in claimed if row.id in answers and answers[row.id][0].delivered]
        async with self.db.begin() as session:
            if done:
                await queue.record_all(session, [row.id for row in done], done_at=now)
                mine = [events[row.payload["event"]] for row in done]
                due = await clocks.start(session, door.partner, country=self.sharing.country, now=now)
                await rows.delivered(session, partner, {one.id: one.report_id for one in mine}, now, due)
                for row, event in zip(done, mine, strict=True):
                    await self._forget_pan(session, event, answers[row.id][1])
            for (tries, outcome), some in _alike(claimed, answers).items():
                await self._failed(session, partner, some, tries, outcome, now)
            await self._note_state(session, partner, [outcome for outcome, _ in answers.values()], now)

    async def _failed(
        self,
        session: AsyncSession,
        partner: str,
        some: Sequence[Claimed],
        tries: int,
        outcome: Outcome,
        now: datetime,
    ) -> None:
        """What failed alike waits alike: one statement for all of them."""
        ids, events = [row.id for row in some], [row.payload["event"] for row in some]
        if outcome is STOPPED or outcome.gone:  # does not count as an attempt
            await queue.record_all(session, ids, retry_at=now, attempts=tries - 1, error=outcome.why)
            return
        wait = pause(tries)
        log.warning("events not taken", count=len(ids), partner=partner, attempt=tries, why=outcome.why)
        if wait is None:
            await queue.record_all(session, ids, failed_at=now, error=outcome.why)
            text = f"events for partner {partner} are given up, see: saqbol partners dead"
            await outbox.alarm(session, text, key=f"dead:{partner}:{now.date()}", now=now)
        else:
            await queue.record_all(session, ids, retry_at=now + wait, error=outcome.why)
        await rows.failed(session, events, outcome.why, None if wait else now)

    async def _note_state(
        self, session: AsyncSession, partner: str, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        """Over all replicas: since when it fails, and whether it said 410."""
        well = any(one.delivered for one in outcomes)
        often = well and partner in self.noted and self.noted[partner] > now - NOTED_EVERY
        if not outcomes or (often and not any(one.gone for one in outcomes)):
            return
        state = await rows.state(session, partner)
        if well:
            state.delivered_at, state.failing_since = now, None
            self.noted[partner] = now
        else:
            state.failing_since = state.failing_since or now
            self.noted.pop(partner, None)
        if any(one.gone for one in outcomes) and state.paused_at is None:
            state.paused_at, state.paused_why = now, "HTTP 410"
            text = f"partner {partner} answered 410: nothing is sent to it until saqbol partners replay {partner}"
            await outbox.alarm(session, text, key=f"paused:{partner}:{now.isoformat()}", now=now)
        session.add(state)

    async def _forget_pan(self, session: AsyncSession, event: Sealed, body: bytes) -> None:
        """A full card number leaves the event once it was delivered; and the report, once all who may have it do."""
        if PAN not in body:
            return
        content = json.loads(body)
        without = json.dumps(_without_pan(content), ensure_ascii=False, separators=(",", ":")).encode()
        await rows.rewrite(session, event.id, self.sharing.keys.seal("event", without))
        if event.report_id:
            await copies.forget_numbers(session, event.report_id, sharing=self.sharing)

    async def close(self) -> None:
        await self.client.close()


def _alike(
    claimed: Sequence[Claimed], answers: dict[int, tuple[Outcome, bytes]]
) -> dict[tuple[int, Outcome], list[Claimed]]:
    """What was not delivered, by the number of the attempt and what came of it."""
    found: dict[tuple[int, Outcome], list[Claimed]] = {}
    for row in claimed:
        outcome = answers[row.id][0] if row.id in answers else STOPPED
        if not outcome.delivered:
            found.setdefault((row.attempts, outcome), []).append(row)
    return found


def _without_pan(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _without_pan(value) for name, value in data.items() if name != "pan"}
    return [_without_pan(one) for one in data] if isinstance(data, list) else data
