"""What others hear of an appeal: the desk its card, its paper and its reminders; the owner the outcome."""

from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, ReplyParameters
from aiogram.utils.i18n import I18n

from core import pacing
from core.desk import seniors
from core.evidence import ENDINGS, Files
from core.pictures import Pool, Unreadable
from handlers.appeal import keyboards, texts
from handlers.check.outgoing import examine
from handlers.desk.outgoing import CARD_FIRST, NO_DESK, send_file, wait_for_turn
from handlers.desk.texts import listed, mention
from storage import identifiers, reports, settings
from storage.engine import Database
from storage.tables import Appeal, DeskMember, Identifier, Outbox, Person


async def card(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Posts or edits the appeal's card, below the newest case that names the same."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
        appeal = await session.get_one(Appeal, row.payload["appeal"])
        about = await session.get_one(Identifier, appeal.identifier_id)
        decision = await identifiers.last_decision(session, about.id)
        signs = await identifiers.signs(session, about.id)
        case = await reports.case_with(session, about.id)
        member = await session.get(DeskMember, appeal.officer_id) if appeal.officer_id else None
    if chat is None:
        raise NO_DESK
    await wait_for_turn(db, pacing.CARDS, now)
    confirmed = decision if decision and decision.result == "confirmed" else None
    with i18n.context(), i18n.use_locale(language):
        text = texts.card(appeal, about, confirmed, signs, member.name if member else None, now)
        keyboard = keyboards.card(appeal)
    if appeal.card_message_id and appeal.card_chat_id == chat:
        try:
            await bot.edit_message_text(text, chat_id=chat, message_id=appeal.card_message_id, reply_markup=keyboard)
        except TelegramBadRequest as error:
            if "not modified" not in error.message:
                raise
        return
    below = case.card_message_id if case and case.card_chat_id == chat else None
    reply = ReplyParameters(message_id=below, allow_sending_without_reply=True) if below else None
    posted = await bot.send_message(chat, text, reply_markup=keyboard, reply_parameters=reply)
    async with db.begin() as session:
        kept = await session.get_one(Appeal, appeal.id)
        kept.card_chat_id, kept.card_message_id = posted.chat.id, posted.message_id
        session.add(kept)


async def paper(row: Outbox, *, bot: Bot, db: Database, files: Files, pool: Pool | None) -> None:
    """Copies the paper out of Telegram, cleaned and encrypted, and shows it below the card."""
    async with db.read() as session:
        appeal = await session.get_one(Appeal, row.payload["appeal"])
    if appeal.card_chat_id is None or appeal.card_message_id is None:
        raise CARD_FIRST
    try:
        picture = await examine(bot, appeal.file_id or "", pool)
    except (Unreadable, TelegramBadRequest):
        return  # the card says that a paper was sent; the owner may be asked for another
    digest = files.put(picture.clean)
    async with db.begin() as session:
        kept = await session.get_one(Appeal, appeal.id)
        kept.sha256, kept.mime, kept.file_id = digest, picture.mime, None
        session.add(kept)
    content = BufferedInputFile(picture.clean, f"appeal-{appeal.id}.{ENDINGS.get(picture.mime, 'bin')}")
    reply = ReplyParameters(message_id=appeal.card_message_id, allow_sending_without_reply=True)
    await send_file(bot, appeal.card_chat_id, content, picture.mime, f"№ {appeal.id}", reply)


async def told(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    """The owner hears the outcome."""
    async with db.read() as session:
        appeal = await session.get_one(Appeal, row.payload["appeal"])
        about = await session.get_one(Identifier, appeal.identifier_id)
        person = await session.get(Person, appeal.person_id) if appeal.person_id else None
    if person and not person.unreachable_at:
        with i18n.context(), i18n.use_locale(person.language):
            await bot.send_message(person.telegram_id, texts.told(appeal, about))


async def call(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Reminds the desk while the appeal is open."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
        appeal = await session.get_one(Appeal, row.payload["appeal"])
        about = await session.get_one(Identifier, appeal.identifier_id)
        names = [mention(one.telegram_id, one.name) for one in await seniors(session)]
    if appeal.decided_at:
        return
    if chat is None:
        raise NO_DESK
    await wait_for_turn(db, pacing.ALERTS, now)
    with i18n.context(), i18n.use_locale(language):
        text = texts.call(appeal, about, row.payload["why"], listed(names))
    below = appeal.card_message_id if appeal.card_chat_id == chat else None
    reply = ReplyParameters(message_id=below, allow_sending_without_reply=True) if below else None
    await bot.send_message(chat, text, reply_parameters=reply)
