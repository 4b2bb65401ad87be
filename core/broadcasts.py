"""A broadcast until it goes out: composed, tried, approved by somebody else, put on hold, called off.

What is approved is frozen: its words, picture, audience and time. Any edit asks for approval again. Only the author
edits; author and approver are different people, and an emergency needs two approvers.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import audit, outbox, sending
from core.identifiers import Doubt, read
from core.people import LANGUAGES
from core.planning import next_after, plan_of
from core.reference import broadcasts as templates
from core.refusal import No, Refusal
from core.reports import LETTERS
from storage import broadcasts as rows
from storage.tables import Broadcast

MOST_TEXT = 700  # with its frame it still fits under a picture
EDITABLE = ("draft", "waiting", "live", "paused")


@dataclass(frozen=True, slots=True)
class Studio:
    """Who may compose and approve, and how many messages leave in a second over all replicas."""

    operators: tuple[int, ...] = ()
    rate: int = 25

    def others(self, author: int | None) -> Sequence[int]:
        return [one for one in self.operators if one != author]


@dataclass(frozen=True, slots=True)
class Reach:
    people: int
    seconds: float


def allow(studio: Studio, telegram_id: int) -> int:
    """Raises `Refusal`: not_operator."""
    if telegram_id not in studio.operators:
        raise Refusal(No.not_operator)
    return telegram_id


async def compose(session: AsyncSession, *, by: int | None, template: str | None, now: datetime) -> Broadcast:
    """A new draft, from a template or empty; `by` None where it is suggested. Raises `Refusal`: gone."""
    found = next((one for one in templates() if one.id == template), None)
    if template and found is None:
        raise Refusal(No.gone)
    broadcast = Broadcast(
        code=await _free_code(session),
        author_id=by,
        template=template,
        scheme=found.scheme if found else None,
        text=dict(found.text) if found else {},
        created_at=now,
        updated_at=now,
    )
    session.add(broadcast)
    await session.flush()
    await note(session, broadcast, by, "broadcast_compose", now=now)
    return broadcast


async def _free_code(session: AsyncSession) -> str:
    while True:
        code = "SQ-" + "".join(secrets.choice(LETTERS) for _ in range(5))
        if not await rows.by_code(session, code):
            return code


async def note(session: AsyncSession, broadcast: Broadcast, by: int | None, action: str, *, now: datetime) -> None:
    actor = f"operator:{by}" if by else "system"
    await audit.append(session, actor=actor, action=action, subject=f"broadcast:{broadcast.id}", now=now)


async def of(session: AsyncSession, broadcast_id: int) -> Broadcast:
    """Held until the commit. Raises `Refusal`: gone."""
    broadcast = await rows.locked(session, broadcast_id)
    if broadcast is None:
        raise Refusal(No.gone)
    return broadcast


async def own(session: AsyncSession, broadcast_id: int, by: int) -> Broadcast:
    """One that its author may still change. Raises `Refusal`: gone, not_author, broadcast_begun."""
    broadcast = await of(session, broadcast_id)
    if broadcast.author_id != by:
        raise Refusal(No.not_author)
    if broadcast.status not in EDITABLE or await rows.runs_of(session, broadcast.id):
        raise Refusal(No.broadcast_begun)
    return broadcast


async def edit(session: AsyncSession, broadcast: Broadcast, *, by: int, now: datetime, **fields: Any) -> None:
    """Changes it; an approval it had is gone. Raises `Refusal`: too_long, too_short."""
    for text in fields.get("text", {}).values():
        if not 10 <= len(text) <= MOST_TEXT:
            raise Refusal(No.too_long if len(text) > MOST_TEXT else No.too_short)
    for name, value in fields.items():
        setattr(broadcast, name, value)
    back_to_draft(broadcast)
    broadcast.updated_at = now
    session.add(broadcast)
    await note(session, broadcast, by, "broadcast_edit", now=now)


def back_to_draft(broadcast: Broadcast) -> None:
    broadcast.status, broadcast.approvals, broadcast.digest, broadcast.next_at = "draft", [], None, None


def digest(broadcast: Broadcast) -> str:
    """What an approval stands for."""
    said = [broadcast.text, broadcast.picture, broadcast.audience, broadcast.plan, broadcast.emergency]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def needed(broadcast: Broadcast) -> int:
    """How many approvals."""
    return 2 if broadcast.emergency else 1


def doubtful(text: str) -> list[str]:
    """Links, numbers and accounts in a text that are no official ones, as shown."""
    return [one.display for one in read(text).identifiers if Doubt.official not in one.doubts]


async def reach(session: AsyncSession, broadcast: Broadcast, studio: Studio, *, now: datetime) -> Reach:
    """How many people it is for, and the seconds it takes."""
    people = await rows.count_audience(session, broadcast.audience, sending.active_since(broadcast, now))
    return Reach(people, people / studio.rate)


async def submit(session: AsyncSession, broadcast: Broadcast, *, by: int, studio: Studio, now: datetime) -> None:
    """Asks the other operators for approval.

    Raises `Refusal`: both_languages, past_time, no_approver, no_two_approvers, broadcast_state.
    """
    if broadcast.status != "draft":
        raise Refusal(No.broadcast_state)
    if not all(broadcast.text.get(language) for language in LANGUAGES):
        raise Refusal(No.both_languages)
    others = studio.others(by)
    if len(others) < needed(broadcast):
        raise Refusal(No.no_two_approvers if broadcast.emergency and others else No.no_approver)
    _first_moment(broadcast, now)
    broadcast.status, broadcast.digest, broadcast.updated_at = "waiting", digest(broadcast), now
    session.add(broadcast)
    await note(session, broadcast, by, "broadcast_submit", now=now)
    for one in others:
        await tell(session, broadcast, one, "ask", now=now)


def _first_moment(broadcast: Broadcast, now: datetime) -> datetime:
    plan = plan_of(broadcast.plan)
    first = now if plan.kind == "now" else next_after(plan, now)
    if first is None:
        raise Refusal(No.past_time)
    return first


async def tell(session: AsyncSession, broadcast: Broadcast, operator: int, what: str, *, now: datetime) -> None:
    """An operator hears of it from the bot."""
    key = f"bcast:{what}:{broadcast.id}:{operator}:{now.timestamp()}"
    payload = {"broadcast": broadcast.id, "operator": operator, "what": what}
    await outbox.put(session, "bcast", payload, key=key, now=now)


async def approve(session: AsyncSession, broadcast: Broadcast, *, by: int, seen: str, now: datetime) -> None:
    """One approval; with the last one it is in force. `seen`: how the digest of what they read begins.

    Raises `Refusal`: broadcast_state, own_broadcast, broadcast_changed, approved_before, past_time.
    """
    if broadcast.status != "waiting":
        raise Refusal(No.broadcast_state)
    if broadcast.author_id == by:
        raise Refusal(No.own_broadcast)
    if not seen or not (broadcast.digest or "").startswith(seen) or broadcast.digest != digest(broadcast):
        raise Refusal(No.broadcast_changed)
    if any(one["by"] == by for one in broadcast.approvals):
        raise Refusal(No.approved_before)
    first = _first_moment(broadcast, now)
    broadcast.approvals = [*broadcast.approvals, {"by": by, "at": now.isoformat()}]
    session.add(broadcast)
    await note(session, broadcast, by, "broadcast_approve", now=now)
    if len(broadcast.approvals) < needed(broadcast):
        return
    broadcast.status, broadcast.next_at = "live", first
    if broadcast.author_id:
        await tell(session, broadcast, broadcast.author_id, "approved", now=now)
    if first <= now:
        await sending.begin(session, broadcast, now=now)


async def send_back(session: AsyncSession, broadcast: Broadcast, *, by: int, now: datetime) -> None:
    """The approver does not agree: the author goes on with the draft. Raises `Refusal`: broadcast_state."""
    if broadcast.status != "waiting" or broadcast.author_id == by:
        raise Refusal(No.broadcast_state)
    back_to_draft(broadcast)
    session.add(broadcast)
    await note(session, broadcast, by, "broadcast_return", now=now)
    if broadcast.author_id:
        await tell(session, broadcast, broadcast.author_id, "returned", now=now)


async def pause(session: AsyncSession, broadcast: Broadcast, *, by: int, now: datetime) -> None:
    """Nothing more is taken in hand until it is resumed. Raises `Refusal`: broadcast_state."""
    await _move(session, broadcast, "live", "paused", "broadcast_pause", by, now)


async def resume(session: AsyncSession, broadcast: Broadcast, *, by: int, now: datetime) -> None:
    """Raises `Refusal`: broadcast_state."""
    await _move(session, broadcast, "paused", "live", "broadcast_resume", by, now)


async def _move(
    session: AsyncSession, broadcast: Broadcast, before: str, after: str, action: str, by: int, now: datetime
) -> None:
    if broadcast.status != before:
        raise Refusal(No.broadcast_state)
    broadcast.status = after
    session.add(broadcast)
    await note(session, broadcast, by, action, now=now)
    await sending.show_all(session, broadcast, now=now)


async def cancel(session: AsyncSession, broadcast: Broadcast, *, by: int, now: datetime) -> None:
    """For good. What left cannot be called back. Raises `Refusal`: broadcast_state."""
    if broadcast.status in ("done", "cancelled"):
        raise Refusal(No.broadcast_state)
    broadcast.status, broadcast.next_at = "cancelled", None
    session.add(broadcast)
    await sending.show_all(session, broadcast, now=now)
    await note(session, broadcast, by, "broadcast_cancel", now=now)


async def take(session: AsyncSession, broadcast: Broadcast, *, by: int, now: datetime) -> None:
    """A suggestion becomes the draft of whoever takes it first. Raises `Refusal`: broadcast_state."""
    if broadcast.status != "suggested":
        raise Refusal(No.broadcast_state)
    broadcast.status, broadcast.author_id, broadcast.updated_at = "draft", by, now
    session.add(broadcast)
    await note(session, broadcast, by, "broadcast_compose", now=now)
