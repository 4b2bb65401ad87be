"""Queries on what partners said about identifiers."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import Sign

FACTS = ("BLOCKED", "SUSPENDED")


async def obtain(session: AsyncSession, row: Sign) -> Sign:
    """The stored sign of this identifier, source and code, made if there is none; held until the commit."""
    await insert_ignoring(session, row, "identifier_id", "source", "code")
    query = select(Sign).where(
        Sign.identifier_id == row.identifier_id, Sign.source == row.source, Sign.code == row.code
    )
    return (await session.exec(query.with_for_update())).one()


async def lock(session: AsyncSession, sign_id: int) -> Sign | None:
    return (await session.exec(select(Sign).where(Sign.id == sign_id).with_for_update())).first()


async def facts(session: AsyncSession, identifier_id: int, source: str) -> Sequence[Sign]:
    query = select(Sign).where(Sign.identifier_id == identifier_id, Sign.source == source, col(Sign.code).in_(FACTS))
    return (await session.exec(query)).all()
