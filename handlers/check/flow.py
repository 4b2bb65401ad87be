"""Drop anything: it is read, and answered with what is known."""

from datetime import datetime

from aiogram import F, Router
from aiogram.enums import ChatAction
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendChatAction
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks, deals, limits, outbox, summaries, trust
from core.appeals import APPEALABLE
from core.identifiers import Kind, read
from core.identifiers.mistyped import mistyped
from core.refusal import No, Refusal
from core.reports import Rules
from handlers.appeal import keyboards as appealing
from handlers.check import deal, inline, keyboards, texts
from handlers.check.keyboards import Back, More, Reading, Unwatch, Watch
from handlers.check.reading import ALBUM_SETTLES, Dropped, delete_secrets, dropped
from handlers.language import lines
from handlers.report import flow as reporting
from handlers.say import Answer, notify, say, show
from handlers.sos import keyboards as sos
from handlers.turn import Turn, own_check
from handlers.welcome import texts as welcome
from storage import identifiers
from storage.tables import Check


class Asked(StatesGroup):
    """A command was given without saying what about."""

    check = State()
    report = State()


async def ask(message: Message, command: CommandObject, turn: Turn) -> Answer:
    """`/check` and `/report`, with or without what they are about."""
    wants_report = command.command == "report"
    if command.args:
        return await _answer(message, turn, dropped(message), report=wants_report)
    await turn.state.set_state(Asked.report if wants_report else Asked.check)
    return say(message, texts.ask_what_to_report() if wants_report else texts.ask_what_to_check())


async def drop(message: Message, turn: Turn) -> Answer:
    """Any message that is no answer to an open question."""
    wants_report = await turn.state.get_state() == Asked.report.state
    return await _answer(message, turn, dropped(message), report=wants_report)


async def _answer(message: Message, turn: Turn, seen: Dropped, *, report: bool = False) -> Answer:
    deletion = delete_secrets(message, seen.reading)
    if not seen.identifiers and not seen.files:
        return [*deletion, *say(message, _nothing(message, seen))]
    if not report:  # nobody is kept from reporting because they looked up a lot
        found = [checks.found(one, turn.keys) for one in seen.identifiers]
        await limits.spend_check(turn.session, turn.person, found, now=turn.now)
    check = await checks.begin(
        turn.session, person=turn.person, reading=seen.reading, extra=seen.extra, keys=turn.keys, now=turn.now,
        files=seen.files, album=message.media_group_id, source=seen.source,
    )  # fmt: skip
    if message.media_group_id or not seen.identifiers:
        return [*deletion, *await _read_later(message, turn, check, seen)]
    if await turn.state.get_state() in (Asked.check.state, Asked.report.state):
        await turn.state.clear()
    if report:
        return [*deletion, *await reporting.ask_scheme(message, turn, check)]
    asked = bool(message.text and message.text.startswith("/check"))
    shown = await answer_to(
        turn.session, check, turn.rules, turn.now, redacted=seen.reading.redacted, asked=asked,
        greet=turn.person.created_at == turn.now,
    )  # fmt: skip
    return [*deletion, *say(message, *shown, quote=not deletion)]


def _nothing(message: Message, seen: Dropped) -> str:
    if message.document:
        return texts.picture_refused("wrong_type")
    if seen.reading.redacted:
        return "\n".join(str(line) for line in texts.warning(seen.reading.redacted)).strip()
    if seen.reading.refused:
        return texts.disguised_link()
    meant = mistyped(message.text or message.caption or "")
    return texts.mistyped(meant) if meant else welcome.not_understood()


async def _read_later(message: Message, turn: Turn, check: Check, seen: Dropped) -> Answer:
    """Pictures are read in the background; the pictures of one album get one answer."""
    due = turn.now + ALBUM_SETTLES if message.media_group_id else turn.now
    payload = {"check": check.id, "chat": message.chat.id, "redacted": list(seen.reading.redacted)}
    await outbox.put(turn.session, "read", payload, key=f"read:{check.id}", now=turn.now, due=due)
    return [SendChatAction(chat_id=message.chat.id, action=ChatAction.TYPING)]


async def answer_to(
    session: AsyncSession,
    check: Check,
    rules: Rules,
    now: datetime,
    *,
    redacted: tuple[str, ...] = (),
    read: bool = False,
    asked: bool = False,
    greet: bool = False,
) -> tuple[str, InlineKeyboardMarkup]:
    """The answer to a check with its buttons. `read`: from a picture, to be confirmed; `asked`: by /check."""
    found = checks.items(check)
    verdicts = await checks.verdicts(session, found, threshold=rules.threshold, now=now)
    text = texts.answer(found, verdicts, now=now, redacted=redacted, read=read)
    if read:
        return text, keyboards.confirm_reading(check)
    await trust.tell_flagged(session, check.person_id, verdicts, now)
    if deals.is_deal(found, asked=asked):
        together = await identifiers.seen_together(session, [(one.kind, one.value) for one in found])
        text = lines(deal.deal(found, verdicts, together, now), "", text)
    extra = [deal.button_row(check.id)] if deals.asks_before_paying(found, verdicts) else []
    return text, keyboards.answer(check, greet=greet, extra=[*extra, sos.begin_under(check)])


async def link(message: Message, command: CommandObject, turn: Turn) -> Answer:
    """Deep links: `check_<digits>`, `check_<token>`, `report_…` likewise."""
    verb, _, what = (command.args or "").partition("_")
    if verb == inline.START:
        return say(message, welcome.welcome())
    try:
        check = await _from_payload(turn, what)
    except Refusal as refusal:
        if refusal.kind is not No.expired:
            raise
        return say(message, texts.link_expired())
    if verb == "report":
        return await reporting.ask_scheme(message, turn, check)
    return say(message, *await answer_to(turn.session, check, turn.rules, turn.now))


async def _from_payload(turn: Turn, what: str) -> Check:
    if not what.isdigit():
        return await checks.from_link(turn.session, person=turn.person, token=what, now=turn.now)
    reading = read(f"+{what}")
    if not reading.identifiers:
        raise Refusal(No.expired)
    found = [checks.found(one, turn.keys) for one in reading.identifiers]
    await limits.spend_check(turn.session, turn.person, found, now=turn.now)
    return await checks.begin(
        turn.session, person=turn.person, reading=reading, keys=turn.keys, now=turn.now, source=what
    )


async def more(callback: CallbackQuery, callback_data: More, turn: Turn, bot_username: str) -> Answer:
    check = await own_check(turn, callback_data.check)
    found = checks.items(check)
    verdicts = await checks.verdicts(turn.session, found, threshold=turn.rules.threshold, now=turn.now)
    text = texts.details(found, verdicts, now=turn.now)
    listed = [(place, one) for place, one in enumerate(found) if verdicts[place].level in APPEALABLE]
    return show(callback, text, keyboards.more(check, bot_username, appealing.begin(check, listed)))


async def back(callback: CallbackQuery, callback_data: Back, turn: Turn) -> Answer:
    check = await own_check(turn, callback_data.check)
    return show(callback, *await answer_to(turn.session, check, turn.rules, turn.now))


async def watch(callback: CallbackQuery, callback_data: Watch, turn: Turn) -> Answer:
    """Begins to watch; where several things were read, asks which."""
    check = await own_check(turn, callback_data.check)
    found = checks.items(check)
    if callback_data.index < 0 and len(found) > 1:
        return show(callback, texts.which_to_watch(), keyboards.which_to_watch(check, found))
    index = max(callback_data.index, 0)
    if index >= len(found):
        raise Refusal(No.gone)
    one = found[index]
    fresh = checks.as_row(one, turn.now)
    begun = await summaries.toggle_watch(
        turn.session, person=turn.person, identifier=await identifiers.obtain(turn.session, fresh), now=turn.now
    )
    return notify(callback, texts.watching(one) if begun else texts.watching_ended(), alert=True)


async def unwatch(callback: CallbackQuery, callback_data: Unwatch, turn: Turn) -> Answer:
    known = await identifiers.watch_of(turn.session, turn.person.id, callback_data.identifier)
    if known:
        await turn.session.delete(known)
    return notify(callback, texts.watching_ended())


async def confirm_reading(callback: CallbackQuery, callback_data: Reading, turn: Turn) -> Answer:
    """The answer to "I read …: right?"."""
    check = await own_check(turn, callback_data.check)
    checks.confirm_reading(check, callback_data.right)
    turn.session.add(check)
    if not callback_data.right:
        return show(callback, texts.type_it())
    return show(callback, *await answer_to(turn.session, check, turn.rules, turn.now))


async def edited(message: Message, turn: Turn) -> Answer:
    """A corrected number is checked again; other edits are not followed."""
    seen = dropped(message)
    if seen.reading.identifiers and not message.media_group_id:
        return await _answer(message, turn, seen)
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
    router.include_routers(deal.routes(), inline.routes())
    return router


def last_routes() -> Router:
    """What nothing else wanted."""
    router = Router(name=f"{__name__}.last")
    router.message.register(drop, F.text | F.caption | F.contact | F.photo | F.document)
    router.edited_message.register(edited)
    return router
