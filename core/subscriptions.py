"""Who wants short warnings: asked once, after a first check, and changed by `/subscribe` at any time."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox
from storage.outbox import insert_ignoring
from storage.tables import Person, Subscription

ASKED_AFTER = timedelta(minutes=1)  # first the answer, then this question


async def ask_once(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """In the transaction of a check; nothing where the person was asked or has decided before."""
    if await session.get(Subscription, person.id):
        return
    if await insert_ignoring(session, Subscription(person_id=person.id, at=now), "person_id"):
        await outbox.put(
            session, "optin", {"person": person.id}, key=f"optin:{person.id}", now=now, due=now + ASKED_AFTER
        )


async def of(session: AsyncSession, person: Person, *, now: datetime) -> Subscription:
    return await session.get(Subscription, person.id) or Subscription(person_id=person.id, at=now)


async def choose(
    session: AsyncSession, person: Person, *, wanted: bool, now: datetime, ended_by: int | None = None
) -> Subscription:
    """On or off; `ended_by` is the broadcast under which they stopped."""
    row = await of(session, person, now=now)
    if row.wanted is not wanted:
        row.wanted, row.at, row.ended_by = wanted, now, None if wanted else ended_by
    session.add(row)
    return row


async def live_in(session: AsyncSession, person: Person, city: str | None, *, now: datetime) -> Subscription:
    row = await of(session, person, now=now)
    row.city = city
    session.add(row)
    return row
