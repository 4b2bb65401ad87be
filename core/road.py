"""The road of the first hour: its stops, their order, where one stands, what to ask later. Pure.

One stop is one screen with one thing to decide. Where a person stands is kept in the row: they find the place again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core import terms
from core.clocks import working_day
from storage.tables import Road


class Kind(StrEnum):
    """What happened."""

    sent = "sent"  # money to the scammer
    code = "code"  # told a code
    card = "card"  # gave the card's data
    app = "app"  # installed an app
    loan = "loan"  # taken in their name
    cash = "cash"  # to a courier
    account = "account"  # or the SIM stolen


class Ago(StrEnum):
    hour = "hour"
    today = "today"
    yesterday = "yesterday"
    earlier = "earlier"


class Stop(StrEnum):
    what = "what"
    when = "when"
    offline = "offline"  # the phone with the foreign app leaves the network
    bank = "bank"  # which one
    call = "call"
    number = "number"  # of the request, as the bank told it
    operator = "operator"
    secure = "secure"  # sessions and passwords
    credit = "credit"  # Stop-credit in eGov
    details = "details"  # of the scammer
    sum = "sum"
    at = "at"
    another = "another"  # transfer
    police = "police"
    statement = "statement"  # in which language
    hand_in = "hand_in"
    papers = "papers"  # for the lender
    end = "end"


class Outcome(StrEnum):
    done = "done"
    cant = "cant"
    skip = "skip"


S = Stop
MONEY = (S.details, S.sum, S.at, S.another)
CASE = (S.police, S.statement, S.hand_in)
BANK = (S.bank, S.call, S.number)
ORDER: Mapping[Kind, tuple[Stop, ...]] = {
    Kind.sent: (*BANK, *MONEY, *CASE, S.credit),
    Kind.code: (*BANK, S.operator, S.secure, *MONEY, *CASE, S.credit),
    Kind.card: (*BANK, *MONEY, *CASE),
    Kind.app: (S.offline, *BANK, S.secure, *MONEY, *CASE, S.credit),
    Kind.loan: (*BANK, S.credit, *MONEY, *CASE, S.papers, S.secure),
    Kind.cash: (S.police, *MONEY, S.statement, S.hand_in),
    Kind.account: (S.operator, S.secure, *BANK, *MONEY, *CASE, S.credit),
}
ACTIONS = frozenset({S.offline, S.call, S.operator, S.secure, S.credit, S.police, S.hand_in, S.papers})
"""What is done outside the chat; the other stops are questions."""
TYPED = frozenset({S.number, S.details, S.sum, S.at})
"""Stops that take a typed answer; each can be passed by a button."""
MAYBE_NOTHING_GONE = frozenset({Kind.code, Kind.card, Kind.app, Kind.account})
LATE = frozenset({Ago.yesterday, Ago.earlier})


def kind_of(road: Road) -> Kind:
    """Raises ValueError where it is not told yet."""
    return Kind(road.kind or "")


def full(road: Road) -> tuple[Stop, ...]:
    return (S.what, S.when, *ORDER[Kind(road.kind)], S.end) if road.kind else (S.what, S.when, S.end)


def path(road: Road) -> tuple[Stop, ...]:
    """The stops of this road as far as is known now."""
    return tuple(stop for stop in full(road) if _wanted(stop, road))


def _wanted(stop: Stop, road: Road) -> bool:
    match stop:
        case S.number:
            return outcome(road, S.call) == Outcome.done
        case S.details:
            return road.report_id is None or S.details in road.steps
        case S.at | S.another:
            return any("minor" in one for one in road.transfers)
        case S.police:  # hours count for a call; later the statement does the same
            return road.lost is not False and (road.ago not in LATE or S.police in road.steps)
        case S.statement | S.hand_in | S.papers:
            return road.lost is not False
    return True


def outcome(road: Road, stop: Stop) -> Outcome | None:
    step = road.steps.get(stop)
    return Outcome(step["outcome"]) if step else None


def following(road: Road, stop: Stop) -> Stop:
    """Where one goes on after `stop`: the next that is not settled."""
    order = full(road)
    place = order.index(stop) + 1 if stop in order else 0
    return next(one for one in order[place:] if one is S.end or (_wanted(one, road) and not outcome(road, one)))


def first_open(road: Road) -> Stop:
    """The first that is not settled."""
    return next(one for one in path(road) if one is S.end or not outcome(road, one))


def preceding(road: Road, stop: Stop) -> Stop | None:
    """The screen before, None on the first."""
    order = full(road)
    before = order[: order.index(stop)] if stop in order else order
    return next((one for one in reversed(before) if _wanted(one, road)), None)


def progress(road: Road, stop: Stop) -> tuple[int, int]:
    """Which thing to do of how many."""
    actions = [one for one in path(road) if one in ACTIONS]
    return actions.index(stop) + 1, len(actions)


def left(road: Road) -> tuple[Stop, ...]:
    """What was to do and is not done."""
    return tuple(one for one in path(road) if one in ACTIONS and outcome(road, one) in (None, Outcome.cant))


def age(happened: datetime, now: datetime) -> Ago:
    days = (now.astimezone(terms.ZONE).date() - happened.astimezone(terms.ZONE).date()).days
    if now - happened <= timedelta(hours=1):
        return Ago.hour
    return (Ago.today, Ago.yesterday)[days] if days < 2 else Ago.earlier


def happened(ago: Ago, now: datetime) -> tuple[datetime | None, str | None]:
    """About when it was, and how exactly that is known."""
    match ago:
        case Ago.hour:
            return now - timedelta(minutes=30), "hour"
        case Ago.today:
            return now, "day"
        case Ago.yesterday:
            return now - timedelta(days=1), "day"
    return None, None


def loss(road: Road) -> tuple[int, str] | None:
    """The sum of the transfers in the currency of the first, in minor units."""
    told = [one for one in road.transfers if "minor" in one]
    if not told:
        return None
    currency = str(told[0]["currency"])
    return sum(one["minor"] for one in told if one["currency"] == currency), currency


def clocks_run_since(road: Road, country: str) -> datetime | None:
    """The call to the bank, or where there was none the report; None where no clock of the law runs."""
    called = road.steps.get(S.call)
    if called and called["outcome"] == Outcome.done and road.lost is not False:
        return datetime.fromisoformat(called["at"])
    return road.began_at if road.report_id and road.lost is not False and country == "KZ" else None


# reminders


class Reminder(StrEnum):
    bank = "bank"  # did you reach it?
    statement = "statement"  # handed in?
    answer = "answer"  # from the bank?


@dataclass(frozen=True, slots=True)
class Due:
    what: Reminder
    at: datetime


BANK_AFTER = timedelta(minutes=10)
BANK_LATER = timedelta(minutes=30)
APART = timedelta(hours=3)  # one unanswered question and the next
WARN_AFTER = timedelta(days=3)


def next_reminder(road: Road, country: str, now: datetime, apart: timedelta = BANK_AFTER) -> Due | None:
    """The one reminder that waits: the earliest that still makes sense and was not asked yet.

    Nobody is asked within ten minutes of a tap, within three hours of another question, nor at night; but the question
    about the bank keeps its minute.
    """
    if road.quiet or road.ended_at:
        return None
    due = [one for what in Reminder if what not in road.asked and (one := _due(road, what, country))]
    first = min(due, key=lambda one: one.at, default=None)
    if first is None or first.what is Reminder.bank:
        return first
    return Due(first.what, terms.by_day(max(first.at, now + apart)))


def due_now(road: Road, country: str, now: datetime) -> Reminder | None:
    """What to ask at this moment, None where it no longer makes sense."""
    if road.quiet or road.ended_at:
        return None
    due = [one for what in Reminder if what not in road.asked and (one := _due(road, what, country)) and one.at <= now]
    return min(due, key=lambda one: one.at).what if due else None


def _due(road: Road, what: Reminder, country: str) -> Due | None:
    at = _WHEN[what](road, country)
    postponed = road.postponed.get(what)
    return Due(what, datetime.fromisoformat(postponed) if postponed else at) if at else None


def _bank(road: Road, country: str) -> datetime | None:
    if road.called_at is None or outcome(road, S.call) == Outcome.done:
        return None
    return road.called_at + BANK_AFTER  # also at night: the money is leaving


def _statement(road: Road, country: str) -> datetime | None:
    if S.hand_in not in path(road) or outcome(road, S.hand_in) == Outcome.done or not road.kind:
        return None
    return terms.next_morning(road.began_at)


def _answer(road: Road, country: str) -> datetime | None:
    """The morning after the law's last day, counted from the call."""
    called = road.steps.get(S.call)
    if not called or called["outcome"] != Outcome.done:
        return None
    last = terms.of_law(datetime.fromisoformat(called["at"]), country)[-1][1]
    return terms.morning_of(working_day(last, 1, country))


When = Callable[[Road, str], datetime | None]
_WHEN: Mapping[Reminder, When] = {Reminder.bank: _bank, Reminder.statement: _statement, Reminder.answer: _answer}


def later(what: Reminder, now: datetime, country: str) -> datetime:
    """When to ask again: the bank in half an hour, the rest on the next morning, never at night."""
    if what is Reminder.bank:
        return terms.by_day(now + BANK_LATER)
    if what is Reminder.statement:
        return terms.next_morning(now)
    return terms.morning_of(working_day(now.astimezone(terms.ZONE).date(), 1, country))


def warn_at(began: datetime) -> datetime:
    """When to warn of those who promise the money back."""
    return terms.by_day(began + WARN_AFTER)


def step(outcome: Outcome, now: datetime) -> dict[str, Any]:
    return {"outcome": str(outcome), "at": now.isoformat()}
