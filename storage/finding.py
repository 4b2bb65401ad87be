"""Queries of the desk's search."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Case, Report, ReportIdentifier


async def by_number(session: AsyncSession, number: str) -> Sequence[Report]:
    return (await session.exec(select(Report).where(Report.number == number))).all()


async def cases_naming(session: AsyncSession, identifiers: Sequence[int], limit: int) -> Sequence[Case]:
    """Cases with a report on any of these, the newest first."""
    naming = (
        select(Report.case_id)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .where(col(ReportIdentifier.identifier_id).in_(identifiers))
    )
    query = select(Case).where(col(Case.id).in_(naming)).order_by(col(Case.id).desc()).limit(limit)
    return (await session.exec(query)).all()


async def telling(session: AsyncSession, words: str, limit: int) -> Sequence[Report]:
    """Reports whose story holds the words in any case, the newest first. SQLite folds by `fold` (storage.engine)."""
    fold = func.fold if session.get_bind().dialect.name == "sqlite" else func.lower
    pattern = "%" + words.lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    query = select(Report).where(fold(col(Report.story)).like(pattern, escape="\\"), Report.status != "withdrawn")
    return (await session.exec(query.order_by(col(Report.id).desc()).limit(limit))).all()
