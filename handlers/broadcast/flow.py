"""The editors' studio in their private chat: compose, try, approve, plan, stop. Each tap asks who acts on what."""

from datetime import datetime
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.i18n import I18n

from core import broadcasts, people, planning
from core.broadcasts import Studio
from core.people import LANGUAGES
from core.reference import schemes
from core.refusal import No, Refusal
from handlers.broadcast import keyboards, texts
from handlers.broadcast.keyboards import PAGE, Bcast
from handlers.broadcast.outgoing import appearance
from handlers.report.keyboards import CITIES
from handlers.say import Answer, add, fit, notify, say, show
from handlers.turn import Turn
from storage import broadcasts as rows
from storage.tables import Broadcast

MONTH = planning.timedelta(days=30)


class Writing(StatesGroup):
    """An open question about a broadcast, named in the data."""

    words = State()
    picture = State()
    time = State()


# commands


async def new(message: Message, turn: Turn, studio: Studio) -> Answer:
    broadcasts.allow(studio, turn.person.telegram_id)
    await turn.state.clear()
    return say(message, texts.choose(), keyboards.start())


async def all_of_them(message: Message, turn: Turn, studio: Studio) -> Answer:
    broadcasts.allow(studio, turn.person.telegram_id)
    return say(message, *await _page(turn, 0))


async def figures(message: Message, turn: Turn, studio: Studio) -> Answer:
    broadcasts.allow(studio, turn.person.telegram_id)
    runs = await rows.runs_since(turn.session, turn.now - MONTH)
    return say(message, texts.figures(await rows.subscribers(turn.session), runs))


async def _page(turn: Turn, number: int) -> tuple[str, InlineKeyboardMarkup]:
    found = await rows.newest(turn.session, offset=number * PAGE, limit=PAGE + 1)
    labelled = [(one, texts.label(one)) for one in found[:PAGE]]
    return texts.listed(bool(found)), keyboards.listed(labelled, number, len(found) > PAGE)


# taps


async def tap(callback: CallbackQuery, callback_data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    """Every button of the studio: who may, then what."""
    broadcasts.allow(studio, turn.person.telegram_id)
    if callback_data.verb not in DOES:
        raise Refusal(No.gone)
    return await DOES[callback_data.verb](callback, callback_data, turn, studio, i18n)


async def _card(turn: Turn, broadcast: Broadcast, studio: Studio) -> tuple[str, InlineKeyboardMarkup]:
    await turn.session.flush()
    runs = await rows.runs_of(turn.session, broadcast.id)
    reach = await broadcasts.reach(turn.session, broadcast, studio, now=turn.now)
    keyboard = keyboards.card(broadcast, turn.person.telegram_id, begun=bool(runs))
    return fit(texts.card(broadcast, runs, reach, studio, turn.now)), keyboard


async def _show(
    callback: CallbackQuery, turn: Turn, broadcast: Broadcast, studio: Studio, notice: str | None = None
) -> Answer:
    return show(callback, *await _card(turn, broadcast, studio), notice=notice)


async def _own(turn: Turn, data: Bcast) -> Broadcast:
    return await broadcasts.own(turn.session, data.id, turn.person.telegram_id)


async def _edit(turn: Turn, broadcast: Broadcast, **fields: Any) -> None:
    await broadcasts.edit(turn.session, broadcast, by=turn.person.telegram_id, now=turn.now, **fields)


async def _ask(turn: Turn, state: State, **data: Any) -> None:
    await turn.state.set_state(state)
    await turn.state.set_data(data)


async def _new(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await broadcasts.compose(
        turn.session, by=turn.person.telegram_id, template=data.value or None, now=turn.now
    )
    return await _show(callback, turn, broadcast, studio)


async def _look(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    if (await turn.state.get_state() or "").startswith(Writing.__name__):
        await turn.state.clear()
    return await _show(callback, turn, await broadcasts.of(turn.session, data.id), studio)


async def _list(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    return show(callback, *await _page(turn, int(data.value) if data.value.isdecimal() else 0))


async def _write(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await _own(turn, data)
    if data.value not in LANGUAGES:
        raise Refusal(No.gone)
    await people.choose_language(turn.session, turn.person, turn.person.language)  # their words must not switch it
    await _ask(turn, Writing.words, broadcast=broadcast.id, language=data.value)
    return show(callback, texts.ask_words(data.value, broadcast.text.get(data.value)), keyboards.back(broadcast))


async def _picture(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await _own(turn, data)
    if broadcast.picture:
        await _edit(turn, broadcast, picture=None)
        return await _show(callback, turn, broadcast, studio)
    await _ask(turn, Writing.picture, broadcast=broadcast.id)
    return show(callback, texts.ask_picture(), keyboards.back(broadcast))


async def _urgent(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await _own(turn, data)
    await _edit(turn, broadcast, emergency=not broadcast.emergency)
    return await _show(callback, turn, broadcast, studio)


async def _audience(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    return await _show_audience(callback, turn, await _own(turn, data), studio)


async def _show_audience(callback: CallbackQuery, turn: Turn, broadcast: Broadcast, studio: Studio) -> Answer:
    reach = await broadcasts.reach(turn.session, broadcast, studio, now=turn.now)
    return show(callback, texts.ask_audience(broadcast, reach), keyboards.audience(broadcast))


async def _schemes(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    return show(callback, texts.ask_scheme(), keyboards.met(await _own(turn, data)))


async def _to(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    """A second tap on the same takes it off again."""
    broadcast = await _own(turn, data)
    key, _, value = data.value.partition("=")
    known = {"language": LANGUAGES, "city": CITIES, "active": ("1",), "scheme": [one.code for one in schemes()]}
    if value and value not in known.get(key, ()):
        raise Refusal(No.gone)
    rest = {name: one for name, one in broadcast.audience.items() if name != key}
    same = broadcast.audience.get(key) == value
    await _edit(turn, broadcast, audience=rest if same or not value else {**rest, key: value})
    return await _show_audience(callback, turn, broadcast, studio)


async def _schedule(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await _own(turn, data)
    if data.value == "now":
        await _edit(turn, broadcast, plan={})
        return await _show(callback, turn, broadcast, studio)
    days = tuple(int(day) for day in data.value[1:]) if data.value[:1] == "w" and data.value[1:].isdecimal() else ()
    kind = "weekly" if days else data.value
    if kind not in ("once", "weekly", "monthly"):
        return show(callback, texts.ask_when(broadcast), keyboards.when(broadcast))
    await _ask(turn, Writing.time, broadcast=broadcast.id, kind=kind, days=list(days))
    return show(callback, texts.ask_time(kind), keyboards.when(broadcast, days) if days else keyboards.back(broadcast))


async def _preview(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    """Both languages, exactly as citizens see them."""
    broadcast = await broadcasts.of(turn.session, data.id)
    seen = [appearance(broadcast, language, i18n) for language in LANGUAGES if broadcast.text.get(language)]
    if not seen:
        raise Refusal(No.both_languages)
    chat = callback.from_user.id
    calls = [
        SendPhoto(chat_id=chat, photo=broadcast.picture, caption=one.text, reply_markup=one.keyboard)
        if broadcast.picture
        else SendMessage(chat_id=chat, text=one.text, reply_markup=one.keyboard)
        for one in seen
    ]
    return [*calls, *notify(callback)]


async def _test(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    """Sent the way it will be sent to citizens."""
    broadcast = await broadcasts.of(turn.session, data.id)
    if not broadcast.text:
        raise Refusal(No.both_languages)
    await broadcasts.tell(turn.session, broadcast, turn.person.telegram_id, "test", now=turn.now)
    return notify(callback, texts.on_its_way())


async def _submit(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await _own(turn, data)
    await broadcasts.submit(turn.session, broadcast, by=turn.person.telegram_id, studio=studio, now=turn.now)
    return await _show(callback, turn, broadcast, studio)


async def _reopen(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await _own(turn, data)
    await _edit(turn, broadcast)
    return await _show(callback, turn, broadcast, studio)


async def _approve(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await broadcasts.of(turn.session, data.id)
    await broadcasts.approve(turn.session, broadcast, by=turn.person.telegram_id, seen=data.value, now=turn.now)
    return await _show(callback, turn, broadcast, studio)


async def _back(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await broadcasts.of(turn.session, data.id)
    await broadcasts.send_back(turn.session, broadcast, by=turn.person.telegram_id, now=turn.now)
    return await _show(callback, turn, broadcast, studio)


async def _pause(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    return await _stop(callback, turn, data.id, broadcasts.pause)


async def _resume(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    return await _stop(callback, turn, data.id, broadcasts.resume)


async def _stop(callback: CallbackQuery, turn: Turn, broadcast_id: int, move: Any) -> Answer:
    """The tapped message may be the progress: it is drawn anew by its own sender, so only its state is told here."""
    broadcast = await broadcasts.of(turn.session, broadcast_id)
    await move(turn.session, broadcast, by=turn.person.telegram_id, now=turn.now)
    text = texts.state_line(broadcast)
    return add(callback, text, keyboards.card(broadcast, turn.person.telegram_id, begun=True))


async def _cancel(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    """Asks once where people already hear of it; a draft is simply dropped."""
    broadcast = await broadcasts.of(turn.session, data.id)
    if broadcast.status in ("done", "cancelled"):
        raise Refusal(No.broadcast_state)
    if data.value != "yes":
        return add(callback, texts.really_cancel(broadcast), keyboards.really_cancel(broadcast))
    await broadcasts.cancel(turn.session, broadcast, by=turn.person.telegram_id, now=turn.now)
    return show(callback, texts.cancelled(broadcast))


async def _take(callback: CallbackQuery, data: Bcast, turn: Turn, studio: Studio, i18n: I18n) -> Answer:
    broadcast = await broadcasts.of(turn.session, data.id)
    await broadcasts.take(turn.session, broadcast, by=turn.person.telegram_id, now=turn.now)
    return await _show(callback, turn, broadcast, studio)


DOES = {
    "new": _new, "card": _look, "list": _list, "write": _write, "picture": _picture, "urgent": _urgent,
    "audience": _audience, "schemes": _schemes, "to": _to, "schedule": _schedule, "preview": _preview, "test": _test,
    "submit": _submit, "reopen": _reopen, "approve": _approve, "back": _back, "pause": _pause, "resume": _resume,
    "cancel": _cancel, "take": _take,
}  # fmt: skip


# answers to open questions


async def _asked(turn: Turn, studio: Studio) -> tuple[Broadcast, dict[str, Any]]:
    operator = broadcasts.allow(studio, turn.person.telegram_id)
    data = await turn.state.get_data()
    return await broadcasts.own(turn.session, data["broadcast"], operator), data


async def words(message: Message, turn: Turn, studio: Studio) -> Answer:
    broadcast, data = await _asked(turn, studio)
    await _edit(turn, broadcast, text={**broadcast.text, data["language"]: " ".join((message.text or "").split())})
    await turn.state.clear()
    return say(message, *await _card(turn, broadcast, studio))


async def picture(message: Message, turn: Turn, studio: Studio) -> Answer:
    broadcast, _ = await _asked(turn, studio)
    if not message.photo:
        raise Refusal(No.only_photo)
    await _edit(turn, broadcast, picture=message.photo[-1].file_id)
    await turn.state.clear()
    return say(message, *await _card(turn, broadcast, studio))


async def time(message: Message, turn: Turn, studio: Studio) -> Answer:
    broadcast, data = await _asked(turn, studio)
    plan = _plan(message.text or "", data, turn.now)
    await _edit(turn, broadcast, plan=plan.stored())
    await turn.state.clear()
    return say(message, *await _card(turn, broadcast, studio))


def _plan(text: str, data: dict[str, Any], now: datetime) -> planning.Plan:
    if data["kind"] == "weekly":
        return planning.read_weekly(text, tuple(data["days"]), now)
    return planning.read_monthly(text, now) if data["kind"] == "monthly" else planning.read_once(text, now)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(new, Command("broadcast"))
    router.message.register(all_of_them, Command("broadcasts"))
    router.message.register(figures, Command("stats"))
    router.callback_query.register(tap, Bcast.filter())
    command = F.text.startswith("/")
    router.message.register(words, Writing.words, F.text, ~command)
    router.message.register(picture, Writing.picture, ~command, F.photo | F.document | F.text)
    router.message.register(time, Writing.time, F.text, ~command)
    return router
