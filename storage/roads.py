"""Queries on roads."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Road


async def lock(session: AsyncSession, road_id: int) -> Road | None:
    return (await session.exec(select(Road).where(Road.id == road_id).with_for_update())).first()


async def open_of(session: AsyncSession, person_id: int) -> Road | None:
    """The road the person is on, held until the commit."""
    query = select(Road).where(Road.person_id == person_id, col(Road.ended_at).is_(None)).with_for_update()
    return (await session.exec(query)).first()


async def of_report(session: AsyncSession, report_id: int | None) -> Road | None:
    """The newest road on a report."""
    query = select(Road).where(Road.report_id == report_id).order_by(col(Road.id).desc()).limit(1)
    return (await session.exec(query)).first()
