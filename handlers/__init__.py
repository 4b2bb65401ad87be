"""Everything said in Telegram: one table of what answers what."""

from typing import Any

from aiogram import F, Router

from handlers import desk
from handlers.appeal import desk as appeals_at_desk
from handlers.appeal import flow as appeal
from handlers.asking import desk as asking_at_desk
from handlers.asking import flow as asking
from handlers.broadcast import citizens as warnings
from handlers.broadcast import flow as studio
from handlers.check import flow as check
from handlers.mine import flow as mine
from handlers.privacy import flow as privacy
from handlers.report import enriching
from handlers.report import flow as report
from handlers.sos import answers as sos_answers
from handlers.sos import flow as sos
from handlers.trust import flow as trust
from handlers.welcome import flow as welcome

GROUPS = {"group", "supergroup", "channel"}


async def in_desk_group(_event: Any, at_desk: bool) -> bool:
    return at_desk


def routes() -> Router:
    """The desk group first, then other groups, then private chats. Later routers get what earlier ones left."""
    root = Router(name="handlers")
    desk_group = desk.routes(appeals_at_desk.routes(), asking_at_desk.routes())
    for name in ("message", "edited_message", "callback_query", "my_chat_member", "chat_member"):
        desk_group.observers[name].filter(in_desk_group)
    groups = welcome.group_routes()
    for name in ("message", "edited_message", "my_chat_member"):
        groups.observers[name].filter(F.chat.type.in_(GROUPS))
    groups.callback_query.filter(F.message.chat.type.in_(GROUPS))
    root.include_routers(desk_group, desk.elsewhere_routes(), groups, private_routes())
    return root


def private_routes() -> Router:
    private = Router(name="private")
    private.include_routers(
        studio.routes(), warnings.routes(), trust.routes(), check.routes(), welcome.routes(), privacy.routes(),
        mine.routes(), report.routes(),
        asking.routes(), enriching.routes(), appeal.routes(), sos.routes(), sos_answers.routes(), _drops(),
        appeal.answer_routes(), enriching.answer_routes(), asking.answer_routes(), sos_answers.answer_routes(),
        check.last_routes(), welcome.last_routes(),
    )  # fmt: skip
    return private


def _drops() -> Router:
    """Plainly something to check: also while a question is open."""
    router = Router(name="drops")
    router.message.register(check.drop, check.pure_drop)
    return router
