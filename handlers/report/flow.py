"""Two taps make a report: Report, then the scheme. Everything after that only enriches it (`enriching.py`)."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from core import checks, copies, reports
from core.reference import scheme
from core.refusal import No, Refusal
from core.routing import Connected
from core.schemes import rank
from handlers.check.keyboards import Report as Begin
from handlers.report import keyboards, texts
from handlers.report.keyboards import Pick, Scheme, Schemes, Withdraw
from handlers.say import Answer, notify, say, show
from handlers.turn import Turn, own_check
from storage.tables import Check


def _ranked(check: Check) -> Sequence[str]:
    return rank(f"{check.text}\n{check.seen_text}".strip(), [one.kind for one in checks.items(check)])


async def ask_scheme(message: Message, turn: Turn, check: Check) -> Answer:
    """The scheme page as a new message, for `/report` and its deep links."""
    found = checks.items(check)
    keyboard = keyboards.schemes(check, found, _ranked(check), 0)
    return say(message, texts.choose_scheme(found, turn.connected), keyboard)


def _scheme_page(callback: CallbackQuery, check: Check, connected: Connected, page: int = 0) -> Answer:
    found = checks.items(check)
    return show(callback, texts.choose_scheme(found, connected), keyboards.schemes(check, found, _ranked(check), page))


async def begin(callback: CallbackQuery, callback_data: Begin, turn: Turn) -> Answer:
    """The first tap."""
    check = await own_check(turn, callback_data.check)
    if not check.found:
        raise Refusal(No.nothing_accused)
    return _scheme_page(callback, check, turn.connected)


async def turn_page(callback: CallbackQuery, callback_data: Schemes, turn: Turn) -> Answer:
    check = await own_check(turn, callback_data.check)
    return _scheme_page(callback, check, turn.connected, callback_data.page)


async def pick(callback: CallbackQuery, callback_data: Pick, turn: Turn) -> Answer:
    """Which of several are accused; whose card it is."""
    check = await own_check(turn, callback_data.check)
    if callback_data.choice == "toggle":
        checks.toggle(check, callback_data.index)
    else:
        checks.settle_direction(check, callback_data.index, theirs=callback_data.choice == "theirs")
    turn.session.add(check)
    return _scheme_page(callback, check, turn.connected)


async def choose_scheme(callback: CallbackQuery, callback_data: Scheme, turn: Turn) -> Answer:
    """The second tap: saved."""
    check = await own_check(turn, callback_data.check)
    code = _known_scheme(callback_data.code)
    done = await reports.submit(
        turn.session, reporter=turn.person, check=check, scheme=code, keys=turn.keys, rules=turn.rules, now=turn.now
    )
    minutes = round((done.report.forward_at - turn.now).total_seconds() / 60)
    text = texts.accepted(
        done.report, turn.connected, checks.items(check), joined=done.joined, spoofed=done.spoofed,
        grace_minutes=minutes,
    )  # fmt: skip
    return show(callback, text, keyboards.saved(done.report))


def _known_scheme(code: str) -> str:
    try:
        return scheme(code).code
    except KeyError:
        raise Refusal(No.gone) from None


async def withdraw(callback: CallbackQuery, callback_data: Withdraw, turn: Turn) -> Answer:
    """Asks once, then takes the report back."""
    report = await reports.of(turn.session, person=turn.person, report_id=callback_data.report)
    if report.status == "withdrawn":
        return notify(callback, texts.status(report))
    if not callback_data.sure:
        return show(callback, texts.really_withdraw(), keyboards.really_withdraw(report))
    forwarded = report.forwarded_at is not None
    others = await copies.holders(turn.session, report, turn.connected)
    await reports.withdraw(turn.session, report=report, rules=turn.rules, now=turn.now)
    return show(callback, texts.withdrawn(report, forwarded, others))


def routes() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(begin, Begin.filter())
    router.callback_query.register(turn_page, Schemes.filter())
    router.callback_query.register(pick, Pick.filter())
    router.callback_query.register(choose_scheme, Scheme.filter())
    router.callback_query.register(withdraw, Withdraw.filter())
    return router
