"""Somebody is about to pay: what is judged together, what to ask first, and what three answers mean. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from core.checks import Found
from core.verdicts import Level, Verdict

PAYEES = frozenset({"card", "iban", "ewallet", "crypto_wallet"})
PAYABLE = PAYEES | {"phone", "listing", "url", "account", "company_bin"}
COOLING_OFF = timedelta(days=2)  # the same two days that Russian law gives a doubtful transfer
QUESTIONS = 3


class Outlook(StrEnum):
    """What to do about a deal as a whole."""

    stop = "stop"
    doubt = "doubt"
    unknown = "unknown"


class Question(StrEnum):
    """To ask a seller."""

    see_it = "see_it"
    safe_deal = "safe_deal"
    whose_account = "whose_account"
    why_elsewhere = "why_elsewhere"


class Advice(StrEnum):
    """After "did they call first, do they hurry you, did they ask for a code or an app?"."""

    stop = "stop"
    wait = "wait"
    careful = "careful"


def is_deal(found: Sequence[Found], *, asked: bool) -> bool:
    """A listing with something else, or several things that somebody asked to check together."""
    return len(found) > 1 and (asked or any(one.kind == "listing" for one in found))


def outlook(verdicts: Collection[Verdict], people_together: int) -> Outlook:
    levels = {verdict.level for verdict in verdicts}
    if levels & {Level.confirmed, Level.flagged}:
        return Outlook.stop
    return Outlook.doubt if levels & {Level.reported, Level.under_review} or people_together else Outlook.unknown


def questions(found: Sequence[Found]) -> tuple[Question, ...]:
    """Three, by what the deal is made of."""
    kinds = {one.kind for one in found}
    asked = [Question.see_it, Question.safe_deal]
    if kinds & PAYEES or "phone" in kinds:
        asked.append(Question.whose_account)
    if not kinds & PAYEES or len(asked) < QUESTIONS:
        asked.append(Question.why_elsewhere)
    return tuple(asked[:QUESTIONS])


def asks_before_paying(found: Sequence[Found], verdicts: Sequence[Verdict]) -> bool:
    """Whether the three yes-or-no questions help: something one pays to, and nothing listed."""
    clean = {Level.none, Level.reported}
    return any(one.kind in PAYABLE for one in found) and all(verdict.level in clean for verdict in verdicts)


def advice(*, called_first: bool, hurried: bool, asked_for_code: bool) -> Advice:
    """A code or an app is always the end of it; a stranger's call or hurry is a reason to wait."""
    if asked_for_code:
        return Advice.stop
    return Advice.wait if called_first or hurried else Advice.careful


def wait_until(now: datetime) -> datetime:
    return now + COOLING_OFF
