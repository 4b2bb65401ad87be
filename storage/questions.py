"""Queries on what the desk asked reporters, and on their answers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Answer, Person, Question, Report

WAITS = (col(Question.answered_at).is_(None), col(Question.closed_at).is_(None))


async def lock(session: AsyncSession, question_id: int) -> Question | None:
    return (await session.exec(select(Question).where(Question.id == question_id).with_for_update())).first()


async def of_person(session: AsyncSession, person_id: int, *, waiting: bool) -> Sequence[tuple[Question, Report]]:
    """The newest questions about the person's standing reports, those that wait for an answer or all."""
    query = select(Question, Report).join(Report, col(Report.id) == Question.report_id)
    query = query.where(Report.reporter_id == person_id, Report.status != "withdrawn", *(WAITS if waiting else ()))
    return [(one, report) for one, report in await session.exec(query.order_by(col(Question.id).desc()).limit(50))]


async def waiting_on(session: AsyncSession, report_id: int) -> Sequence[Question]:
    query = select(Question).where(Question.report_id == report_id, *WAITS).order_by(col(Question.id))
    return (await session.exec(query)).all()


async def count_since(session: AsyncSession, report_id: int, since: datetime) -> int:
    query = select(func.count()).select_from(Question)
    return (await session.exec(query.where(Question.report_id == report_id, Question.asked_at > since))).one()


async def reachable(session: AsyncSession, case_id: int, *, after: int, limit: int) -> Sequence[Report]:
    """The newest open line of each reporter of a case, by report id: nobody is asked the same thing twice."""
    newest = (
        select(func.max(Report.id))
        .join(Person, col(Person.id) == Report.reporter_id)
        .where(
            Report.case_id == case_id,
            Report.status != "withdrawn",
            col(Report.line_closed).is_(False),
            col(Person.unreachable_at).is_(None),
        )
        .group_by(col(Report.reporter_id))
    )
    query = select(Report).where(col(Report.id).in_(newest), Report.id > after)
    return (await session.exec(query.order_by(col(Report.id)).limit(limit))).all()


async def count_reachable(session: AsyncSession, case_id: int) -> int:
    query = (
        select(func.count(func.distinct(Report.reporter_id)))
        .join(Person, col(Person.id) == Report.reporter_id)
        .where(
            Report.case_id == case_id,
            Report.status != "withdrawn",
            col(Report.line_closed).is_(False),
            col(Person.unreachable_at).is_(None),
        )
    )
    return (await session.exec(query)).one()


async def answers(session: AsyncSession, question_id: int) -> Sequence[Answer]:
    return (await session.exec(select(Answer).where(Answer.question_id == question_id).order_by(col(Answer.id)))).all()


async def answered_by(session: AsyncSession, evidence_id: int) -> Question | None:
    """The question that a picture answers."""
    query = select(Question).join(Answer, col(Answer.question_id) == Question.id)
    return (await session.exec(query.where(Answer.evidence_id == evidence_id).limit(1))).first()


async def words(session: AsyncSession, answer_ids: Sequence[int]) -> dict[int, str]:
    query = select(Answer.id, Answer.words).where(col(Answer.id).in_(answer_ids))
    return {id_: said or "" for id_, said in await session.exec(query)}
