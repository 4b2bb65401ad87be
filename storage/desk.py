"""Queries on the members of the desk."""

from collections.abc import Collection, Sequence

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


async def all_of(session: AsyncSession, telegram_ids: Collection[int]) -> Sequence[DeskMember]:
    """Also those who left."""
    query = select(DeskMember).where(col(DeskMember.telegram_id).in_(telegram_ids)).order_by(col(DeskMember.name))
    return (await session.exec(query)).all()


async def called(session: AsyncSession, words: str) -> DeskMember | None:
    """By Telegram id or the beginning of a name; who is there goes before who left."""
    members = (await session.exec(select(DeskMember).order_by(col(DeskMember.present).desc()))).all()
    fitting = (one for one in members if words in (str(one.telegram_id), one.name))
    beginning = (one for one in members if one.name.casefold().startswith(words.casefold()))
    return next(fitting, None) or next(beginning, None)
