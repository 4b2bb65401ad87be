"""Queries on how much came and what became of it. Spans are aware UTC, the end excluded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, text
from sqlalchemy import case as when
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Case, Decision, History, Identifier, Outbox, Report
from storage.testimonies import COUNTED, Link

CREATED = col(Report.created_at)


def _came(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return CREATED >= start, CREATED < end, col(Report.status) != "withdrawn"


async def groups(session: AsyncSession, edges: Sequence[datetime]) -> list[tuple[int, str, str | None, str, int, int]]:
    """(step between two neighbouring edges, scheme, city, currency, reports, money in minor units) of what came."""
    currency = func.coalesce(Report.loss_currency, "KZT")
    step = when(*((CREATED < edge, number) for number, edge in enumerate(edges[1:])), else_=len(edges) - 2)
    kinds = (col(Report.scheme), col(Report.city), currency, step)
    query = columns(*kinds, func.count(), func.coalesce(func.sum(Report.loss_minor), 0))
    found = await session.execute(query.where(*_came(edges[0], edges[-1])).group_by(text("1, 2, 3, 4")))
    return [(place, scheme, city, sign, count, int(loss)) for scheme, city, sign, place, count, loss in found]


async def people(session: AsyncSession, start: datetime, end: datetime) -> int:
    """Different reporters, those unlinked by /forget counted one by one."""
    query = select(func.count(func.distinct(func.coalesce(Report.reporter_id, -Report.id))))
    return (await session.exec(query.where(*_came(start, end)))).one()


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


async def waited(
    session: AsyncSession, start: datetime, end: datetime, *steps: Sequence[str], every: int
) -> list[list[timedelta]]:
    """How long the reports waited for the first step of each group of steps; those that still wait are left out.

    `every`: one report in so many is looked at.
    """
    sample = [col(Report.id) % every == 0] if every > 1 else []
    query = columns(CREATED, *map(_first, steps)).where(*_came(start, end), *sample)
    found = (await session.execute(query)).all()
    return [[row[place] - row[0] for row in found if row[place]] for place in range(1, len(steps) + 1)]


def _first(steps: Sequence[str]) -> Any:
    """When the report first came to one of these steps. A scalar, so that every planner starts from the reports."""
    query = columns(func.min(History.at)).where(
        col(History.report_id) == col(Report.id), col(History.step).in_(steps), col(History.undone_at).is_(None)
    )
    return query.correlate(Report).scalar_subquery()


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
