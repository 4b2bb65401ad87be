"""The clocks of the law: working days, and until when somebody has to answer. Pure.

Kazakhstan: since 18 November 2025 mobile operators check a complaint about a number within two working days.
Russia (law 161-FZ): a doubtful transfer is held back for two days, a refund is due within thirty.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.clocks import working_day

ZONE = ZoneInfo("Asia/Almaty")
OPERATOR_CHECKS = 2  # working days
COOLING_OFF = timedelta(days=2)
REFUND = timedelta(days=30)
MORNING, EVENING = time(9), time(22)  # nobody is written to between evening and morning


class Term(StrEnum):
    """Whose clock runs."""

    operator = "operator"
    cooling_off = "cooling_off"
    refund = "refund"


def of_law(since: datetime, country: str) -> tuple[tuple[Term, date], ...]:
    """The dates by which somebody must have acted on a loss told `since`; the last is when to ask for the answer."""
    day = since.astimezone(ZONE).date()
    if country == "RU":
        return (Term.cooling_off, day + COOLING_OFF), (Term.refund, day + REFUND)
    return ((Term.operator, working_day(day, OPERATOR_CHECKS, country)),)


def morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, ZONE)


def next_morning(now: datetime) -> datetime:
    """The next 9:00 that comes after a night: the coming one for who is awake before dawn."""
    local = now.astimezone(ZONE)
    return morning_of(local.date() + timedelta(days=local.time() >= time(5)))


def by_day(at: datetime) -> datetime:
    """The same moment, or the morning after where it falls into the night."""
    local = at.astimezone(ZONE)
    if local.time() < MORNING:
        return morning_of(local.date())
    return morning_of(local.date() + timedelta(days=1)) if local.time() >= EVENING else at
