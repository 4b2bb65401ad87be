"""A question on its way to the reporter, and what comes back to the desk."""

from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import questions
from handlers.asking import keyboards, texts
from handlers.desk.outgoing import alert
from storage.engine import Database
from storage.tables import Answer, Case, Outbox, Person, Question, Report


async def question(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, now: datetime) -> None:
    """Asks in the reporter's language, with the officer's words. The desk hears where that cannot be."""
    question_id = row.payload["question"]
    async with db.read() as session:
        asked = await session.get_one(Question, question_id)
        report = await session.get_one(Report, asked.report_id)
        person = await session.get(Person, report.reporter_id) if report.reporter_id else None
    if asked.closed_at or report.status == "withdrawn":
        return
    if person is None or person.unreachable_at:
        await _did_not_arrive(db, question_id, now)
        return
    with i18n.context(), i18n.use_locale(person.language):
        text, keyboard = texts.question(asked, report), keyboards.question(asked)
    try:
        await bot.send_message(person.telegram_id, text, reply_markup=keyboard)
    except (TelegramForbiddenError, TelegramBadRequest):
        await _did_not_arrive(db, question_id, now)
        raise


async def _did_not_arrive(db: Database, question_id: int, now: datetime) -> None:
    async with db.begin() as session:
        await questions.unreachable(session, question_id=question_id, now=now)


async def answer(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """The reporter's words below the card of the case that the report belongs to by now."""
    async with db.read() as session:
        part = await session.get_one(Answer, row.payload["answer"])
        asked = await session.get_one(Question, part.question_id)
        report = await session.get_one(Report, asked.report_id)
        case = await _case(session, report)
    if report.status != "withdrawn" and part.words:  # none: forgotten
        await alert(db, bot, i18n, desk_chat, case, lambda: texts.answer(case, report, asked, part), now)


async def line(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """The reporter declined, closed or opened the line, or cannot be reached."""
    async with db.read() as session:
        report = await session.get_one(Report, row.payload["report"])
        asked = await session.get(Question, row.payload["question"])
        case = await _case(session, report)
    if report.status != "withdrawn":
        step = row.payload["step"]
        await alert(db, bot, i18n, desk_chat, case, lambda: texts.line(case, report, step, asked), now)


async def _case(session: AsyncSession, report: Report) -> Case:
    return await session.get_one(Case, report.case_id)
