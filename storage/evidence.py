"""Queries on evidence."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Appeal, Evidence, Report


async def stored_of(session: AsyncSession, report_id: int | None) -> Sequence[Evidence]:
    query = select(Evidence).where(Evidence.report_id == report_id, Evidence.state == "stored")
    return (await session.exec(query.order_by(col(Evidence.id)))).all()


async def forget_withdrawn(session: AsyncSession) -> list[str]:
    """Deletes the evidence rows of withdrawn reports; returns the hashes that no row holds any more."""
    query = select(Evidence).join(Report, col(Report.id) == Evidence.report_id).where(Report.status == "withdrawn")
    gone = (await session.exec(query)).all()
    for row in gone:
        await session.delete(row)
    await session.flush()
    hashes = {row.sha256 for row in gone if row.sha256}
    held = set[str | None]()
    for owner in (Evidence, Appeal):
        held |= set(await session.exec(select(owner.sha256).where(col(owner.sha256).in_(hashes))))
    return sorted(hashes - held)
