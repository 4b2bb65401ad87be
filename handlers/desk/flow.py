"""The police desk works on cases in its group. Every tap is checked: this group, this case, this identifier."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import EditMessageReplyMarkup, SendMessage, SetMessageReaction
from aiogram.types import CallbackQuery, Message, ReactionTypeEmoji, ReplyParameters
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases
from core.cases import OUTCOMES, Officer
from core.identifiers import read
from core.refusal import No, Refusal
from core.reports import Rules
from handlers.desk import keyboards, texts
from handlers.desk.keyboards import Move
from handlers.desk.outgoing import draw
from handlers.desk.texts import REASONS
from handlers.say import Answer, notify, say, show
from handlers.welcome import keyboards as welcome
from handlers.welcome.keyboards import NAMES, Lang
from storage import settings
from storage.tables import Case, Identifier

MOST_REASON = 300
RESULTS = {"confirm": "confirmed", "reject": "rejected"}


class Ask(StatesGroup):
    """An officer types a reason, in reply to the bot's question."""

    reason = State()


def officer_of(event: CallbackQuery | Message) -> Officer:
    """Who acts. A message in the name of the whole group is nobody's. Raises `Refusal`: not_desk."""
    if event.from_user is None or event.from_user.is_bot:
        raise Refusal(No.not_desk)
    return Officer(event.from_user.id, event.from_user.full_name)


async def take(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    case = await cases.of(session, callback_data.case)
    await cases.take(session, case=case, officer=officer_of(callback), now=now)
    return notify(callback, texts.noted())


async def give_back(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    case = await cases.of(session, callback_data.case)
    await cases.give_back(session, case=case, officer=officer_of(callback), now=now)
    return notify(callback, texts.noted())


async def decide(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, rules: Rules, now: datetime, state: FSMContext
) -> Answer:
    """Confirm or reject: first the reason, ready or typed."""
    case = await cases.of(session, callback_data.case)
    identifier = await cases.identifier_of(session, case, callback_data.identifier)
    verb, choice = callback_data.verb, callback_data.choice
    if not choice:
        return _keyboard(callback, keyboards.reasons(verb, case, identifier))
    if choice == "typed":
        return await _ask_reason(callback, state, case, identifier, verb)
    if choice not in REASONS[verb]:
        raise Refusal(No.gone)
    await _decided(session, case, identifier, verb, choice, officer_of(callback), rules, now)
    return notify(callback, texts.noted())


async def _decided(
    session: AsyncSession,
    case: Case,
    identifier: Identifier,
    verb: str,
    reason: str,
    officer: Officer,
    rules: Rules,
    now: datetime,
) -> None:
    await cases.decide(
        session, case=case, identifier=identifier, result=RESULTS[verb], reason=reason, officer=officer,
        threshold=rules.threshold, now=now,
    )  # fmt: skip


async def _ask_reason(
    callback: CallbackQuery, state: FSMContext, case: Case, identifier: Identifier, verb: str
) -> Answer:
    assert callback.message
    await state.set_state(Ask.reason)
    await state.set_data({"case": case.id, "identifier": identifier.id, "verb": verb})
    question = SendMessage(
        chat_id=callback.message.chat.id,
        text=f"{callback.from_user.mention_html()}, {texts.ask_reason(identifier, verb == 'confirm')}",
        reply_markup=keyboards.typed_reason(),
        reply_parameters=ReplyParameters(message_id=callback.message.message_id, allow_sending_without_reply=True),
    )
    return [question, *notify(callback)]


async def typed_reason(
    message: Message, session: AsyncSession, rules: Rules, now: datetime, state: FSMContext
) -> Answer:
    """The reply to the question; codes and card numbers in it are not kept."""
    data = await state.get_data()
    reason = " ".join(read(message.text or "").text.split())
    if len(reason) > MOST_REASON:
        raise Refusal(No.too_long)
    if len(reason) < 3:
        raise Refusal(No.too_short)
    case = await cases.of(session, data["case"])
    identifier = await cases.identifier_of(session, case, data["identifier"])
    if not _answers(message, identifier, data["verb"]):
        raise Refusal(No.other_question)
    await _decided(session, case, identifier, data["verb"], reason, officer_of(message), rules, now)
    await state.clear()
    thumb = ReactionTypeEmoji(emoji="👍")
    return [SetMessageReaction(chat_id=message.chat.id, message_id=message.message_id, reaction=[thumb])]


def _answers(message: Message, identifier: Identifier, verb: str) -> bool:
    """Whether the reply is to the question that is open, not to an earlier one about something else."""
    asked = message.reply_to_message.text if message.reply_to_message else None
    return texts.ask_reason(identifier, verb == "confirm").striptags() in (asked or "")


async def close(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    case = await cases.of(session, callback_data.case)
    if not callback_data.choice:
        return _keyboard(callback, keyboards.outcomes(case))
    if callback_data.choice not in OUTCOMES:
        raise Refusal(No.gone)
    await cases.close(session, case=case, outcome=callback_data.choice, officer=officer_of(callback), now=now)
    return notify(callback, texts.noted())


async def back(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    """From a page of choices to the card."""
    drawn = await draw(session, await cases.of(session, callback_data.case, open_only=False), now)
    return show(callback, texts.card(drawn), keyboards.card(drawn))


def _keyboard(callback: CallbackQuery, keyboard: keyboards.InlineKeyboardMarkup) -> Answer:
    """Only the buttons change, the card stays readable while an officer chooses."""
    if callback.message is None or not isinstance(callback.message, Message):
        raise Refusal(No.gone)
    change = EditMessageReplyMarkup(
        chat_id=callback.message.chat.id, message_id=callback.message.message_id, reply_markup=keyboard
    )
    return [change, *notify(callback)]


async def language(message: Message) -> Answer:
    return say(message, "Қазақша / Русский", welcome.languages())


async def choose_language(callback: CallbackQuery, callback_data: Lang, session: AsyncSession, i18n: I18n) -> Answer:
    if callback_data.code not in NAMES:
        raise Refusal(No.gone)
    await settings.put(session, "desk_language", callback_data.code)
    i18n.ctx_locale.set(callback_data.code)
    return show(callback, texts.desk_language_set())


async def migrated(message: Message, session: AsyncSession) -> Answer:
    """The group became a supergroup: cards go on there."""
    await settings.put(session, "desk_chat", message.migrate_to_chat_id)
    return []


async def silence(event: object) -> Answer:
    return []


async def unknown(callback: CallbackQuery) -> Answer:
    """A move that no card offers."""
    raise Refusal(No.gone)


async def elsewhere(callback: CallbackQuery) -> Answer:
    """The same buttons anywhere but in the desk group."""
    raise Refusal(No.not_desk)


def routes() -> Router:
    """For updates of the desk group only; whoever includes this router says which group that is."""
    router = Router(name=__name__)
    router.message.register(migrated, F.migrate_to_chat_id)
    router.message.register(language, Command("language"))
    router.message.register(typed_reason, Ask.reason, F.text, F.reply_to_message.from_user.is_bot)
    router.callback_query.register(take, Move.filter(F.verb == "take"))
    router.callback_query.register(give_back, Move.filter(F.verb == "return"))
    router.callback_query.register(decide, Move.filter(F.verb.in_({"confirm", "reject"})))
    router.callback_query.register(close, Move.filter(F.verb == "close"))
    router.callback_query.register(back, Move.filter(F.verb == "next"))
    router.callback_query.register(unknown, Move.filter())
    router.callback_query.register(choose_language, Lang.filter())
    router.message.register(silence)
    router.edited_message.register(silence)
    router.my_chat_member.register(silence)
    return router


def elsewhere_routes() -> Router:
    router = Router(name=f"{__name__}.elsewhere")
    router.callback_query.register(elsewhere, Move.filter())
    return router
