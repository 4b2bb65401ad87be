"""A warning is suggested when people report a scheme, or one kind of thing in it, more than they usually do."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import broadcasts
from core.broadcasts import Studio
from core.reference import broadcasts as templates
from storage import broadcasts as rows
from storage import settings

LATELY = timedelta(days=1)
BEFORE = timedelta(days=28)
FEWEST = 5  # reports in a day
TIMES = 3  # above the usual
RESTS = timedelta(days=7)  # one suggestion per subject
LOOKS_EVERY = timedelta(hours=1)
KEY = "suggestions_looked_at"


def rises(lately: int, before: int) -> bool:
    """`before`: over the 28 days before the last one."""
    return lately >= FEWEST and lately > TIMES * before / BEFORE.days


async def suggest(session: AsyncSession, *, studio: Studio, now: datetime) -> int:
    """Once an hour over all replicas: drafts from the matching templates, sent to every operator. How many."""
    looked = await settings.held(session, KEY)
    if not studio.operators or (looked and datetime.fromisoformat(looked) > now - LOOKS_EVERY):
        return 0
    await settings.put(session, KEY, now.isoformat())
    lately = await rows.told(session, now - LATELY, now)
    before = await rows.told(session, now - LATELY - BEFORE, now - LATELY)
    rested = await rows.suggested_since(session, now - RESTS)
    drafted: set[str] = set()
    for subject, count in sorted(lately.items(), key=lambda one: -one[1]):
        scheme = subject.partition(":")[0]
        if scheme in drafted | rested or not rises(count, before.get(subject, 0)):
            continue
        usual = round(before.get(subject, 0) / BEFORE.days, 1)
        if await _draft(session, scheme, {"subject": scheme, "count": count, "usual": usual}, studio, now):
            drafted.add(scheme)
    return len(drafted)


async def _draft(session: AsyncSession, scheme: str, about: dict[str, Any], studio: Studio, now: datetime) -> bool:
    template = next((one.id for one in templates() if one.scheme == scheme), None)
    if template is None:
        return False
    broadcast = await broadcasts.compose(session, by=None, template=template, now=now)
    broadcast.status, broadcast.suggested = "suggested", about
    session.add(broadcast)
    for one in studio.operators:
        await broadcasts.tell(session, broadcast, one, "suggest", now=now)
    return True
