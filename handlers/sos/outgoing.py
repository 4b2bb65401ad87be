"""What the road says by itself: a reminder, the one warning, the statement as files."""

import asyncio
from datetime import datetime

from aiogram import Bot
from aiogram.types import BufferedInputFile
from aiogram.utils.i18n import I18n

from core import reminding
from core import road as roads
from core.reports import Rules
from core.road import Reminder
from handlers.sos import documents, keyboards, statement, texts
from storage import reports as rows
from storage.engine import Database
from storage.tables import Outbox, Person, Report, Road


async def reminder(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, rules: Rules, now: datetime) -> None:
    """Asks what is due, if it still makes sense; then the next one waits."""
    async with db.read() as session:
        road = await session.get_one(Road, row.payload["road"])
        person = await session.get_one(Person, road.person_id)
        report = await session.get(Report, road.report_id) if road.report_id else None
    what = roads.due_now(road, rules.country, now)
    if what is None:
        return
    known = what is Reminder.statement and report is not None and report.statement_number is not None
    if not known and not person.unreachable_at:
        with i18n.context(), i18n.use_locale(person.language):
            text, keyboard = texts.reminder(what, road), keyboards.reminder(road, what)
        await bot.send_message(person.telegram_id, text, reply_markup=keyboard)
    async with db.begin() as session:
        await reminding.asked(session, road.id, what, rules=rules, now=now)


async def recovery(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    """Three days later: those who promise the money back come next."""
    async with db.read() as session:
        road = await session.get_one(Road, row.payload["road"])
        person = await session.get_one(Person, road.person_id)
    if road.ended_at or road.quiet or road.lost is False or person.unreachable_at:
        return
    with i18n.context(), i18n.use_locale(person.language):
        text = texts.warning()
    await bot.send_message(person.telegram_id, text)


async def written(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, country: str, now: datetime) -> None:
    """The statement as two files, made from what is told by now."""
    language = row.payload["language"]
    async with db.read() as session:
        road = await session.get_one(Road, row.payload["road"])
        person = await session.get_one(Person, road.person_id)
        report = await session.get(Report, road.report_id) if road.report_id else None
        identifiers = await rows.identifiers(session, report.id) if report else []
        files = len(await rows.evidence(session, report.id)) if report else 0
    with i18n.context(), i18n.use_locale(language):
        paper = statement.write(road, report, identifiers, files=files, country=country, now=now)
        name = statement.file_name()
    with i18n.context(), i18n.use_locale(person.language):
        keyboards_ = [None] * (len(documents.KINDS) - 1) + [keyboards.go_on(road)]
    for (suffix, make), keyboard in zip(documents.KINDS.items(), keyboards_, strict=True):
        file = BufferedInputFile(await asyncio.to_thread(make, paper), f"{name}.{suffix}")
        await bot.send_document(person.telegram_id, file, reply_markup=keyboard)
