"""`/find`: any identifier in any spelling, a case or report number, a word of a story. Each look-up is in the audit."""

import re
from collections.abc import Sequence
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import ForceReply, Message
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, checks
from core.cases import FIRST_NUMBER
from core.desk import Action, allow
from core.identifiers import read
from core.keys import Keys
from core.summaries import stored
from handlers.check.texts import MARKS, known, named
from handlers.desk import texts
from handlers.desk.flow import officer_of
from handlers.language import lines, t
from handlers.say import Answer, say
from storage import finding
from storage import identifiers as rows
from storage.tables import Case, Identifier, Report

MOST = 10
FEWEST_LETTERS = 3


class Ask(StatesGroup):
    what = State()


async def find(
    message: Message, command: CommandObject, session: AsyncSession, state: FSMContext, keys: Keys, now: datetime
) -> Answer:
    if command.args:
        return await _found(message, command.args, session, keys, now)
    await state.set_state(Ask.what)
    hint = ForceReply(selective=True, input_field_placeholder="C-1042, SB-…, +7 …")
    return say(
        message, t("What shall I look for? Reply with a number, card, case, report or a word."), hint, quote=True
    )


async def typed(message: Message, session: AsyncSession, state: FSMContext, keys: Keys, now: datetime) -> Answer:
    await state.clear()
    return await _found(message, message.text or "", session, keys, now)


async def _found(message: Message, text: str, session: AsyncSession, keys: Keys, now: datetime) -> Answer:
    identifiers, cases_, reports = await look(session, text.strip()[:200], keys)
    await allow(
        session, officer_of(message), Action.find, now=now, identifiers=[one.id for one in identifiers],
        cases=[one.id for one in cases_], reports=[one.number for one in reports],
    )  # fmt: skip
    return say(message, await _answer(session, identifiers, cases_, reports, now))


async def look(
    session: AsyncSession, text: str, keys: Keys
) -> tuple[Sequence[Identifier], Sequence[Case], Sequence[Report]]:
    """What the text names: identifiers with their cases, one case, one report, or reports that tell of the word."""
    if number := re.fullmatch(r"[CcСс]-?(\d{4,9})", text):
        case = await session.get(Case, int(number[1]) - FIRST_NUMBER)
        return [], [case] if case else [], []
    if re.fullmatch(r"(?i)SB-[0-9A-Z]{6}", text):
        return [], [], await finding.by_number(session, text.upper())
    found = [checks.found(one, keys) for one in read(text).identifiers]
    if found:
        known_rows = list((await rows.by_values(session, [(one.kind, one.value) for one in found])).values())
        return known_rows, await finding.cases_naming(session, [one.id for one in known_rows], MOST), []
    if len(text) < FEWEST_LETTERS:
        return [], [], []
    return [], [], await finding.telling(session, text, MOST)


async def _answer(
    session: AsyncSession,
    identifiers: Sequence[Identifier],
    cases_: Sequence[Case],
    reports: Sequence[Report],
    now: datetime,
) -> Markup:
    about = [await session.get_one(Case, one.case_id) if one.case_id else None for one in reports]
    listed = [
        *(_identifier(one, now) for one in identifiers),
        *(Markup("{} · {}").format(case_link(one), one.reports) for one in cases_),
        *(
            Markup("{} · {}").format(texts.report_label(one), case_link(case) if case else t("not at the desk yet"))
            for one, case in zip(reports, about, strict=True)
        ),
    ]
    return lines(*listed) if listed else t("Nothing found.")


def _identifier(row: Identifier, now: datetime) -> Markup:
    verdict = stored(row)
    return lines(Markup("{} {}").format(MARKS[verdict.level], named(row)), Markup(" ").join(known(verdict, now)))


def case_link(case: Case) -> Markup | str:
    number, link = cases.number(case), texts.card_link(case)
    return Markup('<a href="{}">{}</a>').format(link, number) if link else number


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(find, Command("find"))
    router.message.register(typed, Ask.what, F.text, F.reply_to_message.from_user.is_bot)
    return router
