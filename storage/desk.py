"""Queries on the members of the desk."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import DeskMember


async def obtain(session: AsyncSession, row: DeskMember) -> DeskMember:
    """The stored row of this member, made if there is none."""
    await insert_ignoring(session, row, "telegram_id")
    return (await session.exec(select(DeskMember).where(DeskMember.telegram_id == row.telegram_id))).one()


async def present(session: AsyncSession) -> Sequence[DeskMember]:
    query = select(DeskMember).where(col(DeskMember.present).is_(True)).order_by(col(DeskMember.name))
    return (await session.exec(query)).all()
