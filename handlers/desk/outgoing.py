"""The desk's cards: posted once, then edited; posted anew where somebody deleted one. Evidence goes along."""

from collections.abc import Callable
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Message, ReplyParameters
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, evidence, pacing
from core.desk import seniors
from core.outbox import Later
from core.proceedings import CODE, SOURCE
from handlers.desk import keyboards, texts
from handlers.desk.texts import Card, Suggested
from handlers.say import fit
from storage import cases as stored
from storage import proceedings, settings
from storage import reports as rows
from storage.engine import Database
from storage.tables import Case, Evidence, Identifier, Outbox, Report

NO_DESK = Later(timedelta(minutes=5))
CARD_FIRST = Later(timedelta(seconds=2))
SHOWN_REPORTS, SHOWN_IDENTIFIERS, MOST_SUGGESTED = 3, 8, 3
SUGGESTING = ("url", "account", "email", "company_bin")  # shared too easily to join cases by themselves


async def draw(session: AsyncSession, case: Case, now: datetime) -> Card:
    """Reads everything a card shows; how much that is does not depend on the size of the case."""
    return Card(
        case=case,
        reports=[one for one in await stored.newest(session, case.id, SHOWN_REPORTS) if one.status != "withdrawn"]
        or await stored.newest(session, case.id, 1),
        identifiers=await stored.named_most(session, case.id, SHOWN_IDENTIFIERS),
        decisions=await rows.decisions(session, case.id),
        history=await rows.case_history(session, case.id),
        files=await stored.files(session, case.id),
        now=now,
        people=await stored.people(session, case.id),
        first_at=await stored.first_at(session, case.id),
        signs=await proceedings.of_case(session, case.id, SOURCE, CODE),
        suggested=await suggested(session, case),
    )


async def suggested(session: AsyncSession, case: Case) -> list[Suggested]:
    """Cases with the same link or profile, and those a very similar story was noted for."""
    if case.status not in ("open", "taken"):
        return []
    shared = [
        Suggested(other, "shared", identifier)
        for other, identifier in await stored.also_in(session, case.id, SUGGESTING, MOST_SUGGESTED)
    ]
    noted = [one.data["other"] for one in await stored.noted(session, case.id, "similar")]
    alive = {one.id for one in await stored.lock(session, noted) if one.status in ("open", "taken")}
    similar = [Suggested(other, "story") for other in noted if other in alive - {one.case for one in shared}]
    return [one for one in (*shared, *similar) if one.case not in case.apart][:MOST_SUGGESTED]


async def card(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Posts or edits the card of a case as it stands now."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
        case = await session.get_one(Case, row.payload["case"])
        drawn = await draw(session, case, now)
    if chat is None:
        raise NO_DESK
    await wait_for_turn(db, pacing.CARDS, now)
    with i18n.context(), i18n.use_locale(language):
        posted = (await _edit(bot, case, drawn) if case.card_chat_id == chat else None) or await _post(bot, chat, drawn)
    async with db.begin() as session:
        kept = await cases.of(session, row.payload["case"], open_only=False)
        kept.card_chat_id, kept.card_message_id = posted
        kept.card_at = now
        session.add(kept)


async def wait_for_turn(db: Database, most: int, now: datetime) -> None:
    """Raises `Later` where the group has heard enough within this minute."""
    async with db.begin() as session:
        wait = await pacing.turn(session, most=most, now=now)
    if wait:
        raise Later(wait)


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


async def _alert(
    db: Database, bot: Bot, i18n: I18n, desk_chat: int | None, case: Case | None, text: Callable[[], str], now: datetime
) -> None:
    """A short message that replies to the card. Raises `Later` until there is a desk, a card and a turn."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
    if chat is None:
        raise NO_DESK
    if case is None or not case.card_message_id:
        raise CARD_FIRST
    await wait_for_turn(db, pacing.ALERTS, now)
    with i18n.context(), i18n.use_locale(language):
        await bot.send_message(chat, text(), reply_parameters=_below(case) if chat == case.card_chat_id else None)


async def urgent(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Many new reports on one identifier within a day, which nothing tells apart from an attack: the desk decides."""
    async with db.read() as session:
        identifier = await session.get_one(Identifier, row.payload["identifier"])
        case = await rows.case_with(session, identifier.id)
    if identifier.burst:
        await _alert(db, bot, i18n, desk_chat, case, lambda: texts.urgent(identifier), now)


async def mark(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """The case passed a mark: so many reports, so much money."""
    async with db.read() as session:
        case = await session.get_one(Case, row.payload["case"])
    if case.status in ("open", "taken"):
        await _alert(db, bot, i18n, desk_chat, case, lambda: texts.mark(case, row.payload["mark"]), now)


async def running(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Money is leaving: said once at once; then again, and to the seniors by name, while nobody takes the case."""
    call = row.payload["call"]
    async with db.read() as session:
        case = await session.get_one(Case, row.payload["case"])
        names = [texts.mention(one.telegram_id, one.name) for one in await seniors(session)]
    over = case.running_until is None or case.running_until < now
    if over or not case.reports or case.status not in ("open", "taken") or (call != "running" and case.taken_by):
        return
    await _alert(db, bot, i18n, desk_chat, case, lambda: texts.running_call(case, call, texts.listed(names)), now)


async def evidence_show(row: Outbox, *, bot: Bot, db: Database, opened: Callable[[str], bytes]) -> None:
    """Sends one stored picture or receipt under the card it belongs to. `opened` gives the bytes of a sha256."""
    async with db.read() as session:
        file = await session.get(Evidence, row.payload["evidence"])
        if file is None:  # forgotten
            return
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
    await send_file(bot, chat, content, file.mime or "", caption, _below(case) if chat == case.card_chat_id else None)


def _below(case: Case) -> ReplyParameters:
    assert case.card_message_id
    return ReplyParameters(message_id=case.card_message_id, allow_sending_without_reply=True)


async def send_file(
    bot: Bot, chat: int, content: BufferedInputFile, mime: str, caption: str, reply: ReplyParameters | None
) -> Message:
    if mime.startswith("image/"):
        return await bot.send_photo(chat, content, caption=caption, reply_parameters=reply)
    return await bot.send_document(chat, content, caption=caption, reply_parameters=reply)
