"""Delivers the events of one partner: claim, post, record and claim the next in one commit. None waits for another."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from time import monotonic
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from sqlmodel.ext.asyncio.session import AsyncSession

from core import clocks, copies, outbox
from core.copies import Sharing
from core.routing import Partner
from partners.client import AT_ONCE, Client, Outcome
from partners.registry import Door, Live
from storage import copies as rows
from storage import outbox as queue
from storage.copies import Sealed
from storage.engine import Database
from storage.outbox import Claimed

log = structlog.get_logger()
BATCH, LARGEST = 4 * AT_ONCE, 64 * AT_ONCE
POSTING, LEASE = timedelta(seconds=60), timedelta(seconds=120)  # posts of a batch begin in its first minute
QUICK = 10  # seconds for a batch
NOTED_EVERY = timedelta(seconds=30)  # how often a success is written down
SCHEDULE = tuple(
    timedelta(seconds=5) if one is None else timedelta(minutes=one)
    for one in (None, 1, 5, 30, 120, 300, 600, 840, 1200, 1440)
)
PAN = b'"pan":'
STOPPED = Outcome(None, "stopped")


def pause(attempt: int, jitter: Callable[[], float] = random.random) -> timedelta | None:
    """Time to wait after the n-th failed attempt (1, 2, …), ±10 %; None where there will be no other."""
    return SCHEDULE[attempt - 1] * (0.9 + 0.2 * jitter()) if attempt <= len(SCHEDULE) else None


@dataclass(slots=True)
class Batch:
    """Events of one partner in hand, and what it answered to each."""

    door: Door
    limit: int
    since: datetime
    rows: Sequence[Claimed]
    events: dict[int, Sealed]
    answers: dict[int, tuple[Outcome, bytes]] = field(default_factory=dict)
    quick: bool = False

    @property
    def delivered(self) -> int:
        return sum(outcome.delivered for outcome, _ in self.answers.values())

    @property
    def gone(self) -> bool:
        return any(outcome.gone for outcome, _ in self.answers.values())

    @property
    def following(self) -> int:
        """How many to take next: more of who is quick, none at once of who takes nothing."""
        if not self.delivered or self.gone:
            return 0
        return min(4 * self.limit, LARGEST) if self.quick else BATCH


class Delivery:
    def __init__(self, db: Database, live: Live, sharing: Sharing, clock: Callable[[], datetime]) -> None:
        self.db, self.live, self.sharing, self.clock = db, live, sharing, clock
        self.client = Client()
        self.noted: dict[str, datetime] = {}  # partners that do well, and when that was written last
        self.stopping = False  # no post begins any more
        self.terms: dict[str, datetime] = {}  # the end of the term whose clock runs already

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

    async def take(self, partner_id: str, limit: int = BATCH) -> Batch | None:
        """What is due to a partner, in hand from here on."""
        door = self.live.door(partner_id)
        if door is None:
            return None
        async with self.db.begin() as session:
            claimed = await self._claim(session, partner_id, limit)
        return await self._batch(door, limit, claimed)

    async def _claim(self, session: AsyncSession, partner_id: str, limit: int) -> list[Claimed]:
        now = self.clock()
        return await queue.claim_lane(session, now=now, lease=now + LEASE, limit=limit, lane=partner_id)

    async def _batch(self, door: Door, limit: int, claimed: list[Claimed]) -> Batch | None:
        if not claimed:
            return None
        async with self.db.read() as session:
            events = await rows.events(session, [row.payload["event"] for row in claimed])
        return Batch(door, limit, self.clock(), claimed, events)

    async def round(self, partner_id: str) -> int:
        """One batch and no other; how many events were tried."""
        batch = await self.take(partner_id)
        if batch:
            await self.deliver(batch, more=False)
        return len(batch.rows) if batch else 0

    async def deliver(self, batch: Batch, *, more: bool = True) -> Batch | None:
        """Posts it, and records it in one commit with taking what follows. Cancelled, it frees what has not left."""
        waiting, start = takewhile(lambda _: self._may_post(batch), batch.rows), monotonic()
        door, limit = batch.door, 0
        try:
            await asyncio.gather(*(self._post(batch, waiting) for _ in range(AT_ONCE)))
            batch.quick = monotonic() - start < QUICK
            current = self.live.door(door.partner.id)  # another one after a reload, or none any more
            if more and current and not self.stopping:
                door, limit = current, batch.following
        finally:  # whatever ended it: what was answered is known
            taken = await self._record(batch, limit)
        return await self._batch(door, limit, taken)

    def _may_post(self, batch: Batch) -> bool:
        return not self.stopping and self.clock() < batch.since + POSTING

    async def _post(self, batch: Batch, waiting: Iterator[Claimed]) -> None:
        """One of several that share the batch."""
        for row in waiting:
            event = batch.events[row.payload["event"]]
            try:
                body = self.sharing.keys.unseal("event", event.body or b"")
            except (InvalidTag, IndexError, ValueError):
                batch.answers[row.id] = Outcome(None, "its content is gone or sealed by another key"), b""
            else:
                batch.answers[row.id] = await self.client.post(batch.door, event.webhook_id, body), body

    async def _record(self, batch: Batch, take: int) -> list[Claimed]:
        now, partner = self.clock(), batch.door.partner
        due = await self._term(partner, now)
        async with self.db.begin() as session:
            await self._delivered(session, batch, due, now)
            for (tries, outcome), some in _alike(batch).items():
                await self._failed(session, partner, some, tries, outcome, now)
            await self._note_state(session, partner, [outcome for outcome, _ in batch.answers.values()], now)
            return await self._claim(session, partner.id, take) if take else []

    async def _delivered(self, session: AsyncSession, batch: Batch, due: datetime | None, now: datetime) -> None:
        done = [row for row in batch.rows if row.id in batch.answers and batch.answers[row.id][0].delivered]
        if not done:
            return
        mine = [batch.events[row.payload["event"]] for row in done]
        await queue.record_all(session, [row.id for row in done], done_at=now)
        await rows.delivered(session, batch.door.partner.id, {one.id: one.report_id for one in mine}, now, due)
        for row, event in zip(done, mine, strict=True):
            await self._forget_pan(session, event, batch.answers[row.id][1])

    async def _term(self, partner: Partner, now: datetime) -> datetime | None:
        """By when it must answer what arrives now; the clock of that day is set by a commit of its own, once."""
        due = clocks.due(partner.kind, self.sharing.country, now)
        if due and self.terms.get(partner.id) != due:
            async with self.db.begin() as session:
                await clocks.start(session, partner, country=self.sharing.country, now=now)
            self.terms[partner.id] = due
        return due

    async def _failed(
        self,
        session: AsyncSession,
        partner: Partner,
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
        log.warning("events not taken", count=len(ids), partner=partner.id, attempt=tries, why=outcome.why)
        if wait is None:
            await queue.record_all(session, ids, failed_at=now, error=outcome.why)
            text = f"events for partner {partner.id} are given up, see: saqbol partners dead"
            await _alarm(session, partner, text, key=f"dead:{partner.id}:{now.date()}", now=now)
        else:
            await queue.record_all(session, ids, retry_at=now + wait, error=outcome.why)
        await rows.failed(session, events, outcome.why, None if wait else now)

    async def _note_state(
        self, session: AsyncSession, partner: Partner, outcomes: Sequence[Outcome], now: datetime
    ) -> None:
        """Over all replicas: since when it fails, and whether it said 410."""
        well = any(one.delivered for one in outcomes)
        often = well and partner.id in self.noted and self.noted[partner.id] > now - NOTED_EVERY
        if not outcomes or (often and not any(one.gone for one in outcomes)):
            return
        state = await rows.state(session, partner.id)
        if well:
            state.delivered_at, state.failing_since = now, None
            self.noted[partner.id] = now
        else:
            state.failing_since = state.failing_since or now
            self.noted.pop(partner.id, None)
        if any(one.gone for one in outcomes) and state.paused_at is None:
            state.paused_at, state.paused_why = now, "HTTP 410"
            text = f"partner {partner.id} answered 410: nothing is sent until saqbol partners replay {partner.id}"
            await _alarm(session, partner, text, key=f"paused:{partner.id}:{now.isoformat()}", now=now)
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


async def _alarm(session: AsyncSession, partner: Partner, text: str, *, key: str, now: datetime) -> None:
    """Those who run the service hear what to do; the desk, whom it must reach by another way."""
    await outbox.alarm(session, text, key=key, now=now)
    payload = {"partner": partner.id, "name": partner.name}
    await outbox.put(session, "unreached", payload, key=f"unreached:{key}", now=now)


def _alike(batch: Batch) -> dict[tuple[int, Outcome], list[Claimed]]:
    """What was not delivered, by the number of the attempt and what came of it."""
    found: dict[tuple[int, Outcome], list[Claimed]] = {}
    for row in batch.rows:
        outcome = batch.answers[row.id][0] if row.id in batch.answers else STOPPED
        if not outcome.delivered:
            found.setdefault((row.attempts, outcome), []).append(row)
    return found


def _without_pan(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _without_pan(value) for name, value in data.items() if name != "pan"}
    return [_without_pan(one) for one in data] if isinstance(data, list) else data
