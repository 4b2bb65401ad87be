"""What citizens do about warnings: want them or not, answer them, and ask whether one is ours."""

import re
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, MessageOriginUser
from markupsafe import Markup

from core import hearing, subscriptions
from core.identifiers import Identifier, Kind
from core.refusal import No, Refusal
from handlers.broadcast import keyboards, texts
from handlers.broadcast.keyboards import Heard, Subscribe
from handlers.check import flow as check
from handlers.check.reading import dropped
from handlers.check.texts import ask_what_to_report
from handlers.report.keyboards import CITIES
from handlers.say import Answer, add, notify, say, show
from handlers.turn import Turn
from storage.tables import Broadcast

CODE = re.compile(r"(?<![\w-])[SЅС][QԚ]\s?[-–—]?\s?([2-9A-ZА-ЯЁ]{5})(?![\w-])", re.IGNORECASE)
LOOK_ALIKE = str.maketrans("АВЕКМНРСТХУ", "ABEKMHPCTXY")


def code_in(text: str) -> str | None:
    """`SQ-7K3M9` in any case, with or without the dash, also where Cyrillic letters stand for Latin ones."""
    found = CODE.search(text.upper())
    return f"SQ-{found[1].translate(LOOK_ALIKE)}" if found else None


def asks_about_code(message: Message, raw_state: str | None = None) -> str | None:
    """The code of a message that asks about it; None for an answer to an open question that merely names one."""
    text = message.text or message.caption or ""
    code = None if text.startswith("/") else code_in(text)
    if code is None or (raw_state and not message.forward_origin and len(text) > 20):
        return None
    return code


async def compare(message: Message, turn: Turn, bot_username: str) -> Answer:
    """The original under this code, and what in theirs was not in it. That, and whoever sent it, is checked as ever."""
    found = await hearing.original(turn.session, code_in(message.text or message.caption or "") or "")
    known = " ".join(found[0].text.values()) if found else ""
    seen = dropped(message)
    added = [one.display for one in seen.reading.identifiers if _added(one, known)]
    clone = bool(seen.extra) and _username(message) != bot_username
    answer = say(message, _compared(message, turn, found, added), quote=True)
    return [*answer, *(await check.drop(message, turn) if added or clone else [])]


def _compared(message: Message, turn: Turn, found: tuple[Broadcast, datetime] | None, added: list[str]) -> Markup:
    if found is None:
        return texts.no_such_code(code_in(message.text or message.caption or "") or "")
    broadcast, sent = found
    return texts.original(broadcast, sent, broadcast.text[turn.person.language], added)


def _username(message: Message) -> str | None:
    """Of whoever wrote a forwarded message."""
    origin = message.forward_origin
    return origin.sender_user.username if isinstance(origin, MessageOriginUser) else None


def _added(one: Identifier, known: str) -> bool:
    """A link, number or account that the original did not have."""
    return one.kind != Kind.short_code and one.display not in known


async def subscribe(message: Message, turn: Turn) -> Answer:
    row = await subscriptions.of(turn.session, turn.person, now=turn.now)
    return say(message, texts.subscription(row), keyboards.subscription(row))


async def choose(callback: CallbackQuery, callback_data: Subscribe, turn: Turn) -> Answer:
    choice = callback_data.choice
    row = await subscriptions.of(turn.session, turn.person, now=turn.now)
    if choice == "cities":
        return show(callback, texts.which_city(), keyboards.cities(row))
    if choice in ("on", "off"):
        row = await subscriptions.choose(turn.session, turn.person, wanted=choice == "on", now=turn.now)
    else:
        place = int(choice) if choice.isdecimal() else None
        if place is not None and place >= len(CITIES):
            raise Refusal(No.gone)
        city = CITIES[place] if place is not None else None
        row = await subscriptions.live_in(turn.session, turn.person, city, now=turn.now)
    return show(callback, texts.subscription(row), keyboards.subscription(row))


async def heard(callback: CallbackQuery, callback_data: Heard, turn: Turn) -> Answer:
    """A tap under a warning; "happened to me" begins a report."""
    broadcast_id, said = callback_data.broadcast, callback_data.answer
    if said not in hearing.ANSWERS:
        raise Refusal(No.gone)
    counted = await hearing.note(turn.session, turn.person, broadcast_id, said, now=turn.now)
    if not counted:
        return notify(callback, texts.only_a_test())
    if said == "stop":
        return add(callback, texts.stopped())
    if said == "happened":
        await turn.state.set_state(check.Asked.report)
        return add(callback, ask_what_to_report())
    return notify(callback, texts.thanks())


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(subscribe, Command("subscribe"))
    router.callback_query.register(choose, Subscribe.filter())
    router.callback_query.register(heard, Heard.filter())
    router.message.register(compare, F.text | F.caption, asks_about_code)
    return router
