"""Queries for exports: page by page in the order of ids, so that memory does not grow with the period.

What is exported is what the police has: reports that reached the desk and were not taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Case, Decision, Identifier, Outbox, Report, ReportIdentifier, Sign

Link = ReportIdentifier
TENGE = case((func.coalesce(Report.loss_currency, "KZT") == "KZT", Report.loss_minor))


@dataclass(frozen=True, slots=True)
class Period:
    """Reports that came from `since` on, before `until`."""

    since: datetime | None
    until: datetime


def _told(period: Period) -> list[ColumnElement[bool]]:
    at = col(Report.created_at)
    since = [at >= period.since] if period.since else []
    return [col(Report.forwarded_at).is_not(None), col(Report.status) != "withdrawn", at < period.until, *since]


def _named(period: Period) -> ColumnElement[bool]:
    told = select(Link.report_id).join(Report, col(Report.id) == Link.report_id)
    return exists(told.where(col(Link.identifier_id) == Identifier.id, *_told(period)))


def _worked(period: Period) -> ColumnElement[bool]:
    return exists(select(Report.id).where(col(Report.case_id) == Case.id, *_told(period)))


async def count(session: AsyncSession, period: Period, what: type[Report | Identifier | Case]) -> int:
    """How many of these the period has."""
    wanted = {Report: lambda: _told(period), Identifier: lambda: [_named(period)], Case: lambda: [_worked(period)]}
    query = columns(func.count()).select_from(what).where(*wanted[what]())
    return (await session.execute(query)).scalar_one()


async def reports(session: AsyncSession, period: Period, *, after: int, limit: int) -> Sequence[Report]:
    query = select(Report).where(Report.id > after, *_told(period)).order_by(col(Report.id)).limit(limit)
    return (await session.exec(query)).all()


async def identifiers(session: AsyncSession, period: Period, *, after: int, limit: int) -> Sequence[Identifier]:
    query = select(Identifier).where(Identifier.id > after, _named(period)).order_by(col(Identifier.id)).limit(limit)
    return (await session.exec(query)).all()


async def cases(session: AsyncSession, period: Period, *, after: int, limit: int) -> Sequence[Case]:
    query = select(Case).where(Case.id > after, _worked(period)).order_by(col(Case.id)).limit(limit)
    return (await session.exec(query)).all()


async def states(session: AsyncSession, cases: set[int | None]) -> dict[int | None, tuple[str, str | None]]:
    """(status, outcome) by case."""
    found = await session.exec(select(Case.id, Case.status, Case.outcome).where(col(Case.id).in_(cases)))
    return {case: (status, outcome) for case, status, outcome in found}


async def names(session: AsyncSession, reports: Sequence[int]) -> list[tuple[int, str | None, Identifier]]:
    """(report, role, identifier) of everything that these reports name."""
    query = (
        columns(col(Link.report_id), col(Link.role), Identifier)
        .join(Identifier, col(Identifier.id) == Link.identifier_id)
        .where(col(Link.report_id).in_(reports))
        .order_by(col(Link.report_id), col(Link.identifier_id))
    )
    return [(report, role, identifier) for report, role, identifier in await session.execute(query)]


async def decisions(session: AsyncSession, identifiers: Sequence[int]) -> dict[int, Decision]:
    """The desk's last word on each."""
    query = select(Decision).where(col(Decision.identifier_id).in_(identifiers), col(Decision.undone_at).is_(None))
    return {one.identifier_id: one for one in await session.exec(query.order_by(col(Decision.id)))}


async def sums(session: AsyncSession, period: Period, identifiers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(reports, money in tiyn) by identifier."""
    query = (
        columns(col(Link.identifier_id), func.count(), func.coalesce(func.sum(TENGE), 0))
        .join(Report, col(Report.id) == Link.report_id)
        .where(col(Link.identifier_id).in_(identifiers), *_told(period))
        .group_by(col(Link.identifier_id))
    )
    return {one: (count, int(money)) for one, count, money in await session.execute(query)}


async def cases_naming(
    session: AsyncSession, period: Period, identifiers: Sequence[int], *, limit: int
) -> dict[int, list[int]]:
    """The cases whose reports name each identifier, the newest `limit`."""
    place = func.row_number().over(partition_by=col(Link.identifier_id), order_by=col(Report.case_id).desc())
    met = (
        columns(col(Link.identifier_id).label("identifier"), col(Report.case_id).label("case"), place.label("place"))
        .join(Report, col(Report.id) == Link.report_id)
        .where(col(Link.identifier_id).in_(identifiers), col(Report.case_id).is_not(None), *_told(period))
        .group_by(col(Link.identifier_id), col(Report.case_id))
        .subquery()
    )
    query = columns(met.c.identifier, met.c.case).where(met.c.place <= limit).order_by(met.c.identifier, met.c.place)
    return _grouped(await session.execute(query))


async def work(
    session: AsyncSession, period: Period, cases: Sequence[int]
) -> dict[int, tuple[int, int, datetime, datetime, int]]:
    """(reports, people, first, last, money in tiyn) by case."""
    people = func.count(func.distinct(func.coalesce(Report.reporter_id, -col(Report.id))))
    at = col(Report.created_at)
    query = (
        columns(
            col(Report.case_id), func.count(), people, func.min(at), func.max(at), func.coalesce(func.sum(TENGE), 0)
        )
        .where(col(Report.case_id).in_(cases), *_told(period))
        .group_by(col(Report.case_id))
    )
    rows = await session.execute(query)
    return {case: (count, people, first, last, int(money)) for case, count, people, first, last, money in rows}


async def used(
    session: AsyncSession, period: Period, cases: Sequence[int], *, limit: int
) -> dict[int, list[Identifier]]:
    """What the reports of each case name, the most named `limit`."""
    often = func.row_number().over(
        partition_by=col(Report.case_id), order_by=(func.count().desc(), col(Link.identifier_id))
    )
    met = (
        columns(col(Report.case_id).label("case"), col(Link.identifier_id).label("id"), often.label("place"))
        .join(Link, col(Link.report_id) == Report.id)
        .where(col(Report.case_id).in_(cases), *_told(period))
        .group_by(col(Report.case_id), col(Link.identifier_id))
        .subquery()
    )
    query = columns(met.c.case, Identifier).join(met, met.c.id == Identifier.id).where(met.c.place <= limit)
    return _grouped(await session.execute(query.order_by(met.c.case, met.c.place)))


async def uids(session: AsyncSession, period: Period, cases: Sequence[int]) -> dict[int, list[str]]:
    """The reports of each case, by what partners call them."""
    query = columns(col(Report.case_id), col(Report.uid)).where(col(Report.case_id).in_(cases), *_told(period))
    return _grouped(await session.execute(query.order_by(col(Report.id))))


async def registered(
    session: AsyncSession, cases: Sequence[int], *, source: str, code: str
) -> dict[int, list[tuple[str, bool]]]:
    """(number of a criminal case, whether it is published) by case of the desk."""
    query = (
        columns(col(Report.case_id), col(Sign.reference), col(Sign.published))
        .join(Link, col(Link.report_id) == Report.id)
        .join(Sign, col(Sign.identifier_id) == Link.identifier_id)
        .where(
            col(Report.case_id).in_(cases), col(Sign.source) == source, col(Sign.code) == code,
            col(Sign.withdrawn_at).is_(None), col(Sign.reference).is_not(None),
        )
        .distinct()
        .order_by(col(Report.case_id), col(Sign.reference))
    )  # fmt: skip
    return _grouped((case, (number, published)) for case, number, published in await session.execute(query))


async def ordered(session: AsyncSession, key: str) -> bool:
    """Whether an export was asked for under this key already."""
    return (await session.exec(select(Outbox.id).where(Outbox.dedup_key == key))).first() is not None


def _grouped(pairs: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
