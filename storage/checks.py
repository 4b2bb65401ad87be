"""Queries on checks."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Check


async def of_album(session: AsyncSession, person_id: int | None, album: str) -> Check | None:
    return (await session.exec(select(Check).where(Check.person_id == person_id, Check.album == album))).first()


async def of_token(session: AsyncSession, token: str) -> Check | None:
    return (await session.exec(select(Check).where(Check.token == token))).first()


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    await session.exec(delete(Check).where(col(Check.expires_at) < now))
