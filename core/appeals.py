"""The owner of a listed number, card or listing contests it: proof, deadline, decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, desk, outbox, people, summaries
from core.cases import Officer
from core.keys import Keys
from core.refusal import No, Refusal
from core.verdicts import Level
from storage import appeals as rows
from storage import identifiers, reports
from storage.tables import Appeal, Decision, Identifier, Person

ANSWERED_WITHIN = timedelta(days=15)  # as long as the law gives an office for an ordinary application of a citizen
REMINDED_BEFORE = timedelta(days=3)
AGAIN_AFTER = timedelta(days=30)
MOST_OPEN = 3
MOST_WORDS = 1000
APPEALABLE = frozenset({Level.flagged, Level.confirmed, Level.under_review})
LIFTING = frozenset({"cleared", "lapsed"})
ALMATY = ZoneInfo("Asia/Almaty")


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody shows that it is theirs. `kind`: contact, reference, paper."""

    kind: str
    reference: str | None = None
    file: dict[str, Any] | None = None  # {"id", "unique_id"}


def deadline(now: datetime) -> datetime:
    """Fifteen days on, at 18:00 in Almaty."""
    day = now.astimezone(ALMATY) + ANSWERED_WITHIN
    return day.replace(hour=18, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


async def may_appeal(
    session: AsyncSession, *, person: Person, identifier: Identifier | None, keys: Keys, threshold: int, now: datetime
) -> Identifier:
    """The listed identifier. Raises `Refusal`: not_listed, appeal_open, appeal_too_soon, too_many_appeals."""
    if identifier is None:
        raise Refusal(No.not_listed)
    verdict = await summaries.current(session, identifier, threshold=threshold, now=now)
    if verdict.level not in APPEALABLE:
        raise Refusal(No.not_listed)
    known = await identifiers.open_appeal(session, identifier.id)
    if known:
        raise Refusal(No.appeal_open, until=known.deadline)
    last = await rows.last_of(session, person.id, _key(keys, person, identifier), identifier.id)
    if last and _too_soon(last, verdict.level, now):
        raise Refusal(No.appeal_too_soon)
    if len(await rows.open_of(session, person.id)) >= MOST_OPEN:
        raise Refusal(No.too_many_appeals)
    return identifier


def _key(keys: Keys, person: Person, identifier: Identifier) -> str:
    return people.pseudonym(keys, person, identifier.kind, identifier.value)


def _too_soon(last: Appeal, level: Level, now: datetime) -> bool:
    """The desk kept the listing lately, and nothing changed about it since."""
    if last.decided_at is None or last.result != "kept" or last.level != level:
        return False
    return last.decided_at > now - AGAIN_AFTER


async def begin(
    session: AsyncSession,
    *,
    person: Person,
    identifier: Identifier,
    proof: Proof,
    words: str | None,
    keys: Keys,
    threshold: int,
    now: datetime,
) -> Appeal:
    """Opens the appeal; it lands at the desk. Raises as `may_appeal`."""
    await rows.hold(session, identifier.id)
    await may_appeal(session, person=person, identifier=identifier, keys=keys, threshold=threshold, now=now)
    verdict = await summaries.current(session, identifier, threshold=threshold, now=now)
    appeal = Appeal(
        identifier_id=identifier.id,
        person_id=person.id,
        owner_key=_key(keys, person, identifier),
        proven=proof.kind == "contact" or identifier.kind != "phone",
        proof=proof.kind,
        reference=proof.reference,
        words=words,
        file_id=proof.file["id"] if proof.file else None,
        file_unique_id=proof.file["unique_id"] if proof.file else None,
        level=str(verdict.level),
        opened_at=now,
        deadline=deadline(now),
    )
    session.add(appeal)
    await session.flush()
    await _changed(session, appeal, identifier, threshold, now)
    if proof.file:
        await outbox.put(session, "appeal_paper", {"appeal": appeal.id}, key=f"appeal_paper:{appeal.id}", now=now)
    await call(session, appeal, "soon", due=appeal.deadline - REMINDED_BEFORE, now=now)
    return appeal


async def _changed(
    session: AsyncSession, appeal: Appeal, identifier: Identifier, threshold: int, now: datetime
) -> None:
    await summaries.refresh(session, identifier, threshold=threshold, now=now)
    await outbox.renew(session, "appeal_card", {"appeal": appeal.id}, key=f"appeal_card:{appeal.id}", now=now)


async def call(session: AsyncSession, appeal: Appeal, why: str, *, due: datetime, now: datetime) -> None:
    """A reminder at the desk, for as long as the appeal is open."""
    payload = {"appeal": appeal.id, "why": why}
    await outbox.put(
        session, "appeal_call", payload, key=f"appeal_call:{appeal.id}:{why}:{due.date()}", now=now, due=due
    )


async def of(session: AsyncSession, appeal_id: int) -> Appeal:
    """An appeal that is open, held until the commit. Raises `Refusal`: gone, appeal_decided."""
    appeal = await rows.lock(session, appeal_id)
    if appeal is None:
        raise Refusal(No.gone)
    if appeal.decided_at:
        raise Refusal(No.appeal_decided)
    return appeal


async def decide(
    session: AsyncSession,
    *,
    appeal: Appeal,
    cleared: bool,
    reason: str,
    officer: Officer,
    threshold: int,
    now: datetime,
) -> None:
    """Clears or keeps the listing, with a reason.

    Raises `Refusal`: own_decision, where the officer confirmed it and there is somebody else to ask.
    """
    appeal.alone = await _judges_alone(session, appeal, officer)
    await _end(session, appeal, "cleared" if cleared else "kept", reason, officer.id, threshold, now)


async def _judges_alone(session: AsyncSession, appeal: Appeal, officer: Officer) -> bool:
    """Whether the officer confirmed it and nobody else may judge: with a senior at the desk only seniors may."""
    confirmed_it = await rows.confirmers(session, appeal.identifier_id)
    if officer.id not in confirmed_it:
        return False
    judges = await desk.seniors(session) or await desk.present(session)
    if any(one.telegram_id not in confirmed_it for one in judges):
        raise Refusal(No.own_decision)
    return True


async def _end(
    session: AsyncSession, appeal: Appeal, result: str, reason: str, officer_id: int, threshold: int, now: datetime
) -> None:
    appeal.decided_at, appeal.result, appeal.reason, appeal.officer_id = now, result, reason, officer_id
    session.add(appeal)
    identifier = await session.get_one(Identifier, appeal.identifier_id)
    if result in LIFTING:
        case = await reports.case_with(session, identifier.id)
        decision = Decision(
            case_id=case.id if case else None, identifier_id=identifier.id, result="rejected", reason=reason,
            officer_id=officer_id, at=now,
        )  # fmt: skip
        session.add(decision)
        if case:
            await cases.refresh_card(session, case.id, now=now)
    await session.flush()
    await cases.judged(session, identifier, threshold=threshold, now=now)
    await _changed(session, appeal, identifier, threshold, now)
    order = f"person:{appeal.person_id}"
    await outbox.put(
        session, "appeal_told", {"appeal": appeal.id}, key=f"appeal_told:{appeal.id}", now=now, order=order
    )


async def pass_deadlines(session: AsyncSession, *, threshold: int, now: datetime) -> None:
    """A flag that nobody judged in time lifts; a confirmation stays, and the seniors are called once a day.

    Without a proof a flag stays too: else anybody's word would lift it wherever the desk is slow.
    """
    for appeal in await rows.overdue(session, now):
        identifier = await session.get_one(Identifier, appeal.identifier_id)
        verdict = await summaries.current(session, identifier, threshold=threshold, now=now)
        if verdict.level is Level.confirmed or (verdict.level is Level.flagged and not appeal.proven):
            await _overdue(session, appeal, now)
        else:
            await _end(session, appeal, "lapsed", "deadline", 0, threshold, now)


async def _overdue(session: AsyncSession, appeal: Appeal, now: datetime) -> None:
    """The card says it once, the seniors are called daily."""
    await outbox.put(session, "appeal_card", {"appeal": appeal.id}, key=f"appeal_card:{appeal.id}:overdue", now=now)
    await call(session, appeal, "overdue", due=now, now=now)
    await outbox.alarm(session, f"appeal {appeal.id} is overdue", key=f"appeal:{appeal.id}", now=now)


async def paper_lost(session: AsyncSession, *, appeal_id: int, threshold: int, now: datetime) -> None:
    """The paper cannot be opened: the appeal ends undecided, and the owner is asked to send it once more."""
    appeal = await rows.lock(session, appeal_id)
    if appeal and not appeal.decided_at:
        await _end(session, appeal, "withdrawn", "paper", 0, threshold, now)


async def abandon(session: AsyncSession, *, appeal: Appeal, threshold: int, now: datetime) -> None:
    """The owner is forgotten, and their proof with them: the appeal ends undecided, the desk's card says so."""
    await _end(session, appeal, "withdrawn", "forgotten", 0, threshold, now)


async def open_of(session: AsyncSession, person: Person) -> Sequence[tuple[Appeal, Identifier]]:
    return await rows.open_of(session, person.id)
