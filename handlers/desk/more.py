"""The less frequent moves on a case: hand over, register numbers, join, part, undo."""

import re
from collections.abc import Sequence
from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, proceedings, undoing
from core.cases import FIRST_NUMBER, Officer
from core.desk import Action, present
from core.refusal import No, Refusal
from core.reports import Rules
from handlers.desk import keyboards, texts
from handlers.desk.flow import TO_THE_BOT, acts, answered, ask, choose, thumb
from handlers.desk.keyboards import Move
from handlers.desk.outgoing import suggested
from handlers.language import t
from handlers.say import Answer, notify
from storage import cases as stored
from storage.tables import Case, Identifier, Report

CHOOSABLE = 8


class Type(StatesGroup):
    """An officer types a number, in reply to the bot's question."""

    statement = State()
    criminal_case = State()
    other_case = State()


async def assign(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    """To somebody who is in the group now."""
    listed = {str(one.telegram_id): one for one in await present(session)}
    if not callback_data.choice:
        return choose(callback, keyboards.members(await cases.of(session, callback_data.case), listed.values()))
    if callback_data.choice not in listed:
        raise Refusal(No.gone)
    to = listed[callback_data.choice]
    case, officer = await acts(callback, callback_data.case, Action.assign, session, now, to=to.telegram_id)
    await cases.assign(session, case=case, to=Officer(to.telegram_id, to.name), officer=officer, now=now)
    return notify(callback, texts.noted())


async def statement(callback: CallbackQuery, callback_data: Move, session: AsyncSession, state: FSMContext) -> Answer:
    """КУИ: first which report, then the number."""
    case = await cases.of(session, callback_data.case)
    standing = await stored.newest(session, case.id, CHOOSABLE)
    if not callback_data.identifier and len(standing) > 1:
        return choose(callback, keyboards.reports(case, standing, "erdr", "kui"))
    report = await _report_of(session, case, callback_data.identifier or standing[-1].id)
    data = {"case": case.id, "report": report.id}
    return await ask(callback, state, Type.statement, texts.ask_statement(report), data, t("The number"))


async def _report_of(session: AsyncSession, case: Case, report_id: int) -> Report:
    report = await session.get(Report, report_id)
    if report is None or report.case_id != case.id or report.status == "withdrawn":
        raise Refusal(No.gone)
    return report


async def typed_statement(message: Message, session: AsyncSession, state: FSMContext, now: datetime) -> Answer:
    data = await answered(message, state)
    number = proceedings.register_number(message.text or "")
    case, officer = await acts(message, data["case"], Action.kui, session, now, report=data["report"])
    report = await _report_of(session, case, data["report"])
    await proceedings.statement(session, case=case, report=report, number=number, officer=officer, now=now)
    await state.clear()
    return thumb(message)


async def criminal_case(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, state: FSMContext
) -> Answer:
    """ЕРДР: first about which identifiers, then the number."""
    case = await cases.of(session, callback_data.case)
    listed = await stored.named_most(session, case.id, CHOOSABLE)
    if callback_data.choice != "all" and not callback_data.identifier and len(listed) > 1:
        return choose(callback, keyboards.identifiers(case, listed, "erdr", all_of_them=True))
    chosen = [one.id for one in listed if callback_data.choice == "all" or callback_data.identifier in (0, one.id)]
    if not chosen:
        raise Refusal(No.gone)
    data = {"case": case.id, "identifiers": chosen}
    return await ask(callback, state, Type.criminal_case, texts.ask_criminal_case(case), data, t("The number"))


async def typed_criminal_case(message: Message, session: AsyncSession, state: FSMContext, now: datetime) -> Answer:
    data = await answered(message, state)
    number = proceedings.register_number(message.text or "")
    case, officer = await acts(message, data["case"], Action.erdr, session, now)
    about: Sequence[Identifier] = [await cases.identifier_of(session, case, one) for one in data["identifiers"]]
    await proceedings.criminal_case(session, case=case, identifiers=about, number=number, officer=officer, now=now)
    await state.clear()
    return thumb(message)


async def publish(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, rules: Rules, now: datetime
) -> Answer:
    case, officer = await acts(callback, callback_data.case, Action.publish, session, now)
    await proceedings.publish(session, case=case, officer=officer, threshold=rules.threshold, now=now)
    return notify(callback, texts.noted())


async def merge(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, state: FSMContext, now: datetime
) -> Answer:
    """With one that is suggested, or with one whose number is typed."""
    if callback_data.identifier:
        into = await _merged(callback, session, callback_data.case, callback_data.identifier, now)
        return notify(callback, texts.joined(into))
    case = await cases.of(session, callback_data.case)
    if callback_data.choice != "typed":
        return choose(callback, keyboards.mergeable(case, await suggested(session, case)))
    return await ask(callback, state, Type.other_case, texts.ask_other_case(case), {"case": case.id}, "C-1042")


async def _merged(
    event: CallbackQuery | Message, session: AsyncSession, case_id: int, other_id: int, now: datetime
) -> Case:
    case, officer = await acts(event, case_id, Action.merge, session, now, other=other_id)
    return await cases.merge(session, case=case, other=await cases.of(session, other_id), officer=officer, now=now)


async def typed_other_case(message: Message, session: AsyncSession, state: FSMContext, now: datetime) -> Answer:
    data = await answered(message, state)
    typed = re.fullmatch(r"\s*[CcСс]?\s*-?\s*(\d{4,9})\s*", message.text or "")
    other = int(typed[1]) - FIRST_NUMBER if typed else 0
    if other <= 0 or await session.get(Case, other) is None:
        raise Refusal(No.no_such_case)
    await _merged(message, session, data["case"], other, now)
    await state.clear()
    return thumb(message)


async def split(callback: CallbackQuery, callback_data: Move, session: AsyncSession, now: datetime) -> Answer:
    """Parts off the reports that name one identifier."""
    if not callback_data.identifier:
        case = await cases.of(session, callback_data.case)
        listed = await stored.named_most(session, case.id, CHOOSABLE)
        return choose(callback, keyboards.identifiers(case, listed, "split"))
    case, officer = await acts(
        callback, callback_data.case, Action.split, session, now, identifier=callback_data.identifier
    )
    about = await cases.identifier_of(session, case, callback_data.identifier)
    fresh = await cases.split(session, case=case, identifier=about, officer=officer, now=now)
    return notify(callback, texts.parted(fresh))


async def undo(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, rules: Rules, now: datetime
) -> Answer:
    """The newest move, for ten minutes; a closed case can be opened again so."""
    case, officer = await acts(callback, callback_data.case, Action.undo, session, now)
    what = await undoing.undo(session, case=case, officer=officer, threshold=rules.threshold, now=now)
    return notify(callback, texts.taken_back(what))


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(typed_statement, Type.statement, F.text, TO_THE_BOT)
    router.message.register(typed_criminal_case, Type.criminal_case, F.text, TO_THE_BOT)
    router.message.register(typed_other_case, Type.other_case, F.text, TO_THE_BOT)
    router.callback_query.register(assign, Move.filter(F.verb == "assign"))
    router.callback_query.register(statement, Move.filter((F.verb == "erdr") & (F.choice == "kui")))
    router.callback_query.register(publish, Move.filter((F.verb == "erdr") & (F.choice == "publish")))
    router.callback_query.register(criminal_case, Move.filter(F.verb == "erdr"))
    router.callback_query.register(merge, Move.filter(F.verb == "merge"))
    router.callback_query.register(split, Move.filter(F.verb == "split"))
    router.callback_query.register(undo, Move.filter(F.verb == "undo"))
    return router
