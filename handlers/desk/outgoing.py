"""The desk's cards: posted once, then edited; posted anew where somebody deleted one. Evidence goes along."""

from collections.abc import Callable
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Message, ReplyParameters
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, evidence
from core.outbox import Later
from handlers.desk import keyboards, texts
from handlers.desk.texts import Card
from handlers.say import fit
from storage import reports as rows
from storage import settings
from storage.engine import Database
from storage.tables import Case, Evidence, Identifier, Outbox, Report

NO_DESK = Later(timedelta(minutes=5))
CARD_FIRST = Later(timedelta(seconds=2))


async def draw(session: AsyncSession, case: Case, now: datetime) -> Card:
    """Reads everything a card shows."""
    reports = await rows.of_case(session, case.id)
    files = [len(await rows.evidence(session, report.id)) for report in reports]
    return Card(
        case=case,
        reports=reports,
        identifiers=await rows.case_identifiers(session, case.id),
        decisions=await rows.decisions(session, case.id),
        history=await rows.case_history(session, case.id),
        files=sum(files),
        now=now,
    )


async def card(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Posts or edits the card of a case as it stands now."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
        case = await session.get_one(Case, row.payload["case"])
        drawn = await draw(session, case, now)
    if chat is None:
        raise NO_DESK
    with i18n.context(), i18n.use_locale(language):
        posted = (await _edit(bot, case, drawn) if case.card_chat_id == chat else None) or await _post(bot, chat, drawn)
    if (case.card_chat_id, case.card_message_id) != posted:
        async with db.begin() as session:
            kept = await cases.of(session, row.payload["case"], open_only=False)
            kept.card_chat_id, kept.card_message_id = posted
            session.add(kept)


async def _post(bot: Bot, chat: int, drawn: Card) -> tuple[int, int]:
    message = await bot.send_message(chat, fit(texts.card(drawn)), reply_markup=keyboards.card(drawn))
    return message.chat.id, message.message_id


async def _edit(bot: Bot, case: Case, drawn: Card) -> tuple[int, int] | None:
    """None where the card was never posted or is gone."""
    if not case.card_message_id or not case.card_chat_id:
        return None
    try:
        await bot.edit_message_text(
            fit(texts.card(drawn)),
            chat_id=case.card_chat_id,
            message_id=case.card_message_id,
            reply_markup=keyboards.card(drawn),
        )
    except TelegramBadRequest as error:
        if "not modified" in error.message:
            return case.card_chat_id, case.card_message_id
        if "message to edit not found" in error.message or "chat not found" in error.message:
            return None
        if "can't be edited" in error.message:
            return None
        raise
    return case.card_chat_id, case.card_message_id


async def urgent(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None) -> None:
    """Many new reports on one identifier within a day, which nothing tells apart from an attack: the desk decides."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
        identifier = await session.get_one(Identifier, row.payload["identifier"])
        case = await rows.case_with(session, identifier.id)
    if chat is None:
        raise NO_DESK
    if not identifier.burst:
        return
    if case is None or not case.card_message_id:
        raise CARD_FIRST
    with i18n.context(), i18n.use_locale(language):
        text = texts.urgent(identifier)
    await bot.send_message(chat, text, reply_parameters=_below(case) if chat == case.card_chat_id else None)


async def evidence_show(row: Outbox, *, bot: Bot, db: Database, opened: Callable[[str], bytes]) -> None:
    """Sends one stored picture or receipt under the card it belongs to. `opened` gives the bytes of a sha256."""
    async with db.read() as session:
        file = await session.get_one(Evidence, row.payload["evidence"])
        report = await session.get_one(Report, file.report_id)
        case = await session.get(Case, report.case_id) if report.case_id else None
        moved_to = await settings.get(session, "desk_chat")
    if case is None or file.sha256 is None or report.status == "withdrawn":
        return
    if not case.card_message_id or not case.card_chat_id:
        raise CARD_FIRST
    content = BufferedInputFile(opened(file.sha256), evidence.file_name(report, file))
    chat = moved_to or case.card_chat_id
    caption = f"{cases.number(case)} · {report.number}"
    await _send(bot, chat, content, file.mime or "", caption, _below(case) if chat == case.card_chat_id else None)


def _below(case: Case) -> ReplyParameters:
    assert case.card_message_id
    return ReplyParameters(message_id=case.card_message_id, allow_sending_without_reply=True)


async def _send(
    bot: Bot, chat: int, content: BufferedInputFile, mime: str, caption: str, reply: ReplyParameters | None
) -> Message:
    if mime.startswith("image/"):
        return await bot.send_photo(chat, content, caption=caption, reply_parameters=reply)
    return await bot.send_document(chat, content, caption=caption, reply_parameters=reply)
