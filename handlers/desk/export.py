"""`/export`: what the police may take away, as a file in their group. Made in the background, part by part.

A part is made and sent within one claim of its outbox row, and how far it came is noted then: after a crash that part
begins again, the others do not. The payload: chat, message, thread, format, days, at; then `place`, at last `sent`.
"""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, FSInputFile, InlineKeyboardMarkup, Message
from aiogram.utils.i18n import I18n
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, pacing
from core.desk import Action, allow, may
from core.exports.making import Format, Order, Place, Room, begin, file_name, make_part, midnight
from core.exports.tables import ALMATY
from core.outbox import Later
from core.refusal import No, Refusal
from handlers.check.keyboards import button
from handlers.desk.flow import officer_of
from handlers.desk.outgoing import group, wait_for_turn
from handlers.desk.sheets import sheets
from handlers.language import full_date, lines, t, tn
from handlers.say import Answer, say, show
from storage import exports as stored
from storage.engine import Database
from storage.exports import Period
from storage.outbox import remember
from storage.tables import Outbox

ALL = 0
DAYS = (7, 30, 365, ALL)
ROOM = Room(size=20_000_000, time=timedelta(seconds=30))  # a claim lasts 72 s, and the file must be sent within it
TOLD_EVERY = timedelta(seconds=15)


class Take(CallbackData, prefix="export"):
    days: int
    format: str = ""


async def export(message: Message, session: AsyncSession, now: datetime) -> Answer:
    await may(session, officer_of(message), Action.export, now=now)
    rows = [[button(period(days), Take(days=days))] for days in DAYS]
    return say(message, t("Which reports shall I put in a file?"), InlineKeyboardMarkup(inline_keyboard=rows))


async def choose_format(callback: CallbackQuery, callback_data: Take, session: AsyncSession, now: datetime) -> Answer:
    """Raises `Refusal`: gone."""
    await may(session, officer_of(callback), Action.export, now=now)
    days = checked(callback_data)
    rows = [[button(named(one), Take(days=days, format=one.value))] for one in Format]
    text = lines(Markup("<b>{}</b>").format(period(days)), t("As which file?"))
    return show(callback, text, InlineKeyboardMarkup(inline_keyboard=rows))


async def take(callback: CallbackQuery, callback_data: Take, session: AsyncSession, now: datetime) -> Answer:
    """Raises `Refusal`: gone, where no button of ours says so, or this one was tapped before."""
    days, format_, message = checked(callback_data), callback_data.format, callback.message
    if message is None or format_ not in Format.__members__:
        raise Refusal(No.gone)
    await allow(session, officer_of(callback), Action.export, subject=f"file:{format_}", now=now, days=days)
    key = f"export:{message.chat.id}:{message.message_id}"
    if await stored.ordered(session, key):
        raise Refusal(No.gone)
    thread = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    asked = {"chat": message.chat.id, "message": message.message_id, "thread": thread, "format": format_,
             "days": days, "at": now.isoformat()}  # fmt: skip
    await outbox.put(session, "export", asked, key=key, now=now, order="export")  # one at a time
    return show(callback, progress(asked, 0))


def checked(data: Take) -> int:
    if data.days not in DAYS:
        raise Refusal(No.gone)
    return data.days


async def deliver(
    row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, clock: Callable[[], datetime]
) -> None:
    """Makes and sends the next part, or says that all are there. Raises `Later` until then."""
    chat, language = await group(db, desk_chat)
    asked = row.payload
    shown = _Shown(bot, db, asked if chat == asked["chat"] else None, clock)
    with i18n.context(), i18n.use_locale(language):
        if "sent" in asked:
            await shown.says(ready(asked) if asked["sent"] else nothing(asked))
            return
        came = await _next_part(bot, db, asked, chat, shown, clock)
    async with db.begin() as session:
        await remember(session, row.id, {**asked, **came})
    raise Later(timedelta(0))


async def _next_part(
    bot: Bot, db: Database, asked: dict[str, Any], chat: int, shown: "_Shown", clock: Callable[[], datetime]
) -> dict[str, Any]:
    """Returns what is to be remembered."""
    order = order_of(asked)
    place = Place(**asked["place"]) if "place" in asked else await begin(db, order)
    if not place.total:
        return {"sent": 0}
    await wait_for_turn(db, pacing.ALERTS, clock())
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, ignore_cleanup_errors=True)
    with folder as kept:
        path = Path(kept) / file_name(order, place.part)
        rest = await make_part(
            db, order, place, path, sheets=sheets(), room=ROOM, clock=clock, heard=shown.comes_to
        )  # fmt: skip
        text = caption(asked, place.part if rest or place.part > 1 else 0)
        thread = asked["thread"] if chat == asked["chat"] else None
        await bot.send_document(chat, FSInputFile(path), caption=text, message_thread_id=thread)
    return {"place": asdict(rest)} if rest else {"sent": place.part}


def order_of(asked: dict[str, Any]) -> Order:
    until = datetime.fromisoformat(asked["at"])
    return Order(Format(asked["format"]), Period(since_of(asked["days"], until), until))


def since_of(days: int, until: datetime) -> datetime | None:
    return midnight(until - timedelta(days=days)) if days != ALL else None


class _Shown:
    """The message that says how far it is, edited now and then; where it was deleted nothing is said."""

    def __init__(self, bot: Bot, db: Database, asked: dict[str, Any] | None, clock: Callable[[], datetime]) -> None:
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
            await self.says(progress(self.asked, place.percent))

    async def says(self, text: Markup) -> None:
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


def ready(asked: dict[str, Any]) -> Markup:
    files = tn("Ready: {count} file is below.", "Ready: {count} files are below.", asked["sent"])
    return lines(about(asked), files)


def nothing(asked: dict[str, Any]) -> Markup:
    return lines(about(asked), t("Nothing was reported in this time, so there is no file."))


def caption(asked: dict[str, Any], part: int) -> Markup:
    until = datetime.fromisoformat(asked["at"])
    since = since_of(asked["days"], until)
    first = Markup("{} – ").format(full_date(since.astimezone(ALMATY).date())) if since else ""
    return lines(
        Markup("{} · {}{}").format(period(asked["days"]), first, full_date(until.astimezone(ALMATY).date())),
        t("Part {part}", part=part) if part else None,
        t("TLP:AMBER. For your work only: it holds what people told the police."),
    )


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(export, Command("export"))
    router.callback_query.register(choose_format, Take.filter(F.format == ""))
    router.callback_query.register(take, Take.filter())
    return router
