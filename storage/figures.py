"""Queries on how much came and what became of it. Spans are aware UTC, the end excluded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import case as when
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Case, Decision, History, Identifier, Outbox, Report
from storage.testimonies import COUNTED, Link

CREATED = col(Report.created_at)


def _came(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return CREATED >= start, CREATED < end, col(Report.status) != "withdrawn"


async def groups(session: AsyncSession, start: datetime, end: datetime) -> list[tuple[str, str | None, str, int, int]]:
    """(scheme, city, currency, reports, money in minor units) of what came."""
    currency = func.coalesce(Report.loss_currency, "KZT")
    kinds = (col(Report.scheme), col(Report.city), currency)
    query = columns(*kinds, func.count(), func.coalesce(func.sum(Report.loss_minor), 0))
    found = await session.execute(query.where(*_came(start, end)).group_by(*kinds))
    return [(scheme, city, sign, count, int(loss)) for scheme, city, sign, count, loss in found]


async def people(session: AsyncSession, start: datetime, end: datetime) -> int:
    """Different reporters, those unlinked by /forget counted one by one."""
    query = select(func.count(func.distinct(func.coalesce(Report.reporter_id, -Report.id))))
    return (await session.exec(query.where(*_came(start, end)))).one()


async def line(session: AsyncSession, edges: Sequence[datetime]) -> list[int]:
    """Reports between each two neighbouring edges, in order."""
    place = when(*((CREATED < edge, number) for number, edge in enumerate(edges[1:])), else_=-1)
    query = columns(place, func.count()).where(*_came(edges[0], edges[-1])).group_by(place)
    counted: dict[int, int] = {number: count for number, count in await session.execute(query)}
    return [counted.get(number, 0) for number in range(len(edges) - 1)]


async def cases(session: AsyncSession, start: datetime, end: datetime) -> tuple[int, int, int]:
    """(opened, closed, cases in which something was confirmed). A case joined to another is that one."""
    opened = select(func.count()).where(Case.created_at >= start, Case.created_at < end, Case.status != "merged")
    closed = select(func.count()).where(
        col(Case.closed_at) >= start, col(Case.closed_at) < end, Case.status == "closed"
    )
    confirmed = (
        select(func.count(func.distinct(func.coalesce(Case.merged_into, Case.id))))
        .join(Decision, col(Decision.case_id) == Case.id)
        .where(
            Decision.result == "confirmed", Decision.at >= start, Decision.at < end, col(Decision.undone_at).is_(None)
        )
    )
    first, second, third = [(await session.exec(query)).one() for query in (opened, closed, confirmed)]
    return first, second, third


async def waited(session: AsyncSession, start: datetime, end: datetime, steps: Sequence[str]) -> list[float]:
    """Seconds from each report to the first of these steps, for reports whose first one fell into the span."""
    told = col(History.step).in_(steps), col(History.undone_at).is_(None)
    earlier = aliased(History)
    before = (
        columns(col(earlier.id))
        .where(
            col(earlier.report_id) == col(History.report_id), col(earlier.step).in_(steps),
            col(earlier.undone_at).is_(None), col(earlier.at) < start,
        )
        .exists()
    )  # fmt: skip
    query = (
        columns(CREATED, func.min(col(History.at)))
        .join(Report, col(Report.id) == col(History.report_id))
        .where(*told, col(History.report_id).is_not(None), col(History.at) >= start, col(History.at) < end, ~before)
        .group_by(col(History.report_id), CREATED)
    )
    return [(at - created).total_seconds() for created, at in await session.execute(query)]


async def named(session: AsyncSession, start: datetime, end: datetime, *, fewest: int) -> dict[int, int]:
    """Identifiers that at least `fewest` independent people reported in the span, and how many did."""
    return await _named(session, start, end, [func.count() >= fewest])


async def named_before(
    session: AsyncSession, identifiers: Sequence[int], start: datetime, end: datetime
) -> dict[int, int]:
    """Independent people in the span, for these identifiers."""
    found: dict[int, int] = {}
    for place in range(0, len(identifiers), 500):
        batch = col(Link.identifier_id).in_(identifiers[place : place + 500])
        found |= await _named(session, start, end, [], batch)
    return found


async def _named(
    session: AsyncSession, start: datetime, end: datetime, having: Sequence[Any], *where: ColumnElement[bool]
) -> dict[int, int]:
    query = columns(col(Link.identifier_id), func.count()).where(
        col(Link.reported_at) >= start, col(Link.reported_at) < end, *COUNTED, *where
    )
    found = await session.execute(query.group_by(col(Link.identifier_id)).having(*having))
    return {identifier: count for identifier, count in found}


async def accused(session: AsyncSession, identifiers: Sequence[int]) -> dict[int, Identifier]:
    """Those of them that are no real lines."""
    query = select(Identifier).where(col(Identifier.id).in_(identifiers), Identifier.level != "official")
    return {row.id: row for row in await session.exec(query)}


async def running(session: AsyncSession, now: datetime) -> int:
    """Cases that nobody took, with money leaving now."""
    query = select(func.count()).select_from(Case).where(Case.status == "open", Case.reports > 0)
    return (await session.exec(query.where(col(Case.running_until) > now))).one()


async def statuses(session: AsyncSession) -> dict[str, int]:
    """Reports by status."""
    query = columns(col(Report.status), func.count()).group_by(col(Report.status))
    return {status: count for status, count in await session.execute(query)}


async def dead(session: AsyncSession) -> int:
    """Outbox rows that failed for good."""
    return (await session.exec(select(func.count()).where(col(Outbox.failed_at).is_not(None)))).one()
