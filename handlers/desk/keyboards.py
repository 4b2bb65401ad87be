"""Buttons of the case card. `case:<verb>:<case>:<identifier>:<choice>`."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import ForceReply, InlineKeyboardMarkup

from core.cases import OUTCOMES
from handlers.check.keyboards import Id, Rows, button
from handlers.desk import texts
from handlers.desk.texts import REASONS, Card
from handlers.language import t
from handlers.mine.texts import outcome
from storage.tables import Case, Identifier


class Move(CallbackData, prefix="case"):
    verb: str  # take, return, confirm, reject, close, next
    case: Id
    identifier: Id = 0
    choice: str = ""


def card(drawn: Card) -> InlineKeyboardMarkup | None:
    """What can be done with the case as it stands."""
    if drawn.case.status == "closed" or not drawn.standing:
        return None
    case = drawn.case.id
    taken = drawn.case.status == "taken"
    rows: Rows = [
        [button(t("Return"), Move(verb="return", case=case)), button(t("Close"), Move(verb="close", case=case))]
        if taken
        else [
            button(t("Take"), Move(verb="take", case=case), "primary"),
            button(t("Close"), Move(verb="close", case=case)),
        ]
    ]
    for row in drawn.identifiers:
        rows.append(
            [
                button(f"✅ {row.display}"[:40], Move(verb="confirm", case=case, identifier=row.id)),
                button(f"❌ {row.display}"[:40], Move(verb="reject", case=case, identifier=row.id)),
            ]
        )
    return InlineKeyboardMarkup(inline_keyboard=rows)


def reasons(verb: str, case: Case, identifier: Identifier) -> InlineKeyboardMarkup:
    case_id, row_id = case.id, identifier.id
    rows: Rows = [
        [button(texts.reason(code), Move(verb=verb, case=case_id, identifier=row_id, choice=code))]
        for code in REASONS[verb]
    ]
    rows.append([button(t("Another reason"), Move(verb=verb, case=case_id, identifier=row_id, choice="typed"))])
    rows.append([button(t("Back"), Move(verb="next", case=case_id))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def outcomes(case: Case) -> InlineKeyboardMarkup:
    rows: Rows = [[button(outcome(code), Move(verb="close", case=case.id, choice=code))] for code in OUTCOMES]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [button(t("Back"), Move(verb="next", case=case.id))]])


def typed_reason() -> ForceReply:
    return ForceReply(selective=True, input_field_placeholder=str(t("The reason")))
