"""The language buttons."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

NAMES = {"ru": "Русский", "kk": "Қазақша"}


class Lang(CallbackData, prefix="lang"):
    code: str


def other_language(current: str) -> InlineKeyboardButton:
    code = "ru" if current == "kk" else "kk"
    return InlineKeyboardButton(text=NAMES[code], callback_data=Lang(code=code).pack())


def languages() -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=name, callback_data=Lang(code=code).pack()) for code, name in NAMES.items()]
    return InlineKeyboardMarkup(inline_keyboard=[row])


def switch(current: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[other_language(current)]])
