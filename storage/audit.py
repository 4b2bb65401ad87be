"""Queries on the audit log. There is none that changes it."""

from collections.abc import AsyncIterator, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Audit

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
    session: AsyncSession, *, actor: str | None, subject: str | None, offset: int, limit: int
) -> Sequence[Audit]:
    query = select(Audit).order_by(col(Audit.id).desc()).offset(offset).limit(limit)
    query = query.where(Audit.actor == actor) if actor else query
    query = query.where(Audit.subject == subject) if subject else query
    return (await session.exec(query)).all()
