"""`/find`: any identifier in any spelling, a case or report number, a word of a story. Each look-up is in the audit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, checks
from core.cases import FIRST_NUMBER, Officer
from core.desk import Action, allow
from core.identifiers import read
from core.keys import Keys
from core.reference import scheme
from core.refusal import No, Refusal
from core.summaries import stored
from handlers.check.keyboards import Id, button
from handlers.check.texts import MARKS, known, named
from handlers.desk import texts
from handlers.desk.flow import TO_THE_BOT, answered, officer_of
from handlers.desk.keyboards import typed as field
from handlers.language import lines, locale, t, tn
from handlers.mine.texts import outcome
from handlers.say import Answer, say, show
from storage import finding
from storage import identifiers as rows
from storage.tables import Case, Identifier, Report

PAGE = 10
MOST_PAGES = 100
MOST_TYPED = 200
FEWEST_LETTERS = 3


class Turn(CallbackData, prefix="find"):
    """What was looked for stands in the officer's own message, which the answer replies to; a button never says it."""

    page: Id


class Ask(StatesGroup):
    what = State()


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found, and whether there is another."""

    identifiers: Sequence[Identifier] = ()
    cases: Sequence[Case] = ()
    reports: Sequence[Report] = ()
    more: bool = False

    @property
    def subject(self) -> str | None:
        """For the audit: the one thing that was looked at, where it is one."""
        ids = [f"identifier:{one.id}" for one in self.identifiers]
        ids = ids or [f"case:{one.id}" for one in self.cases] or [f"report:{one.number}" for one in self.reports]
        return ids[0] if len(ids) == 1 else None


async def find(
    message: Message, command: CommandObject, session: AsyncSession, state: FSMContext, keys: Keys, now: datetime
) -> Answer:
    if command.args:
        return say(message, *await _page(officer_of(message), command.args, 0, session, keys, now), quote=True)
    question = t("What shall I look for? Reply with a number, card, case, report or a word.")
    await state.set_state(Ask.what)
    await state.set_data({"question": question.striptags()})
    return say(message, question, field("C-1042, SB-…, +7 …"), quote=True)


async def typed(message: Message, session: AsyncSession, state: FSMContext, keys: Keys, now: datetime) -> Answer:
    await answered(message, state)
    found = await _page(officer_of(message), message.text or "", 0, session, keys, now)
    await state.clear()
    return say(message, *found, quote=True)


async def turn(
    callback: CallbackQuery, callback_data: Turn, session: AsyncSession, keys: Keys, now: datetime
) -> Answer:
    """Raises `Refusal`: gone, where the message that asked was deleted."""
    asked = callback.message.reply_to_message if isinstance(callback.message, Message) else None
    text = re.sub(r"^/find(@\w+)?\s+", "", asked.text or "") if asked else ""
    if not text or callback_data.page >= MOST_PAGES:
        raise Refusal(No.gone)
    return show(callback, *await _page(officer_of(callback), text, callback_data.page, session, keys, now))


async def _page(
    officer: Officer, text: str, page: int, session: AsyncSession, keys: Keys, now: datetime
) -> tuple[Markup, InlineKeyboardMarkup | None]:
    hits = await look(session, text.strip()[:MOST_TYPED], keys, page)
    await allow(
        session, officer, Action.find, subject=hits.subject, now=now, identifiers=[one.id for one in hits.identifiers],
        cases=[one.id for one in hits.cases], reports=[one.number for one in hits.reports],
    )  # fmt: skip
    return await _answer(session, hits, now), _turns(page, hits.more)


def _turns(page: int, more: bool) -> InlineKeyboardMarkup | None:
    turns = [button("‹", Turn(page=page - 1))] if page else []
    turns += [button("›", Turn(page=page + 1))] if more else []
    return InlineKeyboardMarkup(inline_keyboard=[turns]) if turns else None


async def look(session: AsyncSession, text: str, keys: Keys, page: int = 0) -> Hits:
    """What the text names: identifiers with their cases, one case, one report, or reports that tell of the words.

    Raises `Refusal`: too_short.
    """
    if number := re.fullmatch(r"[CcСс]\s?-?\s?(\d{4,9})", text):
        case = await session.get(Case, int(number[1]) - FIRST_NUMBER)
        return Hits(cases=[case] if case else [])
    if re.fullmatch(r"(?i)SB-?[0-9A-Z]{6}", text):
        return Hits(reports=await finding.by_number(session, f"SB-{text[-6:].upper()}"))
    wanted = [checks.found(one, keys) for one in read(text).identifiers]
    met = list((await rows.by_values(session, [(one.kind, one.value) for one in wanted])).values())
    if met:
        found = await finding.cases_naming(session, [one.id for one in met], offset=page * PAGE, limit=PAGE + 1)
        return Hits(identifiers=met[:PAGE], cases=found[:PAGE], more=len(found) > PAGE)
    if wanted and not any(letter.isalpha() for letter in text):
        return Hits()
    if len(text) < FEWEST_LETTERS:
        raise Refusal(No.too_short)
    told = await finding.telling(session, text, offset=page * PAGE, limit=PAGE + 1)
    return Hits(reports=told[:PAGE], more=len(told) > PAGE)


async def _answer(session: AsyncSession, hits: Hits, now: datetime) -> Markup:
    about = [await session.get_one(Case, one.case_id) if one.case_id else None for one in hits.reports]
    listed = [
        *(_identifier(one, now) for one in hits.identifiers),
        *(_case(one) for one in hits.cases),
        *(
            Markup("{} · {}").format(texts.report_label(one), texts.linked(case) if case else t("not at the desk yet"))
            for one, case in zip(hits.reports, about, strict=True)
        ),
    ]
    return lines(*listed) if listed else t("Nothing found.")


def _identifier(row: Identifier, now: datetime) -> Markup:
    verdict = stored(row)
    return lines(Markup("{} {}").format(MARKS[verdict.level], named(row)), Markup(" ").join(known(verdict, now)), "")


def _case(case: Case) -> Markup:
    label = scheme(case.scheme).short[locale()] if case.scheme else ""
    count = tn("{count} report", "{count} reports", case.reports)
    return Markup("<b>{}</b> · {}\n   {} · {}").format(texts.linked(case), label, count, _state(case))


def _state(case: Case) -> Markup:
    if case.status == "merged":
        return t("joined to {case}", case=cases.number(case.merged_into or 0))
    if case.status == "closed":
        return t("closed: {outcome}", outcome=outcome(case.outcome))
    return t("being worked on") if case.status == "taken" else t("waits")


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(find, Command("find"))
    router.message.register(typed, Ask.what, F.text, TO_THE_BOT)
    router.callback_query.register(turn, Turn.filter())
    return router
