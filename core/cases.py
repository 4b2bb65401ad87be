"""What the desk does with a case. Every move: one history row, the card drawn anew, the reporters told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, summaries, testimonies
from core.refusal import No, Refusal
from storage import reports as rows
from storage.tables import Case, Decision, History, Identifier, Report

OUTCOMES = ("measures", "statement", "no_grounds")
FIRST_NUMBER = 1000


@dataclass(frozen=True, slots=True)
class Officer:
    """Who acted at the desk: Telegram id and the name the group sees."""

    id: int
    name: str


def number(case: Case | int) -> str:
    return f"C-{FIRST_NUMBER + (case if isinstance(case, int) else case.id)}"


async def take_in(session: AsyncSession, report: Report, *, now: datetime) -> Case:
    """Opens a case for a forwarded report and posts its card."""
    case = Case(created_at=now)
    session.add(case)
    await session.flush()
    report.case_id = case.id
    session.add(report)
    await tell(session, report, "forwarded", now=now)
    await refresh_card(session, case.id, now=now)
    return case


async def refresh_card(session: AsyncSession, case_id: int | None, *, now: datetime) -> None:
    """The card is drawn from the rows when it is sent, so several changes make one edit."""
    await outbox.renew(session, "card", {"case": case_id}, key=f"card:{case_id}", now=now)


async def tell(
    session: AsyncSession,
    report: Report,
    step: str,
    *,
    now: datetime,
    officer: Officer | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """A step of the report's history that its reporter hears, in order, once."""
    row = History(
        at=now,
        report_id=report.id,
        case_id=None,
        step=step,
        actor_id=officer.id if officer else None,
        actor_name=officer.name if officer else None,
        data=data or {},
    )
    session.add(row)
    await session.flush()
    if report.reporter_id:
        order = f"person:{report.reporter_id}"
        await outbox.put(session, "status", {"history": row.id}, key=f"status:{row.id}", now=now, order=order)


async def of(session: AsyncSession, case_id: int, *, open_only: bool = True) -> Case:
    """The case, held until the commit. Raises `Refusal`: gone, case_closed."""
    case = await rows.lock_case(session, case_id)
    if case is None:
        raise Refusal(No.gone)
    if open_only and case.status == "closed":
        raise Refusal(No.case_closed)
    return case


async def _moved(session: AsyncSession, case: Case, step: str, officer: Officer, now: datetime, **data: Any) -> None:
    session.add(case)
    session.add(History(at=now, case_id=case.id, step=step, actor_id=officer.id, actor_name=officer.name, data=data))
    await session.flush()
    await refresh_card(session, case.id, now=now)


async def _standing(session: AsyncSession, case: Case) -> Sequence[Report]:
    return [report for report in await rows.of_case(session, case.id) if report.status != "withdrawn"]


async def take(session: AsyncSession, *, case: Case, officer: Officer, now: datetime) -> None:
    """The officer works on it from now on; a second tap of the same officer changes nothing. Raises: case_taken."""
    if case.taken_by == officer.id:
        return
    if case.taken_by:
        raise Refusal(No.case_taken)
    case.status, case.taken_by, case.taken_at = "taken", officer.id, now
    await _moved(session, case, "taken", officer, now)
    for report in await _standing(session, case):
        if report.status == "forwarded":
            report.status = "taken"
            session.add(report)
            await tell(session, report, "taken", now=now)


async def give_back(session: AsyncSession, *, case: Case, officer: Officer, now: datetime) -> None:
    """Returns a taken case to the others. Raises `Refusal`: case_not_taken."""
    if case.taken_by != officer.id:
        raise Refusal(No.case_not_taken)
    case.status, case.taken_by, case.taken_at = "open", None, None
    await _moved(session, case, "returned", officer, now)


async def identifier_of(session: AsyncSession, case: Case, identifier_id: int) -> Identifier:
    """Raises `Refusal`: gone, where the identifier is not one of this case."""
    for row in await rows.case_identifiers(session, case.id):
        if row.id == identifier_id:
            return row
    raise Refusal(No.gone)


async def decide(
    session: AsyncSession,
    *,
    case: Case,
    identifier: Identifier,
    result: str,
    reason: str,
    officer: Officer,
    threshold: int,
    now: datetime,
) -> None:
    """Confirms or rejects (`confirmed`, `rejected`) one identifier with a reason. The same again changes nothing."""
    assert identifier.id is not None and case.id is not None
    known = (await rows.decisions(session, case.id)).get(identifier.id)
    if known and known.result == result and known.reason == reason:
        return
    session.add(
        Decision(
            case_id=case.id, identifier_id=identifier.id, result=result, reason=reason, officer_id=officer.id, at=now
        )
    )
    await session.flush()
    await summaries.refresh(session, identifier, threshold=threshold, now=now)
    await testimonies.earn_later(session, identifier, now=now)
    await _moved(session, case, result, officer, now, identifier=identifier.id, reason=reason)
    for report in await _standing(session, case):
        await _apply_decision(session, case, report, identifier, result, now)


async def _apply_decision(
    session: AsyncSession, case: Case, report: Report, identifier: Identifier, result: str, now: datetime
) -> None:
    """A report is confirmed with its first confirmed identifier, and not confirmed when all are rejected."""
    listed = [row.id for row in await rows.identifiers(session, report.id)]
    if identifier.id not in listed:
        return
    decided = await rows.decisions(session, case.id)
    results = [decided[one].result if one in decided else None for one in listed if one is not None]
    if "confirmed" in results:
        report.status = "confirmed"
    elif all(one == "rejected" for one in results):
        report.status = "not_confirmed"
    elif report.status == "confirmed":  # the desk changed its mind, and the rest is not decided yet
        report.status = "taken" if case.taken_by else "forwarded"
    session.add(report)
    step = "identifier_confirmed" if result == "confirmed" else "identifier_rejected"
    await tell(session, report, step, now=now, data={"identifier": identifier.id})


async def close(session: AsyncSession, *, case: Case, outcome: str, officer: Officer, now: datetime) -> None:
    """Ends the work on a case; `outcome` is one of OUTCOMES."""
    case.status, case.outcome, case.closed_at = "closed", outcome, now
    await _moved(session, case, "closed", officer, now, outcome=outcome)
    for report in await _standing(session, case):
        if report.status in rows.OPEN:
            report.status = "closed"
            session.add(report)
        await tell(session, report, "closed", now=now, data={"outcome": outcome})
