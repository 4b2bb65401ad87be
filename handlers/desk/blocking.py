"""An officer asks who can block something of the case to do it: what, then a confirmation, then it is on its way."""

from datetime import datetime

from aiogram import F, Router
from aiogram.types import CallbackQuery
from sqlmodel.ext.asyncio.session import AsyncSession

from core import blocks, cases
from core.desk import Action
from core.refusal import No, Refusal
from core.routing import Connected
from handlers.desk import keyboards, texts
from handlers.desk.flow import acts, choose
from handlers.desk.keyboards import Move
from handlers.say import Answer, notify
from storage import cases as stored

CHOOSABLE = 8


async def block(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, connected: Connected, now: datetime
) -> Answer:
    """Raises `Refusal`: nobody_to_ask where no partner is connected that could do it, block_open."""
    if callback_data.choice == "sure":
        return await _ask(callback, callback_data, session, connected, now)
    case = await cases.of(session, callback_data.case)
    if callback_data.identifier:
        named = [await cases.identifier_of(session, case, callback_data.identifier)]
    else:
        named = list(await stored.named_most(session, case.id, CHOOSABLE))
    possible = blocks.can_block(connected, named)
    if not possible:
        raise Refusal(No.nobody_to_ask)
    if callback_data.identifier:
        return choose(callback, keyboards.really_block(case, *possible[0]))
    return choose(callback, keyboards.blockable(case, possible))


async def _ask(
    callback: CallbackQuery, callback_data: Move, session: AsyncSession, connected: Connected, now: datetime
) -> Answer:
    case, officer = await acts(
        callback, callback_data.case, Action.block, session, now, identifier=callback_data.identifier
    )
    about = await cases.identifier_of(session, case, callback_data.identifier)
    request = await blocks.ask(session, case=case, identifier=about, connected=connected, officer=officer, now=now)
    return notify(callback, texts.block_asked(request))


def routes() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(block, Move.filter(F.verb == "block"))
    return router
