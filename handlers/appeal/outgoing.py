"""What others hear of an appeal: the desk its card, its paper and its reminders; the owner the outcome."""

from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, ReplyParameters
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import appeals, evidence, pacing
from core.desk import seniors
from core.evidence import ENDINGS, Files
from core.pictures import Pool, Unreadable
from core.pictures import Read as Picture
from core.reports import Rules
from handlers.appeal import keyboards, texts
from handlers.check.outgoing import examine
from handlers.desk.outgoing import CARD_FIRST, NO_DESK, send_file, wait_for_turn
from handlers.desk.texts import listed, mention
from handlers.say import fit
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
        names = {
            one: await _name(session, one) for one in (appeal.officer_id, decision.officer_id if decision else None)
        }
    if chat is None:
        raise NO_DESK
    await wait_for_turn(db, pacing.CARDS, now)
    confirmed = decision if decision and decision.result == "confirmed" else None
    with i18n.context(), i18n.use_locale(language):
        text = fit(texts.card(appeal, about, confirmed, signs, names, now))
        keyboard = keyboards.card(appeal)
    if appeal.card_chat_id == chat and await _edited(bot, appeal, text, keyboard):
        return
    below = case.card_message_id if case and case.card_chat_id == chat else None
    reply = ReplyParameters(message_id=below, allow_sending_without_reply=True) if below else None
    posted = await bot.send_message(chat, text, reply_markup=keyboard, reply_parameters=reply)
    async with db.begin() as session:
        kept = await session.get_one(Appeal, appeal.id)
        kept.card_chat_id, kept.card_message_id = posted.chat.id, posted.message_id
        session.add(kept)


async def _name(session: AsyncSession, officer_id: int | None) -> str | None:
    member = await session.get(DeskMember, officer_id) if officer_id else None
    return member.name if member else None


async def _edited(bot: Bot, appeal: Appeal, text: str, keyboard: InlineKeyboardMarkup | None) -> bool:
    """False where the card is gone and must be posted anew."""
    try:
        await bot.edit_message_text(
            text, chat_id=appeal.card_chat_id, message_id=appeal.card_message_id, reply_markup=keyboard
        )
    except TelegramBadRequest as error:
        if any(known in error.message for known in ("message to edit not found", "can't be edited")):
            return False
        if "not modified" not in error.message:
            raise
    return True


async def paper(
    row: Outbox, *, bot: Bot, db: Database, files: Files, pool: Pool | None, rules: Rules, now: datetime
) -> None:
    """Copies the paper out of Telegram, cleaned and encrypted, and shows it below the card."""
    async with db.read() as session:
        appeal = await session.get_one(Appeal, row.payload["appeal"])
    if appeal.person_id is None:  # forgotten, and the paper with them
        return
    if appeal.card_chat_id is None or appeal.card_message_id is None:
        raise CARD_FIRST
    if appeal.sha256 is None:
        try:
            appeal = await _copied(db, appeal.id, await examine(bot, appeal.file_id or "", pool), files, now)
        except (Unreadable, TelegramBadRequest):
            async with db.begin() as session:
                await appeals.paper_lost(session, appeal_id=appeal.id, threshold=rules.threshold, now=now)
            return
    if appeal.person_id is None:
        return
    assert appeal.sha256 and appeal.mime and appeal.card_chat_id and appeal.card_message_id
    content = BufferedInputFile(files.open(appeal.sha256), f"appeal-{appeal.id}.{ENDINGS.get(appeal.mime, 'bin')}")
    reply = ReplyParameters(message_id=appeal.card_message_id, allow_sending_without_reply=True)
    await send_file(bot, appeal.card_chat_id, content, appeal.mime, f"№ {appeal.id}", reply_parameters=reply)


async def _copied(db: Database, appeal_id: int, picture: Picture, files: Files, now: datetime) -> Appeal:
    """Safe in our own folder from here on, so that showing it may be tried again; unless the owner was forgotten."""
    digest = files.put(picture.clean)
    async with db.begin() as session:
        kept = await session.get_one(Appeal, appeal_id, with_for_update=True)
        if kept.person_id is None:
            await evidence.let_go(session, [digest], now=now)
            return kept
        kept.sha256, kept.mime, kept.file_id = digest, picture.mime, None
        session.add(kept)
    files.put(picture.clean)  # where housekeeping took the last holder's file just before the commit
    return kept


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
