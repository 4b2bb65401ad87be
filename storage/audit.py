"""Queries on the audit log. There is none that changes it."""

from collections.abc import AsyncIterator, Collection, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Audit, Case, Identifier

AT_ONCE = 1000


async def walk(session: AsyncSession) -> AsyncIterator[Audit]:
    """Every entry in order, in pages."""
    last = 0
    while page := (
        await session.exec(select(Audit).where(Audit.id > last).order_by(col(Audit.id)).limit(AT_ONCE))
    ).all():
        for row in page:
            yield row
        last = page[-1].id
        session.expunge_all()


async def newest(
    session: AsyncSession, *, actor: str | None, subject: str | None, before: int, limit: int
) -> Sequence[Audit]:
    """From the entry `before` (0: the end) backwards, which stays so while the log grows."""
    query = select(Audit).order_by(col(Audit.id).desc()).limit(limit)
    query = query.where(Audit.id < before) if before else query
    query = query.where(Audit.actor == actor) if actor else query
    query = query.where(Audit.subject == subject) if subject else query
    return (await session.exec(query)).all()


async def cases(session: AsyncSession, ids: Collection[int]) -> Sequence[Case]:
    """What entries are about."""
    return (await session.exec(select(Case).where(col(Case.id).in_(ids)))).all()


async def identifiers(session: AsyncSession, ids: Collection[int]) -> Sequence[Identifier]:
    return (await session.exec(select(Identifier).where(col(Identifier.id).in_(ids)))).all()
