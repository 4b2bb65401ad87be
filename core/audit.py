"""Who looked at, changed or took away what: append-only, each entry holding the hash of the one before.

Entries carry ids, never numbers, stories or names of citizens. The newest hash is kept beside them, so that cutting
off the end shows too.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import audit as rows
from storage import settings
from storage.engine import at_end
from storage.tables import Audit

HEAD = "audit_head"
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold."""

    entry: int
    why: str


async def append(
    session: AsyncSession,
    *,
    actor: str,
    action: str,
    now: datetime,
    subject: str | None = None,
    actor_name: str | None = None,
    **data: Any,
) -> None:
    """Adds an entry to the caller's transaction. `actor`: `officer:<id>`, `partner:<id>`, `cli`, `system`.

    It is chained when the transaction ends: the head is one row that everybody waits for, and who held it while
    waiting for a case would lock out the officer who holds that case and waits for the head.
    """
    row = Audit(
        at=now,
        actor=actor,
        actor_name=actor_name,
        action=action,
        subject=subject,
        data=data,
        previous="",
        digest="",
    )
    at_end(session, lambda: _chain(session, row))


async def _chain(session: AsyncSession, row: Audit) -> None:
    row.previous = await settings.held(session, HEAD, BEGINNING)
    row.digest = digest(row)
    session.add(row)
    await settings.put(session, HEAD, row.digest)
    await session.flush()


def digest(row: Audit) -> str:
    """SHA-256 over everything the entry says and the hash of the one before."""
    said = [row.at.isoformat(), row.actor, row.actor_name, row.action, row.subject, row.data, row.previous]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


async def verify(session: AsyncSession) -> Broken | None:
    """Walks the whole chain; the first entry that does not hold, or None."""
    previous, last = BEGINNING, 0
    async for row in rows.walk(session):
        if row.previous != previous:
            return Broken(row.id, "does not follow the entry before it")
        if row.digest != digest(row):
            return Broken(row.id, "was changed")
        previous, last = row.digest, row.id
    if previous != await settings.get(session, HEAD, BEGINNING):
        return Broken(last + 1, "is missing")
    return None
