"""Queries of the desk's search."""

import re
from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Case, Report, ReportIdentifier


async def by_number(session: AsyncSession, number: str) -> Sequence[Report]:
    return (await session.exec(select(Report).where(Report.number == number))).all()


async def cases_naming(session: AsyncSession, identifiers: Sequence[int], *, offset: int, limit: int) -> Sequence[Case]:
    """Cases with a report on any of these, the newest first."""
    naming = (
        select(Report.case_id)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .where(col(ReportIdentifier.identifier_id).in_(identifiers))
    )
    query = select(Case).where(col(Case.id).in_(naming)).order_by(col(Case.id).desc()).offset(offset).limit(limit)
    return (await session.exec(query)).all()


async def telling(session: AsyncSession, words: str, *, offset: int, limit: int) -> Sequence[Report]:
    """Reports whose story holds the words in any case, the newest first, whatever the database's locale knows."""
    if session.get_bind().dialect.name == "sqlite":
        holds = func.instr(func.fold(col(Report.story)), words.lower()) > 0  # `fold`: storage.engine
    else:
        holds = col(Report.story).regexp_match("".join(map(_either_case, words)))
    query = select(Report).where(holds, Report.status != "withdrawn")
    return (await session.exec(query.order_by(col(Report.id).desc()).offset(offset).limit(limit))).all()


def _either_case(letter: str) -> str:
    """A pattern for one letter, small or capital."""
    small, capital = letter.lower(), letter.upper()
    return f"[{small}{capital}]" if letter.isalpha() and len(small) == len(capital) == 1 else re.escape(letter)
