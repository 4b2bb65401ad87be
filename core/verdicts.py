"""From evidence to verdict. One pure function; the constants stand here and nowhere else.

Source of the levels: the product's contract, "Verdict levels"; the rules in words for a lawyer: docs/verdicts.md.
A verdict says what is known and why; independent people count, never reports, and `none` is never "safe".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

VERSION = 2
REPORTS_COUNT_FOR = timedelta(days=365)
CONFIRMATION_HOLDS_FOR = timedelta(days=365)
LAPSING_KINDS = frozenset({"phone", "account"})  # numbers and names change hands; cards and links do not
LOOKED_AT = 200  # the newest testimonies that are weighed; further ones are counted but can change no level

BARE = 0.4  # nothing but the number
DETAILED = 1.0  # own words, a sum, a time, a place, or another identifier already known
PROVEN = 1.2  # a picture or receipt of their own
MOST_OF_ONE = 1.5  # nobody lists alone, whatever they earned
EARNED = 0.5  # added to a weight by each earlier report that the desk confirmed
LOST = 3.0  # each rejected one divides the weight by 1 + this
MOST_A_DAY = 1.0  # newcomers without proof, all together, per calendar day
MOST_PROVEN_A_DAY = 2.0  # newcomers, with proof or without
DAY_OF_SPREAD_CALLS = 1.5  # as MOST_A_DAY, when they name call times that differ as a campaign's do
SPREAD_HOURS = 4  # so many different hours of the day
FEWEST_PEOPLE = 2  # one person alone flags nobody
BURST = timedelta(hours=24)
DAY = ZoneInfo("Asia/Almaty")

CONFIRMING = frozenset({"CRIMINAL_CASE", "PAYEE_IN_CBR_DB"})
FLAGGING = frozenset({"PAYEE_IN_BANK_ANTIFRAUD"})
SHIELDING = "OFFICIAL"  # a real line of a bank, an operator, the state


class Level(StrEnum):
    none = "none"
    reported = "reported"
    flagged = "flagged"
    confirmed = "confirmed"
    official = "official"
    under_review = "under_review"


LISTED = frozenset({Level.flagged, Level.confirmed})


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one person said about one identifier, and what speaks for it. Times are aware."""

    at: datetime
    scheme: str = ""
    details: int = 0  # kinds of details told: own words, sum, exact time, place
    proof: bool = False  # a picture or receipt that nobody else sent
    backed: bool = False  # named together with another identifier that was listed already
    confirmed: int = 0  # this person's other reports that the desk confirmed, told before the listing
    rejected: int = 0  # and those it found wrong
    called_at: datetime | None = None  # when they say it happened, where exact to the hour

    @property
    def known(self) -> bool:
        """The desk confirmed this person before, more often than not."""
        return self.confirmed > self.rejected

    @property
    def weight(self) -> float:
        worth = PROVEN if self.proof else DETAILED if self.details or self.backed else BARE
        return min((worth + EARNED * self.confirmed) / (1 + LOST * self.rejected), MOST_OF_ONE)


@dataclass(frozen=True, slots=True)
class Sign:
    """A fact from outside or from the desk. `until` is when it stops counting, None for never."""

    code: str
    at: datetime
    until: datetime | None = None
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the stored rows say about one identifier.

    `testimonies` are the newest (at most `LOOKED_AT`) of different people, newest first, which stand, came within
    `REPORTS_COUNT_FOR`, after the desk's last rejection, and repeat nobody else. `people` counts all of those.
    """

    kind: str
    official: bool = False
    testimonies: Sequence[Testimony] = ()
    people: int = 0
    first_seen: datetime | None = None
    confirmed_at: datetime | None = None  # by the desk, when that is its last word
    signs: Sequence[Sign] = ()
    appealed: bool = False  # an appeal is open
    proven_appeal: bool = False  # and whoever appeals showed that it is theirs


@dataclass(frozen=True, slots=True)
class Verdict:
    level: Level
    people: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    schemes: Mapping[str, int] = field(default_factory=dict)
    confirmed_at: datetime | None = None
    grounds: tuple[Sign, ...] = ()
    burst: bool = False  # many new reports today, being checked
    contested: bool = False
    until: datetime | None = None  # by itself, time may change this verdict from here on

    @property
    def commonest(self) -> str | None:
        """The scheme told most often; the earlier code of two equals."""
        return min(self.schemes, key=lambda code: (-self.schemes[code], code)) if self.schemes else None


def judge(evidence: Evidence, *, threshold: int, now: datetime) -> Verdict:
    """The verdict on one identifier. `threshold` is the number of independent people that makes `flagged`."""
    signs = [sign for sign in evidence.signs if not _over(_ends(sign, evidence), now)]
    told = evidence.testimonies
    verdict = Verdict(
        _level(evidence, signs, threshold, now),
        evidence.people,
        evidence.first_seen,
        told[0].at if told else None,
        _schemes(told) or {sign.scheme: 1 for sign in signs if sign.scheme},
        grounds=tuple(sorted((sign for sign in signs if sign.code != SHIELDING), key=lambda sign: sign.at)),
        until=_next_change(evidence, signs, now),
    )
    return _marked(verdict, evidence, threshold, now)


def _level(evidence: Evidence, signs: Sequence[Sign], threshold: int, now: datetime) -> Level:
    codes = {sign.code for sign in signs}
    if evidence.official or SHIELDING in codes:
        return Level.official
    if codes & CONFIRMING or (evidence.confirmed_at and not _over(_lapses(evidence, evidence.confirmed_at), now)):
        return Level.confirmed
    if codes & FLAGGING or (evidence.people >= FEWEST_PEOPLE and score(evidence.testimonies) >= threshold):
        return Level.under_review if evidence.proven_appeal else Level.flagged
    return Level.reported if evidence.people else Level.none


def score(testimonies: Iterable[Testimony]) -> float:
    """How many full people the testimonies are worth. A crowd of newcomers without proof counts little a day."""
    total, newcomers = 0.0, dict[object, list[Testimony]]()
    for one in testimonies:
        if one.known:
            total += one.weight
        else:
            newcomers.setdefault(one.at.astimezone(DAY).date(), []).append(one)
    return round(total + sum(map(_day_of_newcomers, newcomers.values())), 6)


def _day_of_newcomers(day: Sequence[Testimony]) -> float:
    hours = {one.called_at.astimezone(DAY).replace(minute=0, second=0, microsecond=0) for one in day if one.called_at}
    most = DAY_OF_SPREAD_CALLS if len(hours) >= SPREAD_HOURS else MOST_A_DAY
    proven = sum(one.weight for one in day if one.proof)
    return min(proven + min(sum(one.weight for one in day if not one.proof), most), MOST_PROVEN_A_DAY)


def _marked(verdict: Verdict, evidence: Evidence, threshold: int, now: datetime) -> Verdict:
    """What is said beside the level."""
    if verdict.level is Level.confirmed:
        return replace(verdict, confirmed_at=evidence.confirmed_at, contested=evidence.appealed)
    if verdict.level is Level.reported:
        return replace(verdict, burst=_fresh(evidence.testimonies, now) >= threshold)
    return verdict


def _fresh(testimonies: Iterable[Testimony], now: datetime) -> int:
    """People of the last 24 hours whose word the desk has not yet proved worthless."""
    return sum(one.at > now - BURST and not one.rejected for one in testimonies)


def _schemes(testimonies: Iterable[Testimony]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in testimonies:
        if one.scheme:
            counted[one.scheme] = counted.get(one.scheme, 0) + 1
    return counted


def _lapses(evidence: Evidence, since: datetime) -> datetime | None:
    """When a confirmed fact lapses: twelve months after it or after the newest report, on what changes hands."""
    if evidence.kind not in LAPSING_KINDS:
        return None
    return max([since, *(one.at for one in evidence.testimonies[:1])]) + CONFIRMATION_HOLDS_FOR


def _ends(sign: Sign, evidence: Evidence) -> datetime | None:
    """A sign ends when its source said, at the latest when a confirmed fact lapses; a shield only when it says so."""
    lapses = _lapses(evidence, sign.at) if sign.code in CONFIRMING else None
    return min(filter(None, (sign.until, lapses)), default=None)


def _over(end: datetime | None, now: datetime) -> bool:
    return end is not None and end <= now


def _next_change(evidence: Evidence, signs: Sequence[Sign], now: datetime) -> datetime | None:
    """The next moment at which time alone can change anything said."""
    moments = [_ends(sign, evidence) for sign in signs]
    if evidence.confirmed_at:
        moments.append(_lapses(evidence, evidence.confirmed_at))
    if evidence.first_seen:
        moments.append(evidence.first_seen + REPORTS_COUNT_FOR)
    moments += [one.at + BURST for one in evidence.testimonies]
    return min((moment for moment in moments if moment and moment > now), default=None)
