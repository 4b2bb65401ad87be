"""Queries on evidence."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Appeal, Evidence, Report


async def stored_of(session: AsyncSession, report_id: int | None) -> Sequence[Evidence]:
    query = select(Evidence).where(Evidence.report_id == report_id, Evidence.state == "stored")
    return (await session.exec(query.order_by(col(Evidence.id)))).all()


async def forget_withdrawn(session: AsyncSession) -> list[str]:
    """Deletes the evidence rows of withdrawn reports; returns their hashes."""
    query = select(Evidence).join(Report, col(Report.id) == Evidence.report_id).where(Report.status == "withdrawn")
    gone = (await session.exec(query)).all()
    for row in gone:
        await session.delete(row)
    return sorted({row.sha256 for row in gone if row.sha256})


async def is_held(session: AsyncSession, digest: str) -> bool:
    """Whether a report or an appeal has this file."""
    for owner in (Evidence, Appeal):
        if (await session.exec(select(owner.id).where(owner.sha256 == digest).limit(1))).first():
            return True
    return False
