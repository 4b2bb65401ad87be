"""`/stats`: the figures of a period, typed or by a button. `/digest`: the last seven days in short, with a chart."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.methods import SendChatAction
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import figures, outbox, periods
from core.desk import Action, allow
from core.periods import Period
from core.refusal import No, Refusal
from handlers.check.keyboards import button
from handlers.desk import summary
from handlers.desk.flow import officer_of
from handlers.language import t
from handlers.say import Answer, notify, say, show

ORDER = "figures"  # charts that officers ask for are drawn one after the other


class Stats(CallbackData, prefix="stats"):
    verb: str  # show, chart
    period: str  # today, week, month, year, or what `Period.code` says


async def digest(message: Message, session: AsyncSession, now: datetime) -> Answer:
    """Said by the outbox, as in the morning: a chart takes a second or two."""
    await allow(session, officer_of(message), Action.digest, now=now)
    await _later(session, message, "digest", "", f"{message.message_id}", now)
    return [SendChatAction(chat_id=message.chat.id, action="upload_photo", message_thread_id=thread_of(message))]


async def stats(message: Message, command: CommandObject, session: AsyncSession, now: datetime) -> Answer:
    period = periods.parse(command.args or "", now)
    await _allowed(session, message, period, now)
    return say(message, summary.stats(await figures.figures(session, period)), keyboard(period))


async def turn(callback: CallbackQuery, callback_data: Stats, session: AsyncSession, now: datetime) -> Answer:
    """Another period, in the same message."""
    period = periods.decode(callback_data.period, now)
    await _allowed(session, callback, period, now)
    return show(callback, summary.stats(await figures.figures(session, period)), keyboard(period))


async def chart(callback: CallbackQuery, callback_data: Stats, session: AsyncSession, now: datetime) -> Answer:
    """The figures with a chart, as a message of its own."""
    period = periods.decode(callback_data.period, now)
    await _allowed(session, callback, period, now)
    if not isinstance(callback.message, Message):
        raise Refusal(No.gone)
    await _later(session, callback.message, "chart", period.code, callback.id, now)
    return notify(callback, t("The chart is being drawn."))


async def _allowed(session: AsyncSession, event: Message | CallbackQuery, period: Period, now: datetime) -> None:
    await allow(session, officer_of(event), Action.stats, now=now, first=str(period.first), last=str(period.last))


async def _later(session: AsyncSession, below: Message, what: str, period: str, key: str, now: datetime) -> None:
    payload = {"what": what, "period": period, "thread": thread_of(below), "below": below.message_id}
    await outbox.put(session, "figures", payload, key=f"figures:{what}:{key}", now=now, order=ORDER)


def thread_of(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def keyboard(period: Period) -> InlineKeyboardMarkup:
    def turns(*named: tuple[str, str]) -> list[InlineKeyboardButton]:
        return [button(label, Stats(verb="show", period=code)) for code, label in named]

    return InlineKeyboardMarkup(
        inline_keyboard=[
            turns(("today", t("Today")), ("week", t("7 days"))),
            turns(("month", t("30 days")), ("year", t("This year"))),
            [button(t("📊 With a chart"), Stats(verb="chart", period=period.code))],
        ]
    )


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(digest, Command("digest"))
    router.message.register(stats, Command("stats"))
    router.callback_query.register(chart, Stats.filter(F.verb == "chart"))
    router.callback_query.register(turn, Stats.filter())
    return router
