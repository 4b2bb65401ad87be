"""When a broadcast goes out: now, once, on weekdays, monthly. All in Almaty time; what is stored is aware UTC.

Quiet hours (22:00 to 08:00) hold everything but an emergency. A run that could not begin in time begins late within
`WINDOW` of the moment at which it might have gone; after that it is missed, and reported as missed.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from core.refusal import No, Refusal

ZONE = ZoneInfo("Asia/Almaty")
NIGHT, MORNING = time(22), time(8)
WINDOW = timedelta(hours=3)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Plan:
    """`kind`: now, once (day, at), weekly (days 0 to 6, at), monthly (of_month, at). `until`: its last day."""

    kind: str = "now"
    at: str = "10:00"
    day: str | None = None
    days: tuple[int, ...] = ()
    of_month: int | None = None
    until: str | None = None

    def stored(self) -> dict[str, Any]:
        return {
            key: value
            for key, value in (
                ("kind", self.kind), ("at", self.at), ("day", self.day), ("days", list(self.days)),
                ("of_month", self.of_month), ("until", self.until),
            )
            if value
        }  # fmt: skip


def plan_of(stored: dict[str, Any]) -> Plan:
    return Plan(**{**stored, "days": tuple(stored.get("days", ()))}) if stored else Plan()


def next_after(plan: Plan, after: datetime) -> datetime | None:
    """The first moment later than `after`, or None where there is none. Of `now` there is none: it has been."""
    for day in _days(plan, after.astimezone(ZONE).date()):
        if plan.until and day > date.fromisoformat(plan.until):
            return None
        at = datetime.combine(day, time.fromisoformat(plan.at), ZONE)
        if at > after:
            return at.astimezone(after.tzinfo)
    return None


def _days(plan: Plan, first: date) -> Iterator[date]:
    if plan.kind == "once" and plan.day:
        yield date.fromisoformat(plan.day)
    elif plan.kind == "weekly" and plan.days:
        yield from (day for day in _from(first) if day.weekday() in plan.days)
    elif plan.kind == "monthly" and plan.of_month:
        yield from (day for day in _from(first) if day.day == _day_in(day, plan.of_month))


def _from(first: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in count())


def _day_in(month: date, wanted: int) -> int:
    """The 31st of a shorter month is its last day."""
    return min(wanted, monthrange(month.year, month.month)[1])


def quiet(now: datetime) -> bool:
    local = now.astimezone(ZONE).time()
    return local >= NIGHT or local < MORNING


def opens_at(moment: datetime) -> datetime:
    """`moment`, or the morning after it where it falls into quiet hours."""
    if not quiet(moment):
        return moment
    local = moment.astimezone(ZONE)
    day = local.date() + timedelta(days=local.time() >= NIGHT)
    return datetime.combine(day, MORNING, ZONE).astimezone(moment.tzinfo)


def too_late(due: datetime, now: datetime, *, emergency: bool) -> bool:
    """Whether a run that was due has been missed."""
    return now > (due if emergency else opens_at(due)) + WINDOW


_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b(?![.\d])")
_DATE = re.compile(r"\b(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?\b")
_SPOKEN = {"сегодня": 0, "бүгін": 0, "завтра": 1, "ертең": 1}


def read_once(text: str, now: datetime) -> Plan:
    """`25.11 18:30`, `завтра 10:00`, `18:30`. Raises `Refusal`: bad_plan, past_time, far_time."""
    today = now.astimezone(ZONE).date()
    clock, rest = _clock(text)
    named = next((ahead for word, ahead in _SPOKEN.items() if word in rest.lower()), None)
    day = today + timedelta(days=named) if named is not None else _date(rest, today) or today
    plan = Plan("once", clock, day.isoformat())
    if next_after(plan, now) is None:
        raise Refusal(No.past_time)
    if day - today > FURTHEST:
        raise Refusal(No.far_time)
    return plan


def read_weekly(text: str, days: tuple[int, ...], now: datetime) -> Plan:
    """`10:00`, `10:00 31.12`: the time and, if it ends, the last day. Raises `Refusal`: bad_plan, past_time."""
    if not days:
        raise Refusal(No.bad_plan)
    clock, rest = _clock(text)
    return _repeating(Plan("weekly", clock, days=tuple(sorted(days)), until=_until(rest, now)), now)


def read_monthly(text: str, now: datetime) -> Plan:
    """`5 10:00`, `5 10:00 31.12.2027`: day of the month, time, last day. Raises `Refusal`: bad_plan, past_time."""
    clock, rest = _clock(text)
    until = _until(rest, now)
    day = re.match(r"\s*(\d{1,2})(?![.\d])", rest)
    if day is None or not 1 <= int(day[1]) <= 31:
        raise Refusal(No.bad_plan)
    return _repeating(Plan("monthly", clock, of_month=int(day[1]), until=until), now)


def _repeating(plan: Plan, now: datetime) -> Plan:
    if next_after(plan, now) is None:
        raise Refusal(No.past_time)
    return plan


def _clock(text: str) -> tuple[str, str]:
    """The last clock in the text (a date with points comes first), and the text without it."""
    found = [one for one in _CLOCK.finditer(text) if ":" in one[0]] or list(_CLOCK.finditer(text))
    if not found:
        raise Refusal(No.bad_plan)
    clock = found[-1]
    return f"{int(clock[1]):02}:{clock[2]}", text[: clock.start()] + " " + text[clock.end() :]


def _date(text: str, today: date) -> date | None:
    """The next such day; None where there is no date. Raises `Refusal`: bad_plan."""
    found = _DATE.search(text)
    if not found:
        return None
    try:
        day = date(int(found[3] or today.year), int(found[2]), int(found[1]))
        return day if found[3] or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        raise Refusal(No.bad_plan) from None


def _until(text: str, now: datetime) -> str | None:
    day = _date(text, now.astimezone(ZONE).date())
    return day.isoformat() if day else None
