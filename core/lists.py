"""Lists from outside: the regulator's, a partner's, and the administrator's own real lines.

A list is read line by line and committed in batches together with how far it got, so that a broken run goes on where
it stopped and a second run changes nothing.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO

from sqlmodel.ext.asyncio.session import AsyncSession

from core import audit, summaries
from core.checks import Found, found
from core.identifiers import Doubt, spelled
from core.keys import Keys
from core.reference import official_line, schemes, signs
from core.verdicts import SHIELDING, Evidence, Sign, judge
from storage import lists as rows
from storage.engine import Database
from storage.tables import Identifier, ListImport
from storage.tables import Sign as SignRow

BATCH = 1000
LONGEST_LINE = 10_000
COLUMNS = ("kind", "value", "scheme", "seen_at", "reference")
REGULATOR = "PAYEE_IN_CBR_DB"
ABOUT_OPERATIONS = "operation"  # such signs judge one transfer and move no level
SURE = timedelta(days=1)


class Wrong(StrEnum):
    """Why a line is refused. The line itself is never repeated: it may hold a card number."""

    columns = "wrong number of columns"
    kind = "unknown kind"
    value = "not such an identifier"
    card = "a card needs its full number"
    scheme = "unknown scheme"
    seen_at = "seen_at is no date, or lies ahead"
    official = "an official line cannot be listed"
    too_long = "the line is too long"


class BadList(ValueError):
    """The file as a whole cannot be loaded; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is loaded and as what."""

    path: Path
    source: str
    sign: str = REGULATOR
    expires: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A good line."""

    line: int
    found: Found
    at: datetime
    until: datetime | None
    scheme: str | None
    reference: str | None


@dataclass(slots=True)
class Loaded:
    """What came of it. `refused` holds (line, why) of this run only."""

    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[int, Wrong]] = field(default_factory=list)
    resumed_at: int = 0
    was_finished: bool = False


def listing_signs(active: str) -> frozenset[str]:
    """Signs a list may carry: about a recipient, of the active set; and the shield of a real line."""
    return frozenset({sign.code for sign in signs(active).signs if sign.about == "recipient"} | {SHIELDING})


async def load(
    db: Database, order: Order, *, keys: Keys, threshold: int, now: datetime, report: Callable[[Loaded], None]
) -> Loaded:
    """Loads the whole file; `report` hears the sums after each batch. Raises `BadList`."""
    loaded = Loaded()
    async with db.begin() as session:
        state = await rows.begin(session, _progress(order, now))
        loaded.resumed_at, loaded.was_finished = state.lines, state.finished_at is not None
    if loaded.was_finished:
        return loaded
    with order.path.open("rb") as file:
        for batch, last in _batches(file, order, keys, now, after=state.lines, refused=loaded.refused):
            async with db.begin() as session:
                added, updated = await _store(session, batch, order, threshold, now)
                await rows.progress(session, state.id, last, added, updated, len(loaded.refused))
            loaded.accepted, loaded.updated = loaded.accepted + added, loaded.updated + updated
            loaded.unchanged += len(batch) - added - updated
            report(loaded)
    async with db.begin() as session:
        await rows.finish(session, state.id, now)
        await audit.append(
            session, actor="cli", action="import", subject=f"list:{state.id}", now=now, source=order.source,
            sign=order.sign, accepted=loaded.accepted, updated=loaded.updated, refused=len(loaded.refused),
        )  # fmt: skip
    return loaded


def _progress(order: Order, now: datetime) -> ListImport:
    return ListImport(digest=digest(order), source=order.source, sign=order.sign, started_at=now)


def digest(order: Order) -> str:
    """Of the bytes, and of how long they count: the same list for another time is another list."""
    with order.path.open("rb") as file:
        known = hashlib.file_digest(file, "sha256")
    return f"{known.hexdigest()}:{order.expires.days if order.expires else ''}"


def _batches(
    file: IO[bytes], order: Order, keys: Keys, now: datetime, *, after: int, refused: list[tuple[int, Wrong]]
) -> Iterator[tuple[list[Entry], int]]:
    """(good lines, number of the last line read) by `BATCH` lines."""
    batch: list[Entry] = []
    number = after
    for number, row in _rows(file):
        if number <= after:
            continue
        result = _entry(number, row, order, keys, now)
        if isinstance(result, Entry):
            batch.append(result)
        else:
            refused.append((number, result))
        if number % BATCH == 0:
            yield batch, number
            batch = []
    yield batch, number


def _rows(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str] | Wrong]]:
    """Numbered lines as columns by the names of the header. Comma or semicolon; UTF-8, with or without a BOM."""
    head = _text(file.readline(LONGEST_LINE + 1), 1).lower()
    delimiter = ";" if head.count(";") > head.count(",") else ","
    names = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
    if not {"kind", "value"} <= set(names) or not set(names) <= set(COLUMNS):
        raise BadList(f"the first line must name the columns: {', '.join(COLUMNS[:2])}[, {', '.join(COLUMNS[2:])}]")
    number = 1
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            _skip_line(file, line)
            yield number, Wrong.too_long
        elif line.strip():
            yield number, _columns(_text(line, number), names, delimiter)


def _text(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").replace("\0", "").rstrip("\r\n")
    except UnicodeDecodeError:
        raise BadList(f"line {number} is not UTF-8") from None


def _skip_line(file: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LONGEST_LINE)


def _columns(line: str, names: Sequence[str], delimiter: str) -> dict[str, str] | Wrong:
    try:
        [values] = csv.reader([line], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return Wrong.columns
    if len(values) != len(names):
        return Wrong.columns
    return {name: value.strip() for name, value in zip(names, values, strict=True)}


def _entry(number: int, row: dict[str, str] | Wrong, order: Order, keys: Keys, now: datetime) -> Entry | Wrong:
    if isinstance(row, Wrong):
        return row
    one = _identifier(row, keys, order.sign)
    if isinstance(one, Wrong):
        return one
    scheme = row.get("scheme") or None
    if scheme and scheme not in {one.code for one in schemes()}:
        return Wrong.scheme
    at = _moment(row.get("seen_at") or "", now)
    if at is None:
        return Wrong.seen_at
    until = at + order.expires if order.expires else None
    return Entry(number, one, at, until, scheme, row.get("reference") or None)


def _identifier(row: dict[str, str], keys: Keys, sign: str) -> Found | Wrong:
    try:
        read = spelled(row["kind"].lower(), row["value"])
    except ValueError:
        return Wrong.kind
    if read is None:
        return Wrong.card if row["kind"].lower() == "card" else Wrong.value
    if sign != SHIELDING and (Doubt.official in read.doubts or official_line(read.value)):
        return Wrong.official
    return found(read, keys)


def _moment(text: str, now: datetime) -> datetime | None:
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if at <= now + SURE else None


async def _store(
    session: AsyncSession, batch: Sequence[Entry], order: Order, threshold: int, now: datetime
) -> tuple[int, int]:
    """Stores a batch; returns (new, changed). A value twice in a batch counts with its last line."""
    entries = {(one.found.kind, one.found.value): one for one in batch}
    known = await rows.known(session, list(entries))
    fresh = [_new(one, order, threshold, now) for key, one in entries.items() if key not in known]
    await rows.insert_new(session, fresh, source=order.source, code=order.sign, now=now)
    added, updated = len(fresh), 0
    for key, row in known.items():
        change = await rows.upsert_sign(session, _sign(row.id, entries[key], order, now))
        added, updated = added + (change == "added"), updated + (change == "updated")
        if change:
            await summaries.refresh(session, row, threshold=threshold, now=now)
    return added, updated


def _new(one: Entry, order: Order, threshold: int, now: datetime) -> rows.New:
    """An identifier nobody told about: its summary follows from the list alone."""
    row = Identifier(
        kind=one.found.kind, value=one.found.value, display=one.found.display, attrs=one.found.attrs, created_at=now
    )
    evidence = Evidence(one.found.kind, signs=[Sign(order.sign, one.at, one.until, one.scheme)])
    summaries.store(row, judge(evidence, threshold=threshold, now=now))
    return rows.New(row, one.at, one.until, one.reference, one.scheme)


def _sign(identifier_id: int, one: Entry, order: Order, now: datetime) -> SignRow:
    return SignRow(
        identifier_id=identifier_id, code=order.sign, source=order.source, at=one.at, reference=one.reference,
        scheme=one.scheme, expires_at=one.until, created_at=now,
    )  # fmt: skip
