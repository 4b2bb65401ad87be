"""Queries on reports."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Case, Decision, Evidence, History, Identifier, Report, ReportIdentifier

OPEN = ("received", "forwarded", "taken")
REPLIES = ("answered", "declined", "line_closed", "line_opened", "unreachable")  # to what the desk asked
# who told, to count different people; the forgotten by a pseudonym, the same in reports on the same things
KEY = (
    select(func.min(ReportIdentifier.reporter_key))
    .where(ReportIdentifier.report_id == Report.id)
    .correlate(Report)
    .scalar_subquery()
)
WHO = func.coalesce(cast(Report.reporter_id, String), KEY)


async def open_report_on(
    session: AsyncSession, reporter_id: int | None, identifier_ids: Sequence[int | None], since: datetime
) -> Report | None:
    """The person's newest open report on any of the identifiers, not older than `since`."""
    query = (
        select(Report)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .where(
            Report.reporter_id == reporter_id,
            col(ReportIdentifier.identifier_id).in_(identifier_ids),
            col(Report.status).in_(OPEN),
            Report.created_at >= since,
        )
        .order_by(col(Report.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def by_number(session: AsyncSession, number: str) -> Report | None:
    return (await session.exec(select(Report).where(Report.number == number))).first()


async def page_of(session: AsyncSession, reporter_id: int | None, *, offset: int, limit: int) -> Sequence[Report]:
    """The person's reports, newest first."""
    query = select(Report).where(Report.reporter_id == reporter_id).order_by(col(Report.id).desc())
    return (await session.exec(query.offset(offset).limit(limit))).all()


async def count_of(session: AsyncSession, reporter_id: int | None) -> int:
    query = select(func.count()).select_from(Report).where(Report.reporter_id == reporter_id)
    return (await session.exec(query)).one()


async def identifiers(session: AsyncSession, report_id: int | None) -> Sequence[Identifier]:
    """What a report accuses, in the order it was told."""
    query = (
        select(Identifier)
        .join(ReportIdentifier, col(ReportIdentifier.identifier_id) == Identifier.id)
        .where(ReportIdentifier.report_id == report_id)
        .order_by(col(ReportIdentifier.reported_at), col(Identifier.id))
    )
    return (await session.exec(query)).all()


async def evidence(session: AsyncSession, report_id: int | None) -> Sequence[Evidence]:
    return (
        await session.exec(select(Evidence).where(Evidence.report_id == report_id).order_by(col(Evidence.id)))
    ).all()


async def history(session: AsyncSession, report_id: int | None) -> Sequence[History]:
    return (await session.exec(select(History).where(History.report_id == report_id).order_by(col(History.id)))).all()


async def of_case(session: AsyncSession, case_id: int | None) -> Sequence[Report]:
    return (await session.exec(select(Report).where(Report.case_id == case_id).order_by(col(Report.id)))).all()


async def case_identifiers(session: AsyncSession, case_id: int | None) -> Sequence[Identifier]:
    """Every identifier that a report of the case accuses, once."""
    accused = (
        select(ReportIdentifier.identifier_id)
        .join(Report, col(Report.id) == ReportIdentifier.report_id)
        .where(Report.case_id == case_id)
    )
    query = select(Identifier).where(col(Identifier.id).in_(accused)).order_by(col(Identifier.id))
    return (await session.exec(query)).all()


async def case_history(session: AsyncSession, case_id: int | None, limit: int = 12) -> Sequence[History]:
    """The officers' last moves and what reporters answered, oldest first."""
    query = select(History).where(
        History.case_id == case_id,
        or_(col(History.actor_id).is_not(None), col(History.step).in_(REPLIES)),
        col(History.undone_at).is_(None),
    )
    return list(reversed((await session.exec(query.order_by(col(History.id).desc()).limit(limit))).all()))


async def case_with(session: AsyncSession, identifier_id: int) -> Case | None:
    """The newest case that is not closed and has a report on the identifier."""
    query = (
        select(Case)
        .join(Report, col(Report.case_id) == Case.id)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .where(ReportIdentifier.identifier_id == identifier_id, Case.status != "closed")
        .order_by(col(Case.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def decisions(session: AsyncSession, case_id: int | None) -> dict[int, Decision]:
    """The newest decision by identifier, of this case and of those merged into it."""
    family = select(Case.id).where(or_(col(Case.id) == case_id, col(Case.merged_into) == case_id))
    query = select(Decision).where(col(Decision.case_id).in_(family), col(Decision.undone_at).is_(None))
    query = query.order_by(col(Decision.id))
    return {row.identifier_id: row for row in await session.exec(query)}


async def lock_case(session: AsyncSession, case_id: int) -> Case | None:
    return (await session.exec(select(Case).where(Case.id == case_id).with_for_update())).first()


async def lock(session: AsyncSession, report_id: int) -> Report | None:
    """The report, held until the commit, so that two replicas do not both move it."""
    return (await session.exec(select(Report).where(Report.id == report_id).with_for_update())).first()


async def untouched_since(session: AsyncSession, before: datetime, limit: int) -> Sequence[Report]:
    query = select(Report).where(col(Report.status).in_(OPEN), Report.updated_at < before).limit(limit)
    return (await session.exec(query)).all()
