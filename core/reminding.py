"""What the road asks later: one outbox row waits, for whatever is due first; found anew after each step."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox
from core import road as roads
from core.reports import Rules
from core.road import Reminder
from storage import roads as rows
from storage.tables import Road


async def plan(
    session: AsyncSession, road: Road, rules: Rules, now: datetime, apart: timedelta = roads.BANK_AFTER
) -> None:
    """The row waits for what is due first as things stand now."""
    key = f"reminder:{road.id}"
    await outbox.cancel(session, key)
    due = roads.next_reminder(road, rules.country, now, apart)
    if due:
        await outbox.renew(session, "reminder", {"road": road.id}, key=key, now=now, due=due.at)


async def asked(session: AsyncSession, road_id: int, what: Reminder, *, rules: Rules, now: datetime) -> None:
    """A reminder was sent: it is not sent again unless they say "later"."""
    road = await rows.lock(session, road_id)
    if road and what not in road.asked:
        road.asked = [*road.asked, what]
        session.add(road)
        await plan(session, road, rules, now, roads.APART)


async def postpone(session: AsyncSession, road: Road, what: Reminder, *, rules: Rules, now: datetime) -> datetime:
    """Asked again later; returns when."""
    at = roads.later(what, now, rules.country)
    road.asked = [one for one in road.asked if one != what]
    road.postponed = {**road.postponed, what: at.isoformat()}
    session.add(road)
    await plan(session, road, rules, now)
    return at


async def hush(session: AsyncSession, road: Road) -> None:
    """No message of the road comes by itself any more."""
    road.quiet = True
    session.add(road)
    for key in (f"reminder:{road.id}", f"recovery:{road.id}"):
        await outbox.cancel(session, key)
