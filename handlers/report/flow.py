"""Two taps make a report: Report, then the scheme. Everything after that only enriches it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, ReplyKeyboardRemove
from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks, outbox, reports
from core.amounts import CURRENCIES, parse_moment, parse_money
from core.identifiers import read
from core.keys import Keys
from core.reference import bank_by_code, scheme
from core.refusal import No, Refusal
from core.reports import Rules
from core.routing import Connected
from core.schemes import rank
from handlers.check.keyboards import Report as Begin
from handlers.check.reading import delete_secrets, files
from handlers.check.texts import warning
from handlers.language import ZONE, lines
from handlers.report import keyboards, texts
from handlers.report.keyboards import Enrich, Fill, Pick, Scheme, Schemes, Withdraw
from handlers.say import Answer, add, notify, say, show
from storage import reports as rows
from storage.tables import Check, Person, Report

MOST_BYTES = 20 * 1024 * 1024
MOST_CITY = 60
ALBUM_SETTLES = timedelta(seconds=1)


class Ask(StatesGroup):
    """The question that is open; its data names the report."""

    amount = State()
    lost_when = State()
    story = State()
    evidence = State()
    when = State()
    place = State()
    phone = State()


# ------------------------------------------------------------------ the two taps


def _ranked(check: Check) -> Sequence[str]:
    return rank(check.text, [one.kind for one in checks.items(check)])


async def ask_scheme(message: Message, check: Check, connected: Connected) -> Answer:
    """The scheme page as a new message, for `/report` and its deep links."""
    found = checks.items(check)
    keyboard = keyboards.schemes(check, found, _ranked(check), 0)
    return say(message, texts.choose_scheme(found, connected), keyboard)


def _scheme_page(callback: CallbackQuery, check: Check, connected: Connected, page: int = 0) -> Answer:
    found = checks.items(check)
    return show(callback, texts.choose_scheme(found, connected), keyboards.schemes(check, found, _ranked(check), page))


async def begin(
    callback: CallbackQuery,
    callback_data: Begin,
    session: AsyncSession,
    person: Person,
    now: datetime,
    connected: Connected,
) -> Answer:
    """The first tap."""
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    if not check.found:
        raise Refusal(No.nothing_accused)
    return _scheme_page(callback, check, connected)


async def turn_page(
    callback: CallbackQuery,
    callback_data: Schemes,
    session: AsyncSession,
    person: Person,
    now: datetime,
    connected: Connected,
) -> Answer:
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    return _scheme_page(callback, check, connected, callback_data.page)


async def pick(
    callback: CallbackQuery,
    callback_data: Pick,
    session: AsyncSession,
    person: Person,
    now: datetime,
    connected: Connected,
) -> Answer:
    """Which of several are accused; whose card it is."""
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    if callback_data.choice == "toggle":
        checks.toggle(check, callback_data.index)
    else:
        checks.settle_direction(check, callback_data.index, theirs=callback_data.choice == "theirs")
    session.add(check)
    return _scheme_page(callback, check, connected)


async def choose_scheme(
    callback: CallbackQuery,
    callback_data: Scheme,
    session: AsyncSession,
    person: Person,
    keys: Keys,
    rules: Rules,
    now: datetime,
    connected: Connected,
) -> Answer:
    """The second tap: saved."""
    check = await checks.of(session, person=person, check_id=callback_data.check, now=now)
    code = _known_scheme(callback_data.code)
    done = await reports.submit(session, reporter=person, check=check, scheme=code, keys=keys, rules=rules, now=now)
    minutes = round((done.report.forward_at - now).total_seconds() / 60)
    text = texts.accepted(done.report, connected, joined=done.joined, grace_minutes=minutes)
    return show(callback, text, keyboards.saved(done.report))


def _known_scheme(code: str) -> str:
    try:
        return scheme(code).code
    except KeyError:
        raise Refusal(No.gone) from None


# ------------------------------------------------------------------ what enriches it


async def overview(session: AsyncSession, report: Report) -> tuple[str, Any]:
    """The text and the buttons of a saved report."""
    identifiers = await rows.identifiers(session, report.id)
    files_count = len(await rows.evidence(session, report.id))
    return texts.overview(report, identifiers, files_count, texts.status(report)), keyboards.saved(report)


async def enrich(
    callback: CallbackQuery, callback_data: Enrich, session: AsyncSession, person: Person, state: FSMContext
) -> Answer:
    """Opens a question, or comes back to the report."""
    what = callback_data.what
    report = await reports.of(session, person=person, report_id=callback_data.report, changing=what != "done")
    if what == "done":
        await state.clear()
        return show(callback, *await overview(session, report))
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
    await _open(state, question, report)
    return add(callback, text(), keyboard) if what == "evidence" else show(callback, text(), keyboard)


async def _open(state: FSMContext, question: State | None, report: Report) -> None:
    await state.set_state(question)
    await state.set_data({"report": report.id} if question else {})


async def _asked(session: AsyncSession, person: Person, state: FSMContext) -> Report:
    """The report that the open question is about. Raises `Refusal`, and then the question is closed."""
    report_id = (await state.get_data()).get("report", 0)
    return await reports.of(session, person=person, report_id=report_id, changing=True)


async def answer_amount(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    report = await _asked(session, person, state)
    money = parse_money(message.text or "", report.loss_currency or "KZT")
    if money is None:
        raise Refusal(No.bad_amount)
    await reports.enrich(
        session, report=report, step="amount", now=now, loss_minor=money.minor, loss_currency=money.currency
    )
    await _open(state, None, report)
    return say(message, texts.amount_saved(report), keyboards.method(report))


async def answer_story(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    """Kept without codes, CVV, IIN and the person's own card; a message with those leaves the chat."""
    report = await _asked(session, person, state)
    reading = read(message.text or message.caption or "")
    story = reading.text
    if len(story) > reports.MOST_STORY:
        raise Refusal(No.too_long)
    await reports.enrich(session, report=report, step="story", now=now, story=story)
    for file in files(message):
        await reports.add_evidence(session, report=report, file=file, now=now, quiet=True)
    await _open(state, None, report)
    text, keyboard = await overview(session, report)
    warned = lines(text, *warning(reading.redacted))
    return [*delete_secrets(message, reading), *say(message, warned, keyboard)]


async def answer_evidence(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    """Any number of files; the files of one album get one answer."""
    report = await _asked(session, person, state)
    sent = files(message)
    if not sent:
        return say(message, texts.evidence_only_files(), keyboards.evidence(report))
    if (sent[0]["size"] or 0) > MOST_BYTES:
        return say(message, texts.file_too_large(), keyboards.evidence(report))
    for file in sent:
        await reports.add_evidence(session, report=report, file=file, now=now)
    if message.media_group_id:
        payload = {"report": report.id, "chat": message.chat.id}
        key = f"evidence_album:{report.id}:{message.media_group_id}"
        await outbox.put(session, "evidence_album", payload, key=key, now=now, due=now + ALBUM_SETTLES)
        return []
    count = len(await rows.evidence(session, report.id))
    return say(message, texts.evidence_added(count), keyboards.evidence(report))


async def answer_when(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    report = await _asked(session, person, state)
    at, precision = _past(message.text, now)
    await reports.enrich(session, report=report, step="when", now=now, occurred_at=at, occurred_precision=precision)
    await _open(state, None, report)
    return say(message, *await overview(session, report))


async def answer_lost_when(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    report = await _asked(session, person, state)
    at, _ = _past(message.text, now)
    await reports.enrich(session, report=report, step="amount", now=now, loss_at=at)
    await _open(state, None, report)
    return say(message, *await overview(session, report))


def _past(text: str | None, now: datetime) -> tuple[datetime, str]:
    """Raises `Refusal`: bad_time, future_time."""
    moment = parse_moment(text or "", now=now, zone=ZONE)
    if moment is None:
        raise Refusal(No.bad_time)
    if moment.at > now + timedelta(minutes=5) and not (moment.precision == "day" and _same_day(moment.at, now)):
        raise Refusal(No.future_time)
    return min(moment.at, now), moment.precision


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(ZONE).date() == other.astimezone(ZONE).date()


async def answer_place(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    report = await _asked(session, person, state)
    city = " ".join((message.text or "").split())
    if not 2 <= len(city) <= MOST_CITY:
        raise Refusal(No.too_long if len(city) > MOST_CITY else No.too_short)
    await reports.enrich(session, report=report, step="place", now=now, city=city)
    await _open(state, None, report)
    return say(message, *await overview(session, report))


async def answer_phone(
    message: Message, session: AsyncSession, person: Person, state: FSMContext, now: datetime
) -> Answer:
    """Only the person's own contact, shared by the button."""
    report = await _asked(session, person, state)
    if message.contact is None:
        await _open(state, None, report)
        return say(message, texts.contact_not_given(), ReplyKeyboardRemove())
    if message.from_user is None or message.contact.user_id != message.from_user.id:
        return say(message, texts.not_your_phone(), keyboards.share_phone())
    phone = "+" + message.contact.phone_number.lstrip("+")
    await reports.enrich(session, report=report, step="contact", now=now, contact=phone)
    await _open(state, None, report)
    return [
        *say(message, texts.contact_saved(), ReplyKeyboardRemove()),
        *say(message, *await overview(session, report)),
    ]


async def fill(
    callback: CallbackQuery,
    callback_data: Fill,
    session: AsyncSession,
    person: Person,
    state: FSMContext,
    now: datetime,
) -> Answer:
    """An answer given by a button."""
    report = await reports.of(session, person=person, report_id=callback_data.report, changing=True)
    value = callback_data.value
    if callback_data.what in FILLS:
        return await FILLS[callback_data.what](callback, session, report, value, state, now)
    raise Refusal(No.gone)


async def _back_to_report(callback: CallbackQuery, session: AsyncSession, report: Report, state: FSMContext) -> Answer:
    await _open(state, None, report)
    return show(callback, *await overview(session, report))


async def _fill_amount(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    nothing = dict.fromkeys(("loss_minor", "loss_currency", "loss_at", "loss_method", "loss_bank"))
    await reports.enrich(session, report=report, step="amount", now=now, **nothing)
    return await _back_to_report(callback, session, report, state)


async def _fill_currency(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    if value not in CURRENCIES or report.loss_minor is None:
        raise Refusal(No.gone)
    await reports.enrich(session, report=report, step="amount", now=now, loss_currency=value)
    return show(callback, texts.amount_saved(report), keyboards.method(report))


async def _fill_method(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    if value in texts.METHODS:
        await reports.enrich(session, report=report, step="amount", now=now, loss_method=value)
    if value in ("cash", "crypto"):
        return show(callback, texts.ask_lost_when(), keyboards.lost_when(report))
    return show(callback, texts.ask_bank(), keyboards.bank(report))


async def _fill_bank(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    if bank_by_code(value):
        await reports.enrich(session, report=report, step="amount", now=now, loss_bank=value)
    return show(callback, texts.ask_lost_when(), keyboards.lost_when(report))


AGO = {"hour": timedelta(minutes=30), "now": timedelta(0), "today": timedelta(0), "yesterday": timedelta(days=1)}


async def _fill_lost(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    if value == "earlier":
        await _open(state, Ask.lost_when, report)
        return show(callback, texts.ask_lost_earlier(), keyboards.back(report))
    if value in AGO:
        await reports.enrich(session, report=report, step="amount", now=now, loss_at=now - AGO[value])
    return await _back_to_report(callback, session, report, state)


async def _fill_story(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    await reports.enrich(session, report=report, step="story", now=now, story=None)
    return await _back_to_report(callback, session, report, state)


async def _fill_when(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    at = now - AGO[value] if value in AGO else None
    precision = ("minute" if value == "now" else "day") if at else None
    await reports.enrich(session, report=report, step="when", now=now, occurred_at=at, occurred_precision=precision)
    return await _back_to_report(callback, session, report, state)


async def _fill_place(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    city = value if value in keyboards.CITIES else None
    await reports.enrich(session, report=report, step="place", now=now, city=city)
    return await _back_to_report(callback, session, report, state)


async def _fill_contact(
    callback: CallbackQuery, session: AsyncSession, report: Report, value: str, state: FSMContext, now: datetime
) -> Answer:
    if value == "phone":
        await _open(state, Ask.phone, report)
        return add(callback, texts.ask_phone(), keyboards.share_phone())
    contact = None
    if value == "telegram":
        if not callback.from_user.username:
            raise Refusal(No.no_username)
        contact = f"@{callback.from_user.username}"
    await reports.enrich(session, report=report, step="contact", now=now, contact=contact)
    return await _back_to_report(callback, session, report, state)


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
}


async def withdraw(
    callback: CallbackQuery, callback_data: Withdraw, session: AsyncSession, person: Person, rules: Rules, now: datetime
) -> Answer:
    """Asks once, then takes the report back."""
    report = await reports.of(session, person=person, report_id=callback_data.report)
    if report.status == "withdrawn":
        return notify(callback, texts.status(report))
    if not callback_data.sure:
        return show(callback, texts.really_withdraw(), keyboards.really_withdraw(report))
    forwarded = report.forwarded_at is not None
    await reports.withdraw(session, report=report, rules=rules, now=now)
    return show(callback, texts.withdrawn(report, forwarded))


def routes() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(begin, Begin.filter())
    router.callback_query.register(turn_page, Schemes.filter())
    router.callback_query.register(pick, Pick.filter())
    router.callback_query.register(choose_scheme, Scheme.filter())
    router.callback_query.register(enrich, Enrich.filter())
    router.callback_query.register(fill, Fill.filter())
    router.callback_query.register(withdraw, Withdraw.filter())
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
