"""What is kept of one person, table by table: what `/mydata` gives and `/forget` counts."""

from typing import Any

from sqlalchemy import func, or_
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.tables import (
    Answer,
    Appeal,
    BroadcastDelivery,
    BroadcastTap,
    Check,
    Dialogue,
    Evidence,
    History,
    Identifier,
    Person,
    Question,
    Report,
    ReportIdentifier,
    Road,
    Subscription,
    Trust,
    Usage,
    Watch,
)


def selects(person: Person) -> dict[str, SelectOfScalar[Any]]:
    """One line for each table that knows a person; whoever adds such a table adds a line."""
    mine = select(Report.id).where(Report.reporter_id == person.id)
    accused = select(ReportIdentifier.identifier_id).where(col(ReportIdentifier.report_id).in_(mine))
    watched = select(Watch.identifier_id).where(Watch.person_id == person.id)
    appealed = select(Appeal.identifier_id).where(Appeal.person_id == person.id)
    asked = select(Question.id).where(col(Question.report_id).in_(mine))
    about = or_(*(col(Identifier.id).in_(ids) for ids in (accused, watched, appealed)))
    return {
        "person": select(Person).where(Person.id == person.id),
        "question": select(Dialogue).where(Dialogue.user_id == person.telegram_id),
        "reports": select(Report).where(Report.reporter_id == person.id).order_by(col(Report.id)),
        "accused": select(ReportIdentifier).where(col(ReportIdentifier.report_id).in_(mine)),
        "files": select(Evidence).where(col(Evidence.report_id).in_(mine)).order_by(col(Evidence.id)),
        "steps": select(History).where(col(History.report_id).in_(mine)).order_by(col(History.id)),
        "asked": select(Question).where(col(Question.report_id).in_(mine)).order_by(col(Question.id)),
        "answers": select(Answer).where(col(Answer.question_id).in_(asked)).order_by(col(Answer.id)),
        "checks": select(Check).where(Check.person_id == person.id).order_by(col(Check.id)),
        "watches": select(Watch).where(Watch.person_id == person.id),
        "appeals": select(Appeal).where(Appeal.person_id == person.id).order_by(col(Appeal.id)),
        "roads": select(Road).where(Road.person_id == person.id).order_by(col(Road.id)),
        "trust": select(Trust).where(or_(col(Trust.guarded_id) == person.id, col(Trust.trusted_id) == person.id)),
        "subscription": select(Subscription).where(Subscription.person_id == person.id),
        "broadcasts": select(BroadcastDelivery).where(BroadcastDelivery.person_id == person.id),
        "broadcast_taps": select(BroadcastTap).where(BroadcastTap.person_id == person.id),
        "usage": select(Usage).where(Usage.person_id == person.id),
        "identifiers": select(Identifier).where(about).order_by(col(Identifier.id)),
    }


async def everything(session: AsyncSession, person: Person) -> dict[str, list[SQLModel]]:
    return {name: list((await session.exec(query)).all()) for name, query in selects(person).items()}


async def counts(session: AsyncSession, person: Person) -> dict[str, int]:
    """Reports, those of them still waiting to leave, checks, watches."""
    mine = Report.reporter_id == person.id
    queries = {
        "reports": select(func.count()).select_from(Report).where(mine),
        "waiting": select(func.count()).select_from(Report).where(mine, Report.status == "received"),
        "checks": select(func.count()).select_from(Check).where(Check.person_id == person.id),
        "watches": select(func.count()).select_from(Watch).where(Watch.person_id == person.id),
    }
    return {name: (await session.exec(query)).one() for name, query in queries.items()}
