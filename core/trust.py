"""Trusted person: somebody close is told when the guarded person may be in trouble. Both agree, either ends it.

The guarded person invites and chooses what is told; the other accepts; the guarded one then sees who came and agrees.
So a link that went astray lets nobody in. What was checked is never told, only that something was.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox
from core.refusal import No, Refusal
from core.verdicts import LISTED, Verdict
from storage import trust as rows
from storage.tables import Person, Trust

TELLS = ("flagged", "sos")
MOST_TRUSTED = 3
MOST_GUARDED = 10
INVITED_FOR = timedelta(days=7)
AGAIN_AFTER = timedelta(hours=1)  # somebody who checks ten things in a row worries the other once
LONGEST_NAME = 40


async def invite(session: AsyncSession, *, person: Person, name: str, tells: Iterable[str], now: datetime) -> Trust:
    """An invitation whose link is to be sent on. Raises `Refusal`: nothing_told, too_many_trusted."""
    tells = [one for one in TELLS if one in tells]
    if not tells:
        raise Refusal(No.nothing_told)
    if len(await rows.guarding(session, person.id)) >= MOST_TRUSTED:
        raise Refusal(No.too_many_trusted)
    row = Trust(
        token=secrets.token_urlsafe(12), guarded_id=person.id, guarded_name=name[:LONGEST_NAME], tells=tells,
        created_at=now, expires_at=now + INVITED_FOR,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def invited(session: AsyncSession, *, person: Person, token: str, now: datetime) -> Trust:
    """The open invitation of a link.

    Raises `Refusal`: invitation_over, own_invitation, trusted_already, too_many_guarded.
    """
    return await _open(session, person, await rows.by_token(session, token), now)


async def _open(session: AsyncSession, person: Person, row: Trust | None, now: datetime) -> Trust:
    if row is None or row.trusted_id or row.expires_at < now:
        raise Refusal(No.invitation_over)
    if row.guarded_id == person.id:
        raise Refusal(No.own_invitation)
    known = await rows.guarded_by(session, person.id)
    if any(one.guarded_id == row.guarded_id for one in known):
        raise Refusal(No.trusted_already)
    if len(known) >= MOST_GUARDED:
        raise Refusal(No.too_many_guarded)
    return row


async def accept(session: AsyncSession, *, person: Person, trust_id: int, name: str, now: datetime) -> Trust:
    """Says yes to an invitation; the guarded person is asked whether this is whom they meant. Raises as `invited`."""
    row = await _open(session, person, await rows.lock(session, trust_id), now)
    row.trusted_id, row.trusted_name = person.id, name[:LONGEST_NAME]
    row.expires_at = now + INVITED_FOR
    session.add(row)
    await _put(session, "accepted", {"trust": row.id}, row.id, row.guarded_id, now)
    return row


async def decline(session: AsyncSession, *, person: Person, trust_id: int, now: datetime) -> None:
    """Says no; the guarded person hears that nobody came. Raises as `invited`."""
    row = await _open(session, person, await rows.lock(session, trust_id), now)
    await _put(session, "declined", {"person": row.guarded_id}, row.id, row.guarded_id, now)
    await session.delete(row)


async def of(session: AsyncSession, *, person: Person, trust_id: int) -> Trust:
    """One in which the person has a part, held until the commit. Raises `Refusal`: gone, not_yours."""
    row = await rows.lock(session, trust_id)
    if row is None:
        raise Refusal(No.gone)
    if person.id not in (row.guarded_id, row.trusted_id):
        raise Refusal(No.not_yours)
    return row


async def agree(session: AsyncSession, *, person: Person, trust_id: int, now: datetime) -> Trust:
    """The guarded person says: yes, this is whom I meant. From now on the other is told. Raises: gone, not_yours."""
    row = await _guarded(session, person, trust_id)
    if row.trusted_id is None:
        raise Refusal(No.gone)
    if row.agreed_at is None:
        row.agreed_at = now
        session.add(row)
        await _put(session, "agreed", {"trust": row.id}, row.id, row.trusted_id, now)
    return row


async def toggle(session: AsyncSession, *, person: Person, trust_id: int, what: str) -> Trust:
    """The guarded person changes what is told. Raises `Refusal`: gone, not_yours; nothing_told for the last one."""
    row = await _guarded(session, person, trust_id)
    tells = [one for one in TELLS if (one in row.tells) != (one == what)]
    if not tells:
        raise Refusal(No.nothing_told)
    row.tells = tells
    session.add(row)
    return row


async def _guarded(session: AsyncSession, person: Person, trust_id: int) -> Trust:
    row = await of(session, person=person, trust_id=trust_id)
    if row.guarded_id != person.id:
        raise Refusal(No.not_yours)
    return row


async def end(session: AsyncSession, *, person: Person, trust_id: int, now: datetime) -> Trust:
    """Either side ends it, at any time; the other hears it once. Raises `Refusal`: gone, not_yours."""
    row = await of(session, person=person, trust_id=trust_id)
    mine = row.guarded_name if person.id == row.guarded_id else row.trusted_name
    await _end(session, row, person, mine, now)
    return row


async def end_all(session: AsyncSession, *, person: Person, now: datetime) -> None:
    """The person is forgotten: the others hear that it ended, without a name."""
    for row in await rows.of_person(session, person.id):
        await _end(session, row, person, None, now)


async def _end(session: AsyncSession, row: Trust, person: Person, name: str | None, now: datetime) -> None:
    guarded = person.id == row.guarded_id
    other = row.trusted_id if guarded else row.guarded_id
    if other:
        payload = {"person": other, "guarded": guarded, "name": name, "about": person.id}
        await _put(session, "ended", payload, row.id, other, now)
    await session.delete(row)


async def of_person(session: AsyncSession, person: Person) -> tuple[Sequence[Trust], Sequence[Trust]]:
    """(those who stand by this person and open invitations, those whom this person stands by)."""
    return await rows.guarding(session, person.id), await rows.guarded_by(session, person.id)


async def tell_flagged(session: AsyncSession, person_id: int, verdicts: Iterable[Verdict], now: datetime) -> None:
    """After a check: tells where something in it is flagged or confirmed."""
    if any(one.level in LISTED for one in verdicts):
        await _tell(session, person_id, "flagged", now)


async def tell(session: AsyncSession, person: Person, what: str, now: datetime) -> None:
    """Lets the trusted people know; `what` is one of TELLS. The same at most once an hour, and only what was agreed."""
    await _tell(session, person.id, what, now)


async def _tell(session: AsyncSession, person_id: int, what: str, now: datetime) -> None:
    for row in await rows.guarding(session, person_id):
        if row.agreed_at is None or what not in row.tells or _lately(row.told.get(what), now):
            continue
        row.told = {**row.told, what: now.isoformat()}
        session.add(row)
        payload = {"trust": row.id, "what": what, "at": now.isoformat()}
        await _put(session, "told", payload, f"{row.id}:{what}:{now.timestamp():.0f}", row.trusted_id, now)


def _lately(told: str | None, now: datetime) -> bool:
    return told is not None and datetime.fromisoformat(told) > now - AGAIN_AFTER


async def _put(
    session: AsyncSession, kind: str, payload: dict[str, Any], key: object, to: int | None, now: datetime
) -> None:
    name = f"trust_{kind}"
    await outbox.put(session, name, payload, key=f"{name}:{key}", now=now, order=f"person:{to}")
