"""Queries on identifiers and the evidence about them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.reports import WHO
from storage.tables import Appeal, Decision, Identifier, Report, ReportIdentifier, Sign, Watch


async def by_values(session: AsyncSession, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Identifier]:
    """Identifier rows by (kind, value); one query."""
    if not pairs:
        return {}
    wanted = tuple_(col(Identifier.kind), col(Identifier.value)).in_(pairs)
    return {(row.kind, row.value): row for row in await session.exec(select(Identifier).where(wanted))}


async def obtain(session: AsyncSession, row: Identifier) -> Identifier:
    """The stored row of this kind and value, made if there is none."""
    await insert_ignoring(session, row, "kind", "value")
    known = select(Identifier).where(Identifier.kind == row.kind, Identifier.value == row.value)
    return (await session.exec(known)).one()


async def last_decision(session: AsyncSession, identifier_id: int, result: str | None = None) -> Decision | None:
    query = select(Decision).where(Decision.identifier_id == identifier_id, col(Decision.undone_at).is_(None))
    query = query.order_by(col(Decision.id).desc())
    if result:
        query = query.where(Decision.result == result)
    return (await session.exec(query.limit(1))).first()


async def signs(session: AsyncSession, identifier_id: int) -> Sequence[Sign]:
    """The facts about it that count: not withdrawn, and not for the desk alone."""
    query = select(Sign).where(
        Sign.identifier_id == identifier_id, col(Sign.withdrawn_at).is_(None), col(Sign.published).is_(True)
    )
    return (await session.exec(query.order_by(col(Sign.id)))).all()


async def signs_of(session: AsyncSession, ids: Sequence[int]) -> Sequence[Sign]:
    """As `signs`, of many identifiers; one query."""
    query = select(Sign).where(
        col(Sign.identifier_id).in_(ids), col(Sign.withdrawn_at).is_(None), col(Sign.published).is_(True)
    )
    return (await session.exec(query.order_by(col(Sign.id)))).all() if ids else []


async def open_appeal(session: AsyncSession, identifier_id: int | None) -> Appeal | None:
    query = select(Appeal).where(Appeal.identifier_id == identifier_id, col(Appeal.decided_at).is_(None))
    return (await session.exec(query)).first()


async def stale(session: AsyncSession, now: datetime, limit: int) -> Sequence[Identifier]:
    """Those whose stored summary time may have changed."""
    query = select(Identifier).where(col(Identifier.stale_at) <= now).order_by(col(Identifier.stale_at)).limit(limit)
    return (await session.exec(query)).all()


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> Sequence[Identifier]:
    return (await session.exec(select(Identifier).where(col(Identifier.id).in_(ids)))).all() if ids else []


async def seen_together(session: AsyncSession, pairs: Sequence[tuple[str, str]]) -> tuple[int, datetime | None]:
    """How many people told about at least two of these in one report, and when last."""
    wanted = select(Identifier.id).where(tuple_(col(Identifier.kind), col(Identifier.value)).in_(pairs))
    together = (
        select(Report.id)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .where(col(ReportIdentifier.identifier_id).in_(wanted), Report.status != "withdrawn")
        .group_by(col(Report.id))
        .having(func.count() > 1)
    )
    query = select(func.count(func.distinct(WHO)), func.max(Report.created_at)).where(col(Report.id).in_(together))
    count, last = (await session.exec(query)).one()
    return count, last


async def watch_of(session: AsyncSession, person_id: int | None, identifier_id: int | None) -> Watch | None:
    return await session.get(Watch, (person_id, identifier_id))


async def watches_of(session: AsyncSession, person_id: int | None) -> Sequence[Watch]:
    return (await session.exec(select(Watch).where(Watch.person_id == person_id))).all()


async def watchers(session: AsyncSession, identifier_id: int | None) -> Sequence[Watch]:
    return (await session.exec(select(Watch).where(Watch.identifier_id == identifier_id))).all()
