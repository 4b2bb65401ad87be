"""A wrong move at the desk can be taken back for ten minutes: the case, its reports and verdicts stand as before."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import blocks, cases, joining
from core.cases import UNDO_FOR, Officer
from core.refusal import No, Refusal
from storage import cases as rows
from storage import proceedings
from storage.tables import Case, History, Identifier, Report

Undo = Callable[[AsyncSession, Case, History, int, datetime], Awaitable[None]]


async def undo(session: AsyncSession, *, case: Case, officer: Officer, threshold: int, now: datetime) -> str:
    """Takes back the newest move on the case; returns its step. Raises `Refusal`: nothing_to_undo."""
    move = await rows.last_move(session, case.id, now - UNDO_FOR)
    if move is None or move.step not in UNDO:
        raise Refusal(No.nothing_to_undo)
    move.undone_at = now
    session.add(move)
    await UNDO[move.step](session, case, move, threshold, now)
    session.add(case)
    await session.flush()
    if move.step in TOLD:
        await cases.spread(session, case, move, now=now)
    await cases.moved(session, case, "undone", officer, now, undid=move.step)
    return move.step


async def _taken(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    was: dict[str, Any] = move.data.get("was") or {"id": None, "name": None}
    case.taken_by, case.taken_name = was["id"], was["name"]
    case.status = "taken" if case.taken_by else "open"


async def _decided(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    identifier = await session.get_one(Identifier, move.data["identifier"])
    decision = await rows.decision_of_move(session, case.id, identifier.id, move.step)
    if decision:
        decision.undone_at = now
        session.add(decision)
        await session.flush()
    await cases.judged(session, identifier, threshold=threshold, now=now)


async def _closed(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    case.status, case.outcome, case.closed_at = move.data["was"], None, None
    await joining.reopen(session, case)


async def _merged(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    other = await session.get_one(Case, move.data["other"])
    await joining.unmerge(session, case, other, move.data["came"])
    await cases.refresh_card(session, other.id, now=now)


async def _split(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    other = await session.get_one(Case, move.data["other"])
    case.apart = [one for one in case.apart if one != other.id]
    other.apart = [one for one in other.apart if one != case.id]
    await joining.merge(session, case, other)
    await cases.refresh_card(session, other.id, now=now)


async def _statement(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    report = await session.get_one(Report, move.data["report"])
    report.statement_number = move.data["was"]
    session.add(report)
    await cases.tell(session, report, "undone", now=now)


async def _criminal_case(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    for sign in await proceedings.by_ids(session, move.data["signs"]):
        sign.withdrawn_at = now
        session.add(sign)


async def _published(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    for sign in await proceedings.by_ids(session, move.data["signs"]):
        sign.published = False
        session.add(sign)
        await session.flush()
        await cases.judged(session, await session.get_one(Identifier, sign.identifier_id), threshold=threshold, now=now)


async def _block(session: AsyncSession, case: Case, move: History, threshold: int, now: datetime) -> None:
    await blocks.take_back(session, request_id=move.data["request"], now=now)


TOLD = frozenset({"taken", "confirmed", "rejected", "closed", "published"})
UNDO: dict[str, Undo] = {
    "taken": _taken,
    "assigned": _taken,
    "returned": _taken,
    "confirmed": _decided,
    "rejected": _decided,
    "closed": _closed,
    "merged": _merged,
    "split": _split,
    "statement": _statement,
    "criminal_case": _criminal_case,
    "published": _published,
    "block": _block,
}
