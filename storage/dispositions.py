"""Queries on the copies of reports that partners hold, and on what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Disposition, Evidence, History, Identifier, PartnerCopy, Report

WAITING = (col(PartnerCopy.answered_at).is_(None), col(PartnerCopy.recalled_at).is_(None))
NAME: Any = col(PartnerCopy.partner_name)


async def waiting(
    session: AsyncSession, partner_id: str, due: datetime, limit: int, *, unreminded: bool = False
) -> Sequence[PartnerCopy]:
    """Copies with this term that the partner has not answered."""
    query = select(PartnerCopy).where(PartnerCopy.partner_id == partner_id, PartnerCopy.due_at == due, *WAITING)
    if unreminded:
        query = query.where(col(PartnerCopy.reminded_at).is_(None))
    return (await session.exec(query.order_by(col(PartnerCopy.id)).limit(limit).with_for_update())).all()


async def cases_of(session: AsyncSession, reports: Sequence[int]) -> set[int]:
    query = select(Report.case_id).where(col(Report.id).in_(reports), col(Report.case_id).is_not(None))
    return {one for one in await session.exec(query) if one}


async def copy_of(session: AsyncSession, uid: str, partner_id: str, *, held: bool = False) -> PartnerCopy | None:
    """The partner's own copy of a report; `held` until the commit."""
    query = select(PartnerCopy).join(Report, col(Report.id) == PartnerCopy.report_id)
    query = query.where(Report.uid == uid, PartnerCopy.partner_id == partner_id)
    return (await session.exec(query.with_for_update(of=PartnerCopy) if held else query)).first()


async def told_moved(session: AsyncSession, report_id: int) -> list[dict[str, Any]]:
    """What the reporter heard of numbers that went on to another operator."""
    query = select(History).where(History.report_id == report_id, History.step == "moved")
    return [row.data for row in await session.exec(query)]


async def last(session: AsyncSession, copy_id: int, identifier_id: int | None) -> Disposition | None:
    """The partner's last word on the copy, about the identifier or about all of it."""
    query = select(Disposition).where(Disposition.copy_id == copy_id, Disposition.identifier_id == identifier_id)
    return (await session.exec(query.order_by(col(Disposition.id).desc()).limit(1))).first()


async def evidence_of(session: AsyncSession, sha256: str, partner_id: str) -> Sequence[tuple[Evidence, Report]]:
    """The files of this content in reports that were routed to the partner and not recalled."""
    query = (
        select(Evidence, Report)
        .join(Report, col(Report.id) == Evidence.report_id)
        .join(PartnerCopy, col(PartnerCopy.report_id) == Report.id)
        .where(
            Evidence.sha256 == sha256, Evidence.state == "stored", PartnerCopy.partner_id == partner_id,
            col(PartnerCopy.recalled_at).is_(None),
        )
        .order_by(col(Evidence.id))
    )  # fmt: skip
    return (await session.exec(query)).all()


async def overdue(
    session: AsyncSession, before: datetime, *, after: datetime | None = None, partner_id: str | None = None
) -> Sequence[tuple[str, int, datetime]]:
    """(name, unanswered copies whose term ended before `before`, the oldest term) by partner, most first."""
    query = (
        columns(NAME, func.count(), func.min(PartnerCopy.due_at))
        .select_from(PartnerCopy)
        .where(*WAITING, col(PartnerCopy.due_at) < before)
        .group_by(NAME)
        .order_by(func.count().desc(), NAME)
    )
    if partner_id:
        query = query.where(col(PartnerCopy.partner_id) == partner_id)
    if after:
        query = query.where(col(PartnerCopy.due_at) >= after)
    return [(name, count, since) for name, count, since in await session.execute(query)]


@dataclass(frozen=True, slots=True)
class Standing:
    """Copies of a case at one partner in one state. `due`: the nearest term of those unanswered."""

    partner: str
    state: str
    copies: int
    delivered: datetime | None
    answered: datetime | None
    due: datetime | None


async def standing(session: AsyncSession, case_id: int, limit: int) -> Sequence[Standing]:
    """How it stands with each partner that has a part of the case."""
    count: Any = func.count()
    due: Any = func.min(PartnerCopy.due_at).filter(col(PartnerCopy.answered_at).is_(None))
    delivered: Any = func.max(PartnerCopy.delivered_at)
    answered: Any = func.max(PartnerCopy.answered_at)
    query = (
        columns(NAME, col(PartnerCopy.state), count, delivered, answered, due)
        .select_from(PartnerCopy)
        .join(Report, col(Report.id) == PartnerCopy.report_id)
        .where(col(Report.case_id) == case_id, col(PartnerCopy.recalled_at).is_(None))
        .group_by(NAME, col(PartnerCopy.state))
        .order_by(NAME, count.desc())
        .limit(limit)
    )  # fmt: skip
    return [Standing(*row) for row in await session.execute(query)]


async def words(
    session: AsyncSession, case_id: int, limit: int
) -> Sequence[tuple[str, Disposition, Identifier | None]]:
    """(partner, what it said, about what): the last answers with a reason or a reference of their own."""
    query = (
        columns(NAME, Disposition, Identifier)
        .join(PartnerCopy, col(PartnerCopy.id) == Disposition.copy_id)
        .join(Report, col(Report.id) == PartnerCopy.report_id)
        .outerjoin(Identifier, col(Identifier.id) == Disposition.identifier_id)
        .where(
            col(Report.case_id) == case_id,
            func.coalesce(Disposition.reason, Disposition.reference).is_not(None),
        )
        .order_by(col(Disposition.id).desc())
        .limit(limit)
    )
    return [(name, said, about) for name, said, about in await session.execute(query)]
