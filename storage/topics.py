"""Queries on the topics of the desk group."""


from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import Report, Topic


async def begin(session: AsyncSession, row: Topic) -> bool:
    """True for whoever came first."""
    return await insert_ignoring(session, row, "chat_id", "key")


async def lock(session: AsyncSession, chat_id: int, key: str) -> Topic | None:
    query = select(Topic).where(Topic.chat_id == chat_id, Topic.key == key).with_for_update()
    return (await session.exec(query)).first()


async def forget(session: AsyncSession, chat_id: int, *, key: str | None = None, thread_id: int | None = None) -> None:
    which = col(Topic.key) == key if key else col(Topic.thread_id) == thread_id
    await session.exec(delete(Topic).where(col(Topic.chat_id) == chat_id, which))


async def first_city(session: AsyncSession, case_id: int) -> str | None:
    """The city that the oldest standing report with one names."""
    query = select(Report.city).where(
        Report.case_id == case_id, Report.status != "withdrawn", col(Report.city).is_not(None)
    )
    return (await session.exec(query.order_by(col(Report.id)).limit(1))).first()
