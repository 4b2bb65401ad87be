"""Queries on block requests."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import BlockRequest, PartnerCopy, Report, ReportIdentifier

OPEN = (col(BlockRequest.ended_at).is_(None),)


async def open_on(session: AsyncSession, identifier_id: int, partner_id: str) -> BlockRequest | None:
    mine = BlockRequest.identifier_id == identifier_id, BlockRequest.partner_id == partner_id
    return (await session.exec(select(BlockRequest).where(*mine, *OPEN).with_for_update())).first()


async def asked_since(session: AsyncSession, identifier_id: int, partner_id: str, since: datetime) -> bool:
    """Whether anything was asked about it, or kept back, since then."""
    query = select(BlockRequest.id).where(
        BlockRequest.identifier_id == identifier_id,
        BlockRequest.partner_id == partner_id,
        BlockRequest.requested_at > since,
    )
    return (await session.exec(query.limit(1))).first() is not None


async def of_reporter(session: AsyncSession, reporter_id: int | None, since: datetime) -> int:
    """How many requests this person's word alone has set going."""
    query = (
        select(func.count())
        .select_from(BlockRequest)
        .join(Report, col(Report.id) == BlockRequest.report_id)
        .where(
            Report.reporter_id == reporter_id,
            col(BlockRequest.officer_id).is_(None),
            BlockRequest.state != "held",
            BlockRequest.requested_at > since,
        )
    )
    return (await session.exec(query)).one()


async def by_itself(session: AsyncSession, report_id: int) -> Sequence[BlockRequest]:
    """The open ones that this report alone set going."""
    mine = BlockRequest.report_id == report_id, col(BlockRequest.officer_id).is_(None)
    return (await session.exec(select(BlockRequest).where(*mine, *OPEN).order_by(col(BlockRequest.id)))).all()


async def open_at(session: AsyncSession, partner_id: str, identifiers: Collection[int]) -> Sequence[BlockRequest]:
    query = select(BlockRequest).where(
        BlockRequest.partner_id == partner_id, col(BlockRequest.identifier_id).in_(identifiers), *OPEN
    )
    return (await session.exec(query.order_by(col(BlockRequest.id)).with_for_update())).all()


async def of_case(session: AsyncSession, case_id: int, limit: int = 8) -> Sequence[BlockRequest]:
    """Requests of the case's reports and of its officers, also from before a merge; the newest, oldest first."""
    reports = select(Report.id).where(Report.case_id == case_id)
    mine = or_(col(BlockRequest.case_id) == case_id, col(BlockRequest.report_id).in_(reports))
    query = select(BlockRequest).where(mine).order_by(col(BlockRequest.id).desc()).limit(limit)
    return list(reversed((await session.exec(query)).all()))


async def newest_report(session: AsyncSession, case_id: int, identifier_id: int, partner_id: str) -> Report | None:
    """The report of a case to ask by: one that names the identifier, and that the partner holds if there is such."""
    query = (
        select(Report)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .outerjoin(
            PartnerCopy,
            (col(PartnerCopy.report_id) == Report.id) & (col(PartnerCopy.partner_id) == partner_id),
        )
        .where(
            Report.case_id == case_id, ReportIdentifier.identifier_id == identifier_id, Report.status != "withdrawn"
        )
        .order_by(col(PartnerCopy.id).is_(None), col(Report.id).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()
