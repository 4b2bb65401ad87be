"""One update of one person in their private chat, and what handling it needs."""

from dataclasses import dataclass
from datetime import datetime

from aiogram.fsm.context import FSMContext
from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks
from core.keys import Keys
from core.reports import Rules
from core.routing import Connected
from storage.tables import Check, Person


@dataclass(frozen=True, slots=True)
class Turn:
    """`session` is the one transaction of the update; it commits after the handler returned its answer."""

    session: AsyncSession
    person: Person
    state: FSMContext
    now: datetime
    keys: Keys
    rules: Rules
    connected: Connected


async def own_check(turn: Turn, check_id: int) -> Check:
    """The check a button belongs to, loaded again. Raises `Refusal`: gone, not_yours, expired."""
    return await checks.of(turn.session, person=turn.person, check_id=check_id, now=turn.now)
