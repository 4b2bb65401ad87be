"""Queries on persons and their dialogues."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import Dialogue, Forgotten, HandledUpdate, Person, Usage


async def by_telegram_id(session: AsyncSession, telegram_id: int) -> Person | None:
    return (await session.exec(select(Person).where(Person.telegram_id == telegram_id))).first()


async def obtain(session: AsyncSession, row: Person) -> Person:
    """The stored row of this account, made if there is none."""
    await insert_ignoring(session, row, "telegram_id")
    return (await session.exec(select(Person).where(Person.telegram_id == row.telegram_id))).one()


async def use_again(session: AsyncSession, person: Person, key: str) -> None:
    """Counters that were kept when the person was forgotten count on."""
    left = await session.get(Forgotten, key)
    if left:
        session.add_all(Usage(person_id=person.id, what=what, state=state) for what, state in left.usage.items())
        await session.delete(left)


async def mark_unreachable(session: AsyncSession, telegram_id: int, now: datetime) -> None:
    mine = col(Person.telegram_id) == telegram_id
    await session.exec(update(Person).where(mine).values(unreachable_at=now))


async def dialogue(session: AsyncSession, chat_id: int, user_id: int) -> Dialogue | None:
    return await session.get(Dialogue, (chat_id, user_id))


async def handled(session: AsyncSession, update_id: int) -> HandledUpdate | None:
    return await session.get(HandledUpdate, update_id)


async def answers_after(session: AsyncSession, update_id: int) -> Sequence[Sequence[dict[str, Any]]]:
    """What the same person was answered to what they did later."""
    one = await session.get(HandledUpdate, update_id)
    if one is None or one.telegram_id is None:
        return []
    query = select(HandledUpdate.answer).where(
        HandledUpdate.telegram_id == one.telegram_id, HandledUpdate.update_id > update_id
    )
    return (await session.exec(query)).all()


async def forget_handled(session: AsyncSession, before: datetime) -> None:
    """Updates that Telegram can no longer give again."""
    await session.exec(delete(HandledUpdate).where(col(HandledUpdate.at) < before))
