"""Against misuse: how much one person may look up and report, and what walking through numbers costs.

What is remembered of look-ups is two counters and the last five digits of the newest phones and cards for a day: enough
to see that somebody walks through numbers, too little to tell whose numbers they were.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.checks import Found
from core.refusal import No, Refusal
from storage import usage as rows
from storage.tables import Person

AN_HOUR = 60  # things looked up: a shop that checks each caller stays below
A_DAY = 200
REPORTS_A_DAY = 10  # new reports; adding to one is free
LOSSES_A_DAY = 30  # the same, where a payee is named: nobody is kept from reporting a loss
REMEMBERED = 12
WALKING = 7  # so many equal or tiny steps among the remembered
TINY_STEP = 3
CRAWL = timedelta(minutes=10)
CRAWL_LASTS = timedelta(days=1)
WHAT, REPORTS, COPY = "checks", "reports", "copy"
COPY_AGAIN = timedelta(hours=1)


async def spend_check(session: AsyncSession, person: Person, found: Sequence[Found], *, now: datetime) -> None:
    """Counts a look-up of these. Raises `Refusal`: too_many_checks, walking (with the time of the next one)."""
    usage = await rows.held(session, person.id, WHAT)
    state = spent(usage.state, found, now)
    usage.state = state
    session.add(usage)


def spent(state: dict[str, Any], found: Sequence[Found], now: datetime) -> dict[str, Any]:
    """The next state. Pure but for the `Refusal`."""
    hour, day = now.strftime("%Y%m%d%H"), now.strftime("%Y%m%d")
    hourly = len(found) + (state.get("hourly", 0) if state.get("hour") == hour else 0)
    daily = len(found) + (state.get("daily", 0) if state.get("day") == day else 0)
    if hourly > AN_HOUR or daily > A_DAY:
        raise Refusal(No.too_many_checks, until=_next(now, of_day=daily > A_DAY))
    tails = ([] if state.get("day") != day else state.get("tails", [])) + _tails(found)
    tails = tails[-REMEMBERED:]
    crawls_until = _time(state, "crawls_until")
    if walks(tails):
        crawls_until = now + CRAWL_LASTS
    next_at = _time(state, "next_at")
    if crawls_until and crawls_until > now:
        if next_at and next_at > now:
            raise Refusal(No.walking, until=next_at)
        next_at = now + CRAWL
    return {
        "hour": hour, "hourly": hourly, "day": day, "daily": daily, "tails": tails,
        "crawls_until": crawls_until and crawls_until.isoformat(), "next_at": next_at and next_at.isoformat(),
    }  # fmt: skip


def walks(tails: Sequence[int]) -> bool:
    """Whether these look like a walk: up, down, in any order, by ones or by any constant step."""
    seen = sorted(set(tails))
    steps = [after - before for before, after in pairwise(seen)]
    commonest = max(Counter(steps).values(), default=0)
    return commonest >= WALKING or sum(step <= TINY_STEP for step in steps) >= WALKING


def _tails(found: Sequence[Found]) -> list[int]:
    digits = [re.sub(r"\D", "", one.display.split("•")[-1] if one.kind == "card" else one.value) for one in found
              if one.kind in ("phone", "card", "listing")]  # fmt: skip
    return [int(each[-5:]) for each in digits if each]


def _time(state: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(state[name]) if state.get(name) else None


def _next(now: datetime, *, of_day: bool) -> datetime:
    full = now.replace(minute=0, second=0, microsecond=0)
    return full.replace(hour=0) + timedelta(days=1) if of_day else full + timedelta(hours=1)


async def spend_copy(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """A copy of one's own data. Raises `Refusal`: copy_too_soon (with the time of the next one)."""
    usage = await rows.held(session, person.id, COPY)
    next_at = _time(usage.state, "next_at")
    if next_at and next_at > now:
        raise Refusal(No.copy_too_soon, until=next_at)
    usage.state = {"next_at": (now + COPY_AGAIN).isoformat()}
    session.add(usage)


async def to_keep(session: AsyncSession, person: Person, *, now: datetime) -> dict[str, Any]:
    """The counters that outlive /forget for a day, without what was looked up."""
    used = await rows.of_person(session, person.id)
    kept = {one.what: {name: value for name, value in one.state.items() if name != "tails"} for one in used}
    told = await _told(session, person, now)
    kept[REPORTS] = {"told": told, "until": (now + timedelta(days=1)).isoformat()}
    return {what: state for what, state in kept.items() if what != REPORTS or told}


async def _told(session: AsyncSession, person: Person, now: datetime) -> int:
    """New reports of the last day, also those made before the person was forgotten."""
    before = (await rows.held(session, person.id, REPORTS)).state
    until = _time(before, "until")
    earlier = before["told"] if until and until > now else 0
    return earlier + await rows.reports_since(session, person.id, now - timedelta(days=1))


async def spend_report(session: AsyncSession, person: Person, *, names_payee: bool, now: datetime) -> None:
    """Raises `Refusal`: too_many_reports."""
    told = await _told(session, person, now)
    if told >= (LOSSES_A_DAY if names_payee else REPORTS_A_DAY):
        raise Refusal(No.too_many_reports)
