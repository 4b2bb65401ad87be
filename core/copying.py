"""/mydata: a copy of everything that is kept of one person, as they may have it."""

import json
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from core import limits, outbox
from storage import owned
from storage.tables import Person

# secrets of the service, what belongs to others, and what only means something inside the database
HIDDEN = frozenset(
    """
    value token sealed source reporter_key owner_key echo_of echo_by sha256 telegram_file_id telegram_unique_id
    file_id file_unique_id files officer_id actor_id actor_name officer_name guarded_id trusted_id person_id
    reporter_id home_case_id card_chat_id card_message_id alone stale_at confirmed_then rejected_then tails counts
    """.split()
)


async def order(session: AsyncSession, *, person: Person, now: datetime) -> None:
    """A copy is on its way. Raises `Refusal`: copy_too_soon."""
    await limits.spend_copy(session, person, now=now)
    key, order = f"copy:{person.id}:{now.timestamp():.0f}", f"person:{person.id}"
    await outbox.put(session, "copy", {"person": person.id}, key=key, now=now, order=order)


async def gather(session: AsyncSession, person: Person) -> dict[str, list[Any]]:
    """The rows by what they are: reports, checks, appeals … (storage.owned)."""
    return dict(await owned.everything(session, person))


def as_json(rows: dict[str, list[SQLModel]], *, now: datetime) -> bytes:
    """UTF-8, indented; times in UTC, money in minor units."""
    shown = {name: [_shown(one.model_dump(mode="json", exclude=set(HIDDEN))) for one in listed]
             for name, listed in rows.items()}  # fmt: skip
    document = {"service": "SaqBol", "copied_at": now.isoformat(), **shown}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _shown(value: Any) -> Any:
    """Without hidden fields in what is nested, and without what is empty."""
    if isinstance(value, dict):
        return {key: _shown(one) for key, one in value.items() if key not in HIDDEN and one not in (None, "", [], {})}
    return [_shown(one) for one in value] if isinstance(value, list) else value
