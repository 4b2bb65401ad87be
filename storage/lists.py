"""Queries of loading lists: thousands of rows in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, tuple_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import Change, Identifier, ListImport, Sign

AT_ONCE = 300  # rows a statement: SQLite takes 32,766 values


@dataclass(frozen=True, slots=True)
class New:
    """An identifier that was not there, with the sign that brings it."""

    row: Identifier
    at: datetime
    until: datetime | None
    reference: str | None
    scheme: str | None


async def begin(session: AsyncSession, row: ListImport) -> ListImport:
    """The state of this list, kept from an earlier run or new."""
    await insert_ignoring(session, row, "digest", "source", "sign")
    query = select(ListImport).where(
        ListImport.digest == row.digest, ListImport.source == row.source, ListImport.sign == row.sign
    )
    return (await session.exec(query)).one()


async def progress(session: AsyncSession, import_id: int, line: int, added: int, updated: int, refused: int) -> None:
    mine = update(ListImport).where(col(ListImport.id) == import_id)
    await session.exec(
        mine.values(
            lines=line, accepted=ListImport.accepted + added, updated=ListImport.updated + updated, refused=refused
        )
    )


async def finish(session: AsyncSession, import_id: int, now: datetime) -> None:
    await session.exec(update(ListImport).where(col(ListImport.id) == import_id).values(finished_at=now))


async def known(session: AsyncSession, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Identifier]:
    found: dict[tuple[str, str], Identifier] = {}
    for start in range(0, len(pairs), AT_ONCE):
        wanted = tuple_(col(Identifier.kind), col(Identifier.value)).in_(pairs[start : start + AT_ONCE])
        found |= {(row.kind, row.value): row for row in await session.exec(select(Identifier).where(wanted))}
    return found


async def insert_new(session: AsyncSession, fresh: Sequence[New], *, source: str, code: str, now: datetime) -> None:
    """Identifiers, their signs and the rows of the partners' feed."""
    for start in range(0, len(fresh), AT_ONCE):
        part = fresh[start : start + AT_ONCE]
        values = [{key: value for key, value in one.row.model_dump().items() if key != "id"} for one in part]
        stored = insert(Identifier).returning(col(Identifier.id), col(Identifier.kind), col(Identifier.value))
        ids: dict[Any, int] = {(kind, value): number for number, kind, value in await session.execute(stored, values)}
        signs = [_sign(ids[one.row.kind, one.row.value], one, source, code, now) for one in part]
        await session.execute(insert(Sign), signs)
        changes = [
            {"identifier_id": ids[one.row.kind, one.row.value], "was": "none", "level": one.row.level, "at": now,
             "by_time": False}
            for one in part
            if one.row.level != "none"
        ]  # fmt: skip
        if changes:
            await session.execute(insert(Change), changes)


def _sign(identifier_id: int, one: New, source: str, code: str, now: datetime) -> dict[str, Any]:
    return {
        "identifier_id": identifier_id, "code": code, "source": source, "at": one.at, "reference": one.reference,
        "scheme": one.scheme, "expires_at": one.until, "published": True, "created_at": now,
    }  # fmt: skip


async def upsert_sign(session: AsyncSession, row: Sign) -> Literal["added", "updated"] | None:
    """None where the same was known already."""
    if await insert_ignoring(session, row, "identifier_id", "source", "code"):
        return "added"
    query = select(Sign).where(
        Sign.identifier_id == row.identifier_id, Sign.source == row.source, Sign.code == row.code
    )
    stored = (await session.exec(query)).one()
    new = (row.at, row.expires_at, row.reference, row.scheme, None)
    if (stored.at, stored.expires_at, stored.reference, stored.scheme, stored.withdrawn_at) == new:
        return None
    stored.at, stored.expires_at, stored.reference, stored.scheme, stored.withdrawn_at = new
    session.add(stored)
    await session.flush()
    return "updated"
