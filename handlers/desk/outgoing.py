"""The desk's cards: posted once, then edited; posted anew where somebody deleted one. Evidence goes along."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, Message, ReplyParameters
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, clocks, evidence, pacing
from core.desk import seniors
from core.outbox import Later
from core.proceedings import CODE, SOURCE
from handlers.desk import keyboards, texts, threads
from handlers.desk.texts import Card, Suggested
from handlers.say import fit
from storage import blocks, copies, dispositions, proceedings, questions, settings
from storage import cases as stored
from storage import reports as rows
from storage.engine import Database
from storage.tables import Case, Evidence, Identifier, Outbox, Report

NO_DESK = Later(timedelta(minutes=5))
COUNTED_EVERY = timedelta(minutes=5)  # the minute counter of money that may still be stopped
CARD_FIRST = Later(timedelta(seconds=2))
SHOWN_REPORTS, SHOWN_IDENTIFIERS, MOST_SUGGESTED = 3, 8, 3
COMPARED = 500  # identifiers of a case, the most named first, that are compared with other cases
SHOWN_PARTNERS, SHOWN_ANSWERS = 8, 3
SUGGESTING = ("url", "account", "email", "company_bin")  # shared too easily to join cases by themselves


async def draw(session: AsyncSession, case: Case, now: datetime) -> Card:
    """Reads everything a card shows; what is read does not depend on the size of the case but for counts."""
    history = await rows.case_history(session, case.id)
    counted = await stored.counted(session, case.id)
    named, shown = [one for one, _ in counted[:COMPARED]], dict(counted[:SHOWN_IDENTIFIERS])
    return Card(
        case=case,
        reports=[one for one in await stored.newest(session, case.id, SHOWN_REPORTS) if one.status != "withdrawn"]
        or await stored.newest(session, case.id, 1),
        identifiers=[(one, shown[one.id]) for one in await stored.in_order(session, list(shown))],
        decisions=await rows.decisions(session, case.id),
        history=history,
        files=await stored.files(session, case.id),
        now=now,
        people=await stored.people(session, case.id),
        first_at=await stored.first_at(session, case.id),
        signs=await proceedings.about(session, named, SOURCE, CODE),
        suggested=await _suggested(session, case, named),
        answers=await questions.words(session, [one.data["answer"] for one in history if one.step == "answered"]),
        partners=await dispositions.standing(session, case.id, SHOWN_PARTNERS),
        partner_words=await dispositions.words(session, case.id, SHOWN_ANSWERS),
        blocks=await blocks.of_case(session, case.id),
    )


async def suggested(session: AsyncSession, case: Case) -> list[Suggested]:
    return await _suggested(session, case, [one for one, _ in (await stored.counted(session, case.id))[:COMPARED]])


async def _suggested(session: AsyncSession, case: Case, named: Sequence[int]) -> list[Suggested]:
    """Cases with the same link or profile, and those a very similar story was noted for."""
    if case.status not in ("open", "taken"):
        return []
    shared = [
        Suggested(other, "shared", identifier)
        for other, identifier in await stored.also_in(session, case.id, named, SUGGESTING, MOST_SUGGESTED)
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
        text, buttons = fit(texts.card(drawn)), keyboards.card(drawn)
    stands = case.card_chat_id == chat and await _edited(bot, case, text, buttons)
    if not stands:
        thread = await threads.thread_for(case, bot=bot, db=db, i18n=i18n, chat=chat, now=now)
        try:
            posted = await bot.send_message(chat, text, reply_markup=buttons, message_thread_id=thread)
        except TelegramBadRequest as error:
            if await threads.lost(error, db=db, chat=chat, thread=thread):
                raise Later(timedelta(0)) from error
            raise
    async with db.begin() as session:
        kept = await cases.of(session, row.payload["case"], open_only=False)
        if not stands:
            kept.card_chat_id, kept.card_message_id, kept.card_thread_id = posted.chat.id, posted.message_id, thread
        kept.card_at = now
        session.add(kept)
        if texts.running(drawn) and drawn.workable:
            await cases.refresh_card(session, case.id, now=now, due=now + COUNTED_EVERY)


async def wait_for_turn(db: Database, most: int, now: datetime) -> None:
    """Raises `Later` where the group has heard enough within this minute."""
    async with db.begin() as session:
        wait = await pacing.turn(session, most=most, now=now)
    if wait:
        raise Later(wait)


async def _edited(bot: Bot, case: Case, text: str, buttons: InlineKeyboardMarkup | None) -> bool:
    """False where the card was never posted or is gone."""
    if not case.card_message_id:
        return False
    try:
        await bot.edit_message_text(
            text, chat_id=case.card_chat_id, message_id=case.card_message_id, reply_markup=buttons
        )
    except TelegramBadRequest as error:
        if any(known in error.message for known in ("to edit not found", "chat not found", "can't be edited")):
            return False
        if "not modified" not in error.message:
            raise
    return True


async def alert(
    db: Database, bot: Bot, i18n: I18n, desk_chat: int | None, case: Case | None, text: Callable[[], str], now: datetime
) -> None:
    """A short message that replies to the card. Raises `Later` until there is a desk, a card and a turn."""
    chat, language = await group(db, desk_chat)
    if case is None or not case.card_message_id:
        raise CARD_FIRST
    await wait_for_turn(db, pacing.ALERTS, now)
    with i18n.context(), i18n.use_locale(language):
        said = fit(text())
    async with _below(db, case, chat, now) as place:
        await bot.send_message(chat, said, **place)


async def group(db: Database, desk_chat: int | None) -> tuple[int, str]:
    """The group and its language. Raises `Later` where none is connected."""
    async with db.read() as session:
        chat = await settings.get(session, "desk_chat", desk_chat)
        language = await settings.get(session, "desk_language", "ru")
    if chat is None:
        raise NO_DESK
    return chat, language


@asynccontextmanager
async def _below(db: Database, case: Case, chat: int, now: datetime) -> AsyncIterator[dict[str, Any]]:
    """Where a message about a case goes: below its card, in its topic. With a deleted topic the card is gone too."""
    if case.card_chat_id != chat or not case.card_message_id:
        yield {}
        return
    reply = ReplyParameters(message_id=case.card_message_id, allow_sending_without_reply=True)
    try:
        yield {"reply_parameters": reply, "message_thread_id": case.card_thread_id}
    except TelegramBadRequest as error:
        if not await threads.lost(error, db=db, chat=chat, thread=case.card_thread_id):
            raise
        async with db.begin() as session:
            kept = await cases.of(session, case.id, open_only=False)
            kept.card_message_id = None
            await cases.refresh_card(session, case.id, now=now)
        raise CARD_FIRST from error


async def urgent(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Many new reports on one identifier within a day, which nothing tells apart from an attack: the desk decides."""
    async with db.read() as session:
        identifier = await session.get_one(Identifier, row.payload["identifier"])
        case = await rows.case_with(session, identifier.id)
    if identifier.burst:
        await alert(db, bot, i18n, desk_chat, case, lambda: texts.urgent(identifier), now)


async def mark(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """The case passed a mark: so many reports, so much money."""
    async with db.read() as session:
        case = await session.get_one(Case, row.payload["case"])
    if case.status in ("open", "taken"):
        await alert(db, bot, i18n, desk_chat, case, lambda: texts.mark(case, row.payload["mark"]), now)


async def overdue(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """A partner let a term pass: one message a day, however many reports it is about."""
    chat, language = await group(db, desk_chat)
    async with db.read() as session:
        late = await clocks.overdue_of(session, row.payload["partner"], now)
    if late:
        await wait_for_turn(db, pacing.ALERTS, now)
        with i18n.context(), i18n.use_locale(language):
            await bot.send_message(chat, texts.overdue(late.partner, late.count))


async def unreached(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """A partner's computer takes nothing: the desk tells it by another way."""
    chat, language = await group(db, desk_chat)
    async with db.read() as session:
        count = await copies.unarrived(session, row.payload["partner"])
    if count:
        await wait_for_turn(db, pacing.ALERTS, now)
        with i18n.context(), i18n.use_locale(language):
            await bot.send_message(chat, texts.unreached(row.payload["name"], count))


async def running(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, desk_chat: int | None, now: datetime) -> None:
    """Money is leaving: said once at once; then again, and to the seniors by name, while nobody takes the case."""
    call = row.payload["call"]
    async with db.read() as session:
        case = await session.get_one(Case, row.payload["case"])
        names = [texts.mention(one.telegram_id, one.name) for one in await seniors(session)]
    over = case.running_until is None or case.running_until < now
    if over or not case.reports or case.status not in ("open", "taken") or (call != "running" and case.taken_by):
        return
    await alert(db, bot, i18n, desk_chat, case, lambda: texts.running_call(case, call, texts.listed(names)), now)


async def evidence_show(
    row: Outbox,
    *,
    bot: Bot,
    db: Database,
    i18n: I18n,
    desk_chat: int | None,
    opened: Callable[[str], bytes],
    now: datetime,
) -> None:
    """Sends one stored picture or receipt under the card it belongs to. `opened` gives the bytes of a sha256."""
    async with db.read() as session:
        file = await session.get(Evidence, row.payload["evidence"])
        if file is None:  # forgotten
            return
        report = await session.get_one(Report, file.report_id)
        case = await session.get(Case, report.case_id) if report.case_id else None
        asked = await questions.answered_by(session, file.id)
    if case is None or file.sha256 is None or report.status == "withdrawn":
        return
    chat, language = await group(db, desk_chat)
    if not case.card_message_id:
        raise CARD_FIRST
    await wait_for_turn(db, pacing.CARDS, now)
    content = BufferedInputFile(opened(file.sha256), evidence.file_name(report, file))
    with i18n.context(), i18n.use_locale(language):
        caption = texts.caption(case, report, asked)
    async with _below(db, case, chat, now) as place:
        await send_file(bot, chat, content, file.mime or "", caption, **place)


async def send_file(bot: Bot, chat: int, content: BufferedInputFile, mime: str, caption: str, **place: Any) -> Message:
    """`place`: what it replies to, and its topic."""
    if mime.startswith("image/"):
        return await bot.send_photo(chat, content, caption=caption, **place)
    return await bot.send_document(chat, content, caption=caption, **place)
