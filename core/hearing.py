"""What people make of a warning: their answer to it, and whether a text they got was ours."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core import subscriptions
from core.refusal import No, Refusal
from storage import broadcasts as rows
from storage.tables import Broadcast, BroadcastTap, Person

ANSWERS = ("knew", "new", "happened", "stop")


async def original(session: AsyncSession, code: str) -> tuple[Broadcast, datetime] | None:
    """The broadcast under this code and when it first left; None for what never did."""
    broadcast = await rows.by_code(session, code)
    sent = await rows.first_sent(session, broadcast.id) if broadcast else None
    return (broadcast, sent) if broadcast and sent else None


async def note(session: AsyncSession, person: Person, broadcast_id: int, answer: str, *, now: datetime) -> bool:
    """One answer a person, the newest; `stop` ends the warnings. False: it was a preview, nothing is counted.

    Raises `Refusal`: gone.
    """
    broadcast = await session.get(Broadcast, broadcast_id)
    if broadcast is None:
        raise Refusal(No.gone)
    if not await rows.was_sent_to(session, broadcast_id, person.id):
        return False
    if answer == "stop":
        await subscriptions.choose(session, person, wanted=False, now=now, ended_by=broadcast_id)
    else:
        await session.merge(BroadcastTap(broadcast_id=broadcast_id, person_id=person.id, answer=answer, at=now))
    return True
