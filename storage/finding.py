"""Queries of the desk's search."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Answer, Case, Question, Report, ReportIdentifier


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
    """Reports that tell the words, in the story or to a question, in any case; the newest first."""
    answered = select(Question.report_id).join(Answer, col(Answer.question_id) == Question.id)
    told = or_(
        _holds(session, Report.story, words), col(Report.id).in_(answered.where(_holds(session, Answer.words, words)))
    )
    query = select(Report).where(told, Report.status != "withdrawn")
    return (await session.exec(query.order_by(col(Report.id).desc()).offset(offset).limit(limit))).all()


def _holds(session: AsyncSession, text: str | None, words: str) -> ColumnElement[bool]:
    """Whatever the database's locale knows of letters."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(func.fold(col(text)), words.lower()) > 0  # `fold`: storage.engine
    return col(text).regexp_match("".join(map(_either_case, words)))


def _either_case(letter: str) -> str:
    """A pattern for one letter, small or capital."""
    small, capital = letter.lower(), letter.upper()
    return f"[{small}{capital}]" if letter.isalpha() and len(small) == len(capital) == 1 else re.escape(letter)
