"""Queries on appeals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Appeal, Decision, Identifier


async def last_of(session: AsyncSession, person_id: int, key: str, identifier_id: int) -> Appeal | None:
    """The person's newest appeal against it, also from before they were forgotten."""
    own = or_(col(Appeal.person_id) == person_id, col(Appeal.owner_key) == key)
    query = select(Appeal).where(own, Appeal.identifier_id == identifier_id)
    return (await session.exec(query.order_by(col(Appeal.id).desc()).limit(1))).first()


async def open_of(session: AsyncSession, person_id: int) -> Sequence[tuple[Appeal, Identifier]]:
    query = select(Appeal, Identifier).join(Identifier, col(Identifier.id) == Appeal.identifier_id)
    query = query.where(Appeal.person_id == person_id, col(Appeal.decided_at).is_(None)).order_by(col(Appeal.id))
    return [(appeal, row) for appeal, row in await session.exec(query)]


async def lock(session: AsyncSession, appeal_id: int) -> Appeal | None:
    return (await session.exec(select(Appeal).where(Appeal.id == appeal_id).with_for_update())).first()


async def hold(session: AsyncSession, identifier_id: int) -> None:
    """Others who appeal against the same wait until the commit."""
    await session.exec(select(Identifier.id).where(Identifier.id == identifier_id).with_for_update())


async def confirmers(session: AsyncSession, identifier_id: int) -> set[int]:
    """The officers who confirmed it, since it was last rejected."""
    query = select(Decision).where(Decision.identifier_id == identifier_id, col(Decision.undone_at).is_(None))
    officers = set[int]()
    for one in await session.exec(query.order_by(col(Decision.id))):
        officers = officers | {one.officer_id} if one.result == "confirmed" else set()
    return officers


async def overdue(session: AsyncSession, now: datetime, limit: int = 100) -> Sequence[Appeal]:
    """The latest to pass first: those that stay open never keep a flag from lifting."""
    query = select(Appeal).where(col(Appeal.decided_at).is_(None), Appeal.deadline <= now)
    return (await session.exec(query.order_by(col(Appeal.deadline).desc(), col(Appeal.id)).limit(limit))).all()
