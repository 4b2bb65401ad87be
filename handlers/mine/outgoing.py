"""What a reporter hears: each step once, in order, in their language; and the morning news of a watch."""

from datetime import datetime

from aiogram import Bot
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import summaries
from handlers.check import keyboards
from handlers.check import texts as checking
from handlers.mine import texts
from storage import identifiers
from storage.engine import Database
from storage.tables import History, Identifier, Outbox, Person, Report


async def status(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    """Tells one step of a report. A person who is gone meanwhile is told nothing."""
    async with db.read() as session:
        step = await session.get_one(History, row.payload["history"])
        report = await session.get_one(Report, step.report_id)
        person = await reachable(session, report.reporter_id)
        identifier = await session.get(Identifier, step.data.get("identifier", 0))
    if person:
        with i18n.context(), i18n.use_locale(person.language):
            await bot.send_message(person.telegram_id, texts.news(report, step, identifier))


async def watch(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, now: datetime) -> None:
    """Tells a changed verdict the morning after, unless it changed back or the watch has ended."""
    identifier_id = row.payload["identifier"]
    async with db.read() as session:
        person = await reachable(session, row.payload["person"])
        watching = await identifiers.watch_of(session, row.payload["person"], identifier_id)
        identifier = await session.get_one(Identifier, identifier_id)
    if not person or not watching or watching.level == identifier.level:
        return
    with i18n.context(), i18n.use_locale(person.language):
        text = checking.changed(identifier, summaries.stored(identifier), now)
        await bot.send_message(person.telegram_id, text, reply_markup=keyboards.stop_watching(identifier_id))
    async with db.begin() as session:
        told = await identifiers.watch_of(session, person.id, identifier_id)
        if told:
            told.level = identifier.level
            session.add(told)


async def reachable(session: AsyncSession, person_id: int | None) -> Person | None:
    """None where the person was forgotten, or blocked the bot."""
    person = await session.get(Person, person_id) if person_id else None
    return person if person and not person.unreachable_at else None
