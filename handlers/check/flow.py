"""Drop anything: it is read, and answered with what is known."""

from datetime import datetime, timedelta

from aiogram import F, Router
from aiogram.enums import ChatAction
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendChatAction
from aiogram.types import CallbackQuery, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks, outbox, summaries
from core.identifiers import Kind, read
from core.keys import Keys
from core.refusal import No, Refusal
from core.routing import Connected
from handlers.check import keyboards, texts
from handlers.check.keyboards import Back, More, Reading, Unwatch, Watch
from handlers.check.reading import Dropped, delete_secrets, dropped
from handlers.report import flow as reporting
from handlers.say import Answer, notify, say, show
from handlers.welcome import texts as welcome
from storage import identifiers
from storage.tables import Check, Identifier, Person

ALBUM_SETTLES = timedelta(seconds=1)


class Asked(StatesGroup):
    """A command was given without saying what about."""

    check = State()
    report = State()


async def ask(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    person: Person,
    keys: Keys,
    now: datetime,
    state: FSMContext,
    connected: Connected,
) -> Answer:
    """`/check` and `/report`, with or without what they are about."""
    wants_report = command.command == "report"
    if command.args:
        return await _answer(
            message, dropped(message), session, person, keys, now, state, connected, report=wants_report
        )
    await state.set_state(Asked.report if wants_report else Asked.check)
    return say(message, texts.ask_what_to_report() if wants_report else texts.ask_what_to_check())


async def drop(
    message: Message,
    session: AsyncSession,
    person: Person,
    keys: Keys,
    now: datetime,
    state: FSMContext,
    connected: Connected,
) -> Answer:
    """Any message that is no answer to an open question."""
    if message.text and len(message.text) > 4096:
        return say(message, welcome.too_long())
    wants_report = await state.get_state() == Asked.report.state
    return await _answer(message, dropped(message), session, person, keys, now, state, connected, report=wants_report)


async def _answer(
    message: Message,
    seen: Dropped,
    session: AsyncSession,
    person: Person,
    keys: Keys,
    now: datetime,
    state: FSMContext,
    connected: Connected,
    *,
    report: bool = False,
) -> Answer:
    deletion = delete_secrets(message, seen.reading)
    if not seen.identifiers and not seen.files:
        return [*deletion, *say(message, _nothing(message, seen))]
    check = await checks.begin(
        session, person=person, reading=seen.reading, extra=seen.extra, keys=keys, now=now,
        files=seen.files, album=message.media_group_id,
    )  # fmt: skip
    if message.media_group_id or not seen.identifiers:
        return [*deletion, *await _read_later(message, session, check, now, seen)]
    if await state.get_state() in (Asked.check.state, Asked.report.state):
        await state.clear()
    if report:
        return [*deletion, *await reporting.ask_scheme(message, check, connected)]
    text = await answer_text(session, check, now, redacted=seen.reading.redacted)
    greet = person.created_at == now
    return [*deletion, *say(message, text, keyboards.answer(check, greet=greet), quote=not deletion)]


def _nothing(message: Message, seen: Dropped) -> str:
    if message.document:
        return texts.picture_refused("wrong_type")
    if seen.reading.redacted:
        return "\n".join(str(line) for line in texts.warning(seen.reading.redacted)).strip()
    return texts.disguised_link() if seen.reading.refused else welcome.not_understood()


async def _read_later(
    message: Message, session: AsyncSession, check: Check, now: datetime, seen: Dropped
) -> Answer:
    """Pictures are read in the background; the pictures of one album get one answer."""
    due = now + ALBUM_SETTLES if message.media_group_id else now
    payload = {"check": check.id, "chat": message.chat.id, "redacted": list(seen.reading.redacted)}
    await outbox.put(session, "read", payload, key=f"read:{check.id}", now=now, due=due)
    return [SendChatAction(chat_id=message.chat.id, action=ChatAction.TYPING)]


async def answer_text(
    session: AsyncSession, check: Check, now: datetime, *, redacted: tuple[str, ...] = (), read: bool = False
) -> str:
    found = checks.items(check)
    return texts.answer(found, await checks.verdicts(session, found), now=now, redacted=redacted, read=read)


async def link(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    person: Person,
    keys: Keys,
    now: datetime,
    connected: Connected,
) -> Answer:
    """Deep links: `check_<digits>`, `check_<token>`, `report_…` likewise."""
    verb, _, what = (command.args or "").partition("_")
    try:
        check = await _from_payload(session, person, what, keys, now)
    except Refusal:
        return say(message, texts.link_expired())
    if verb == "report":
        return await reporting.ask_scheme(message, check, connected)
    return say(message, await answer_text(session, check, now), keyboards.answer(check))


async def _from_payload(session: AsyncSession, person: Person, what: str, keys: Keys, now: datetime) -> Check:
    if not what.isdigit():
        return await checks.from_link(session, person=person, token=what, now=now)
    reading = read(f"+{what}")
    if not reading.identifiers:
        raise Refusal(No.expired)
    return await checks.begin(session, person=person, reading=reading, keys=keys, now=now)


async def more(
    callback: CallbackQuery,
    callback_data: More,
    session: AsyncSession,
    person: Person,
    now: datetime,
    bot_username: str,
) -> Answer:
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    found = checks.items(check)
    text = texts.details(found, await checks.verdicts(session, found), now=now)
    return show(callback, text, keyboards.more(check, bot_username))


async def back(
    callback: CallbackQuery, callback_data: Back, session: AsyncSession, person: Person, now: datetime
) -> Answer:
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    return show(callback, await answer_text(session, check, now), keyboards.answer(check))


async def watch(
    callback: CallbackQuery, callback_data: Watch, session: AsyncSession, person: Person, now: datetime
) -> Answer:
    """Begins to watch; where several things were read, asks which."""
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    found = checks.items(check)
    if callback_data.index < 0 and len(found) > 1:
        return show(callback, texts.which_to_watch(), keyboards.which_to_watch(check, found))
    index = max(callback_data.index, 0)
    if index >= len(found):
        raise Refusal(No.gone)
    one = found[index]
    fresh = Identifier(kind=one.kind, value=one.value, display=one.display, attrs=one.attrs, created_at=now)
    begun = await summaries.toggle_watch(
        session, person=person, identifier=await identifiers.obtain(session, fresh), now=now
    )
    return notify(callback, texts.watching(one) if begun else texts.watching_ended(), alert=True)


async def unwatch(callback: CallbackQuery, callback_data: Unwatch, session: AsyncSession, person: Person) -> Answer:
    known = await identifiers.watch_of(session, person.id, callback_data.identifier)
    if known:
        await session.delete(known)
    return notify(callback, texts.watching_ended())


async def confirm_reading(
    callback: CallbackQuery, callback_data: Reading, session: AsyncSession, person: Person, now: datetime
) -> Answer:
    """The answer to "I read …: right?"."""
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    checks.confirm_reading(check, callback_data.right)
    session.add(check)
    if not callback_data.right:
        return show(callback, texts.type_it())
    return show(callback, await answer_text(session, check, now), keyboards.answer(check))


async def edited(
    message: Message,
    session: AsyncSession,
    person: Person,
    keys: Keys,
    now: datetime,
    state: FSMContext,
    connected: Connected,
) -> Answer:
    """A corrected number is checked again; other edits are not followed."""
    seen = dropped(message)
    if seen.reading.identifiers and not message.media_group_id:
        return await _answer(message, seen, session, person, keys, now, state, connected)
    return say(message, welcome.no_edits(), quote=True) if message.text else []


def pure_drop(message: Message, raw_state: str | None = None) -> bool:
    """Whether a message is plainly something to check, also while another question is open."""
    seen = dropped(message)
    if message.contact or message.forward_origin:
        return bool(seen.identifiers)
    if raw_state and all(one.kind == Kind.short_code for one in seen.identifiers):
        return False  # an answer of a few digits is a sum
    return bool(message.text) and seen.bare


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(link, CommandStart(deep_link=True))
    router.message.register(ask, Command("check", "report"))
    router.callback_query.register(more, More.filter())
    router.callback_query.register(back, Back.filter())
    router.callback_query.register(watch, Watch.filter())
    router.callback_query.register(unwatch, Unwatch.filter())
    router.callback_query.register(confirm_reading, Reading.filter())
    return router


def last_routes() -> Router:
    """What nothing else wanted."""
    router = Router(name=f"{__name__}.last")
    router.message.register(drop, F.text | F.caption | F.contact | F.photo | F.document)
    router.edited_message.register(edited)
    return router
