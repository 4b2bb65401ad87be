"""What was read in a message, what is known about it, and what of it the person accuses."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import summaries
from core.identifiers import Doubt, Identifier, Kind, Reading
from core.keys import Keys
from core.reference import official_line
from core.refusal import No, Refusal
from core.routing import Named
from core.verdicts import Level, Verdict
from storage import checks as rows
from storage import identifiers
from storage.tables import Check, Person
from storage.tables import Identifier as IdentifierRow

KEPT_FOR = timedelta(days=30)
MOST_IDENTIFIERS = 10
MOST_FILES = 10
MOST_TEXT = 8000


@dataclass(frozen=True, slots=True)
class Found:
    """One identifier of a check, as kept in its row. A card's number is only there sealed."""

    kind: str
    value: str
    display: str
    role: str | None = None
    doubts: tuple[str, ...] = ()
    attrs: dict[str, Any] = field(default_factory=dict)
    accused: bool = True
    sealed: str | None = None

    @property
    def direction_unknown(self) -> bool:
        return Doubt.direction_unknown in self.doubts

    @property
    def official(self) -> bool:
        return Doubt.official in self.doubts


def found(identifier: Identifier, keys: Keys) -> Found:
    """The storable form: a card's value gets its keyed hash, its number is sealed."""
    value, sealed = identifier.value, None
    if identifier.secret:
        value = f"{identifier.value}:{keys.digest('card', identifier.secret)}"
        sealed = base64.b64encode(keys.seal("card", identifier.secret.encode())).decode()
    return Found(
        kind=str(identifier.kind),
        value=value,
        display=identifier.display,
        role=identifier.role and str(identifier.role),
        doubts=tuple(sorted(map(str, identifier.doubts))),
        attrs=dict(identifier.attrs),
        accused=not identifier.starts_off,
        sealed=sealed,
    )


def as_row(one: Found, now: datetime) -> IdentifierRow:
    """A row for what was found, to be stored unless there is one."""
    return IdentifierRow(kind=one.kind, value=one.value, display=one.display, attrs=one.attrs, created_at=now)


def items(check: Check) -> list[Found]:
    return [Found(**{**item, "doubts": tuple(item["doubts"])}) for item in check.found]


async def begin(
    session: AsyncSession,
    *,
    person: Person,
    reading: Reading | None,
    extra: Iterable[Identifier] = (),
    keys: Keys,
    now: datetime,
    files: Sequence[dict[str, Any]] = (),
    album: str | None = None,
    source: str | None = None,
) -> Check:
    """Keeps what one message showed; messages of one album share a check. `source`: the link or forward it came by."""
    check = await rows.of_album(session, person.id, album) if album else None
    if check is None:
        check = Check(
            person_id=person.id,
            token=secrets.token_urlsafe(12),
            created_at=now,
            expires_at=now + KEPT_FOR,
            album=album,
            source=keys.digest("source", source) if source else None,
        )
    read = [*(reading.identifiers if reading else ()), *extra]
    merge(check, [found(identifier, keys) for identifier in read])
    if reading and reading.text:
        check.text = f"{check.text}\n{reading.text}".strip()[:MOST_TEXT]
    check.files = [*check.files, *files][:MOST_FILES]
    session.add(check)
    await session.flush()
    return check


def merge(check: Check, more: Iterable[Found]) -> None:
    known = {(item["kind"], item["value"]) for item in check.found}
    fresh = [asdict(one) for one in more if (one.kind, one.value) not in known]
    check.found = [*check.found, *fresh][:MOST_IDENTIFIERS]
    if len(check.found) == 1:
        _accuse_the_only_one(check)


def _accuse_the_only_one(check: Check) -> None:
    """Somebody who sends one thing and reports it means that thing, unless it is their own or a real line."""
    [only] = items(check)
    if not {Doubt.own, Doubt.official, Doubt.direction_unknown, Doubt.recognised} & set(only.doubts):
        check.found = [asdict(replace(only, accused=True))]


async def of(session: AsyncSession, *, person: Person, check_id: int, now: datetime) -> Check:
    """The person's own check. Raises `Refusal`: gone, not_yours, expired."""
    check = await session.get(Check, check_id, with_for_update=True)
    if check is None:
        raise Refusal(No.gone)
    if check.person_id != person.id:
        raise Refusal(No.not_yours)
    if check.expires_at < now:
        raise Refusal(No.expired)
    return check


async def from_link(session: AsyncSession, *, person: Person, token: str, now: datetime) -> Check:
    """A new check of what somebody else's link shows; their words and own numbers stay theirs. Raises: expired."""
    shared = await rows.of_token(session, token)
    shown = [one for one in items(shared) if Doubt.own not in one.doubts] if shared else []
    if shared is None or shared.expires_at < now or not shown:
        raise Refusal(No.expired)
    check = Check(
        person_id=person.id,
        token=secrets.token_urlsafe(12),
        created_at=now,
        expires_at=now + KEPT_FOR,
        found=[asdict(replace(one, sealed=None)) for one in shown],
        source=f"link:{shared.id}",
    )
    session.add(check)
    await session.flush()
    return check


def named(found_items: Sequence[Found]) -> list[Named]:
    """What is accused, as routing sees it before anything is saved."""
    return [
        Named(place, one.kind, one.value, one.role, one.attrs.get("platform"), one.official)
        for place, one in enumerate(found_items)
        if one.accused
    ]


def toggle(check: Check, index: int) -> None:
    """Accuse the n-th identifier or not; choosing answers the question whose it is."""
    listed = items(check)
    if not 0 <= index < len(listed):
        raise Refusal(No.gone)
    one = listed[index]
    settled = tuple(doubt for doubt in one.doubts if doubt != Doubt.direction_unknown)
    listed[index] = replace(one, accused=not one.accused, doubts=settled)
    check.found = [asdict(item) for item in listed]


def settle_direction(check: Check, index: int, theirs: bool) -> None:
    """The answer to "theirs or yours?". The person's own card is forgotten on the spot."""
    listed = items(check)
    if not 0 <= index < len(listed):
        raise Refusal(No.gone)
    one = listed[index]
    settled = tuple(doubt for doubt in one.doubts if doubt != Doubt.direction_unknown)
    if not theirs and one.kind == Kind.card:
        del listed[index]
    else:
        doubts = settled if theirs else (*settled, str(Doubt.own))
        listed[index] = replace(one, accused=theirs, doubts=doubts, role=one.role or ("payee" if theirs else None))
    check.found = [asdict(item) for item in listed]


def confirm_reading(check: Check, right: bool) -> None:
    """The answer to "I read …: right?". What was read wrong is forgotten.

    Of several things in a picture (a call list) none is accused until the person marks it.
    """
    kept = [one for one in items(check) if right or Doubt.recognised not in one.doubts]
    stops = {Doubt.own, Doubt.official, Doubt.direction_unknown, Doubt.ambiguous, Doubt.forward_origin}
    settled = []
    for one in kept:
        doubts = tuple(doubt for doubt in one.doubts if doubt != Doubt.recognised)
        settled.append(replace(one, doubts=doubts, accused=len(kept) == 1 and not stops & set(doubts)))
    check.found = [asdict(one) for one in settled]


async def verdicts(
    session: AsyncSession, found_items: Sequence[Found], *, threshold: int, now: datetime
) -> list[Verdict]:
    """What is known about each, in the same order: one indexed read for all of them."""
    stored = await identifiers.by_values(session, [(one.kind, one.value) for one in found_items])
    return [await verdict_of(session, one, stored.get((one.kind, one.value)), threshold, now) for one in found_items]


async def verdict_of(
    session: AsyncSession, one: Found, row: IdentifierRow | None, threshold: int, now: datetime
) -> Verdict:
    """What is known about one, `row` being what is stored of it."""
    if one.official or official_line(one.value):
        return Verdict(Level.official)
    return await summaries.current(session, row, threshold=threshold, now=now) if row else Verdict(Level.none)
