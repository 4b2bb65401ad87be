"""Queries on the partners' feed of changed levels."""

from collections.abc import Sequence

from sqlalchemy import func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Change, Identifier

LISTED = ("flagged", "confirmed")


async def page(session: AsyncSession, *, after: int, limit: int) -> Sequence[tuple[Change, Identifier]]:
    """What became listed or is no longer, by id above `after`; cards left out.

    On PostgreSQL only what no transaction still in flight can come before.
    """
    query = (
        select(Change, Identifier)
        .join(Identifier, col(Identifier.id) == Change.identifier_id)
        .where(
            Change.id > after,
            Identifier.kind != "card",
            or_(col(Change.was).in_(LISTED), col(Change.level).in_(LISTED)),
        )
        .order_by(col(Change.id))
        .limit(limit)
    )
    if session.get_bind().dialect.name == "postgresql":
        settled = func.txid_snapshot_xmin(func.txid_current_snapshot())
        query = query.where(or_(col(Change.tx).is_(None), col(Change.tx) < settled))
    return (await session.exec(query)).all()
