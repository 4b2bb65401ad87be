"""Who may do what at the desk. One table; the audit has every action."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.cases import Officer
from core.refusal import No, Refusal
from storage import desk as rows
from storage.tables import DeskMember


class Role(StrEnum):
    officer = "officer"
    senior = "senior"


class Action(Enum):
    take = "take"
    assign = "assign"
    give_back = "give_back"
    confirm = "confirm"
    reject = "reject"
    block = "block"
    ask = "ask"
    kui = "kui"
    erdr = "erdr"
    publish = "publish"
    merge = "merge"
    split = "split"
    undo = "undo"
    close = "close"
    appeal = "appeal"
    queue = "queue"
    find = "find"
    digest = "digest"
    stats = "stats"
    export = "export"
    roles = "roles"
    audit = "audit"


SENIORS_ONLY = frozenset({Action.assign, Action.publish, Action.appeal, Action.export, Action.audit})
MAY: Mapping[Action, frozenset[Role]] = {
    action: frozenset({Role.senior}) if action in SENIORS_ONLY else frozenset(Role) for action in Action
}


async def allow(
    session: AsyncSession,
    officer: Officer,
    action: Action,
    *,
    subject: str | None = None,
    now: datetime,
    **data: Any,
) -> Role:
    """Raises `Refusal`: not_member, not_allowed. A desk without a senior lets its officers do everything."""
    member = await rows.obtain(session, DeskMember(telegram_id=officer.id, name=officer.name, updated_at=now))
    if not member.present:
        raise Refusal(No.not_member)
    role = Role(member.role)
    if role not in MAY[action] and await seniors(session):
        raise Refusal(No.not_allowed)
    return role


async def present(session: AsyncSession) -> Sequence[DeskMember]:
    return await rows.present(session)


async def seniors(session: AsyncSession) -> Sequence[DeskMember]:
    return [one for one in await rows.present(session) if one.role == Role.senior]
