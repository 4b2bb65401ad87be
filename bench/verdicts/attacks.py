"""What it costs to have an innocent number listed: how many bought accounts, over how many days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.verdicts.rules import RULES, File, Told
from core.verdicts import Testimony

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MOST = 200


@dataclass(frozen=True, slots=True)
class Style:
    """How the accounts tell it. `echo`: the second and later repeat the first, as core.testimonies finds out."""

    name: str
    make: Callable[[datetime], Testimony]
    echo: bool = False


STYLES = (
    Style("nothing but the number", lambda at: Testimony(at)),
    Style("the same text", lambda at: Testimony(at, details=1), echo=True),
    Style("by one shared link", lambda at: Testimony(at), echo=True),
    Style("the same forged picture", lambda at: Testimony(at, proof=True), echo=True),
    Style("own words each", lambda at: Testimony(at, details=1)),
    Style("own words, a known scam card along", lambda at: Testimony(at, details=1, backed=True)),
    Style("own words, sum, time, place", lambda at: Testimony(at, details=4, called_at=at)),
    Style("a forged picture each", lambda at: Testimony(at, details=1, proof=True)),
    Style("nothing, a record of listed numbers", lambda at: Testimony(at)),  # late reports earn nothing
    Style("rejected before, own words", lambda at: Testimony(at, details=1, rejected=1)),
)
PACES = {"within an hour": timedelta(seconds=15), "one a day": timedelta(days=1), "one a week": timedelta(days=7)}


def cost(style: Style, pace: timedelta, rule: Callable[[File, datetime], bool]) -> tuple[int, int] | None:
    """(accounts, days) until the number is listed with the desk looking away, None where `MOST` do not do it."""
    told: list[Told] = []
    for account in range(MOST):
        at = START + account * pace
        told.append(Told(style.make(at), person=account, echo=style.echo and account > 0))
        file = File(told)
        if rule(file, at):
            return account + 1, (at - START).days
    return None


def table() -> list[tuple[str, str, dict[str, tuple[int, int] | None]]]:
    return [
        (style.name, name, {rule_name: cost(style, pace, rule) for rule_name, rule in RULES.items()})
        for style in STYLES
        for name, pace in PACES.items()
    ]
