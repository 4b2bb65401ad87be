"""`/my`: own reports, page by page, each with its history."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import questions, reports
from handlers.asking import texts as asking
from handlers.asking.keyboards import reopen
from handlers.asking.keyboards import waiting as asked_of
from handlers.check.keyboards import Id, Rows, button
from handlers.language import lines, t
from handlers.mine import texts
from handlers.report import enriching
from handlers.say import Answer, say, show
from handlers.sos import keyboards as sos
from handlers.sos.texts import timeline as walked
from storage import reports as rows
from storage import roads
from storage.tables import Person, Report

PAGE = 6
MOST_WAITING = 4


class Page(CallbackData, prefix="mypage"):
    number: int


class Mine(CallbackData, prefix="my"):
    report: Id


async def mine(message: Message, session: AsyncSession, person: Person) -> Answer:
    return say(message, *await _page(session, person, 0))


async def turn(callback: CallbackQuery, callback_data: Page, session: AsyncSession, person: Person) -> Answer:
    return show(callback, *await _page(session, person, callback_data.number))


async def _page(session: AsyncSession, person: Person, number: int) -> tuple[str, InlineKeyboardMarkup | None]:
    total = await rows.count_of(session, person.id)
    road = await roads.open_of(session, person.id)
    alone = [sos.button_row(road)] if road and road.kind and not road.report_id else []
    if not total:
        return texts.none_yet(), InlineKeyboardMarkup(inline_keyboard=alone) if alone else None
    number = max(0, min(number, (total - 1) // PAGE))
    listed = await rows.page_of(session, person.id, offset=number * PAGE, limit=PAGE)
    waiting = await questions.waiting(session, person)
    text = lines(asking.wait(len(waiting)) if waiting else None, texts.listed(total))
    keyboard = _list(listed, number, total)
    asked = [row for question, report in waiting[:MOST_WAITING] for row in asked_of(question, report)]
    return text, InlineKeyboardMarkup(inline_keyboard=[*asked, *keyboard.inline_keyboard, *alone])


def _list(listed: Sequence[Report], number: int, total: int) -> InlineKeyboardMarkup:
    keyboard: Rows = [[button(texts.label(report), Mine(report=report.id))] for report in listed]
    turns = []
    if number > 0:
        turns.append(button(t("← Newer"), Page(number=number - 1)))
    if (number + 1) * PAGE < total:
        turns.append(button(t("Older →"), Page(number=number + 1)))
    return InlineKeyboardMarkup(inline_keyboard=[*keyboard, turns] if turns else keyboard)


async def one(callback: CallbackQuery, callback_data: Mine, session: AsyncSession, person: Person) -> Answer:
    """A report with everything in it and what became of it."""
    report = await reports.of(session, person=person, report_id=callback_data.report)
    text, keyboard = await enriching.overview(session, report)
    identifiers = {row.id: row for row in await rows.identifiers(session, report.id) if row.id}
    road = await roads.of_report(session, report.id)
    did = walked(road) if road else []
    history = texts.timeline(await rows.history(session, report.id), identifiers, did)
    waiting = [pair for pair in await questions.waiting(session, person) if pair[1].id == report.id]
    more = [row for pair in waiting for row in asked_of(*pair)] + (reopen(report) if report.line_closed else [])
    keyboard.inline_keyboard[:0] = more
    keyboard.inline_keyboard.append([button(t("All my reports"), Page(number=0))])
    return show(callback, lines(text, "", history), keyboard)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(mine, Command("my"))
    router.callback_query.register(turn, Page.filter())
    router.callback_query.register(one, Mine.filter())
    return router
