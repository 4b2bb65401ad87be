"""What enriches a saved report: one question at a time, each can be added, changed, removed or skipped."""

from datetime import datetime, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, ReplyKeyboardRemove
from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, reports
from core.amounts import CURRENCIES, parse_moment, parse_money
from core.identifiers import read
from core.reference import bank_by_code
from core.refusal import No, Refusal
from handlers.check.reading import ALBUM_SETTLES, MOST_BYTES, delete_secrets, files
from handlers.check.texts import warning
from handlers.language import ZONE, lines
from handlers.report import keyboards, texts
from handlers.report.keyboards import Enrich, Fill
from handlers.say import Answer, add, say, show
from handlers.sos import flow as sos
from handlers.turn import Turn
from storage import reports as rows
from storage.tables import Report

MOST_CITY = 60


class Ask(StatesGroup):
    """The question that is open; its data names the report."""

    amount = State()
    lost_when = State()
    story = State()
    evidence = State()
    when = State()
    place = State()
    phone = State()


async def overview(session: AsyncSession, report: Report) -> tuple[str, Any]:
    """The text and the buttons of a saved report."""
    identifiers = await rows.identifiers(session, report.id)
    files_count = len(await rows.evidence(session, report.id))
    return texts.overview(report, identifiers, files_count, texts.status(report)), keyboards.saved(report)


async def enrich(callback: CallbackQuery, callback_data: Enrich, turn: Turn) -> Answer:
    """Opens a question, or comes back to the report."""
    what = callback_data.what
    report = await reports.of(turn.session, person=turn.person, report_id=callback_data.report, changing=what != "done")
    if what == "done":
        await turn.state.clear()
        return show(callback, *await overview(turn.session, report))
    questions = {
        "amount": (Ask.amount, texts.ask_amount, keyboards.amount(report)),
        "story": (Ask.story, texts.ask_story, keyboards.story(report)),
        "evidence": (Ask.evidence, texts.ask_evidence, keyboards.evidence(report)),
        "when": (Ask.when, texts.ask_when, keyboards.when(report)),
        "place": (Ask.place, texts.ask_place, keyboards.place(report)),
        "contact": (None, texts.ask_contact, keyboards.contact(report, callback.from_user.username)),
    }
    if what not in questions:
        raise Refusal(No.gone)
    question, text, keyboard = questions[what]
    await _open(turn, question, report)
    return add(callback, text(), keyboard) if what == "evidence" else show(callback, text(), keyboard)


async def _note(turn: Turn, report: Report, step: str, **fields: Any) -> None:
    await reports.enrich(turn.session, report=report, step=step, rules=turn.rules, now=turn.now, **fields)


async def _open(turn: Turn, question: State | None, report: Report) -> None:
    await turn.state.set_state(question)
    await turn.state.set_data({"report": report.id} if question else {})


async def _asked(turn: Turn) -> Report:
    """The report that the open question is about. Raises `Refusal`, and then the question is closed."""
    report_id = (await turn.state.get_data()).get("report", 0)
    return await reports.of(turn.session, person=turn.person, report_id=report_id, changing=True)


async def answer_amount(message: Message, turn: Turn) -> Answer:
    report = await _asked(turn)
    money = parse_money(message.text or "", report.loss_currency or "KZT")
    if money is None:
        raise Refusal(No.bad_amount)
    await _note(turn, report, "amount", loss_minor=money.minor, loss_currency=money.currency)
    await _open(turn, None, report)
    return say(message, texts.amount_saved(report), keyboards.method(report))


async def answer_story(message: Message, turn: Turn) -> Answer:
    """Kept without codes, CVV, IIN and the person's own card; a message with those leaves the chat."""
    report = await _asked(turn)
    reading = read(message.text or message.caption or "")
    story = reading.text
    if len(story) > reports.MOST_STORY:
        raise Refusal(No.too_long)
    await _note(turn, report, "story", story=story)
    for file in files(message):
        await reports.add_evidence(turn.session, report=report, file=file, now=turn.now, quiet=True)
    await _open(turn, None, report)
    text, keyboard = await overview(turn.session, report)
    warned = lines(text, *warning(reading.redacted))
    return [*delete_secrets(message, reading), *say(message, warned, keyboard)]


async def answer_evidence(message: Message, turn: Turn) -> Answer:
    """Any number of files; the files of one album get one answer."""
    report = await _asked(turn)
    sent = files(message)
    if not sent:
        return say(message, texts.evidence_only_files(), keyboards.evidence(report))
    if (sent[0]["size"] or 0) > MOST_BYTES:
        return say(message, texts.file_too_large(), keyboards.evidence(report))
    for file in sent:
        await reports.add_evidence(turn.session, report=report, file=file, now=turn.now)
    if message.media_group_id:
        payload = {"report": report.id, "chat": message.chat.id}
        key = f"evidence_album:{report.id}:{message.media_group_id}"
        await outbox.put(turn.session, "evidence_album", payload, key=key, now=turn.now, due=turn.now + ALBUM_SETTLES)
        return []
    count = len(await rows.evidence(turn.session, report.id))
    return say(message, texts.evidence_added(count), keyboards.evidence(report))


async def answer_when(message: Message, turn: Turn) -> Answer:
    report = await _asked(turn)
    at, precision = past(message.text, turn.now)
    await _note(turn, report, "when", occurred_at=at, occurred_precision=precision)
    await _open(turn, None, report)
    return say(message, *await overview(turn.session, report))


async def answer_lost_when(message: Message, turn: Turn) -> Answer:
    report = await _asked(turn)
    at, precision = past(message.text, turn.now)
    await _note(turn, report, "amount", loss_at=at, loss_precision=precision)
    await _open(turn, None, report)
    shown = say(message, *await overview(turn.session, report))
    return [*shown, *await sos.begin_with_loss(turn, report, message.chat.id)]


def past(text: str | None, now: datetime) -> tuple[datetime, str]:
    """Raises `Refusal`: bad_time, future_time."""
    moment = parse_moment(text or "", now=now, zone=ZONE)
    if moment is None:
        raise Refusal(No.bad_time)
    if moment.at > now + timedelta(minutes=5) and not (moment.precision == "day" and _same_day(moment.at, now)):
        raise Refusal(No.future_time)
    return min(moment.at, now), moment.precision


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(ZONE).date() == other.astimezone(ZONE).date()


async def answer_place(message: Message, turn: Turn) -> Answer:
    report = await _asked(turn)
    city = " ".join((message.text or "").split())
    if not 2 <= len(city) <= MOST_CITY:
        raise Refusal(No.too_long if len(city) > MOST_CITY else No.too_short)
    await _note(turn, report, "place", city=city)
    await _open(turn, None, report)
    return say(message, *await overview(turn.session, report))


async def answer_phone(message: Message, turn: Turn) -> Answer:
    """Only the person's own contact, shared by the button."""
    report = await _asked(turn)
    if message.contact is None:
        await _open(turn, None, report)
        return say(message, texts.contact_not_given(), ReplyKeyboardRemove())
    if message.from_user is None or message.contact.user_id != message.from_user.id:
        return say(message, texts.not_your_phone(), keyboards.share_phone())
    phone = "+" + message.contact.phone_number.lstrip("+")
    await _note(turn, report, "contact", contact=phone)
    await _open(turn, None, report)
    return [
        *say(message, texts.contact_saved(), ReplyKeyboardRemove()),
        *say(message, *await overview(turn.session, report)),
    ]


async def fill(callback: CallbackQuery, callback_data: Fill, turn: Turn) -> Answer:
    """An answer given by a button."""
    report = await reports.of(turn.session, person=turn.person, report_id=callback_data.report, changing=True)
    value = callback_data.value
    if callback_data.what in FILLS:
        return await FILLS[callback_data.what](callback, turn, report, value)
    raise Refusal(No.gone)


async def _back_to_report(callback: CallbackQuery, turn: Turn, report: Report) -> Answer:
    await _open(turn, None, report)
    return show(callback, *await overview(turn.session, report))


async def _fill_amount(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    nothing = dict.fromkeys(("loss_minor", "loss_currency", "loss_at", "loss_precision", "loss_method", "loss_bank"))
    await _note(turn, report, "amount", **nothing)
    return await _back_to_report(callback, turn, report)


async def _fill_currency(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    if value not in CURRENCIES or report.loss_minor is None:
        raise Refusal(No.gone)
    await _note(turn, report, "amount", loss_currency=value)
    return show(callback, texts.amount_saved(report), keyboards.method(report))


async def _fill_method(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    if value in texts.METHODS:
        await _note(turn, report, "amount", loss_method=value)
    if value in ("cash", "crypto"):
        return show(callback, texts.ask_lost_when(), keyboards.lost_when(report))
    return show(callback, texts.ask_bank(), keyboards.bank(report))


async def _fill_bank(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    if bank_by_code(value):
        await _note(turn, report, "amount", loss_bank=value)
    return show(callback, texts.ask_lost_when(), keyboards.lost_when(report))


AGO = {"hour": timedelta(minutes=30), "now": timedelta(0), "today": timedelta(0), "yesterday": timedelta(days=1)}


async def _fill_lost(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    if value == "earlier":
        await _open(turn, Ask.lost_when, report)
        return show(callback, texts.ask_lost_earlier(), keyboards.back(report))
    if value in AGO:
        precision = "hour" if value == "hour" else "day"
        await _note(turn, report, "amount", loss_at=turn.now - AGO[value], loss_precision=precision)
    shown = await _back_to_report(callback, turn, report)
    return [*shown, *await sos.begin_with_loss(turn, report, callback.from_user.id)]


async def _fill_story(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    await _note(turn, report, "story", story=None)
    return await _back_to_report(callback, turn, report)


async def _fill_when(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    at = turn.now - AGO[value] if value in AGO else None
    precision = ("minute" if value == "now" else "day") if at else None
    await _note(turn, report, "when", occurred_at=at, occurred_precision=precision)
    return await _back_to_report(callback, turn, report)


async def _fill_place(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    city = value if value in keyboards.CITIES else None
    await _note(turn, report, "place", city=city)
    return await _back_to_report(callback, turn, report)


async def _fill_contact(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    if value == "phone":
        await _open(turn, Ask.phone, report)
        return add(callback, texts.ask_phone(), keyboards.share_phone())
    contact = None
    if value == "telegram":
        if not callback.from_user.username:
            raise Refusal(No.no_username)
        contact = f"@{callback.from_user.username}"
    await _note(turn, report, "contact", contact=contact)
    return await _back_to_report(callback, turn, report)


async def _fill_reads(callback: CallbackQuery, turn: Turn, report: Report, value: str) -> Answer:
    """Whether a bank that gets the report may read the story and see the evidence."""
    await _note(turn, report, "contact", bank_reads=value == "yes")
    return show(callback, texts.ask_contact(), keyboards.contact(report, callback.from_user.username))


FILLS = {
    "amount": _fill_amount,
    "currency": _fill_currency,
    "method": _fill_method,
    "bank": _fill_bank,
    "lost": _fill_lost,
    "story": _fill_story,
    "when": _fill_when,
    "place": _fill_place,
    "contact": _fill_contact,
    "reads": _fill_reads,
}


def routes() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(enrich, Enrich.filter())
    router.callback_query.register(fill, Fill.filter())
    router.message.register(answer_phone, Ask.phone, F.contact)
    router.message.register(answer_evidence, Ask.evidence, F.photo | F.document)
    return router


def answer_routes() -> Router:
    """Answers to open questions, behind what is plainly a new thing to check."""
    router = Router(name=f"{__name__}.answers")
    router.message.register(answer_evidence, Ask.evidence, F.text)
    router.message.register(answer_amount, Ask.amount, F.text)
    router.message.register(answer_lost_when, Ask.lost_when, F.text)
    router.message.register(answer_story, Ask.story, F.text | F.caption)
    router.message.register(answer_when, Ask.when, F.text)
    router.message.register(answer_place, Ask.place, F.text)
    router.message.register(answer_phone, Ask.phone, F.text)
    return router
