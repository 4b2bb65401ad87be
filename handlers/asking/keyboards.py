"""Buttons below a question of the desk, for the reporter."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import ForceReply, InlineKeyboardMarkup

from handlers.check.keyboards import Id, Rows, button
from handlers.language import t
from storage.tables import Question, Report


class Asked(CallbackData, prefix="asked"):
    question: Id
    verb: str  # show, answer, decline, close, done; this, other: of words that came without a tap


class Line(CallbackData, prefix="line"):
    """The reporter lets the police ask again."""

    report: Id


def question(asked: Question) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(t("Answer"), Asked(question=asked.id, verb="answer"), "primary")],
        [button(t("I do not want to answer"), Asked(question=asked.id, verb="decline"))],
        [button(t("No more questions about this report"), Asked(question=asked.id, verb="close"))],
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def waiting(asked: Question, report: Report) -> Rows:
    """One row of /my for a question that waits."""
    return [[button(f"❓ {report.number}: {asked.words}"[:60], Asked(question=asked.id, verb="show"))]]


def answering() -> ForceReply:
    """Opens the field as a reply, so that a number typed there is an answer and no check."""
    return ForceReply(input_field_placeholder=str(t("Your answer"))[:64])


def done(asked: Question) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[button(t("Done"), Asked(question=asked.id, verb="done"), "success")]])


def offered(asked: Question) -> InlineKeyboardMarkup:
    yes = button(t("Yes, send it"), Asked(question=asked.id, verb="this"), "primary")
    return InlineKeyboardMarkup(inline_keyboard=[[yes], [button(t("No"), Asked(question=asked.id, verb="other"))]])


def reopen(report: Report) -> Rows:
    return [[button(t("Let the police ask again"), Line(report=report.id))]]
