"""Buttons of the studio, and those under each warning."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from babel.dates import get_day_names

from core.planning import plan_of
from core.reference import broadcasts as templates
from core.reference import scheme, schemes
from handlers.check.keyboards import Id, Rows, button
from handlers.language import locale, t
from handlers.report.keyboards import CITIES, CITIES_KK
from handlers.welcome.keyboards import NAMES
from storage.tables import Broadcast, Subscription

PAGE = 10


class Bcast(CallbackData, prefix="bcast"):
    verb: str
    id: Id = 0
    value: str = ""


class Heard(CallbackData, prefix="heard"):
    """Under a warning: knew, new, happened, stop."""

    broadcast: Id
    answer: str


class Subscribe(CallbackData, prefix="subscribe"):
    """`choice`: on, off, cities, a place in the list of cities, or `any`."""

    choice: str


def city(name: str) -> str:
    return CITIES_KK.get(name, name) if locale() == "kk" else name


def start() -> InlineKeyboardMarkup:
    """Templates by what they warn of, or one's own words."""
    rows: Rows = [[button(t("✍️ Write my own"), Bcast(verb="new"))]]
    buttons = [button(scheme(one.scheme).short[locale()], Bcast(verb="new", value=one.id)) for one in templates()]
    rows += [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def card(broadcast: Broadcast, viewer: int, *, begun: bool) -> InlineKeyboardMarkup:
    """What this operator may do with it now."""
    author = broadcast.author_id == viewer
    rows: Rows = []
    if broadcast.status == "suggested":
        rows = [[button(t("✏️ Take and edit"), Bcast(verb="take", id=broadcast.id), "success")]]
    elif broadcast.status == "draft":
        rows = _editing(broadcast) if author else []
    elif broadcast.status == "waiting" and not author:
        seen = (broadcast.digest or "")[:12]
        rows = [
            [button(t("✅ Approve"), Bcast(verb="approve", id=broadcast.id, value=seen), "success")],
            [button(t("↩️ Return to the author"), Bcast(verb="back", id=broadcast.id))],
        ]
    elif broadcast.status in ("live", "paused"):
        rows = [_pausing(broadcast)]
    if author and not begun and broadcast.status in ("waiting", "live", "paused"):
        rows.append([button(t("✏️ Edit: needs approval again"), Bcast(verb="reopen", id=broadcast.id))])
    if broadcast.text and broadcast.status in ("waiting", "live", "paused", "suggested"):
        rows.append([button(t("👁 As citizens see it"), Bcast(verb="preview", id=broadcast.id))])
    if broadcast.status not in ("done", "cancelled"):
        rows.append([button(t("✖️ Cancel"), Bcast(verb="cancel", id=broadcast.id), "danger")])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _pausing(broadcast: Broadcast) -> list[InlineKeyboardButton]:
    if broadcast.status == "paused":
        return [button(t("▶️ Resume"), Bcast(verb="resume", id=broadcast.id), "success")]
    return [button(t("⏸ Pause"), Bcast(verb="pause", id=broadcast.id))]


def _editing(broadcast: Broadcast) -> Rows:
    def does(label: str, verb: str, value: str = "", style: str | None = None) -> InlineKeyboardButton:
        return button(label, Bcast(verb=verb, id=broadcast.id, value=value), style)

    urgent = t("🚨 Emergency: yes") if broadcast.emergency else t("🚨 Emergency: no")
    return [
        [does(f"✏️ {name}", "write", language) for language, name in NAMES.items()],
        [does(t("👥 To whom"), "audience"), does(t("🕒 When"), "schedule")],
        [does(t("🖼 Remove the picture") if broadcast.picture else t("🖼 Picture"), "picture"), does(urgent, "urgent")],
        [does(t("👁 As citizens see it"), "preview"), does(t("📨 Test to me"), "test")],
        [does(t("✅ Send for approval"), "submit", "", "success")],
    ]


def back(broadcast: Broadcast) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_back(broadcast)]])


def _back(broadcast: Broadcast) -> InlineKeyboardButton:
    return button(t("Back"), Bcast(verb="card", id=broadcast.id))


def audience(broadcast: Broadcast) -> InlineKeyboardMarkup:
    """One tap narrows, a second one on the same widens again."""
    chosen = broadcast.audience

    def narrows(label: str, key: str, value: str) -> InlineKeyboardButton:
        mark = "☑️ " if str(chosen.get(key, "")) == value else ""
        return button(f"{mark}{label}", Bcast(verb="to", id=broadcast.id, value=f"{key}={value}"))

    cities = [narrows(city(name), "city", name) for name in CITIES]
    met = scheme(chosen["scheme"]).short[locale()] if chosen.get("scheme") else t("any")
    rows: Rows = [
        [narrows(name, "language", language) for language, name in NAMES.items()],
        cities[:3],
        cities[3:],
        [narrows(str(t("Active in the last 30 days")), "active", "1")],
        [button(t("Met the scheme: {scheme}", scheme=met), Bcast(verb="schemes", id=broadcast.id))],
        [_back(broadcast)],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def met(broadcast: Broadcast) -> InlineKeyboardMarkup:
    buttons = [
        button(one.short[locale()], Bcast(verb="to", id=broadcast.id, value=f"scheme={one.code}")) for one in schemes()
    ]
    rows: Rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    rows.append([button(t("any"), Bcast(verb="to", id=broadcast.id, value="scheme=")), _back(broadcast)])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def when(broadcast: Broadcast, days: Sequence[int] = ()) -> InlineKeyboardMarkup:
    """Now, once, on weekdays, monthly; weekdays are marked one by one."""
    names = get_day_names("abbreviated", locale=locale())

    def day(number: int) -> InlineKeyboardButton:
        toggled = sorted(set(days) ^ {number})
        mark = "☑️" if number in days else ""
        value = "w" + "".join(map(str, toggled))
        return button(f"{mark}{names[number]}", Bcast(verb="schedule", id=broadcast.id, value=value))

    def kind(label: str, value: str) -> InlineKeyboardButton:
        mark = "• " if plan_of(broadcast.plan).kind == value and not days else ""
        return button(f"{mark}{label}", Bcast(verb="schedule", id=broadcast.id, value=value))

    rows: Rows = [
        [kind(t("At once"), "now"), kind(t("At a time"), "once")],
        [day(number) for number in range(4)],
        [day(number) for number in range(4, 7)],
        [kind(t("Every month"), "monthly")],
        [_back(broadcast)],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def really_cancel(broadcast: Broadcast) -> InlineKeyboardMarkup:
    yes = button(t("Yes, cancel it"), Bcast(verb="cancel", id=broadcast.id, value="yes"), "danger")
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [_back(broadcast)]])


def listed(page: Sequence[tuple[Broadcast, str]], number: int, more: bool) -> InlineKeyboardMarkup:
    rows: Rows = [[button(label[:60], Bcast(verb="card", id=one.id))] for one, label in page]
    turns = [button(t("← Newer"), Bcast(verb="list", value=str(number - 1)))] if number else []
    turns += [button(t("Older →"), Bcast(verb="list", value=str(number + 1)))] if more else []
    return InlineKeyboardMarkup(inline_keyboard=[*rows, turns] if turns else rows)


def warning(broadcast_id: int) -> InlineKeyboardMarkup:
    """Under each copy."""

    def answers(label: str, answer: str) -> InlineKeyboardButton:
        return button(label, Heard(broadcast=broadcast_id, answer=answer))

    return InlineKeyboardMarkup(
        inline_keyboard=[
            [answers(t("I knew"), "knew"), answers(t("New to me"), "new")],
            [answers(t("Happened to me"), "happened")],
            [answers(t("No more warnings"), "stop")],
        ]
    )


def opt_in() -> InlineKeyboardMarkup:
    """Two equal buttons."""
    yes, no = button(t("Yes"), Subscribe(choice="on")), button(t("No, thank you"), Subscribe(choice="off"))
    return InlineKeyboardMarkup(inline_keyboard=[[yes, no]])


def subscription(row: Subscription) -> InlineKeyboardMarkup:
    if not row.wanted:
        return InlineKeyboardMarkup(inline_keyboard=[[button(t("Turn on"), Subscribe(choice="on"), "success")]])
    rows: Rows = [[button(t("Choose the city"), Subscribe(choice="cities"))]]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [button(t("Turn off"), Subscribe(choice="off"))]])


def cities(row: Subscription) -> InlineKeyboardMarkup:
    buttons = [
        button(f"{'• ' if name == row.city else ''}{city(name)}", Subscribe(choice=str(place)))
        for place, name in enumerate(CITIES)
    ]
    everywhere = button(t("Another or none"), Subscribe(choice="any"))
    return InlineKeyboardMarkup(inline_keyboard=[buttons[:3], buttons[3:], [everywhere]])
