"""From evidence to verdict. One pure function; the constants stand here and nowhere else.

Source of the levels: the product's contract, "Verdict levels". A verdict says what is known and why; independent
people count, never reports, and `none` is never "safe".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

REPORTS_COUNT_FOR = timedelta(days=365)
CONFIRMATION_HOLDS_FOR = timedelta(days=365)
LAPSING_KINDS = frozenset({"phone", "account"})  # numbers and names change hands; cards and links do not


class Level(StrEnum):
    none = "none"
    reported = "reported"
    flagged = "flagged"
    confirmed = "confirmed"
    official = "official"
    under_review = "under_review"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the stored rows say about one identifier.

    `people` counts different persons (by pseudonym) whose reports stand, were not withdrawn, came within
    `REPORTS_COUNT_FOR` and after the desk's last rejection.
    """

    kind: str
    official: bool = False
    people: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    schemes: Mapping[str, int] = field(default_factory=dict)
    confirmed_at: datetime | None = None  # by the desk, when that is its last word


@dataclass(frozen=True, slots=True)
class Verdict:
    level: Level
    people: int = 0
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    schemes: Mapping[str, int] = field(default_factory=dict)
    confirmed_at: datetime | None = None

    @property
    def commonest(self) -> str | None:
        """The scheme told most often; the earlier code of two equals."""
        return min(self.schemes, key=lambda code: (-self.schemes[code], code)) if self.schemes else None


def judge(evidence: Evidence, *, threshold: int, now: datetime) -> Verdict:
    """The verdict on one identifier. `threshold` is the number of people that makes `flagged`."""
    level = _level(evidence, threshold, now)
    confirmed_at = evidence.confirmed_at if level is Level.confirmed else None
    return Verdict(level, evidence.people, evidence.first_seen, evidence.last_seen, evidence.schemes, confirmed_at)


def _level(evidence: Evidence, threshold: int, now: datetime) -> Level:
    if evidence.official:
        return Level.official
    if evidence.confirmed_at and not _lapsed(evidence, now):
        return Level.confirmed
    if evidence.people >= threshold:
        return Level.flagged
    return Level.reported if evidence.people else Level.none


def _lapsed(evidence: Evidence, now: datetime) -> bool:
    if evidence.kind not in LAPSING_KINDS or evidence.confirmed_at is None:
        return False
    newest = max(filter(None, (evidence.confirmed_at, evidence.last_seen)))
    return newest < now - CONFIRMATION_HOLDS_FOR
