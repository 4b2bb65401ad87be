"""Spans of whole days in Almaty, each with the span before it to compare with. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.refusal import No, Refusal

ALMATY = ZoneInfo("Asia/Almaty")
EARLIEST = date(2000, 1, 1)
LONGEST = timedelta(days=3700)
MOST_DAYS_SHOWN = 62  # a longer period is shown by months
Span = tuple[datetime, datetime]

_DATE = r"(?:(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?|(\d{4})-(\d{1,2})-(\d{1,2}))"
_NAMES = {
    "today": "today", "сегодня": "today", "бүгін": "today",
    "week": "week", "неделя": "week", "апта": "week",
    "month": "month", "месяц": "month", "ай": "month",
    "year": "year", "год": "year", "жыл": "year",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of `first` to the end of `last`, or to `now` where that is earlier.

    `unit` says what the period before is: as many days, the month or the year before.
    """

    first: date
    last: date
    now: datetime
    unit: str = "day"  # day, month, year

    @property
    def span(self) -> Span:
        """Aware UTC, the end excluded."""
        return midnight(self.first), min(midnight(self.last + timedelta(days=1)), self.now)

    @property
    def before(self) -> Span:
        """The period before; where this one is not over, as much of that one as has passed of this."""
        start, end = self.span
        earlier = midnight(self._shifted(self.first))
        over = end < self.now or end == midnight(self.last + timedelta(days=1))
        return earlier, start if over and self.unit != "day" else min(earlier + (end - start), start)

    def _shifted(self, day: date) -> date:
        if self.unit == "day":
            return day - (self.last - self.first + timedelta(days=1))
        if self.unit == "year":
            return day.replace(year=day.year - 1)
        return (day - timedelta(days=1)).replace(day=1)

    @property
    def step(self) -> str:
        """How it is shown along a line: hour, day, month."""
        days = (self.last - self.first).days + 1
        return "hour" if days == 1 else "day" if days <= MOST_DAYS_SHOWN else "month"

    def edges(self, span: Span) -> list[datetime]:
        """Where the steps of the span begin, and its end."""
        start, end = span
        marks, number = [start], 1
        while (mark := self._mark(start, number)) < end:
            marks.append(mark)
            number += 1
        return [*marks, end]

    def _mark(self, start: datetime, number: int) -> datetime:
        if self.step == "hour":
            return start + timedelta(hours=number)
        first = start.astimezone(ALMATY).date()
        if self.step == "day":
            return midnight(first + timedelta(days=number))
        months = first.month - 1 + number
        return midnight(date(first.year + months // 12, months % 12 + 1, 1))

    @property
    def code(self) -> str:
        """What a button says of it; `decode` reads it."""
        return f"{self.unit}{self.first:%Y%m%d}{self.last:%Y%m%d}"


def midnight(day: date) -> datetime:
    """When the day begins in Almaty, aware UTC."""
    return datetime.combine(day, time(), ALMATY).astimezone(UTC)


def today(now: datetime) -> date:
    return now.astimezone(ALMATY).date()


def named(name: str, now: datetime) -> Period:
    """today, week (7 days), month (30 days), year (since January). KeyError for another name."""
    day = today(now)
    days = {"today": 1, "week": 7, "month": 30, "year": 0}[name]
    if not days:
        return Period(day.replace(month=1, day=1), day, now, "year")
    return Period(day - timedelta(days=days - 1), day, now)


def week_to(day: date, now: datetime) -> Period:
    """The seven days that ended with the day before `day`."""
    return Period(day - timedelta(days=7), day - timedelta(days=1), now)


def decode(code: str, now: datetime) -> Period:
    """Raises `Refusal`: gone, for what no button of ours says."""
    if code in ("today", "week", "month", "year"):
        return named(code, now)
    parts = re.fullmatch(r"(day|month|year)(\d{8})(\d{8})", code)
    try:
        assert parts
        first, last = (datetime.strptime(text, "%Y%m%d").date() for text in parts.groups()[1:])
        return _checked(first, last, parts[1], now)
    except (AssertionError, ValueError, Refusal):
        raise Refusal(No.gone) from None


def parse(text: str, now: datetime) -> Period:
    """`01.11.2026-15.11.2026`, `01.11-15.11`, `15.11.2026`, `2026-11`, `11.2026`, `2026`, `неделя`; nothing: a week.

    Raises `Refusal`: bad_period, period_to_come.
    """
    plain = " ".join(text.lower().split())
    if not plain or plain in _NAMES:
        return named(_NAMES.get(plain, "week"), now)
    try:
        first, last, unit = _whole(plain) or _dates(plain, now)
    except ValueError:
        raise Refusal(No.bad_period) from None
    return _checked(first, last, unit, now)


def _whole(plain: str) -> tuple[date, date, str] | None:
    """A year or a month."""
    if re.fullmatch(r"\d{4}", plain):
        return date(int(plain), 1, 1), date(int(plain), 12, 31), "year"
    month = re.fullmatch(r"(\d{4})[-.](\d{1,2})", plain)
    parts = month and (month[1], month[2])
    if month := re.fullmatch(r"(\d{1,2})[-.](\d{4})", plain):
        parts = month[2], month[1]
    if not parts:
        return None
    first = date(int(parts[0]), int(parts[1]), 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), "month"


def _dates(plain: str, now: datetime) -> tuple[date, date, str]:
    """One date or two; ValueError where it is neither."""
    found = re.fullmatch(rf"{_DATE}(?: ?[-–—:] ?{_DATE}| {_DATE})?", plain)
    if not found:
        raise ValueError
    groups = found.groups()
    days = [_date(groups[place : place + 6], now) for place in (0, 6, 12) if any(groups[place : place + 6])]
    return min(days), max(days), "day"


def _date(groups: tuple[str | None, ...], now: datetime) -> date:
    """A date without a year is the latest one that is not to come."""
    day, month, year, *iso = groups
    if iso[0]:
        return date(*(int(part or 0) for part in iso))
    if year:
        return date(int(year), int(month or 0), int(day or 0))
    this = date(today(now).year, int(month or 0), int(day or 0))
    return this if this <= today(now) else this.replace(year=this.year - 1)


def _checked(first: date, last: date, unit: str, now: datetime) -> Period:
    if first > today(now):
        raise Refusal(No.period_to_come)
    whole = unit == "day" or (first.day == 1 and (unit == "month" or first.month == 1))
    if first < EARLIEST or last < first or last - first > LONGEST or not whole:
        raise Refusal(No.bad_period)
    return Period(first, last, now, unit)
