"""`/export`: what the police may take away, as a file in their group. Made in the background, part by part.

A part is made and sent within one claim of its outbox row, and how far it came is noted then: after a crash that part
begins again, the others do not.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, FSInputFile, InlineKeyboardMarkup, Message
from aiogram.utils.i18n import I18n
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, pacing
from core.desk import Action, allow
from core.exports.making import Format, Order, Place, Room, available, begin, file_name, make_part
from core.exports.tables import ALMATY
from core.outbox import Hopeless, Later
from core.refusal import No, Refusal
from handlers.check.keyboards import button
from handlers.desk.flow import officer_of
from handlers.desk.outgoing import NO_DESK, wait_for_turn
from handlers.desk.sheets import sheets
from handlers.language import full_date, lines, t, tn
from handlers.say import Answer, say, show
from storage import exports as stored
from storage import settings
from storage.engine import Database
from storage.exports import Period
from storage.outbox import remember
from storage.tables import Outbox

log = structlog.get_logger()
ALL = 0
DAYS = (7, 30, 365, ALL)
ROOM = Room(size=20_000_000, time=timedelta(seconds=30))  # a claim lasts 72 s, and the file must be sent within it
TOLD_EVERY = timedelta(seconds=15)


class Take(CallbackData, prefix="export"):
    days: int
    format: str = ""


async def export(message: Message, session: AsyncSession, now: datetime) -> Answer:
    await allow(session, officer_of(message), Action.export, now=now)
    rows = [[button(period(days), Take(days=days))] for days in DAYS]
    return say(message, t("Which reports shall I put in a file?"), InlineKeyboardMarkup(inline_keyboard=rows))


async def choose_format(callback: CallbackQuery, callback_data: Take) -> Answer:
    """Raises `Refusal`: gone."""
    days = checked(callback_data)
    rows = [[button(named(one), Take(days=days, format=one.value))] for one in Format if available(one)]
    text = lines(Markup("<b>{}</b>").format(period(days)), t("As which file?"))
    return show(callback, text, InlineKeyboardMarkup(inline_keyboard=rows))


async def take(callback: CallbackQuery, callback_data: Take, session: AsyncSession, now: datetime) -> Answer:
    """Raises `Refusal`: gone, where no button of ours says so, or this one was tapped before."""
    days = checked(callback_data)
    if callback_data.format not in Format.__members__ or not available(Format(callback_data.format)):
        raise Refusal(No.gone)
    await allow(
        session, officer_of(callback), Action.export, subject=f"file:{callback_data.format}", now=now, days=days
    )
    message = callback.message
    if message is None:
        raise Refusal(No.gone)
    key = f"export:{message.chat.id}:{message.message_id}"
    if await stored.ordered(session, key):
        raise Refusal(No.gone)
    asked = {"chat": message.chat.id, "message": message.message_id, "format": callback_data.format, "days": days}
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    await outbox.put(session, "export", {**asked, "thread": thread, "at": now.isoformat()}, key=key, now=now)
    return show(callback, progress(asked, 0))


def checked(data: Take) -> int:
    if data.days not in DAYS:
        raise Refusal(No.gone)
    return data.days


async def deliver(
    row: Outbox,
    *,
    bot: Bot,
    db: Database,
    i18n: I18n,
    desk_chat: int | None,
    threshold: int,
    clock: Callable[[], datetime],
    room: Room = ROOM,
) -> None:
    """Makes and sends the next part. Raises `Later` for the one after it, and until there is a desk and a turn."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
    if chat is None:
        raise NO_DESK
    asked, order = row.payload, order_of(row.payload, threshold)
    if not available(order.format):
        raise Hopeless(f"{order.format} is not installed")
    await wait_for_turn(db, pacing.ALERTS, clock())
    place = Place(**asked["place"]) if "place" in asked else await begin(db, order)
    with i18n.context(), i18n.use_locale(language):
        shown = _Shown(bot, db, asked if chat == asked["chat"] else None, clock)
        if not place.total:
            await shown.ends(nothing(asked))
            return
        rest = await _send_part(bot, db, order, place, chat, asked, shown, clock, room)
    if rest:
        async with db.begin() as session:
            await remember(session, row.id, {**asked, "place": asdict(rest)})
        raise Later(timedelta(0))
    with i18n.context(), i18n.use_locale(language):
        await shown.ends(ready(asked, place.part))


async def _send_part(
    bot: Bot,
    db: Database,
    order: Order,
    place: Place,
    chat: int,
    asked: dict[str, Any],
    shown: "_Shown",
    clock: Callable[[], datetime],
    room: Room,
) -> Place | None:
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, ignore_cleanup_errors=True)
    with folder as kept:
        name = file_name(order, place.part)
        path = Path(kept) / name
        rest = await make_part(
            db, order, place, path, sheets=sheets(), room=room, clock=clock, heard=shown.comes_to
        )  # fmt: skip
        part = place.part if place.part > 1 or rest else 0
        thread = asked["thread"] if chat == asked["chat"] else None
        await bot.send_document(chat, FSInputFile(path, name), caption=caption(asked, part), message_thread_id=thread)
    return rest


def order_of(asked: dict[str, Any], threshold: int) -> Order:
    until = datetime.fromisoformat(asked["at"])
    return Order(Format(asked["format"]), Period(since_of(asked["days"], until), until), threshold)


def since_of(days: int, until: datetime) -> datetime | None:
    """Midnight in Almaty, so that the first day is a whole one."""
    if days == ALL:
        return None
    day = until.astimezone(ALMATY) - timedelta(days=days)
    return day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(until.tzinfo)


class _Shown:
    """The message that says how far it is, edited now and then; where it was deleted nothing is said."""

    def __init__(
        self, bot: Bot, db: Database, asked: dict[str, Any] | None, clock: Callable[[], datetime]
    ) -> None:
        self.bot, self.db, self.asked, self.clock = bot, db, asked, clock
        self.told_at = clock()

    async def comes_to(self, place: Place) -> None:
        now = self.clock()
        if self.asked is None or now < self.told_at + TOLD_EVERY:
            return
        self.told_at = now
        async with self.db.begin() as session:
            waits = await pacing.turn(session, most=pacing.CARDS, now=now)
        if not waits:
            await self._edit(progress(self.asked, place.percent))

    async def ends(self, text: Markup) -> None:
        await self._edit(text)

    async def _edit(self, text: Markup) -> None:
        if self.asked is None:
            return
        with suppress(TelegramBadRequest):  # deleted, or says so already
            await self.bot.edit_message_text(text, chat_id=self.asked["chat"], message_id=self.asked["message"])


def period(days: int) -> Markup:
    return {
        7: t("The last 7 days"),
        30: t("The last 30 days"),
        365: t("The last year"),
        ALL: t("All reports"),
    }[days]


def named(one: Format) -> Markup:
    return {
        Format.xlsx: t("Excel (XLSX)"),
        Format.csv: t("Table (CSV)"),
        Format.stix: t("For programs: STIX 2.1"),
        Format.misp: t("For programs: MISP"),
    }[one]


def about(asked: dict[str, Any]) -> Markup:
    return Markup("<b>{}</b> · {}").format(period(asked["days"]), named(Format(asked["format"])))


def progress(asked: dict[str, Any], percent: int) -> Markup:
    return lines(about(asked), t("Putting it together: {percent} %", percent=percent))


def ready(asked: dict[str, Any], parts: int) -> Markup:
    files = tn("Ready: {count} file is below.", "Ready: {count} files are below.", parts)
    return lines(about(asked), files)


def nothing(asked: dict[str, Any]) -> Markup:
    return lines(about(asked), t("Nothing was reported in this time, so there is no file."))


def caption(asked: dict[str, Any], part: int) -> Markup:
    until = datetime.fromisoformat(asked["at"])
    since = since_of(asked["days"], until)
    first = Markup("{} – ").format(full_date(since.astimezone(ALMATY).date())) if since else ""
    return lines(
        Markup("{}{}").format(first, full_date(until.astimezone(ALMATY).date())),
        t("Part {part}", part=part) if part else None,
        t("TLP:AMBER. For your work only: it holds what people told the police."),
    )


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(export, Command("export"))
    router.callback_query.register(choose_format, Take.filter(F.format == ""))
    router.callback_query.register(take, Take.filter())
    return router
