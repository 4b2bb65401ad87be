"""`/sos`: one screen, one thing to do; done, cannot, back. Where they stand is a row: the place is found again."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from core import checks, first_hour, reminding, reports
from core.amounts import Moment
from core.first_hour import OTHER_BANK
from core.reference import bank_by_code
from core.refusal import No, Refusal
from core.road import ACTIONS, Ago, Kind, Outcome, Reminder, Stop
from handlers.language import lines
from handlers.say import Answer, add, say, show
from handlers.sos import keyboards, steps, texts
from handlers.sos.keyboards import Sos
from handlers.turn import Turn, own_check
from handlers.welcome.keyboards import NAMES
from storage import roads as rows
from storage.tables import Check, Report, Road


class Ask(StatesGroup):
    """The question that is open; its data names the road. The place itself is in the road's row."""

    number = State()
    details = State()
    sum = State()
    at = State()


QUESTIONS = {Stop.number: Ask.number, Stop.details: Ask.details, Stop.sum: Ask.sum, Stop.at: Ask.at}


async def screen(
    turn: Turn, road: Road, *, resumed: bool = False, about: tuple[str, str] = ("", "")
) -> tuple[str, InlineKeyboardMarkup]:
    """Where they stand; opens the question of that stop, and closes any other."""
    stop = Stop(road.at)
    theirs = await _named(turn, road) if stop is Stop.details else []
    question = None if theirs else QUESTIONS.get(stop)
    await turn.state.set_state(question)
    await turn.state.set_data({"road": road.id} if question else {})
    text = texts.screen(road, theirs=theirs, country=turn.rules.country, resumed=resumed)
    return text, keyboards.screen(road, named=bool(theirs), resumed=resumed, about=about)


async def _named(turn: Turn, road: Road) -> list[checks.Found]:
    """Who it was by the check the road began under, while that is remembered."""
    check = await turn.session.get(Check, road.check_id) if road.check_id else None
    return first_hour.accusable(check) if check and check.person_id == turn.person.id else []


async def sos(message: Message, turn: Turn) -> Answer:
    """Begins, or finds the place again."""
    road = await rows.open_of(turn.session, turn.person.id)
    resumed = road is not None
    road = road or await first_hour.begin(turn.session, person=turn.person, rules=turn.rules, now=turn.now)
    return say(message, *await screen(turn, road, resumed=resumed))


async def tap(callback: CallbackQuery, callback_data: Sos, turn: Turn) -> Answer:
    """Any button of the road. Raises `Refusal`: gone, not_yours, road_ended."""
    if callback_data.verb == "begin":
        return await _begin(callback, callback_data, turn)
    road = await first_hour.of(turn.session, person=turn.person, road_id=callback_data.road)
    verb = VERBS.get(callback_data.verb)
    if verb is None:
        raise Refusal(No.gone)
    return await verb(callback, callback_data, turn, road)


async def _begin(callback: CallbackQuery, data: Sos, turn: Turn) -> Answer:
    """Under a verdict or a report: a message of its own, so that the verdict stays."""
    check, report = await _subject(data, turn)
    road = await rows.open_of(turn.session, turn.person.id)
    resumed = road is not None and (road.kind is not None) and road.at != Stop.end
    if road is None or not resumed:
        road = await first_hour.begin(
            turn.session, person=turn.person, rules=turn.rules, now=turn.now, check=check, report=report
        )
    return add(callback, *await screen(turn, road, resumed=resumed, about=(data.stop, data.value)))


async def _subject(data: Sos, turn: Turn) -> tuple[Check | None, Report | None]:
    number = int(data.value) if data.value.isdecimal() and len(data.value) < 10 else 0
    if data.stop == "check":
        return await _remembered(turn, number), None
    if data.stop == "report":
        return None, await reports.of(turn.session, person=turn.person, report_id=number)
    raise Refusal(No.gone)


async def _remembered(turn: Turn, number: int) -> Check | None:
    """The check, if it is still kept: whoever was deceived is helped under an old verdict too."""
    try:
        return await own_check(turn, number)
    except Refusal as refusal:
        if refusal.kind not in (No.expired, No.gone):
            raise
    return None


def _stop(data: Sos) -> Stop:
    try:
        return Stop(data.stop)
    except ValueError:
        raise Refusal(No.gone) from None


async def _here(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    """The place once more, below what came meanwhile."""
    return add(callback, *await screen(turn, road))


async def _settle(callback: CallbackQuery, turn: Turn, road: Road, stop: Stop, outcome: Outcome) -> Answer:
    await first_hour.settle(turn.session, road, stop, outcome, rules=turn.rules, now=turn.now)
    return show(callback, *await screen(turn, road))


async def _done(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    return await _settle(callback, turn, road, _stop(data), Outcome.done)


async def _left(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    return await _settle(callback, turn, road, _stop(data), Outcome.cant)


async def _skip(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    stop = _stop(data)
    if stop is Stop.bank:
        await first_hour.no_bank(turn.session, road, rules=turn.rules, now=turn.now)
        return show(callback, *await screen(turn, road))
    return await _settle(callback, turn, road, stop, Outcome.skip)


async def _cant(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    """What else helps; nothing is noted until they go on."""
    stop = _stop(data)
    if stop not in ACTIONS:
        raise Refusal(No.gone)
    return show(callback, steps.alternative(road, stop), keyboards.alternative(road, stop))


async def _go(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    await first_hour.go(turn.session, road, _stop(data), rules=turn.rules, now=turn.now)
    return show(callback, *await screen(turn, road))


async def _banks(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    road.at = Stop.bank
    text, _ = await screen(turn, road)
    return show(callback, text, keyboards.more_banks(road))


async def _fresh(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    check, report = await _subject(data, turn) if data.stop else (None, None)
    fresh = await first_hour.begin(
        turn.session, person=turn.person, rules=turn.rules, now=turn.now, check=check, report=report
    )
    return show(callback, *await screen(turn, fresh))


async def _leave(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    await turn.state.clear()
    return show(callback, texts.left_the_road())


async def _pick(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    """An answer to a question. Raises `Refusal`: gone, for one that is none."""
    picks = {
        Stop.what: _pick_kind, Stop.when: _pick_time, Stop.bank: _pick_bank, Stop.sum: _pick_sum,
        Stop.at: _pick_minutes, Stop.another: _pick_more, Stop.statement: _pick_language, Stop.details: _pick_theirs,
    }  # fmt: skip
    stop, had = _stop(data), road.report_id
    if stop not in picks:
        raise Refusal(No.gone)
    try:
        await picks[stop](data.value, turn, road)
    except ValueError:
        raise Refusal(No.gone) from None
    text, keyboard = await screen(turn, road)
    report = await turn.session.get(Report, road.report_id) if road.report_id and not had else None
    return show(callback, lines(*([texts.reported(report), ""] if report else []), text), keyboard)


async def _pick_kind(value: str, turn: Turn, road: Road) -> None:
    await first_hour.choose_kind(turn.session, road, Kind(value), rules=turn.rules, now=turn.now)


async def _pick_time(value: str, turn: Turn, road: Road) -> None:
    await first_hour.choose_time(turn.session, road, Ago(value), rules=turn.rules, now=turn.now)


async def _pick_bank(value: str, turn: Turn, road: Road) -> None:
    if value != OTHER_BANK and bank_by_code(value) is None:
        raise ValueError(value)
    await first_hour.choose_bank(turn.session, road, value, rules=turn.rules, now=turn.now)


async def _pick_sum(value: str, turn: Turn, road: Road) -> None:
    await first_hour.no_sum(turn.session, road, nothing_gone=value == "nothing", rules=turn.rules, now=turn.now)


async def _pick_minutes(value: str, turn: Turn, road: Road) -> None:
    if int(value) not in keyboards.MINUTES_AGO:
        raise ValueError(value)
    about = Moment(turn.now - timedelta(minutes=int(value)), "hour")
    await first_hour.note_time(turn.session, road, about, rules=turn.rules, now=turn.now)


async def _pick_more(value: str, turn: Turn, road: Road) -> None:
    await first_hour.another_transfer(turn.session, road, rules=turn.rules, now=turn.now)


async def _pick_language(value: str, turn: Turn, road: Road) -> None:
    if value not in NAMES:
        raise ValueError(value)
    await first_hour.ask_statement(turn.session, road, value, rules=turn.rules, now=turn.now)


async def _pick_theirs(value: str, turn: Turn, road: Road) -> None:
    """The check the road began under: it was them, or it was somebody else and is asked for."""
    if value == "named":
        await accuse(turn, road, await own_check(turn, road.check_id or 0))
    else:
        road.check_id = None
        turn.session.add(road)


async def accuse(turn: Turn, road: Road, check: Check) -> Report:
    return await first_hour.accuse(
        turn.session, road, check, person=turn.person, keys=turn.keys, rules=turn.rules, now=turn.now
    )


# reminders


def _reminder(data: Sos) -> Reminder:
    try:
        return Reminder(data.value)
    except ValueError:
        raise Refusal(No.gone) from None


async def _told(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    """Yes to a reminder: noted, and the road goes on where it stands."""
    what = _reminder(data)
    if what is Reminder.answer:
        await first_hour.answered(turn.session, road, now=turn.now)
        return show(callback, texts.answered(), keyboards.go_on(road))
    stop = Stop.call if what is Reminder.bank else Stop.hand_in
    await first_hour.confirm(turn.session, road, stop, rules=turn.rules, now=turn.now)
    return show(callback, *await screen(turn, road))


async def _later(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    at: datetime = await reminding.postpone(turn.session, road, _reminder(data), rules=turn.rules, now=turn.now)
    return show(callback, texts.asked_later(at), keyboards.go_on(road))


async def _hush(callback: CallbackQuery, data: Sos, turn: Turn, road: Road) -> Answer:
    await reminding.hush(turn.session, road)
    return show(callback, texts.hushed(), keyboards.go_on(road))


Verb = Callable[[CallbackQuery, Sos, Turn, Road], Awaitable[Answer]]
VERBS: dict[str, Verb] = {
    "done": _done,
    "left": _left,
    "skip": _skip,
    "cant": _cant,
    "go": _go,
    "pick": _pick,
    "banks": _banks,
    "show": _here,
    "fresh": _fresh,
    "leave": _leave,
    "told": _told,
    "later": _later,
    "hush": _hush,
}


async def begin_with_loss(turn: Turn, report: Report, chat: int) -> Answer:
    """The road begins by itself where a report says that money was lost; nothing where one is on its way."""
    road = await first_hour.begin_with_loss(
        turn.session, person=turn.person, report=report, rules=turn.rules, now=turn.now
    )
    if road is None:
        return []
    text, keyboard = await screen(turn, road)
    return [SendMessage(chat_id=chat, text=text, reply_markup=keyboard)]


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(sos, Command("sos"))
    router.callback_query.register(tap, Sos.filter())
    return router
