"""Queries on the calls of partners: answers kept under an Idempotency-Key, and when each was last seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
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


async def taken_back(session: AsyncSession, partner_id: str, source: str, sign_id: int, body: dict[str, Any]) -> None:
    """Lets the calls that made a signal answer `body` (a refusal, 409) from now on: it is no more."""
    made = (
        col(IdempotentCall.partner_id) == partner_id,
        col(IdempotentCall.body)["id"].as_integer() == sign_id,
        col(IdempotentCall.body)["source"].as_string() == source,
    )
    await session.exec(update(IdempotentCall).where(*made).values(status=409, body=body))


async def forget_old(session: AsyncSession, before: datetime) -> None:
    await session.exec(delete(IdempotentCall).where(col(IdempotentCall.at) < before))


async def seen(session: AsyncSession, partner_id: str, now: datetime) -> None:
    row = await session.get(PartnerState, partner_id) or PartnerState(id=partner_id)
    row.seen_at = now
    session.add(row)
