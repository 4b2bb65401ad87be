"""What is typed on the road: the request's number, who it was, the sum, the time. Each can be passed by a button."""

from aiogram import F, Router
from aiogram.types import Message

from core import checks, first_hour
from core.amounts import Moment, parse_money
from core.refusal import No, Refusal
from handlers.check.reading import delete_secrets, dropped
from handlers.check.texts import warning
from handlers.language import lines
from handlers.report.enriching import past
from handlers.say import Answer, say
from handlers.sos import texts
from handlers.sos.flow import Ask, accuse, screen
from handlers.turn import Turn
from storage.tables import Road

COMMAND = F.text.startswith("/")


async def _asked(turn: Turn) -> Road:
    """The road that the open question is about. Raises `Refusal`, and then the question is closed."""
    return await first_hour.of(turn.session, person=turn.person, road_id=(await turn.state.get_data()).get("road", 0))


async def number(message: Message, turn: Turn) -> Answer:
    road = await _asked(turn)
    await first_hour.note_request(turn.session, road, message.text or "", rules=turn.rules, now=turn.now)
    return say(message, *await screen(turn, road))


async def details(message: Message, turn: Turn) -> Answer:
    """Their number, card, account or link makes the report; a picture alone is no detail yet."""
    road, seen = await _asked(turn), dropped(message)
    if not seen.identifiers:
        raise Refusal(No.no_details)
    check = await checks.begin(
        turn.session, person=turn.person, reading=seen.reading, extra=seen.extra, keys=turn.keys, now=turn.now,
        files=seen.files, album=message.media_group_id, source=seen.source,
    )  # fmt: skip
    report = await accuse(turn, road, check)
    text, keyboard = await screen(turn, road)
    told = lines(texts.reported(report), "", text, *warning(seen.reading.redacted))
    return [*delete_secrets(message, seen.reading), *say(message, told, keyboard)]


async def sum_(message: Message, turn: Turn) -> Answer:
    road = await _asked(turn)
    money = parse_money(message.text or "")
    if money is None:
        raise Refusal(No.bad_amount)
    await first_hour.note_sum(turn.session, road, money, rules=turn.rules, now=turn.now)
    return say(message, *await screen(turn, road))


async def at(message: Message, turn: Turn) -> Answer:
    road = await _asked(turn)
    moment, precision = past(message.text, turn.now)
    await first_hour.note_time(turn.session, road, Moment(moment, precision), rules=turn.rules, now=turn.now)
    return say(message, *await screen(turn, road))


def routes() -> Router:
    """Before what is plainly something to check: here it is asked for."""
    router = Router(name=__name__)
    router.message.register(number, Ask.number, F.text, ~COMMAND)
    router.message.register(details, Ask.details, F.text | F.caption | F.contact | F.photo, ~COMMAND)
    return router


def answer_routes() -> Router:
    """Behind it."""
    router = Router(name=f"{__name__}.answers")
    router.message.register(sum_, Ask.sum, F.text)
    router.message.register(at, Ask.at, F.text)
    return router
