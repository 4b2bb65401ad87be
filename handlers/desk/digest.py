"""Figures that come with a chart: each morning at nine in Almaty, and when an officer asks.

The text is what counts: where the chart cannot be drawn or sent, the text goes alone.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, ReplyParameters
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import clocks, figures, pacing, periods
from core.charts import Chart, drawn
from handlers.desk import summary
from handlers.desk.outgoing import group, wait_for_turn
from handlers.language import t
from handlers.say import fit
from storage import outbox
from storage.engine import Database
from storage.tables import Outbox

log = structlog.get_logger()
MOST_CAPTION = 1024
PICTURE_TRIES = 2  # then the text goes alone


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    title: str  # of the picture, where the text does not fit under it
    chart: Chart | None


async def morning(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Yesterday and the week, to the group. Late on the same day only; nothing where nothing came and nothing waits."""
    async with db.begin() as session:
        await figures.plan(session, now=now)
    if row.payload["day"] != str(periods.today(now)):
        return
    chat, language = await group(db, desk_chat)
    async with db.read() as session:
        told = await _told(session, now)
    if told.empty:
        return
    with i18n.context(), i18n.use_locale(language):
        said = _digest(told)
    await _send(row, said, bot=bot, db=db, chat=chat, now=now, paced=True)


async def asked(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """The same for an officer who asked, or the figures of a period, below their message."""
    payload = row.payload
    chat, language = await group(db, desk_chat)
    async with db.read() as session:
        with i18n.context(), i18n.use_locale(language):
            if payload["what"] == "digest":
                said = _digest(await _told(session, now))
            else:
                told = await figures.figures(session, periods.decode(payload["period"], now))
                said = Said(summary.stats(told), summary.heading(told), summary.chart(told, t("Figures of a period")))
    await _send(row, said, bot=bot, db=db, chat=chat, now=now, paced=False)


async def _told(session: AsyncSession, now: datetime) -> figures.Digest:
    late, soon = await clocks.overdue(session, now), await clocks.due_soon(session, now)
    return await figures.digest(session, now=now, overdue=late, due_soon=soon)


def _digest(told: figures.Digest) -> Said:
    title = summary.title(told.week.period.now)
    return Said(summary.digest(told), title, summary.chart(told.week, title))


async def _send(row: Outbox, said: Said, *, bot: Bot, db: Database, chat: int, now: datetime, paced: bool) -> None:
    """The picture with the text under it, or before it where the text is long. What left is remembered in the row."""
    whole = length(said.text) <= MOST_CAPTION
    if said.chart and row.attempts <= PICTURE_TRIES and not row.payload.get("pictured"):
        picture = await drawn(said.chart)
        if picture:
            await _turn(db, paced, now)
        if picture and await _photo(bot, chat, row, picture, said.text if whole else said.title):
            if whole:
                return
            async with db.begin() as session:
                await outbox.remember(session, row.id, {**row.payload, "pictured": True})
    await _turn(db, paced, now)
    thread, reply = _place(row)
    await bot.send_message(chat, fit(said.text), message_thread_id=thread, reply_parameters=reply)


async def _photo(bot: Bot, chat: int, row: Outbox, picture: bytes, caption: str) -> bool:
    """Whether Telegram took it: a group may forbid pictures."""
    thread, reply = _place(row)
    file = BufferedInputFile(picture, "chart.png")
    try:
        await bot.send_photo(chat, file, caption=caption, message_thread_id=thread, reply_parameters=reply)
    except TelegramBadRequest as error:
        log.warning("chart refused", text=error.message)
        return False
    return True


async def _turn(db: Database, paced: bool, now: datetime) -> None:
    """Answers to officers leave at once."""
    if paced:
        await wait_for_turn(db, pacing.ALERTS, now)


def _place(row: Outbox) -> tuple[int | None, ReplyParameters | None]:
    """(topic, the message it answers); the morning stands by itself in the group's main topic."""
    below = row.payload.get("below")
    reply = ReplyParameters(message_id=below, allow_sending_without_reply=True) if below else None
    return row.payload.get("thread"), reply


def length(text: str) -> int:
    """As Telegram counts: UTF-16 units without tags."""
    return len(unescape(re.sub(r"<[^>]+>", "", text)).encode("utf-16-le")) // 2
