"""`/roles`: who is at the desk and what they may do; set by the group's administrators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    CallbackQuery,
    ChatMemberRestricted,
    ChatMemberUnion,
    ChatMemberUpdated,
    InlineKeyboardMarkup,
    Message,
)
from markupsafe import Markup
from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from core import desk
from core.cases import Officer
from core.desk import Action, Role, allow
from core.refusal import No, Refusal
from handlers.check.keyboards import Rows, button
from handlers.desk.flow import officer_of
from handlers.language import lines, t
from handlers.say import Answer, say, show
from storage.tables import DeskMember

TelegramId = Annotated[int, Field(gt=0, lt=2**53)]
ADMINISTRATORS = ("administrator", "creator")


class Appoint(CallbackData, prefix="role"):
    member: TelegramId
    role: str


async def roles(message: Message, session: AsyncSession, now: datetime) -> Answer:
    await allow(session, officer_of(message), Action.roles, now=now)
    members = await desk.present(session)
    return say(message, listed(members), _keyboard(members))


async def appoint(callback: CallbackQuery, callback_data: Appoint, session: AsyncSession, now: datetime) -> Answer:
    if callback_data.role not in Role.__members__:
        raise Refusal(No.gone)
    await desk.appoint(
        session, by=officer_of(callback), member_id=callback_data.member, role=Role(callback_data.role), now=now
    )
    members = await desk.present(session)
    return show(callback, listed(members), _keyboard(members))


def listed(members: Sequence[DeskMember]) -> Markup:
    names = {"officer": t("officer"), "senior": t("senior")}
    return lines(
        t("<b>At the desk</b>"),
        *(Markup("{} · {}").format(one.name, names[one.role]) for one in members),
        "",
        t(
            "Seniors hand over, publish, decide appeals, take data out and read the log."
            " The group’s administrators appoint them."
        ),
        t("Without a senior every officer may do all of it."),
    )


def _keyboard(members: Sequence[DeskMember]) -> InlineKeyboardMarkup:
    rows: Rows = []
    for one in members:
        label = (
            t("{name}: make senior", name=one.name)
            if one.role == "officer"
            else t("{name}: make officer", name=one.name)
        )
        other = Role.senior if one.role == "officer" else Role.officer
        rows.append([button(label, Appoint(member=one.telegram_id, role=other.value))])
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def changed(event: ChatMemberUpdated, session: AsyncSession, now: datetime) -> Answer:
    """Somebody came, left, or became an administrator."""
    await note(session, event.new_chat_member, now)
    return []


async def note(session: AsyncSession, member: ChatMemberUnion, now: datetime) -> None:
    """What Telegram says of one of the group, kept. Bots are nobody at the desk."""
    if member.user.is_bot:
        return
    here = member.is_member if isinstance(member, ChatMemberRestricted) else member.status not in ("left", "kicked")
    officer = Officer(member.user.id, member.user.full_name)
    await desk.met(session, officer, present=here, administrator=member.status in ADMINISTRATORS, now=now)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(roles, Command("roles"))
    router.callback_query.register(appoint, Appoint.filter())
    router.chat_member.register(changed, F.chat.type != "private")
    return router
