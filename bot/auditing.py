"""`saqbol audit verify`."""

from bot.settings import Settings
from core.audit import Broken, verify
from storage.engine import Database


async def examine(settings: Settings) -> Broken | None:
    db = Database(settings.database_url)
    try:
        async with db.read() as session:
            return await verify(session)
    finally:
        await db.close()
