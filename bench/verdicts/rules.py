"""The three rules under comparison. Each sees the same reports, and the same decisions of the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from core import verdicts
from core.verdicts import Evidence, Level, Testimony, judge

THRESHOLD = 3
HALF_LIFE = timedelta(days=180)
Z = 1.96
LOWER_BOUND = 0.5
DESK_VOTES = 5  # a rejection by the desk, as votes against


@dataclass(frozen=True, slots=True)
class Told:
    """One report, whatever a rule makes of it. `echo`: repeats an earlier one by the rules of core.testimonies."""

    testimony: Testimony
    person: int
    echo: bool = False


@dataclass(slots=True)
class File:
    """Everything known about one number."""

    told: list[Told]
    confirmed_at: datetime | None = None
    rejected_at: datetime | None = None
    rejections: int = 0


def plain(file: File, now: datetime) -> bool:
    """Three reports, ever: what a list without an estimate of independence does. The desk's last word counts."""
    if file.confirmed_at:
        return True
    since = file.rejected_at
    return len({one.person for one in file.told if since is None or one.testimony.at > since}) >= THRESHOLD


def wilson(file: File, now: datetime) -> bool:
    """Votes that halve in weight every 180 days, listed when the lower bound of Wilson's interval reaches one half."""
    if file.confirmed_at:
        return True
    people = {one.person: one.testimony.at for one in file.told}
    votes = sum(0.5 ** ((now - at) / HALF_LIFE) for at in people.values())
    against = DESK_VOTES * file.rejections
    return votes > 0 and lower_bound(votes, votes + against) >= LOWER_BOUND


def lower_bound(positive: float, total: float) -> float:
    """Wilson (1927), the lower end of the 95 % interval for a proportion."""
    share = positive / total
    centre = share + Z * Z / (2 * total)
    return (centre - Z * sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))) / (1 + Z * Z / total)


def ours(file: File, now: datetime) -> bool:
    return verdict(file, now).level in (Level.flagged, Level.confirmed)


def verdict(file: File, now: datetime) -> verdicts.Verdict:
    since = max(filter(None, (now - verdicts.REPORTS_COUNT_FOR, file.rejected_at)))
    people: dict[int, Testimony] = {}
    for one in file.told:
        if not one.echo and since < one.testimony.at <= now:
            people[one.person] = one.testimony
    told = sorted(people.values(), key=lambda one: one.at, reverse=True)
    return judge(
        Evidence(
            "phone", testimonies=told[: verdicts.LOOKED_AT], people=len(told),
            first_seen=told[-1].at if told else None, confirmed_at=file.confirmed_at,
        ),
        threshold=THRESHOLD, now=now,
    )  # fmt: skip


RULES = {"three reports": plain, "Wilson and decay": wilson, "ours": ours}
