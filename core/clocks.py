"""By when a partner must answer, on the working days of the country, and what happens when it does not."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, copies, outbox, scamreport
from core.copies import Sharing
from core.figures import Overdue
from core.reference import term
from core.routing import Partner
from storage import dispositions as rows
from storage.tables import PartnerCopy

ALMATY = ZoneInfo("Asia/Almaty")
MORNING, END_OF_DAY = time(9), time(23, 59)
BATCH = 100
MOST_CARDS = 500


@lru_cache(maxsize=8)
def calendar(country: str) -> holidays.HolidayBase:
    """Holidays, and days off and working Saturdays that the government transferred."""
    return holidays.country_holidays(country)


def working_day(start: date, days: int, country: str) -> date:
    """The n-th working day after `start`, which itself does not count."""
    found: date = calendar(country).get_nth_working_day(start, days)
    return found


def due(kind: str, country: str, since: datetime) -> datetime | None:
    """The end of the last day for an answer to what arrived at `since`; None where nothing sets a term."""
    known = term(kind, country)
    if known is None:
        return None
    return _at(working_day(_day(since), known.working_days, country), END_OF_DAY, since)


def _day(at: datetime) -> date:
    return at.astimezone(ALMATY).date()


def _at(day: date, hour: time, like: datetime) -> datetime:
    return datetime.combine(day, hour, ALMATY).astimezone(like.tzinfo)


async def start(session: AsyncSession, partner: Partner, *, country: str, now: datetime) -> datetime | None:
    """By when the partner answers what arrives now; what follows on that day is put on its way, once for all of it."""
    end = due(partner.kind, country, now)
    if end:
        soon = _at(_day(end), MORNING, now)
        for what, at in (("soon", soon), ("overdue", end + timedelta(minutes=1))):
            payload = {"partner": partner.id, "due": end.isoformat(), "what": what}
            key = f"clock:{partner.id}:{_day(end)}:{what}"
            await outbox.put(session, "clock", payload, key=key, now=now, due=max(at, now))
    return end


async def read_by(session: AsyncSession, copy: PartnerCopy, partner: Partner, *, country: str, now: datetime) -> None:
    """A partner that asks by itself has the report from the moment it first asked for it."""
    if copy.delivered_at is None:
        copy.delivered_at, copy.due_at = now, await start(session, partner, country=country, now=now)
        session.add(copy)


async def remind(session: AsyncSession, *, partner_id: str, end: datetime, sharing: Sharing, now: datetime) -> int:
    """In the morning of the last day: an event about each report that still waits. Returns how many, at most BATCH."""
    waiting = await rows.waiting(session, partner_id, end, BATCH, unreminded=True)
    partner = sharing.connected.partner(partner_id)
    for copy in waiting:
        copy.reminded_at = now
        session.add(copy)
        if partner:
            data = await copies.view(session, copy, partner, sharing) | {"reminder": {"due_at": scamreport.stamp(end)}}
            await copies.put(
                session, partner, "report.updated", data, sharing=sharing, report_id=copy.report_id, now=now
            )
    return len(waiting)


async def over(session: AsyncSession, *, partner_id: str, end: datetime, now: datetime) -> None:
    """The term is over: the desk is told once for the day, and the cards say it."""
    waiting = await rows.waiting(session, partner_id, end, MOST_CARDS)
    if waiting:
        key = f"overdue:{partner_id}:{_day(end)}"
        await outbox.put(session, "overdue", {"partner": partner_id}, key=key, now=now)
    for case_id in sorted(await rows.cases_of(session, [one.report_id for one in waiting])):
        await cases.refresh_card(session, case_id, now=now)


async def overdue(session: AsyncSession, now: datetime) -> Sequence[Overdue]:
    """Who has not answered in time, most first."""
    return [Overdue(*row) for row in await rows.overdue(session, now)]


async def due_soon(session: AsyncSession, now: datetime) -> Sequence[Overdue]:
    """The same for what is due within a day."""
    return [Overdue(*row) for row in await rows.overdue(session, now + timedelta(days=1), after=now)]


async def overdue_of(session: AsyncSession, partner_id: str, now: datetime) -> Overdue | None:
    """The same for one partner."""
    late = await rows.overdue(session, now, partner_id=partner_id)
    return Overdue(*late[0]) if late else None
