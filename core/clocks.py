"""By when a partner must answer, on the working days of the country, and what happens when it does not."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, outbox
from core.reference import term
from storage import dispositions as rows
from storage.tables import PartnerCopy, Report

ALMATY = ZoneInfo("Asia/Almaty")
MORNING, END_OF_DAY = time(9), time(23, 59)


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


async def start(session: AsyncSession, copy: PartnerCopy, *, kind: str, country: str, now: datetime) -> None:
    """The copy has arrived: from here its term runs. A second call changes nothing."""
    copy.delivered_at = copy.delivered_at or now
    session.add(copy)
    if copy.due_at or copy.answered_at:
        return
    copy.due_at = due(kind, country, copy.delivered_at)
    if copy.due_at:
        soon = _at(_day(copy.due_at), MORNING, now)
        for what, at in (("soon", soon), ("overdue", copy.due_at + timedelta(minutes=1))):
            payload, key = {"copy": copy.id, "what": what}, f"clock:{copy.id}:{what}"
            await outbox.put(session, "clock", payload, key=key, now=now, due=max(at, now))


async def ring(session: AsyncSession, *, copy_id: int, what: str, now: datetime) -> PartnerCopy | None:
    """A reminder (`soon`) or the end (`overdue`) of a term; the copy where it still waits for an answer."""
    copy = await rows.lock(session, copy_id)
    if copy is None or copy.answered_at or copy.recalled_at:
        return None
    report = await session.get_one(Report, copy.report_id)
    if what == "overdue":
        key = f"overdue:{copy.partner_id}:{_day(now)}"
        await outbox.put(session, "overdue", {"partner": copy.partner_id}, key=key, now=now)
    elif copy.reminded_at:
        return None
    else:
        copy.reminded_at = now
        session.add(copy)
    if report.case_id:
        await cases.refresh_card(session, report.case_id, now=now)
    return copy


async def overdue(session: AsyncSession, now: datetime) -> Sequence[tuple[str, int]]:
    """(name of the partner, reports it has not answered in time), most first."""
    return await rows.overdue(session, now)


async def due_soon(session: AsyncSession, now: datetime) -> Sequence[tuple[str, int]]:
    """The same for what is due within a day."""
    return await rows.overdue(session, now + timedelta(days=1), after=now)
