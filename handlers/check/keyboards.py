"""Buttons under the answer to a check."""

from collections.abc import Sequence
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from markupsafe import Markup
from pydantic import Field

from core.checks import Found
from handlers.language import locale, t
from handlers.welcome.keyboards import other_language
from storage.tables import Check

# what the database can hold: a changed client may send any number, and gets the answer of a dead button
Id = Annotated[int, Field(ge=0, lt=2**31)]


class Report(CallbackData, prefix="report"):
    check: Id


class More(CallbackData, prefix="more"):
    check: Id


class Back(CallbackData, prefix="back"):
    check: Id


class Watch(CallbackData, prefix="watch"):
    check: Id
    index: int


class Unwatch(CallbackData, prefix="unwatch"):
    identifier: Id


class Reading(CallbackData, prefix="read"):
    check: Id
    right: bool


Rows = list[list[InlineKeyboardButton]]


def button(text: str, data: CallbackData, style: str | None = None) -> InlineKeyboardButton:
    """A label knows no HTML: a text made for messages is unescaped."""
    label = text.unescape() if isinstance(text, Markup) else text
    return InlineKeyboardButton(text=label, callback_data=data.pack(), style=style)


def answer(check: Check, *, greet: bool = False, extra: Rows = ()) -> InlineKeyboardMarkup:  # type: ignore[assignment]
    """Report, Watch, More; what else the answer offers; the other language once, for somebody new."""
    check_id = check.id
    rows: Rows = [
        [button(t("Report"), Report(check=check_id), "danger")],
        [
            button(t("Tell me if this changes"), Watch(check=check_id, index=-1)),
            button(t("More"), More(check=check_id)),
        ],
        *extra,
    ]
    if greet:
        rows.append([other_language(locale())])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def confirm_reading(check: Check) -> InlineKeyboardMarkup:
    check_id = check.id
    yes = button(t("Yes, that is right"), Reading(check=check_id, right=True), "success")
    no = button(t("No, I will type it"), Reading(check=check_id, right=False))
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [no]])


def more(check: Check, bot_username: str, appeals: Rows) -> InlineKeyboardMarkup:
    """`appeals`: a row for each listed thing, for its owner."""
    link = f"https://t.me/{bot_username}?start=check_{check.token}"
    rows: Rows = [
        [InlineKeyboardButton(text=str(t("Copy a link to show others")), copy_text=CopyTextButton(text=link))],
        *appeals,
        [button(t("Report"), Report(check=check.id), "danger"), button(t("Back"), Back(check=check.id))],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def which_to_watch(check: Check, found: Sequence[Found]) -> InlineKeyboardMarkup:
    rows = [[button(one.display[:60], Watch(check=check.id, index=index))] for index, one in enumerate(found)]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [button(t("Back"), Back(check=check.id))]])


def stop_watching(identifier_id: int) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button(t("Stop telling me"), Unwatch(identifier=identifier_id))]])
