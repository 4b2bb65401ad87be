"""What the running service learned and must remember."""

from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import Setting


async def get(session: AsyncSession, key: str, default: Any = None) -> Any:
    row = await session.get(Setting, key)
    return default if row is None else row.value


async def put(session: AsyncSession, key: str, value: Any) -> None:
    await session.merge(Setting(key=key, value=value))


async def held(session: AsyncSession, key: str, default: Any = None) -> Any:
    """Like `get`, and nobody else changes it until the commit. The row is made where there is none."""
    await insert_ignoring(session, Setting(key=key, value=default), "key")
    return (await session.exec(select(Setting).where(Setting.key == key).with_for_update())).one().value
