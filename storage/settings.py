"""What the running service learned and must remember."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Setting


async def get(session: AsyncSession, key: str, default: Any = None) -> Any:
    row = await session.get(Setting, key)
    return default if row is None else row.value


async def put(session: AsyncSession, key: str, value: Any) -> None:
    await session.merge(Setting(key=key, value=value))
