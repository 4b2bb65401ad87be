"""Queries on how much a person used."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Report, Usage


async def held(session: AsyncSession, person_id: int, what: str) -> Usage:
    """The row, held until the commit; a new one where there is none."""
    query = select(Usage).where(Usage.person_id == person_id, Usage.what == what).with_for_update()
    return (await session.exec(query)).first() or Usage(person_id=person_id, what=what)


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Usage]:
    return (await session.exec(select(Usage).where(Usage.person_id == person_id))).all()


async def reports_since(session: AsyncSession, person_id: int, since: datetime) -> int:
    query = (
        select(func.count()).select_from(Report).where(Report.reporter_id == person_id, col(Report.created_at) > since)
    )
    return (await session.exec(query)).one()
