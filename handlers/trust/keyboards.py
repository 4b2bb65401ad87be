"""Buttons of the trusted person's pages."""

from collections.abc import Sequence
from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from core.trust import TELLS
from handlers.check.keyboards import Id, button
from handlers.language import t
from handlers.trust import texts
from storage.tables import Trust

LETTERS = {one[0]: one for one in TELLS}


class Ask(CallbackData, prefix="trust_ask"):
    """What would be told, by first letters: nothing is stored before the invitation is made."""

    tells: str


class Make(CallbackData, prefix="trust_make"):
    tells: str


class Step(CallbackData, prefix="trust"):
    """`step`: show, accept, decline, agree, deny, end, or one of TELLS to switch it."""

    step: str
    trust: Id


class Page(CallbackData, prefix="trust_page"):
    """Back to the beginning."""


def listed(guarding: Sequence[Trust], guarded: Sequence[Trust]) -> InlineKeyboardMarkup:
    rows = [[button(texts.label(one, mine=True), Step(step="show", trust=one.id))] for one in guarding]
    rows += [[button(texts.label(one, mine=False), Step(step="show", trust=one.id))] for one in guarded]
    ask = button(t("Ask somebody to stand by me"), Ask(tells="".join(LETTERS)), "primary")
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [ask]])


def choose(tells: str) -> InlineKeyboardMarkup:
    """Each line switches one; the last makes the link."""
    rows = [[button(texts.switch(what, letter in tells), Ask(tells=_switched(tells, letter)))]
            for letter, what in LETTERS.items()]  # fmt: skip
    make = button(t("Make the invitation"), Make(tells=tells), "primary")
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [make], _back()])


def _switched(tells: str, letter: str) -> str:
    return "".join(one for one in LETTERS if (one in tells) != (one == letter))


def invitation(trust: Trust, link: str) -> InlineKeyboardMarkup:
    share = f"https://t.me/share/url?{urlencode({'url': link, 'text': str(texts.shared())})}"
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=str(t("Send it to them")), url=share, style="primary")],
            [InlineKeyboardButton(text=str(t("Copy the link")), copy_text=CopyTextButton(text=link))],
            [button(t("Take the invitation back"), Step(step="end", trust=trust.id))],
            _back(),
        ]
    )


def invited(trust: Trust) -> InlineKeyboardMarkup:
    yes = button(t("Yes, I stand by"), Step(step="accept", trust=trust.id), "success")
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [button(t("No"), Step(step="decline", trust=trust.id))]])


def is_it_them(trust: Trust) -> InlineKeyboardMarkup:
    yes = button(t("Yes, this is them"), Step(step="agree", trust=trust.id), "success")
    no = button(t("No, this is not them"), Step(step="deny", trust=trust.id))
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [no]])


def agreed(trust: Trust) -> InlineKeyboardMarkup:
    """For the guarded person."""
    rows = [[button(texts.switch(what, what in trust.tells), Step(step=what, trust=trust.id))] for what in TELLS]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_end(trust)], _back()])


def standing_by(trust: Trust) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[_end(trust)], _back()])


def back() -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[_back()])


def stop(trust: Trust) -> InlineKeyboardMarkup:
    """Under what the trusted person is told."""
    return InlineKeyboardMarkup(inline_keyboard=[[button(t("Who I stand by"), Step(step="show", trust=trust.id))]])


def _end(trust: Trust) -> InlineKeyboardButton:
    return button(t("End it"), Step(step="end", trust=trust.id))


def _back() -> list[InlineKeyboardButton]:
    return [button(t("← Trusted person"), Page())]
