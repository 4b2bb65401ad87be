"""`/topics`: the group's administrators choose how cards are sorted."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import desk, topics
from core.desk import Action
from core.refusal import No, Refusal
from handlers.check.keyboards import Rows, button
from handlers.desk.flow import officer_of
from handlers.language import lines, t
from handlers.say import Answer, say, show


class Sort(CallbackData, prefix="topics"):
    way: str


async def ask(message: Message, session: AsyncSession, now: datetime) -> Answer:
    await desk.allow(session, officer_of(message), Action.topics, now=now)
    if not message.chat.is_forum:
        raise Refusal(No.no_forum)
    way = await topics.chosen(session)
    return say(message, _said(way), _keyboard(way))


async def choose(callback: CallbackQuery, callback_data: Sort, session: AsyncSession, now: datetime) -> Answer:
    if callback_data.way not in topics.WAYS:
        raise Refusal(No.gone)
    await desk.allow_administrator(session, officer_of(callback), Action.topics, now=now, way=callback_data.way)
    if callback.message is None or not callback.message.chat.is_forum:
        raise Refusal(No.no_forum)
    await topics.choose(session, way=callback_data.way, now=now)
    return show(callback, _said(callback_data.way), _keyboard(callback_data.way))


def _labels() -> dict[str, Markup]:
    return {"scheme": t("By kind of scam"), "city": t("By city"), "none": t("All cards in one place")}


def _said(way: str) -> Markup:
    return lines(
        t("<b>Where cards go</b>: {way}", way=_labels()[way]),
        t("An administrator of the group chooses. Cards that stand already stay where they are."),
    )


def _keyboard(way: str) -> InlineKeyboardMarkup:
    rows: Rows = [[button(f"✓ {text}" if code == way else text, Sort(way=code))] for code, text in _labels().items()]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(ask, Command("topics"))
    router.callback_query.register(choose, Sort.filter())
    return router
