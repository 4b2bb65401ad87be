"""Buttons of the road: one decision, then the ways that are always there."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from core import road as roads
from core.first_hour import OTHER_BANK
from core.reference import banks
from core.road import Kind, Reminder, Stop
from handlers.check.keyboards import Id, Rows, button
from handlers.language import locale, t
from handlers.sos import steps, texts
from handlers.welcome.keyboards import NAMES
from storage.tables import Check, Report, Road

MINUTES_AGO = (10, 30, 60)
EVERYDAY = ("722", "601", "856", "965", "998", "551", "914", "972")


class Sos(CallbackData, prefix="sos"):
    """`verb` says what a tap does at a stop of a road; road 0 is none yet."""

    road: Id
    verb: str
    stop: str = ""
    value: str = ""


def begin_under(check: Check) -> list[InlineKeyboardButton]:
    """The row under every verdict."""
    return [button(t("I was deceived"), Sos(road=0, verb="begin", stop="check", value=str(check.id)))]


def begin_on(report: Report) -> list[InlineKeyboardButton]:
    """The row under a report that tells of a loss."""
    return [button(t("What to do now"), Sos(road=0, verb="begin", stop="report", value=str(report.id)), "danger")]


def button_row(road: Road) -> list[InlineKeyboardButton]:
    """Back to a road that no report belongs to."""
    return [button(t("What to do now"), Sos(road=road.id, verb="show"))]


def _at(road: Road, verb: str, stop: Stop, value: str = "") -> Sos:
    return Sos(road=road.id, verb=verb, stop=stop, value=value)


def _rows(buttons: Sequence[InlineKeyboardButton], columns: int = 1) -> Rows:
    return [list(buttons[place : place + columns]) for place in range(0, len(buttons), columns)]


def _copy(label: str, value: str) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton(text=label, copy_text=CopyTextButton(text=value))]


def screen(
    road: Road, *, named: bool = False, resumed: bool = False, about: tuple[str, str] = ("", "")
) -> InlineKeyboardMarkup:
    """`named`: the check it began under shows who it was; `resumed`: they came back, perhaps by a button under
    something else (`about`), which a new road would then be about."""
    stop = Stop(road.at)
    rows = _action(road, stop) if stop in roads.ACTIONS else _question(road, stop, named)
    if resumed and stop is not Stop.end and road.kind:
        fresh = Sos(road=road.id, verb="fresh", stop=about[0], value=about[1])
        rows.append([button(t("Something else happened"), fresh)])
    return InlineKeyboardMarkup(inline_keyboard=[*rows, *_back(road, stop)])


def _back(road: Road, stop: Stop) -> Rows:
    before = roads.preceding(road, stop)
    if before is None:
        return [[button(t("Not now"), Sos(road=road.id, verb="leave"))]]
    return [[button(t("Back"), _at(road, "go", before))]]


def _action(road: Road, stop: Stop) -> Rows:
    line = steps.line_to_call(road, stop)
    rows: Rows = [_copy(t("Copy {number}", number=line), line)] if line else []
    if stop is Stop.operator:
        rows.append([button(t("My phone has a connection"), _at(road, "skip", stop))])
    done = t("Handed in") if stop is Stop.hand_in else t("Done")
    cant = t("I will do it later") if stop is Stop.hand_in else t("I cannot")
    return [*rows, [button(done, _at(road, "done", stop), "success"), button(cant, _at(road, "cant", stop))]]


def alternative(road: Road, stop: Stop) -> InlineKeyboardMarkup:
    """After "I cannot": what else helps, then on."""
    rows: Rows = [
        [button(t("Go on"), _at(road, "left", stop), "primary")],
        [button(t("It worked after all"), _at(road, "done", stop))],
        [button(t("Back"), _at(road, "go", stop))],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _question(road: Road, stop: Stop, named: bool) -> Rows:
    match stop:
        case Stop.what:
            return _rows([button(texts.kind(one), _at(road, "pick", stop, one)) for one in Kind])
        case Stop.when:
            return _rows([button(texts.ago(one), _at(road, "pick", stop, one)) for one in roads.Ago])
        case Stop.bank:
            return _banks(road)
        case Stop.number:
            return [[button(t("They gave no number"), _at(road, "skip", stop))]]
        case Stop.details:
            return _details(road, named)
        case Stop.sum:
            nothing = [button(t("Nothing is gone"), _at(road, "pick", stop, "nothing"))]
            unknown = [button(t("I do not know"), _at(road, "pick", stop, "unknown"))]
            return [nothing, unknown] if road.kind in roads.MAYBE_NOTHING_GONE else [unknown]
        case Stop.at:
            near = [button(texts.minutes_ago(one), _at(road, "pick", stop, str(one))) for one in MINUTES_AGO]
            rows = [near] if road.ago == roads.Ago.hour else []
            return [*rows, [button(t("I do not remember"), _at(road, "skip", stop))]]
        case Stop.another:
            no = button(t("No, that is all"), _at(road, "done", stop), "success")
            return [[no], [button(t("Yes, there was another"), _at(road, "pick", stop, "more"))]]
        case Stop.statement:
            return _languages(road)
    return _left(road)


def _banks(road: Road) -> Rows:
    known = {bank.code: bank for bank in banks()}
    buttons = [button(known[code].short[locale()], _at(road, "pick", Stop.bank, code)) for code in EVERYDAY]
    rows = [*_rows(buttons, 2), [button(t("Another bank"), _at(road, "banks", Stop.bank))]]
    return [*rows, _no_bank(road)] if road.kind in (Kind.code, Kind.account) else rows


def _no_bank(road: Road) -> list[InlineKeyboardButton]:
    return [button(t("It is not about a bank"), _at(road, "skip", Stop.bank))]


def more_banks(road: Road) -> InlineKeyboardMarkup:
    """The rest that have a line of their own for people."""
    rest = [bank for bank in banks() if bank.hotline and bank.code not in (*EVERYDAY, "125")]
    buttons = [button(bank.short[locale()], _at(road, "pick", Stop.bank, bank.code)) for bank in rest]
    other = [button(t("It is not in the list"), _at(road, "pick", Stop.bank, OTHER_BANK))]
    return InlineKeyboardMarkup(
        inline_keyboard=[*_rows(buttons, 2), other, [button(t("Back"), _at(road, "go", Stop.bank))]]
    )


def _details(road: Road, named: bool) -> Rows:
    none = button(t("I have nothing of it"), _at(road, "skip", Stop.details))
    if not named:
        return [[none]]
    yes = button(t("Yes, it was them"), _at(road, "pick", Stop.details, "named"), "danger")
    return [[yes], [button(t("No, somebody else"), _at(road, "pick", Stop.details, "other"))]]


def _languages(road: Road) -> Rows:
    own, other = ("kk", "ru") if locale() == "kk" else ("ru", "kk")
    return [
        [button(t("Prepare it: {language}", language=NAMES[own]), _at(road, "pick", Stop.statement, own), "success")],
        [button(t("Prepare it: {language}", language=NAMES[other]), _at(road, "pick", Stop.statement, other))],
        [button(t("Not needed"), _at(road, "skip", Stop.statement))],
    ]


def _left(road: Road) -> Rows:
    """At the end: what was left out can still be done."""
    rows = [[button(steps.action(one), _at(road, "go", one))] for one in roads.left(road)]
    if Stop.statement in roads.path(road):
        rows.append([button(t("The statement once more"), _at(road, "go", Stop.statement))])
    return [*rows, [button(t("Something else happened"), Sos(road=road.id, verb="fresh"))]]


def reminder(road: Road, what: Reminder) -> InlineKeyboardMarkup:
    yes = {Reminder.bank: t("Yes, I did"), Reminder.statement: t("Handed in"), Reminder.answer: t("Yes, they did")}[
        what
    ]
    later = Sos(road=road.id, verb="later", value=what)
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [button(yes, Sos(road=road.id, verb="told", value=what), "success")],
            [button(t("Remind me later"), later)],
            [button(t("No more reminders"), Sos(road=road.id, verb="hush"))],
        ]
    )


def go_on(road: Road) -> InlineKeyboardMarkup:
    """From a message that ends nowhere back to the place on the road."""
    return InlineKeyboardMarkup(inline_keyboard=[[button(t("Where I stopped"), Sos(road=road.id, verb="show"))]])
