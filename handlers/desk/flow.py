"""The police desk works on cases in its group. Every tap is checked: this group, this case, this identifier."""

from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import EditMessageReplyMarkup, SendMessage, SetMessageReaction
from aiogram.types import CallbackQuery, Message, ReactionTypeEmoji, ReplyParameters
from aiogram.utils.i18n import I18n
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases
from core.cases import OUTCOMES, Officer
from core.desk import Action, allow
from core.identifiers import read
from core.refusal import No, Refusal
from core.reports import Rules
from handlers.desk import keyboards, texts
from handlers.desk.keyboards import Move
from handlers.desk.outgoing import draw
from handlers.desk.texts import REASONS
from handlers.language import t
from handlers.say import Answer, notify, say, show, thread_of
from handlers.welcome import keyboards as welcome
from handlers.welcome.keyboards import NAMES, Lang
from storage import settings
from storage.tables import Case, Identifier

MOST_REASON = 300
# in a topic that the bot opened every message replies to its opening; a command is no answer, whatever field it came by
TO_THE_BOT = F.reply_to_message.from_user.is_bot & ~F.reply_to_message.forum_topic_created & ~F.text.startswith("/")
RESULTS = {"confirm": "confirmed", "reject": "rejected"}


class Ask(StatesGroup):
    """An officer types a reason, in reply to the bot's question."""

    reason = State()


def officer_of(event: CallbackQuery | Message) -> Officer:
    """Who acts. A message in the name of the whole group is nobody's. Raises `Refusal`: not_desk."""
    if event.from_user is None or event.from_user.is_bot:
        raise Refusal(No.not_desk)
    return Officer(event.from_user.id, event.from_user.full_name)


async def acts(
    event: CallbackQuery | Message, case_id: int, action: Action, session: AsyncSession, now: datetime, **data: Any
) -> tuple[Case, Officer]:
    """The case, and the officer who may do this to it; the audit has it. Raises `Refusal`."""
    case = await cases.of(session, case_id, open_only=action is not Action.undo)
    officer = officer_of(event)
    await allow(session, officer, action, subject=f"case:{case.id}", now=now, **data)
    return case, officer


async def take(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    case, officer = await acts(callback, callback_data.case, Action.take, session, now)
    await cases.take(session, case=case, officer=officer, now=now)
    return notify(callback, texts.noted())


async def give_back(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    case, officer = await acts(callback, callback_data.case, Action.give_back, session, now)
    await cases.give_back(session, case=case, officer=officer, now=now)
    return notify(callback, texts.noted())


async def decide(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, rules: Rules, now: datetime, state: FSMContext
) -> Answer:
    """Confirm or reject: first the reason, ready or typed."""
    case = await cases.of(session, callback_data.case)
    identifier = await cases.identifier_of(session, case, callback_data.identifier)
    verb, choice = callback_data.verb, callback_data.choice
    if not choice:
        return choose(callback, keyboards.reasons(verb, case, identifier))
    if choice == "typed":
        return await _ask_reason(callback, state, case, identifier, verb)
    if choice not in REASONS[verb]:
        raise Refusal(No.gone)
    await _decided(callback, session, case, identifier, verb, choice, rules, now)
    return notify(callback, texts.noted())


async def _decided(
    event: CallbackQuery | Message,
    session: AsyncSession,
    case: Case,
    identifier: Identifier,
    verb: str,
    reason: str,
    rules: Rules,
    now: datetime,
) -> None:
    _, officer = await acts(event, case.id, Action(verb), session, now, identifier=identifier.id)
    await cases.decide(
        session, case=case, identifier=identifier, result=RESULTS[verb], reason=reason, officer=officer,
        threshold=rules.threshold, now=now,
    )  # fmt: skip


async def _ask_reason(
    callback: CallbackQuery, state: FSMContext, case: Case, identifier: Identifier, verb: str
) -> Answer:
    data = {"case": case.id, "identifier": identifier.id, "verb": verb}
    return await ask(
        callback, state, Ask.reason, texts.ask_reason(identifier, verb == "confirm"), data, t("The reason")
    )


async def ask(
    callback: CallbackQuery, state: FSMContext, step: State, question: Markup, data: dict[str, Any], placeholder: str
) -> Answer:
    """Asks an officer to type something in reply: that is all a bot with privacy mode may read in a group."""
    if callback.message is None:
        raise Refusal(No.gone)
    await state.set_state(step)
    await state.set_data({**data, "question": question.striptags()})
    asked = SendMessage(
        chat_id=callback.message.chat.id,
        text=f"{callback.from_user.mention_html()}, {question}",
        reply_markup=keyboards.typed(str(placeholder)),
        reply_parameters=ReplyParameters(message_id=callback.message.message_id, allow_sending_without_reply=True),
        message_thread_id=thread_of(callback.message),
    )
    return [asked, *notify(callback)]


async def answered(message: Message, state: FSMContext) -> dict[str, Any]:
    """What the open question was about. Raises `Refusal`: other_question, for a reply to another message."""
    data = await state.get_data()
    asked = message.reply_to_message.text if message.reply_to_message else None
    if data.get("question", "?") not in (asked or ""):
        raise Refusal(No.other_question)
    return data


def typed_words(message: Message) -> str:
    """A sentence, without codes and card numbers. Raises `Refusal`: too_long, too_short."""
    words = " ".join(read(message.text or "").text.split())
    if len(words) > MOST_REASON:
        raise Refusal(No.too_long)
    if len(words) < 3:
        raise Refusal(No.too_short)
    return words


def thumb(message: Message) -> Answer:
    """A quiet receipt."""
    reaction = ReactionTypeEmoji(emoji="👍")
    return [SetMessageReaction(chat_id=message.chat.id, message_id=message.message_id, reaction=[reaction])]


async def typed_reason(
    message: Message, session: AsyncSession, rules: Rules, now: datetime, state: FSMContext
) -> Answer:
    """The reply to the question; codes and card numbers in it are not kept."""
    data, reason = await answered(message, state), typed_words(message)
    case = await cases.of(session, data["case"])
    identifier = await cases.identifier_of(session, case, data["identifier"])
    await _decided(message, session, case, identifier, data["verb"], reason, rules, now)
    await state.clear()
    return thumb(message)


async def close(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    if not callback_data.choice:
        return choose(callback, keyboards.outcomes(await cases.of(session, callback_data.case)))
    if callback_data.choice not in OUTCOMES:
        raise Refusal(No.gone)
    case, officer = await acts(callback, callback_data.case, Action.close, session, now, outcome=callback_data.choice)
    await cases.close(session, case=case, outcome=callback_data.choice, officer=officer, now=now)
    return notify(callback, texts.noted())


async def back(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    """From a page of choices to the card, or to the page with more of them."""
    drawn = await draw(session, await cases.of(session, callback_data.case, open_only=False), now)
    if callback_data.choice == "more" and drawn.workable:
        return choose(callback, keyboards.more(drawn))
    return show(callback, texts.card(drawn), keyboards.card(drawn))


def choose(callback: CallbackQuery, keyboard: keyboards.InlineKeyboardMarkup) -> Answer:
    """Only the buttons change, the card stays readable while an officer chooses; also on one of last week."""
    if callback.message is None:
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
    router.message.register(typed_reason, Ask.reason, F.text, TO_THE_BOT)
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
