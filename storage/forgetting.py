"""What /forget and retention erase: one line for each table. Whoever adds a table that knows a person adds a line.

What stays of a report are facts: what it accuses, the kind of scam, when, where, how much, and the keyed pseudonym.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, String, Update, and_, cast, delete, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.reports import OPEN
from storage.tables import (
    Answer,
    Appeal,
    BroadcastDelivery,
    BroadcastTap,
    Check,
    Dialogue,
    Evidence,
    Forgotten,
    HandledUpdate,
    History,
    Outbox,
    PartnerEvent,
    Person,
    Question,
    Report,
    ReportIdentifier,
    Road,
    SetAside,
    Subscription,
    Trust,
    Usage,
    Watch,
)

Statement = Delete | Update
Ids = Select[Any] | Sequence[int]


def reports_of(person: Person) -> Select[Any]:
    return select(Report.id).where(Report.reporter_id == person.id)


def of_person(person: Person, now: datetime) -> list[Statement]:
    """In this order: the reports are found by their reporter until the last but one line."""
    return [
        delete(Check).where(col(Check.person_id) == person.id),
        delete(Watch).where(col(Watch.person_id) == person.id),
        delete(Usage).where(col(Usage.person_id) == person.id),
        delete(Trust).where(or_(col(Trust.guarded_id) == person.id, col(Trust.trusted_id) == person.id)),
        delete(Dialogue).where(col(Dialogue.user_id) == person.telegram_id),
        delete(Outbox).where(_addressed(person)),
        delete(Road).where(col(Road.person_id) == person.id),
        delete(Subscription).where(col(Subscription.person_id) == person.id),
        delete(BroadcastDelivery).where(col(BroadcastDelivery.person_id) == person.id),
        delete(BroadcastTap).where(col(BroadcastTap.person_id) == person.id),
        update(HandledUpdate)
        .where(col(HandledUpdate.telegram_id) == person.telegram_id)
        .values(answer=[], telegram_id=None),
        of_appeals(select(Appeal.id).where(Appeal.person_id == person.id)),
        update(ReportIdentifier).where(col(ReportIdentifier.report_id).in_(reports_of(person))).values(_record(person)),
        *of_reports(reports_of(person), now),
        delete(Person).where(col(Person.id) == person.id),
    ]


def _addressed(person: Person) -> ColumnElement[bool]:
    """Rows of the outbox that would speak to the person or have spoken, and what others were told `about` them."""

    def names(field: str, value: int) -> ColumnElement[bool]:
        return cast(col(Outbox.payload)[field].as_string(), String) == str(value)

    roads = select(cast(Road.id, String)).where(Road.person_id == person.id)
    return or_(
        cast(col(Outbox.payload)["road"].as_string(), String).in_(roads),
        col(Outbox.order_key) == f"person:{person.id}",
        names("person", person.id),
        names("chat_id", person.telegram_id),
        names("chat", person.telegram_id),
        and_(names("about", person.id), col(Outbox.done_at).is_not(None)),
    )


def _record(person: Person) -> dict[str, int]:
    return {"confirmed_then": person.confirmed_reports, "rejected_then": person.rejected_reports}


def of_reports(reports: Ids, now: datetime) -> list[Statement]:
    """The words and the pictures of these reports, and whose they were."""
    open_questions = col(Question.report_id).in_(reports) & col(Question.closed_at).is_(None)
    questions = select(Question.id).where(col(Question.report_id).in_(reports))
    over = or_(col(PartnerEvent.delivered_at).is_not(None), col(PartnerEvent.dead_at).is_not(None))
    return [
        delete(Road).where(col(Road.report_id).in_(reports)),
        delete(Evidence).where(col(Evidence.report_id).in_(reports)),
        update(Question).where(open_questions).values(closed_at=now, closed_by="line"),
        update(Answer).where(col(Answer.question_id).in_(questions)).values(words=None),
        update(PartnerEvent).where(col(PartnerEvent.report_id).in_(reports), over).values(body=None),
        update(Report)
        .where(col(Report.id).in_(reports))
        .values(reporter_id=None, line_closed=True, story=None, contact=None, statement_number=None),
    ]


def of_appeals(appeals: Ids) -> Update:
    nothing = dict.fromkeys(("person_id", "reference", "words", "file_id", "file_unique_id", "sha256", "mime"))
    return update(Appeal).where(col(Appeal.id).in_(appeals)).values(nothing)


async def forget_numbers(session: AsyncSession, reports: Ids) -> None:
    """The register's number of a statement leads to its author: it goes from the steps of report and case."""
    cases = select(Report.case_id).where(col(Report.id).in_(reports))
    ids = set(await session.exec(select(Report.id).where(col(Report.id).in_(reports))))
    steps = select(History).where(
        or_(
            (col(History.step) == "statement_number") & col(History.report_id).in_(reports),
            (col(History.step) == "statement") & col(History.case_id).in_(cases),
        )
    )
    for row in await session.exec(steps):
        if row.report_id or row.data.get("report") in ids:
            row.data = {**row.data, "number": ""} | ({} if row.report_id else {"was": None})
            session.add(row)


async def files_of(session: AsyncSession, reports: Ids, appeals: Ids) -> list[str]:
    """The hashes of their pictures and papers."""
    evidence = select(Evidence.sha256).where(col(Evidence.report_id).in_(reports))
    papers = select(Appeal.sha256).where(col(Appeal.id).in_(appeals))
    found = {*await session.exec(evidence), *await session.exec(papers)}
    return sorted(one for one in found if one)


async def cases_of(session: AsyncSession, reports: Ids) -> list[int]:
    """Cases whose cards show something of these reports."""
    query = select(Report.case_id).where(col(Report.id).in_(reports), col(Report.case_id).is_not(None)).distinct()
    return sorted(one for one in await session.exec(query) if one)


async def closed_before(session: AsyncSession, before: datetime, limit: int) -> Sequence[int]:
    """Reports that nothing happened to since `before` and nothing will, not erased yet; the oldest first."""
    lately = select(History.id).where(History.report_id == Report.id, col(History.at) >= before).exists()
    query = select(Report.id).where(
        col(Report.erased_at).is_(None), Report.updated_at < before, col(Report.status).not_in(OPEN), ~lately
    )
    return (await session.exec(query.order_by(col(Report.updated_at)).limit(limit).with_for_update())).all()


async def decided_before(session: AsyncSession, before: datetime, limit: int) -> Sequence[int]:
    """Appeals decided before, of which something personal is left."""
    personal = (Appeal.person_id, Appeal.words, Appeal.reference, Appeal.sha256)
    query = select(Appeal.id).where(
        col(Appeal.decided_at) < before,
        or_(*(col(one).is_not(None) for one in personal)),
    )
    return (await session.exec(query.order_by(col(Appeal.id)).limit(limit))).all()


def for_good(reports: Sequence[int], now: datetime) -> list[Statement]:
    """What retention takes beyond `of_reports`: full numbers of accused cards, what officers asked, links."""
    return [
        update(ReportIdentifier).where(col(ReportIdentifier.report_id).in_(reports)).values(sealed=None, source=None),
        update(Question).where(col(Question.report_id).in_(reports)).values(words=""),
        update(Report).where(col(Report.id).in_(reports)).values(erased_at=now),
    ]


def left_behind(used: datetime, aside: datetime, roads: datetime) -> list[Statement]:
    """Counters of forgotten people, updates nobody could read, and roads that led to no report."""
    return [
        delete(Road).where(col(Road.began_at) < roads, col(Road.report_id).is_(None)),
        delete(Forgotten).where(col(Forgotten.at) < used),
        delete(SetAside).where(col(SetAside.at) < aside),
    ]


async def run(session: AsyncSession, statements: Sequence[Statement]) -> None:
    await session.flush()
    for statement in statements:
        await session.exec(statement)
