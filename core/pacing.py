"""Telegram lets a bot say 20 things a minute in a group, over all replicas: who may speak now, and when the others may.

The last minute's messages are one row of `Setting`. Answers to officers are not counted here: they leave at once.
"""

import random
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import settings

MINUTE = timedelta(minutes=1)
CARDS = 13  # cards wait first, so that an alert never queues behind a storm of them
ALERTS = 17  # the rest of the 20 is for answers to officers
KEY = "desk_pace"


async def turn(session: AsyncSession, *, most: int, now: datetime) -> timedelta | None:
    """Takes a turn (None), or tells how long to wait for one."""
    said = await settings.held(session, KEY, [])
    recent = [moment for moment in map(datetime.fromisoformat, said) if moment > now - MINUTE]
    if len(recent) >= most:
        return recent[len(recent) - most] + MINUTE - now + timedelta(seconds=random.uniform(0, 5))  # noqa: S311 (spreads those who wait)
    await settings.put(session, KEY, [moment.isoformat() for moment in (*recent, now)])
    return None
