"""`saqbol audit verify`."""

from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from core.audit import Broken, verify
from storage.engine import Database


async def examine(settings: Settings) -> Broken | None:
    """Raises ValueError with one line where the log cannot be read."""
    db = Database(settings.database_url)
    try:
        async with db.read() as session:
            return await verify(session)
    except (DBAPIError, OSError) as error:
        raise ValueError(f"the log cannot be read ({type(error).__name__}): is `saqbol migrate` done?") from None
    finally:
        await db.close()
