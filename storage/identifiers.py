"""Queries on identifiers and the evidence about them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, func, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import Decision, Identifier, Report, ReportIdentifier, Watch


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
    query = select(Decision).where(Decision.identifier_id == identifier_id).order_by(col(Decision.id).desc())
    if result:
        query = query.where(Decision.result == result)
    return (await session.exec(query.limit(1))).first()


async def told_by(
    session: AsyncSession, identifier_id: int, since: datetime
) -> tuple[int, datetime | None, datetime | None]:
    """How many different people have standing reports on it after `since`; when first and last."""
    told = select(
        func.count(func.distinct(ReportIdentifier.reporter_key)),
        func.min(ReportIdentifier.reported_at),
        func.max(ReportIdentifier.reported_at),
    )
    people, first, last = (await session.exec(_standing(told, identifier_id, since))).one()
    return people, first, last


async def schemes_told(session: AsyncSession, identifier_id: int, since: datetime) -> Sequence[Row]:
    """(scheme, different people) for the standing reports on it after `since`."""
    people = func.count(func.distinct(ReportIdentifier.reporter_key))
    query = _standing(select(Report.scheme, people), identifier_id, since).group_by(col(Report.scheme))
    return (await session.exec(query)).all()


def _standing(query, identifier_id: int, since: datetime):  # type: ignore[no-untyped-def]
    return query.join(Report, col(Report.id) == ReportIdentifier.report_id).where(
        ReportIdentifier.identifier_id == identifier_id,
        ReportIdentifier.reported_at > since,
        Report.status != "withdrawn",
    )


async def watch_of(session: AsyncSession, person_id: int | None, identifier_id: int | None) -> Watch | None:
    return await session.get(Watch, (person_id, identifier_id))


async def watches_of(session: AsyncSession, person_id: int | None) -> Sequence[Watch]:
    return (await session.exec(select(Watch).where(Watch.person_id == person_id))).all()


async def watchers(session: AsyncSession, identifier_id: int | None) -> Sequence[Watch]:
    return (await session.exec(select(Watch).where(Watch.identifier_id == identifier_id))).all()
