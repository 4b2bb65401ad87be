"""What must follow a committed change, kept in the same commit: claim, send, record.

A row is claimed with a lease, sent outside any transaction, and recorded. A crash between sending and recording sends
again, so receivers get a row at least once. Rows with the same `order_key` leave one after the other.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox as rows
from storage.engine import Database
from storage.tables import Outbox

Sender = Callable[[Outbox], Awaitable[None]]
log = structlog.get_logger()

LEASE = timedelta(seconds=90)
ATTEMPTS = 14
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)


class Later(Exception):
    """The receiver asked to come back after `delay`; does not count as a failed attempt."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(str(delay))
        self.delay = delay


class Hopeless(Exception):
    """Sending this again can never succeed; stays visible as failed and raises an alarm."""


async def put(
    session: AsyncSession,
    kind: str,
    payload: dict[str, Any],
    *,
    key: str,
    now: datetime,
    due: datetime | None = None,
    order: str | None = None,
    lane: str = "",
) -> None:
    """Once per `key`, for ever: a second call with the same key changes nothing."""
    row = Outbox(
        kind=kind, dedup_key=key, order_key=order, lane=lane, payload=payload, created_at=now, due_at=due or now
    )
    await rows.insert_once(session, row)


async def renew(
    session: AsyncSession,
    kind: str,
    payload: dict[str, Any],
    *,
    key: str,
    now: datetime,
    due: datetime | None = None,
) -> None:
    """Like `put`, but due again where the row was sent already: for what is rendered afresh at sending."""
    if not await rows.rearm(session, key, due or now):
        await put(session, kind, payload, key=key, now=now, due=due)


async def cancel(session: AsyncSession, key: str) -> None:
    """Forgets a row that has not left yet."""
    await rows.delete_pending(session, key)


def pause(attempt: int, jitter: Callable[[], float] = random.random) -> timedelta:
    """Time to wait after the n-th failed attempt (1, 2, …): doubling from 2 s to an hour, ±20 %."""
    return min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE) * (0.8 + 0.4 * jitter())


async def deliver_due(
    db: Database, senders: Mapping[str, Sender], *, clock: Callable[[], datetime], limit: int = 10
) -> int:
    """Sends what is due, at most `limit` rows; returns how many were tried."""
    now = clock()
    async with db.begin() as session:
        claimed = await rows.claim(session, now=now, lease=now + LEASE, limit=limit)
    await asyncio.gather(*(_deliver(db, senders, row, clock) for row in claimed))
    return len(claimed)


async def _deliver(db: Database, senders: Mapping[str, Sender], row: Outbox, clock: Callable[[], datetime]) -> None:
    try:
        await asyncio.wait_for(senders[row.kind](row), LEASE.total_seconds() * 0.8)
    except asyncio.CancelledError:  # the process stops: due again at once, for whoever runs next
        await _record(db, row, retry_at=row.due_at, attempts=row.attempts - 1, error="stopped")
        raise
    except Later as later:
        await _record(db, row, retry_at=clock() + later.delay, attempts=row.attempts - 1, error="asked to wait")
    except Hopeless as error:
        await _give_up(db, row, clock(), str(error))
    except Exception as error:
        await _failed(db, row, clock(), error)
    else:
        await _record(db, row, done_at=clock())


async def _failed(db: Database, row: Outbox, now: datetime, error: Exception) -> None:
    if row.attempts >= ATTEMPTS:
        await _give_up(db, row, now, type(error).__name__)
        return
    log.warning("outbox retry", row=row.id, kind=row.kind, attempt=row.attempts, error=type(error).__name__)
    await _record(db, row, retry_at=now + pause(row.attempts), error=type(error).__name__)


async def _give_up(db: Database, row: Outbox, now: datetime, error: str) -> None:
    log.error("outbox failed", row=row.id, kind=row.kind, error=error)
    async with db.begin() as session:
        await rows.record(session, row, failed_at=now, error=error)
        if row.kind != "alarm":
            await alarm(
                session, f"delivery {row.id} ({row.kind}) failed for good: {error}", key=f"dead:{row.id}", now=now
            )


async def _record(db: Database, row: Outbox, **outcome: Any) -> None:
    async with db.begin() as session:
        await rows.record(session, row, **outcome)


async def alarm(session: AsyncSession, text: str, *, key: str, now: datetime) -> None:
    """Tells those who run the service. `text` carries ids only."""
    await put(session, "alarm", {"text": text}, key=f"alarm:{key}", now=now)
