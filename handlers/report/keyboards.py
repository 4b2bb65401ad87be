"""The scheme page, and everything that enriches a saved report."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from core.checks import Found
from core.reference import bank_by_code, scheme
from handlers.check.keyboards import Back, Id, Rows, button
from handlers.language import SIGNS, locale, t
from handlers.sos import keyboards as sos
from storage.reports import OPEN
from storage.tables import Check, Report

FIRST_PAGE = 7
BANKS = ("722", "601", "856", "965", "998", "551", "914", "972")
CITIES = ("Алматы", "Астана", "Шымкент", "Караганда", "Актобе", "Атырау")
CITIES_KK = {"Караганда": "Қарағанды", "Актобе": "Ақтөбе"}


class Pick(CallbackData, prefix="pick"):
    check: Id
    index: int
    choice: str  # toggle, theirs, own


class Schemes(CallbackData, prefix="schemes"):
    check: Id
    page: int


class Scheme(CallbackData, prefix="scheme"):
    check: Id
    code: str


class Enrich(CallbackData, prefix="enrich"):
    report: Id
    what: str  # amount, story, evidence, when, place, contact, done


class Fill(CallbackData, prefix="fill"):
    """An answer given by a button: `what` is method, currency, bank, lost, when, place, contact."""

    report: Id
    what: str
    value: str


class Withdraw(CallbackData, prefix="withdraw"):
    report: Id
    sure: bool


def schemes(check: Check, found: Sequence[Found], ranked: Sequence[str], page: int) -> InlineKeyboardMarkup:
    """Toggles where there is something to choose, then the likeliest schemes, one below the other."""
    check_id = check.id
    shown = ranked[:FIRST_PAGE] if page == 0 else ranked[FIRST_PAGE:]
    rows: Rows = _picks(check_id, found)
    rows += [[button(scheme(code).short[locale()], Scheme(check=check_id, code=code))] for code in shown]
    if page == 0:
        rows.append([button(t("More kinds"), Schemes(check=check_id, page=1)), button(t("Back"), Back(check=check_id))])
    else:
        rows.append([button(t("Back"), Schemes(check=check_id, page=0))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _picks(check_id: int, found: Sequence[Found]) -> Rows:
    if len(found) == 1 and found[0].accused:
        return []
    return [row for index, one in enumerate(found) for row in _pick(check_id, index, one)]


def _pick(check_id: int, index: int, one: Found) -> Rows:
    if one.direction_unknown:
        return [
            [button(t("{what}: theirs", what=one.display), Pick(check=check_id, index=index, choice="theirs"))],
            [button(t("{what}: mine", what=one.display), Pick(check=check_id, index=index, choice="own"))],
        ]
    mark = "☑️" if one.accused else "⬜️"
    return [[button(f"{mark} {one.display}"[:60], Pick(check=check_id, index=index, choice="toggle"))]]


def saved(report: Report) -> InlineKeyboardMarkup:
    """Under the confirmation and under a report in /my."""
    if report.status not in OPEN:
        return InlineKeyboardMarkup(inline_keyboard=[])
    report_id = report.id

    def adds(label: str, what: str, done: bool, style: str | None = None) -> InlineKeyboardButton:
        return button(f"✓ {label}" if done else label, Enrich(report=report_id, what=what), style)

    rows: Rows = [
        [adds(t("Money is gone"), "amount", report.loss_minor is not None, "danger")],
        [adds(t("What happened"), "story", bool(report.story)), adds(t("Screenshot, receipt"), "evidence", False)],
        [adds(t("When"), "when", report.occurred_at is not None), adds(t("City"), "place", bool(report.city))],
        [adds(t("The police may contact me"), "contact", bool(report.contact))],
    ]
    if report.loss_minor:
        rows.insert(0, sos.begin_on(report))
    if report.status in ("received", "forwarded"):
        rows.append([button(t("Take the report back"), Withdraw(report=report_id, sure=False))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _filling(report: Report, *rows: list[tuple[str, str, str]], remove: str | None = None) -> InlineKeyboardMarkup:
    """Rows of (label, what, value), then a way out."""
    report_id = report.id
    buttons = [
        [button(label, Fill(report=report_id, what=what, value=value)) for label, what, value in row]
        for row in rows
        if row
    ]
    last = [button(t("Back"), Enrich(report=report_id, what="done"))]
    if remove:
        last.insert(0, button(t("Remove"), Fill(report=report_id, what=remove, value="none")))
    return InlineKeyboardMarkup(inline_keyboard=[*buttons, last])


def amount(report: Report) -> InlineKeyboardMarkup:
    return _filling(report, remove="amount" if report.loss_minor is not None else None)


def method(report: Report) -> InlineKeyboardMarkup:
    currencies = [
        (f"• {SIGNS[code]}" if code == report.loss_currency else SIGNS[code], "currency", code)
        for code in ("KZT", "RUB", "USD", "EUR")
    ]
    keyboard = _filling(
        report,
        [(t("To a phone number"), "method", "transfer"), (t("To a card"), "method", "card")],
        [(t("To an account"), "method", "account"), (t("Cash"), "method", "cash")],
        [(t("Cryptocurrency"), "method", "crypto"), (t("Otherwise"), "method", "other")],
        currencies,
        [(t("Skip"), "method", "skip")],
    )
    keyboard.inline_keyboard.insert(0, sos.begin_on(report))
    return keyboard


def bank(report: Report) -> InlineKeyboardMarkup:
    known = [row for code in BANKS if (row := bank_by_code(code))]
    labels = [(str(row.short[locale()]), "bank", row.code) for row in known]
    pairs = [labels[start : start + 2] for start in range(0, len(labels), 2)]
    return _filling(report, *pairs, [(t("Another bank"), "bank", "other"), (t("Skip"), "bank", "skip")])


def lost_when(report: Report) -> InlineKeyboardMarkup:
    return _filling(
        report,
        [(t("Within the last hour"), "lost", "hour"), (t("Today"), "lost", "today")],
        [(t("Yesterday"), "lost", "yesterday"), (t("Earlier"), "lost", "earlier")],
        [(t("Skip"), "lost", "skip")],
    )


def story(report: Report) -> InlineKeyboardMarkup:
    return _filling(report, remove="story" if report.story else None)


def back(report: Report) -> InlineKeyboardMarkup:
    """Only the way out."""
    return _filling(report)


def evidence(report: Report) -> InlineKeyboardMarkup:
    done = button(t("Done"), Enrich(report=report.id, what="done"), "success")
    return InlineKeyboardMarkup(inline_keyboard=[[done]])


def when(report: Report) -> InlineKeyboardMarkup:
    return _filling(
        report,
        [(t("Just now"), "when", "now"), (t("Today"), "when", "today"), (t("Yesterday"), "when", "yesterday")],
        remove="when" if report.occurred_at else None,
    )


def place(report: Report) -> InlineKeyboardMarkup:
    named = [(CITIES_KK.get(city, city) if locale() == "kk" else city, "place", city) for city in CITIES]
    return _filling(report, named[:3], named[3:], remove="place" if report.city else None)


def contact(report: Report, username: str | None) -> InlineKeyboardMarkup:
    by_telegram = [(str(t("Yes, by Telegram: @{name}", name=username)), "contact", "telegram")]
    by_phone = [(str(t("Yes, by phone")), "contact", "phone")]
    ways = [by_telegram, by_phone] if username else [by_phone]
    mark = "☑️" if report.bank_reads else "⬜️"
    label = t("{mark} The bank may read my words and see my files", mark=mark)
    ways.append([(str(label), "reads", "no" if report.bank_reads else "yes")])
    return _filling(report, *ways, remove="contact" if report.contact else None)


def share_phone() -> ReplyKeyboardMarkup:
    share = KeyboardButton(text=str(t("Share my number")), request_contact=True)
    return ReplyKeyboardMarkup(
        keyboard=[[share], [KeyboardButton(text=str(t("Not now")))]], resize_keyboard=True, one_time_keyboard=True
    )


def really_withdraw(report: Report) -> InlineKeyboardMarkup:
    yes = button(t("Yes, take it back"), Withdraw(report=report.id, sure=True), "danger")
    no = button(t("No, keep it"), Enrich(report=report.id, what="done"))
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [no]])
