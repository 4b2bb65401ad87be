"""Buttons of an appeal: the owner's, and the desk's."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from core.checks import Found
from handlers.appeal import texts
from handlers.appeal.texts import REASONS
from handlers.check.keyboards import Id, Rows, button
from handlers.desk.keyboards import Move
from handlers.language import t
from storage.tables import Appeal as AppealRow
from storage.tables import Check


class Appeal(CallbackData, prefix="appeal"):
    step: str  # begin, skip, cancel
    check: Id = 0
    index: Id = 0


def begin(check: Check, listed: Sequence[tuple[int, Found]]) -> Rows:
    """One row for each listed thing of a check."""
    return [
        [button(t("{what} is mine", what=one.display), Appeal(step="begin", check=check.id, index=place))]
        for place, one in listed
    ]


def cancel() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button(t("Cancel"), Appeal(step="cancel"))]])


def words() -> InlineKeyboardMarkup:
    rows: Rows = [[button(t("Send without a word"), Appeal(step="skip"))], [button(t("Cancel"), Appeal(step="cancel"))]]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def share_contact() -> ReplyKeyboardMarkup:
    share = KeyboardButton(text=str(t("Share my number")), request_contact=True)
    return ReplyKeyboardMarkup(
        keyboard=[[share], [KeyboardButton(text=str(texts.cancel_word()))]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def card(appeal: AppealRow) -> InlineKeyboardMarkup | None:
    return None if appeal.decided_at else ways(appeal)


def ways(appeal: AppealRow) -> InlineKeyboardMarkup:
    rows: Rows = [
        [
            button(t("Clear"), Move(verb="appeal", case=appeal.id, choice="clear"), "success"),
            button(t("Keep"), Move(verb="appeal", case=appeal.id, choice="keep")),
        ]
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def reasons(appeal: AppealRow, way: str) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(texts.reason(code), Move(verb="appeal", case=appeal.id, choice=f"{way}.{code}"))]
        for code in REASONS[way]
    ]
    rows.append([button(t("Another reason"), Move(verb="appeal", case=appeal.id, choice=f"{way}.typed"))])
    rows.append([button(t("Back"), Move(verb="appeal", case=appeal.id, choice="back"))])
    return InlineKeyboardMarkup(inline_keyboard=rows)
