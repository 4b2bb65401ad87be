"""What other organisations ask: what is known about identifiers, and what of it changed since they last asked."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks
from core.checks import Found
from core.identifiers import spelled
from core.keys import Keys
from core.reference import signs
from core.verdicts import LISTED, SHIELDING, Level, Verdict
from storage import feed as rows
from storage import identifiers
from storage.tables import Change, Identifier, Sign

AT_ONCE = 50  # read between two looks at other work: reading one takes up to half a millisecond


@dataclass(frozen=True, slots=True)
class Ground:
    """A sign that holds. `n` is its number in the active set, None where the set has no such sign."""

    n: int | None
    code: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one identifier that was asked for."""

    found: Found
    verdict: Verdict
    grounds: Sequence[Ground]


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of the feed. `change`: flagged, confirmed, cleared, expired; the latter two are tombstones."""

    cursor: int
    change: str
    identifier: Identifier
    level: str
    at: datetime


def reading(kind: str, value: str, keys: Keys) -> Found | None:
    """What was asked for, in any spelling; None where it is no such identifier."""
    read = spelled(kind, value.replace("\0", ""))
    return checks.found(read, keys) if read else None


async def reading_all(asked: Iterable[tuple[str, str]], keys: Keys) -> list[Found | None]:
    """As `reading`, of many, without keeping others waiting."""
    read = []
    for place, (kind, value) in enumerate(asked, 1):
        read.append(reading(kind, value, keys))
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)
    return read


async def look_up(
    session: AsyncSession, asked: Sequence[Found], *, active: str, threshold: int, now: datetime
) -> list[Known]:
    """What is known about each, in the same order, in two queries however many they are.

    One more look for each whose stored summary time may have changed since.
    """
    stored = await identifiers.by_values(session, [(one.kind, one.value) for one in asked])
    numbers = {sign.code: sign.n for sign in signs(active).signs}
    grounds: dict[int, list[Ground]] = {}
    for sign in await identifiers.signs_of(session, [row.id for row in stored.values()]):
        if sign.code != SHIELDING and (sign.expires_at is None or sign.expires_at > now):
            grounds.setdefault(sign.identifier_id, []).append(_ground(sign, numbers))
    known = []
    for one in asked:
        row = stored.get((one.kind, one.value))
        verdict = await checks.verdict_of(session, one, row, threshold, now)
        holding = grounds.get(row.id, []) if row and verdict.level is not Level.official else []
        known.append(Known(one, verdict, holding))
    return known


def _ground(sign: Sign, numbers: dict[str, int]) -> Ground:
    return Ground(numbers.get(sign.code), sign.code, sign.source, sign.at)


async def changes(session: AsyncSession, *, after: int, limit: int) -> tuple[list[Changed], int, bool]:
    """(lines, cursor to go on from, whether there are more now), in the order of their commits; no cards.

    Who keeps what is `flagged` and `confirmed`, and drops what is `cleared` and `expired`, has the listed ones.
    """
    page = await rows.page(session, after=after, limit=limit + 1)
    lines = [_changed(change, identifier) for change, identifier in page[:limit]]
    return lines, lines[-1].cursor if lines else after, len(page) > limit


def _changed(change: Change, identifier: Identifier) -> Changed:
    gone = "expired" if change.by_time else "cleared"
    what = change.level if change.level in LISTED else gone
    return Changed(change.id, what, identifier, change.level, change.at)
