"""Buttons of the case card. `case:<verb>:<case>:<identifier>:<choice>`."""

from collections.abc import Iterable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from core import cases
from core.cases import OUTCOMES
from core.routing import MONEY, Partner
from handlers.check.keyboards import Id, Rows, button
from handlers.desk import texts
from handlers.desk.texts import REASONS, Card, Suggested
from handlers.language import t
from handlers.mine.texts import outcome
from storage.tables import Case, DeskMember, Identifier, Report

DECIDABLE = 6
BLOCKABLE = MONEY | {"phone", "listing", "account"}


class Move(CallbackData, prefix="case"):
    verb: str  # one of the contract's, see docs/cases.md
    case: Id
    identifier: Id = 0  # or, where the verb says so, a report or another case
    choice: str = ""


def card(drawn: Card) -> InlineKeyboardMarkup | None:
    """What can be done with the case as it stands."""
    if not drawn.workable:
        return _undo_only(drawn)
    case = drawn.case.id
    first = (
        button(t("Return"), Move(verb="return", case=case))
        if drawn.case.status == "taken"
        else button(t("Take"), Move(verb="take", case=case), "primary")
    )
    rows: Rows = [[first, button(t("Close"), Move(verb="close", case=case))]]
    for row, _ in drawn.identifiers[:DECIDABLE]:
        rows.append(
            [
                button(f"✅ {row.display}"[:40], Move(verb="confirm", case=case, identifier=row.id)),
                button(f"❌ {row.display}"[:40], Move(verb="reject", case=case, identifier=row.id)),
            ]
        )
    rows.append([button(t("More"), Move(verb="next", case=case, choice="more"))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _undo_only(drawn: Card) -> InlineKeyboardMarkup | None:
    if drawn.case.status != "closed" or not drawn.standing or not drawn.undoable:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[_undo(drawn.case)])


def _undo(case: Case) -> list[InlineKeyboardButton]:
    return [button(t("Undo the last step"), Move(verb="undo", case=case.id))]


def more(drawn: Card) -> InlineKeyboardMarkup:
    """What is needed less often."""
    case = drawn.case.id
    rows: Rows = [
        [button(t("Ask the reporter"), Move(verb="ask", case=case))],
        [button(t("Hand over"), Move(verb="assign", case=case))],
        [
            button(t("Statement number (КУИ)"), Move(verb="erdr", case=case, choice="kui")),
            button(t("Criminal case (ЕРДР)"), Move(verb="erdr", case=case)),
        ],
        [
            button(t("Join with another"), Move(verb="merge", case=case)),
            button(t("Part"), Move(verb="split", case=case)),
        ],
    ]
    if any(row.kind in BLOCKABLE for row, _ in drawn.identifiers):
        rows.insert(0, [button(t("Ask to block"), Move(verb="block", case=case), "danger")])
    if any(not sign.published for sign in drawn.signs):
        rows.append([button(t("Publish the criminal case"), Move(verb="erdr", case=case, choice="publish"))])
    if drawn.undoable:
        rows.append(_undo(drawn.case))
    return _with_back(rows, drawn.case)


def blockable(case: Case, possible: Sequence[tuple[Identifier, Partner]]) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(f"{row.display} → {partner.name}"[:60], Move(verb="block", case=case.id, identifier=row.id))]
        for row, partner in possible
    ]
    return _with_back(rows, case)


def really_block(case: Case, row: Identifier, partner: Partner) -> InlineKeyboardMarkup:
    sure = Move(verb="block", case=case.id, identifier=row.id, choice="sure")
    label = t("Yes, ask {partner}: {what}", partner=partner.name, what=row.display)
    return _with_back([[button(label, sure, "danger")]], case)


def reasons(verb: str, case: Case, identifier: Identifier) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(texts.reason(code), Move(verb=verb, case=case.id, identifier=identifier.id, choice=code))]
        for code in REASONS[verb]
    ]
    typed = Move(verb=verb, case=case.id, identifier=identifier.id, choice="typed")
    return _with_back([*rows, [button(t("Another reason"), typed)]], case)


def outcomes(case: Case) -> InlineKeyboardMarkup:
    return _with_back(
        [[button(outcome(code), Move(verb="close", case=case.id, choice=code))] for code in OUTCOMES], case
    )


def members(case: Case, listed: Iterable[DeskMember]) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(one.name[:60], Move(verb="assign", case=case.id, choice=str(one.telegram_id)))] for one in listed
    ]
    return _with_back(rows, case)


def reports(
    case: Case, listed: Sequence[Report], verb: str, choice: str, *, all_of_them: bool = False
) -> InlineKeyboardMarkup:
    """Which report; its id stands where the identifier's does."""
    rows: Rows = [
        [button(texts.report_label(one), Move(verb=verb, case=case.id, identifier=one.id, choice=choice))]
        for one in listed
    ]
    if all_of_them:
        rows.append([button(t("All reporters"), Move(verb=verb, case=case.id, choice="all"))])
    return _with_back(rows, case)


def identifiers(
    case: Case, listed: Sequence[Identifier], verb: str, *, all_of_them: bool = False
) -> InlineKeyboardMarkup:
    rows: Rows = [[button(one.display[:60], Move(verb=verb, case=case.id, identifier=one.id))] for one in listed]
    if all_of_them and len(listed) > 1:
        rows.append([button(t("All of them"), Move(verb=verb, case=case.id, choice="all"))])
    return _with_back(rows, case)


def mergeable(case: Case, suggested: Sequence[Suggested]) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(cases.number(one.case), Move(verb="merge", case=case.id, identifier=one.case))] for one in suggested
    ]
    rows.append([button(t("Type its number"), Move(verb="merge", case=case.id, choice="typed"))])
    return _with_back(rows, case)


def _with_back(rows: Rows, case: Case) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [button(t("Back"), Move(verb="next", case=case.id))]])


def typed(placeholder: str) -> ForceReply:
    return ForceReply(selective=True, input_field_placeholder=placeholder[:64])
