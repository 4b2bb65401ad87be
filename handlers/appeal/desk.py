"""The desk decides an appeal: clear or keep, with a reason."""

from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import appeals
from core.desk import Action, allow
from core.refusal import No, Refusal
from core.reports import Rules
from handlers.appeal import keyboards, texts
from handlers.appeal.texts import REASONS
from handlers.desk.flow import TO_THE_BOT, answered, ask, choose, officer_of, thumb, typed_words
from handlers.desk.keyboards import Move
from handlers.desk.texts import noted
from handlers.language import t
from handlers.say import Answer, notify


class Why(StatesGroup):
    reason = State()


async def decide(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, rules: Rules, state: FSMContext, now: datetime
) -> Answer:
    """`clear`, `keep`, then `clear.<reason>`, `keep.<reason>`."""
    appeal = await appeals.of(session, callback_data.case)
    way, _, reason = callback_data.choice.partition(".")
    if way == "back":
        return choose(callback, keyboards.ways(appeal))
    if way not in REASONS:
        raise Refusal(No.gone)
    if not reason:
        return choose(callback, keyboards.reasons(appeal, way))
    if reason == "typed":
        data = {"appeal": appeal.id, "way": way}
        return await ask(callback, state, Why.reason, texts.ask_reason(appeal, way), data, t("The reason"))
    if reason not in REASONS[way]:
        raise Refusal(No.gone)
    await _decide(callback, session, appeal.id, way, reason, rules, now)
    return notify(callback, noted())


async def typed_reason(
    message: Message, session: AsyncSession, rules: Rules, state: FSMContext, now: datetime
) -> Answer:
    data = await answered(message, state)
    await _decide(message, session, data["appeal"], data["way"], typed_words(message), rules, now)
    await state.clear()
    return thumb(message)


async def _decide(
    event: CallbackQuery | Message,
    session: AsyncSession,
    appeal_id: int,
    way: str,
    reason: str,
    rules: Rules,
    now: datetime,
) -> None:
    officer, appeal = officer_of(event), await appeals.of(session, appeal_id)
    await allow(session, officer, Action.appeal, subject=f"appeal:{appeal.id}", now=now, way=way)
    await appeals.decide(
        session, appeal=appeal, cleared=way == "clear", reason=reason, officer=officer, threshold=rules.threshold,
        now=now,
    )  # fmt: skip


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(typed_reason, Why.reason, F.text, TO_THE_BOT)
    router.callback_query.register(decide, Move.filter(F.verb == "appeal"))
    return router
