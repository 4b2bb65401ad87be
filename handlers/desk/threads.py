"""The topic that a new card goes to: opened by the first card that needs it, and anew where somebody deleted it."""

from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.utils.i18n import I18n

from core import pacing, topics
from core.outbox import Later
from core.reference import cities, scheme
from handlers.language import locale, t
from storage import settings
from storage.engine import Database
from storage.tables import Case, Outbox

BEING_OPENED = Later(timedelta(seconds=2))
LONGEST_NAME = 128
GONE = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID")


def name(key: str) -> str:
    """What a topic is called, in the desk's language."""
    kind, _, code = key.partition(":")
    if kind == "scheme":
        return scheme(code).short[locale()][:LONGEST_NAME]
    if key == topics.NO_CITY:
        return str(t("City not told"))
    return cities()[code].name[locale()] if code in cities() else str(t("Other cities"))


async def thread_for(case: Case, *, bot: Bot, db: Database, i18n: I18n, chat: int, now: datetime) -> int | None:
    """The topic that a case's new card goes to, opened where there is none; None: General."""
    async with db.read() as session:
        key = await topics.key_of(session, case)
        language = await settings.get(session, "desk_language", "ru")
    if key is None:
        return None
    async with db.begin() as session:
        thread, mine = await topics.claim(session, chat=chat, key=key, now=now)
    if thread or not mine:
        if thread is None:
            raise BEING_OPENED
        return thread
    with i18n.context(), i18n.use_locale(language):
        title = name(key)
    return await _open(bot, db, chat, key, title, now)


async def _open(bot: Bot, db: Database, chat: int, key: str, title: str, now: datetime) -> int | None:
    try:
        made = await bot.create_forum_topic(chat, title)
    except TelegramBadRequest:
        async with db.begin() as session:
            await topics.refused(session, chat=chat, key=key, now=now)
        return None
    async with db.begin() as session:
        await topics.opened(session, chat=chat, key=key, thread=made.message_thread_id)
    return made.message_thread_id


async def lost(error: TelegramBadRequest, *, db: Database, chat: int, thread: int | None) -> bool:
    """Whether a message could not go because somebody deleted its topic; the next card then opens a new one."""
    if not thread or not any(text in error.message for text in GONE):
        return False
    async with db.begin() as session:
        await topics.gone(session, chat=chat, thread=thread)
    return True


async def refused(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Tells the desk, once, why all cards stand in General."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
    async with db.begin() as session:
        wait = await pacing.turn(session, most=pacing.ALERTS, now=now)
    if wait:
        raise Later(wait)
    with i18n.context(), i18n.use_locale(language):
        text = t("I may not open topics here, so cards go to the general one. Give me the right to manage topics.")
    await bot.send_message(chat, text)
