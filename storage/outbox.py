"""Queries on the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Outbox

PENDING = (col(Outbox.done_at).is_(None), col(Outbox.failed_at).is_(None))


async def insert_ignoring(session: AsyncSession, row: Any, *unique: str) -> bool:
    """Inserts unless a row with the same unique columns exists (one statement, so two writers cannot collide)."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {key: value for key, value in row.model_dump().items() if not (key == "id" and value is None)}
    statement = dialect.insert(type(row)).values(**values).on_conflict_do_nothing(index_elements=unique)
    return (await session.exec(statement)).rowcount > 0


async def insert_once(session: AsyncSession, row: Outbox) -> bool:
    return await insert_ignoring(session, row, "dedup_key")


async def rearm(session: AsyncSession, key: str, due: datetime) -> bool:
    """Makes the row of `key` due. One that waits already keeps its earlier time; one in flight will go again."""
    row = (await session.exec(select(Outbox).where(col(Outbox.dedup_key) == key).with_for_update())).first()
    if row is None:
        return False
    again = row.leased_until is None or row.attempts == 0  # in flight, but made due again already
    waiting = row.done_at is None and row.failed_at is None and again
    if not (waiting and row.due_at <= due):
        row.due_at, row.done_at, row.failed_at, row.attempts = due, None, None, 0
        session.add(row)
    return True


async def rearm_new(session: AsyncSession, key: str, due: datetime) -> bool:
    """Makes the row of `key` due with all its attempts before it, whatever became of it. False where there is none."""
    values = {"due_at": due, "done_at": None, "failed_at": None, "attempts": 0, "error": None, "leased_until": None}
    return (await session.exec(update(Outbox).where(col(Outbox.dedup_key) == key).values(values))).rowcount > 0


async def delete_pending(session: AsyncSession, key: str) -> None:
    await session.exec(delete(Outbox).where(col(Outbox.dedup_key) == key, *PENDING))


def _claimable() -> tuple[Any, ...]:
    """Due in a lane, in nobody's hands, and the head of its order."""
    earlier = aliased(Outbox)
    waits = exists().where(
        col(earlier.order_key) == col(Outbox.order_key),
        col(earlier.id) < col(Outbox.id),
        col(earlier.done_at).is_(None),
        col(earlier.failed_at).is_(None),
    )
    moment = bindparam("moment", type_=Outbox.due_at.type)  # type: ignore[attr-defined]
    free = or_(col(Outbox.leased_until).is_(None), col(Outbox.leased_until) < moment)
    return (col(Outbox.lane) == bindparam("of"), *PENDING, col(Outbox.due_at) <= moment, free, ~waits)


def _taking(*columns: Any) -> Any:
    due = (
        select(col(Outbox.id))
        .where(*_claimable())
        .order_by(col(Outbox.due_at), col(Outbox.id))
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED")
    )
    lease = bindparam("lease", type_=Outbox.leased_until.type)  # type: ignore[union-attr]
    taken = update(Outbox).where(col(Outbox.id).in_(select(due.c.id)))
    taken = taken.values(leased_until=lease, attempts=Outbox.attempts + 1)
    return taken.returning(*columns).execution_options(synchronize_session=False)


# built once: they run at every commit, and building one costs more than running it
ANY_DUE = select(col(Outbox.id)).where(*_claimable()).limit(1)
TAKE = _taking(Outbox)
TAKE_LANE = _taking(col(Outbox.id), col(Outbox.attempts), col(Outbox.payload))


async def any_due(session: AsyncSession, now: datetime, lane: str = "") -> bool:
    """Whether `claim` would find something: a look that takes no lock."""
    return (await session.exec(ANY_DUE, params={"moment": now, "of": lane})).first() is not None


async def free_leases(session: AsyncSession) -> None:
    """Makes due what a process that is no more had in hand. Only where there can be no other process."""
    await session.exec(update(Outbox).where(*PENDING).values(leased_until=None))


async def claim(session: AsyncSession, *, now: datetime, lease: datetime, limit: int, lane: str = "") -> list[Outbox]:
    """Takes up to `limit` due rows for this worker until `lease`, oldest first, the head of each order only."""
    claimed = (await session.exec(TAKE, params=_of(now, lease, limit, lane))).scalars().all()
    return sorted(claimed, key=lambda row: (row.due_at, row.id))


class Claimed(NamedTuple):
    """What a lane needs of a row: a table row for each would cost as much as sending it."""

    id: int
    attempts: int
    payload: dict[str, Any]


async def claim_lane(session: AsyncSession, *, now: datetime, lease: datetime, limit: int, lane: str) -> list[Claimed]:
    """Like `claim`, for many rows."""
    taken = await session.exec(TAKE_LANE, params=_of(now, lease, limit, lane))
    return sorted((Claimed(*row) for row in taken), key=lambda row: row.id)


def _of(now: datetime, lease: datetime, limit: int, lane: str) -> dict[str, Any]:
    return {"moment": now, "lease": lease, "most": limit, "of": lane}


async def record(
    session: AsyncSession,
    row: Outbox,
    *,
    done_at: datetime | None = None,
    failed_at: datetime | None = None,
    retry_at: datetime | None = None,
    attempts: int | None = None,
    error: str | None = None,
) -> None:
    """Writes what became of a claimed row, unless it was made due again meanwhile: then it only comes free."""
    values: dict[str, Any] = {"done_at": done_at, "failed_at": failed_at, "error": error, "leased_until": None}
    if retry_at:
        values["due_at"] = retry_at
    if attempts is not None:
        values["attempts"] = attempts
    mine = update(Outbox).where(col(Outbox.id) == row.id)
    # made due again sets the attempts to none: also where both fell on one moment
    unchanged = mine.where(col(Outbox.due_at) == row.due_at, col(Outbox.attempts) > 0).values(**values)
    if not (await session.exec(unchanged)).rowcount:
        await session.exec(mine.values(leased_until=None))


async def pending(session: AsyncSession) -> int:
    """How many rows have neither left nor failed."""
    return (await session.exec(select(func.count()).select_from(Outbox).where(*PENDING))).one()


async def record_all(
    session: AsyncSession,
    ids: Sequence[int],
    *,
    done_at: datetime | None = None,
    failed_at: datetime | None = None,
    retry_at: datetime | None = None,
    attempts: int | None = None,
    error: str | None = None,
) -> None:
    """Like `record` for rows that came to the same, of a kind that is never renewed."""
    values: dict[str, Any] = {"done_at": done_at, "failed_at": failed_at, "error": error, "leased_until": None}
    values |= {"due_at": retry_at} if retry_at else {}
    values |= {"attempts": attempts} if attempts is not None else {}
    await session.exec(update(Outbox).where(col(Outbox.id).in_(ids)).values(values))


async def next_due(session: AsyncSession, after: datetime) -> datetime | None:
    """When something becomes due that is not due yet."""
    return (await session.exec(select(func.min(Outbox.due_at)).where(*PENDING, Outbox.due_at > after))).one()


async def forget_old(session: AsyncSession, before: datetime) -> None:
    await session.exec(delete(Outbox).where(col(Outbox.done_at) < before))


async def remember(session: AsyncSession, row_id: int, payload: dict[str, Any]) -> None:
    """How far a long delivery came, in the same commit as what it did."""
    await session.exec(update(Outbox).where(col(Outbox.id) == row_id).values(payload=payload))
