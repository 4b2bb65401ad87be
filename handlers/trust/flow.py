"""`/trusted`: asking somebody to stand by, saying yes, agreeing, changing what is told, ending it."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from core import trust
from core.refusal import No, Refusal
from handlers.say import Answer, say, show
from handlers.trust import keyboards, texts
from handlers.trust.keyboards import LETTERS, Ask, Make, Page, Step
from handlers.turn import Turn
from storage.tables import Person, Trust

START = "trust_"


async def page(message: Message, turn: Turn) -> Answer:
    await turn.state.clear()
    return say(message, *await _page(turn))


async def back(callback: CallbackQuery, turn: Turn) -> Answer:
    return show(callback, *await _page(turn))


async def _page(turn: Turn) -> tuple[str, InlineKeyboardMarkup]:
    mine = await trust.of_person(turn.session, turn.person)
    return texts.page(*mine), keyboards.listed(*mine)


async def ask(callback: CallbackQuery, callback_data: Ask) -> Answer:
    """What may be told; switching the last one off is refused."""
    if not set(LETTERS) & set(callback_data.tells):
        raise Refusal(No.nothing_told)
    return show(callback, texts.choose(), keyboards.choose(callback_data.tells))


async def make(callback: CallbackQuery, callback_data: Make, turn: Turn, bot_username: str) -> Answer:
    row = await trust.invite(
        turn.session, person=turn.person, name=callback.from_user.first_name,
        tells=[LETTERS.get(one, "") for one in callback_data.tells], now=turn.now,
    )  # fmt: skip
    return show(callback, *_invitation(row, bot_username))


def _invitation(row: Trust, bot_username: str) -> tuple[str, InlineKeyboardMarkup]:
    link = f"https://t.me/{bot_username}?start={START}{row.token}"
    return texts.invitation(link), keyboards.invitation(row, link)


async def link(message: Message, command: CommandObject, turn: Turn) -> Answer:
    """The other side opens the invitation."""
    await turn.state.clear()
    token = (command.args or "").removeprefix(START)
    row = await trust.invited(turn.session, person=turn.person, token=token, now=turn.now)
    return say(message, texts.invited(row), keyboards.invited(row))


async def accept(callback: CallbackQuery, callback_data: Step, turn: Turn) -> Answer:
    row = await trust.accept(
        turn.session, person=turn.person, trust_id=callback_data.trust, name=callback.from_user.first_name, now=turn.now
    )
    return show(callback, texts.accepted(row))


async def decline(callback: CallbackQuery, callback_data: Step, turn: Turn) -> Answer:
    await trust.decline(turn.session, person=turn.person, trust_id=callback_data.trust, now=turn.now)
    return show(callback, texts.declined())


async def agree(callback: CallbackQuery, callback_data: Step, turn: Turn) -> Answer:
    row = await trust.agree(turn.session, person=turn.person, trust_id=callback_data.trust, now=turn.now)
    return show(callback, texts.agreed(row), keyboards.agreed(row))


async def end(callback: CallbackQuery, callback_data: Step, turn: Turn) -> Answer:
    await trust.end(turn.session, person=turn.person, trust_id=callback_data.trust, now=turn.now)
    return show(callback, texts.ended(), keyboards.back())


async def switch(callback: CallbackQuery, callback_data: Step, turn: Turn, bot_username: str) -> Answer:
    row = await trust.toggle(turn.session, person=turn.person, trust_id=callback_data.trust, what=callback_data.step)
    return show(callback, *_one(row, turn.person, bot_username))


async def one(callback: CallbackQuery, callback_data: Step, turn: Turn, bot_username: str) -> Answer:
    row = await trust.of(turn.session, person=turn.person, trust_id=callback_data.trust)
    return show(callback, *_one(row, turn.person, bot_username))


def _one(row: Trust, person: Person, bot_username: str) -> tuple[str, InlineKeyboardMarkup]:
    """As it stands, for this side of it."""
    if row.guarded_id != person.id:
        return texts.standing_by(row) if row.agreed_at else texts.waiting(row), keyboards.standing_by(row)
    if row.trusted_id is None:
        return _invitation(row, bot_username)
    if row.agreed_at is None:
        return texts.is_it_them(row), keyboards.is_it_them(row)
    return texts.agreed(row), keyboards.agreed(row)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(page, Command("trusted"))
    router.message.register(link, CommandStart(deep_link=True, magic=F.args.startswith(START)))
    router.callback_query.register(back, Page.filter())
    router.callback_query.register(ask, Ask.filter())
    router.callback_query.register(make, Make.filter())
    for name, step in (("show", one), ("accept", accept), ("decline", decline), ("agree", agree)):
        router.callback_query.register(step, Step.filter(F.step == name))
    router.callback_query.register(end, Step.filter(F.step.in_({"end", "deny"})))
    router.callback_query.register(switch, Step.filter(F.step.in_(set(trust.TELLS))))
    return router
