"""The warning as it leaves, and what the editors hear: requests, progress, reports."""

from dataclasses import dataclass
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, MessageId
from aiogram.utils.i18n import I18n
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import broadcasts, charts
from core.broadcasts import Studio
from handlers.broadcast import keyboards, texts
from handlers.language import lines
from handlers.say import fit
from storage import broadcasts as rows
from storage import people
from storage.engine import Database
from storage.tables import Broadcast, BroadcastRun, Outbox, Person, Subscription


class Copy(TelegramMethod[MessageId]):
    """sendMessage or sendPhoto with everything drawn before: for a million people only the chat differs.

    Of the answer nothing but the message's number is read.
    """

    __returning__ = MessageId
    __api_method__ = "sendMessage"

    chat_id: int = 0
    text: str | None = None
    photo: str | None = None
    caption: str | None = None
    parse_mode: str = "HTML"
    reply_markup: str = ""
    link_preview_options: str | None = '{"is_disabled":true}'

    def to(self, chat: int) -> "Copy":
        return self.model_copy(update={"chat_id": chat})


class PhotoCopy(Copy):
    __api_method__ = "sendPhoto"


@dataclass(frozen=True, slots=True)
class Drawn:
    text: Markup
    keyboard: InlineKeyboardMarkup


def appearance(broadcast: Broadcast, language: str, i18n: I18n) -> Drawn:
    """Exactly what citizens of this language see."""
    with i18n.context(), i18n.use_locale(language):
        return Drawn(texts.warning(broadcast, broadcast.text[language]), keyboards.warning(broadcast.id))


def drawn(broadcast: Broadcast, language: str, i18n: I18n) -> Copy:
    seen = appearance(broadcast, language, i18n)
    markup = seen.keyboard.model_dump_json(exclude_none=True)
    if broadcast.picture:
        return PhotoCopy(photo=broadcast.picture, caption=seen.text, reply_markup=markup, link_preview_options=None)
    return Copy(text=seen.text, reply_markup=markup)


async def opt_in(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    """The one question; not put to somebody who decided meanwhile."""
    async with db.read() as session:
        person = await session.get(Person, row.payload["person"])
        asked = await session.get(Subscription, row.payload["person"])
    if person and asked and asked.wanted is None and not person.unreachable_at:
        with i18n.context(), i18n.use_locale(person.language):
            await bot.send_message(person.telegram_id, texts.opt_in(), reply_markup=keyboards.opt_in())


async def _language(session: AsyncSession, operator: int) -> str:
    person = await people.by_telegram_id(session, operator)
    return person.language if person else "ru"


async def to_operator(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, studio: Studio, now: datetime) -> None:
    """A card with what is asked or told, or (`test`) the copies themselves, sent as they will be."""
    operator, what = row.payload["operator"], row.payload["what"]
    async with db.read() as session:
        broadcast = await session.get_one(Broadcast, row.payload["broadcast"])
        language = await _language(session, operator)
        runs = await rows.runs_of(session, broadcast.id)
        reach = await broadcasts.reach(session, broadcast, studio, now=now)
    if what == "test":
        for written in broadcast.text:
            await bot(drawn(broadcast, written, i18n).to(operator))
        return
    with i18n.context(), i18n.use_locale(language):
        if what == "approved":  # its progress, or the plan, is all there is to see
            await bot.send_message(operator, texts.news(broadcast, what))
            return
        text = lines(texts.news(broadcast, what), "", texts.card(broadcast, runs, reach, studio, now))
        await bot.send_message(operator, fit(text), reply_markup=keyboards.card(broadcast, operator, begun=bool(runs)))


async def missed(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    async with db.read() as session:
        broadcast = await session.get_one(Broadcast, row.payload["broadcast"])
        told = [(one, await _language(session, one)) for one in _concerned(broadcast)]
    for operator, language in told:
        with i18n.context(), i18n.use_locale(language):
            due = datetime.fromisoformat(row.payload["due"])
            await bot.send_message(operator, texts.missed(broadcast, due, row.payload["missed"]))


def _concerned(broadcast: Broadcast) -> list[int]:
    """Author and approvers."""
    everybody = [broadcast.author_id, *(one["by"] for one in broadcast.approvals)]
    return list(dict.fromkeys(one for one in everybody if one))


async def progress(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, studio: Studio, now: datetime) -> None:
    """Posts the progress once to each who is concerned, then edits it; the row is due every few seconds at most."""
    async with db.read() as session:
        run = await session.get_one(BroadcastRun, row.payload["run"])
        broadcast = await session.get_one(Broadcast, run.broadcast_id)
        told = [(one, await _language(session, one)) for one in _concerned(broadcast)]
    messages = dict(run.messages)
    for operator, language in told:
        with i18n.context(), i18n.use_locale(language):
            text = texts.progress(run, broadcast, studio, now)
            keyboard = _stops(run, broadcast)
        try:
            messages[str(operator)] = await _shown(bot, operator, messages.get(str(operator)), text, keyboard)
        except TelegramForbiddenError:  # one who blocked the bot must not keep it from the other
            continue
    if messages != run.messages:
        async with db.begin() as session:
            await rows.remember_messages(session, run.id, messages)


def _stops(run: BroadcastRun, broadcast: Broadcast) -> InlineKeyboardMarkup | None:
    """Pause and cancel stand under the progress while there is something to stop."""
    if run.status != "running" or broadcast.status not in ("live", "paused"):
        return None
    return keyboards.card(broadcast, 0, begun=True)


async def _shown(bot: Bot, chat: int, message: int | None, text: str, keyboard: InlineKeyboardMarkup | None) -> int:
    if message:
        try:
            await bot.edit_message_text(text, chat_id=chat, message_id=message, reply_markup=keyboard)
            return message
        except TelegramBadRequest as error:
            if "not modified" in error.message:
                return message
            if "message to edit not found" not in error.message and "can't be edited" not in error.message:
                raise
    return (await bot.send_message(chat, text, reply_markup=keyboard)).message_id


async def report(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    """At the end, and once more a day later, when people have answered."""
    async with db.read() as session:
        run = await session.get_one(BroadcastRun, row.payload["run"])
        broadcast = await session.get_one(Broadcast, run.broadcast_id)
        answers = await rows.answers(session, broadcast.id)
        ended, why = await rows.ended_by(session, broadcast.id), await rows.reasons(session, run.id)
        told = [(one, await _language(session, one)) for one in _concerned(broadcast)]
    pictures: dict[str, bytes | None] = {}
    for operator, language in told:
        with i18n.context(), i18n.use_locale(language):
            text = texts.report(run, broadcast, answers, ended, why)
            if language not in pictures:
                pictures[language] = await charts.drawn(texts.bars(run, answers))
        picture = pictures[language]
        try:
            if picture:
                await bot.send_photo(operator, BufferedInputFile(picture, f"{broadcast.code}.png"), caption=text)
            else:
                await bot.send_message(operator, text)
        except TelegramForbiddenError:
            continue
