"""Queries on the calls of partners: answers kept under an Idempotency-Key, and when each was last seen."""

from datetime import datetime

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import IdempotentCall, PartnerState


async def begin(session: AsyncSession, partner_id: str, key: str, digest: str, now: datetime) -> IdempotentCall:
    """The row of this key, held until the commit; `status` 0 where the call is new."""
    row = IdempotentCall(partner_id=partner_id, key=key, digest=digest, status=0, body={}, at=now)
    await insert_ignoring(session, row, "partner_id", "key")
    query = select(IdempotentCall).where(IdempotentCall.partner_id == partner_id, IdempotentCall.key == key)
    return (await session.exec(query.with_for_update())).one()


async def forget_old(session: AsyncSession, before: datetime) -> None:
    await session.exec(delete(IdempotentCall).where(col(IdempotentCall.at) < before))


async def seen(session: AsyncSession, partner_id: str, now: datetime) -> None:
    row = await session.get(PartnerState, partner_id) or PartnerState(id=partner_id)
    row.seen_at = now
    session.add(row)
