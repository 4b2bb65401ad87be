"""Who may do what at the desk. One table; the audit has every action."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import audit
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
    topics = "topics"
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
    """Lets the officer act, and notes it in the audit log. Returns their role. Raises as `may`."""
    role = await may(session, officer, action, now=now)
    await audit.append(
        session, actor=f"officer:{officer.id}", actor_name=officer.name, action=action.value, subject=subject, now=now,
        **data,
    )  # fmt: skip
    return role


async def may(session: AsyncSession, officer: Officer, action: Action, *, now: datetime) -> Role:
    """Whether the officer may, for a menu that shows nothing yet. Returns their role.

    A desk without a senior lets its officers do everything. Raises `Refusal`: not_member, not_allowed.
    """
    member = await rows.obtain(session, DeskMember(telegram_id=officer.id, name=officer.name, updated_at=now))
    if not member.present:
        raise Refusal(No.not_member)
    member.name = officer.name
    session.add(member)
    role = Role(member.role)
    if role not in MAY[action] and await seniors(session):
        raise Refusal(No.not_allowed)
    return role


async def allow_administrator(
    session: AsyncSession, officer: Officer, action: Action, *, subject: str | None = None, now: datetime, **data: Any
) -> None:
    """Like `allow`, for what only the group's administrators set. Raises `Refusal`: not_administrator too."""
    await allow(session, officer, action, subject=subject, now=now, **data)
    actor = await session.get(DeskMember, officer.id)
    if actor is None or not actor.administrator:
        raise Refusal(No.not_administrator)


async def appoint(session: AsyncSession, *, by: Officer, member_id: int, role: Role, now: datetime) -> DeskMember:
    """A role is given by the group's administrators alone. Raises `Refusal`: not_administrator, gone."""
    subject = f"officer:{member_id}"
    await allow_administrator(session, by, Action.roles, subject=subject, now=now, role=role.value)
    member = await session.get(DeskMember, member_id)
    if member is None or not member.present:
        raise Refusal(No.gone)
    member.role, member.updated_at = role.value, now
    session.add(member)
    return member


async def met(session: AsyncSession, officer: Officer, *, present: bool, administrator: bool, now: datetime) -> None:
    """Telegram tells who is in the group and who administers it. Who left keeps no role."""
    member = await rows.obtain(session, DeskMember(telegram_id=officer.id, name=officer.name, updated_at=now))
    member.name, member.present, member.administrator, member.updated_at = officer.name, present, administrator, now
    member.role = member.role if present else Role.officer.value
    session.add(member)


async def present(session: AsyncSession) -> Sequence[DeskMember]:
    return await rows.present(session)


async def seniors(session: AsyncSession) -> Sequence[DeskMember]:
    return [one for one in await rows.present(session) if one.role == Role.senior]
