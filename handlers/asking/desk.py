"""An officer asks the reporter of one report, or all reporters of a case."""

from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, questions
from core.desk import Action
from core.refusal import No, Refusal
from handlers.asking import texts
from handlers.desk import keyboards
from handlers.desk.flow import TO_THE_BOT, acts, answered, ask, choose, thumb, typed_words
from handlers.desk.keyboards import Move
from handlers.language import t
from handlers.say import Answer
from storage import cases as stored
from storage import questions as rows
from storage.tables import Report

CHOOSABLE = 8


class Type(StatesGroup):
    question = State()


async def begin(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, state: FSMContext, now: datetime
) -> Answer:
    """First whom, then what. Whoever cannot be asked is said at once, not after the typing."""
    case = await cases.of(session, callback_data.case)
    listed = [one for one in await stored.newest(session, case.id, CHOOSABLE) if one.status != "withdrawn"]
    data = {"case": case.id, "report": callback_data.identifier}
    if callback_data.choice == "all":
        people = await rows.count_reachable(session, case.id)
        if not people:
            raise Refusal(No.not_reachable)
        return await ask(callback, state, Type.question, texts.ask_everybody(case, people), data, t("The question"))
    if not callback_data.identifier and case.reports != 1:
        return choose(callback, keyboards.reports(case, listed, "ask", "", all_of_them=case.reports > 1))
    report_id = callback_data.identifier or next((one.id for one in listed), 0)
    report = await questions.may_ask(session, case=case, report_id=report_id, now=now)
    return await ask(
        callback, state, Type.question, texts.ask_about(report), {**data, "report": report.id}, t("The question")
    )


async def typed(message: Message, session: AsyncSession, state: FSMContext, now: datetime) -> Answer:
    """Codes and card numbers in it are not kept."""
    data, words = await answered(message, state), typed_words(message)
    report = await session.get(Report, data["report"]) if data["report"] else None
    case, officer = await acts(
        message, data["case"], Action.ask, session, now, report=report.number if report else None
    )
    if report:
        await questions.ask(session, case=case, report_id=report.id, words=words, officer=officer, now=now)
    else:
        await questions.ask_all(session, case=case, words=words, officer=officer, now=now)
    await state.clear()
    return thumb(message)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(typed, Type.question, F.text, TO_THE_BOT)
    router.callback_query.register(begin, Move.filter(F.verb == "ask"))
    return router
