"""`/roles`: who is at the desk and what they may do; set by the group's administrators. `/audit`: who did what."""

from collections.abc import Sequence
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineKeyboardMarkup, Message
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import desk
from core.cases import Officer
from core.desk import Action, Role, allow
from core.refusal import No, Refusal
from handlers.check.keyboards import Rows, button
from handlers.desk.flow import officer_of
from handlers.language import lines, moment, t
from handlers.say import Answer, say, show
from storage import audit
from storage.tables import Audit, DeskMember

PAGE = 15
IN_GROUP = {"member", "administrator", "creator", "restricted"}


class Appoint(CallbackData, prefix="role"):
    member: int
    role: str


class Log(CallbackData, prefix="audit"):
    page: int
    about: str = ""


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
        t("Seniors hand over, publish, decide appeals and read the log. The group’s administrators appoint them."),
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
    user, status = event.new_chat_member.user, event.new_chat_member.status
    if not user.is_bot:
        here = status in IN_GROUP
        administrator = status in ("administrator", "creator")
        await desk.met(session, Officer(user.id, user.full_name), present=here, administrator=administrator, now=now)
    return []


async def log(message: Message, command: CommandObject, session: AsyncSession, now: datetime) -> Answer:
    """`/audit`, `/audit C-1042`, `/audit 700000001` (an officer's Telegram id)."""
    await allow(session, officer_of(message), Action.audit, now=now)
    about = (command.args or "").strip()[:20]
    return say(message, *await _log(session, about, 0))


async def turn_log(callback: CallbackQuery, callback_data: Log, session: AsyncSession, now: datetime) -> Answer:
    await allow(session, officer_of(callback), Action.audit, now=now)
    return show(callback, *await _log(session, callback_data.about, max(callback_data.page, 0)))


async def _log(session: AsyncSession, about: str, page: int) -> tuple[Markup, InlineKeyboardMarkup | None]:
    officer = f"officer:{about}" if about.isdecimal() else None
    case = f"case:{int(about[2:]) - 1000}" if about.upper().startswith("C-") and about[2:].isdecimal() else None
    found = await audit.newest(session, actor=officer, subject=case, offset=page * PAGE, limit=PAGE + 1)
    rows: Rows = []
    if page:
        rows.append([button("‹", Log(page=page - 1, about=about))])
    if len(found) > PAGE:
        rows.append([button("›", Log(page=page + 1, about=about))])
    text = lines(t("<b>Who did what</b>"), *map(_entry, found[:PAGE])) if found else t("Nothing is noted.")
    return text, InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _entry(row: Audit) -> Markup:
    return Markup("{} · {} · {} {}").format(moment(row.at), row.actor_name or row.actor, row.action, row.subject or "")


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(roles, Command("roles"))
    router.message.register(log, Command("audit"))
    router.callback_query.register(appoint, Appoint.filter())
    router.callback_query.register(turn_log, Log.filter())
    router.chat_member.register(changed, F.chat.type != "private")
    return router
