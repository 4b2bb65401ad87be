"""Queries on the signs that the desk sets."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.cases import counted
from storage.outbox import insert_ignoring
from storage.tables import Sign


async def obtain(session: AsyncSession, row: Sign) -> Sign:
    """The stored sign of this identifier, source and code, made if there is none."""
    await insert_ignoring(session, row, "identifier_id", "source", "code")
    query = select(Sign).where(
        Sign.identifier_id == row.identifier_id, Sign.source == row.source, Sign.code == row.code
    )
    return (await session.exec(query)).one()


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> Sequence[Sign]:
    return (await session.exec(select(Sign).where(col(Sign.id).in_(ids)))).all()


async def about(session: AsyncSession, identifiers: Sequence[int], source: str, code: str) -> Sequence[Sign]:
    """Signs that hold about any of these, published or not."""
    query = select(Sign).where(
        col(Sign.identifier_id).in_(identifiers),
        Sign.source == source,
        Sign.code == code,
        col(Sign.withdrawn_at).is_(None),
    )
    return (await session.exec(query.order_by(col(Sign.id)))).all()


async def unpublished(session: AsyncSession, case_id: int, source: str, code: str) -> Sequence[Sign]:
    named = [identifier for identifier, _ in await counted(session, case_id)]
    return [sign for sign in await about(session, named, source, code) if not sign.published]
