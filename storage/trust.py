"""Queries on who stands by whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Trust


async def by_token(session: AsyncSession, token: str) -> Trust | None:
    return (await session.exec(select(Trust).where(Trust.token == token).with_for_update())).first()


async def lock(session: AsyncSession, trust_id: int) -> Trust | None:
    return (await session.exec(select(Trust).where(Trust.id == trust_id).with_for_update())).first()


async def guarding(session: AsyncSession, person_id: int) -> Sequence[Trust]:
    """Those who stand by this person, and invitations that are open."""
    return (await session.exec(select(Trust).where(Trust.guarded_id == person_id).order_by(col(Trust.id)))).all()


async def guarded_by(session: AsyncSession, person_id: int) -> Sequence[Trust]:
    """Those whom this person stands by, or offered to."""
    return (await session.exec(select(Trust).where(Trust.trusted_id == person_id).order_by(col(Trust.id)))).all()


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Trust]:
    mine = or_(col(Trust.guarded_id) == person_id, col(Trust.trusted_id) == person_id)
    return (await session.exec(select(Trust).where(mine).order_by(col(Trust.id)).with_for_update())).all()


async def forget_unanswered(session: AsyncSession, now: datetime) -> None:
    """Invitations that nobody agreed to in time."""
    await session.exec(delete(Trust).where(col(Trust.agreed_at).is_(None), col(Trust.expires_at) < now))
