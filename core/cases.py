"""What the desk does with a case. Every move: one history row, the card drawn anew, the reporters told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import copies, joining, outbox, summaries, testimonies
from core.refusal import No, Refusal
from core.scamreport import FIRST_CASE as FIRST_NUMBER
from storage import cases as stored
from storage import reports as rows
from storage.tables import Case, Decision, History, Identifier, Report

OUTCOMES = ("measures", "statement", "no_grounds")
CARD_EVERY = timedelta(seconds=30)  # growth edits a card no more often; an officer's move does at once
UNDO_FOR = timedelta(minutes=10)
RUNNING_FOR = timedelta(hours=2)  # so long money that left may still be stopped
UNTOUCHED = timedelta(minutes=15)
PEOPLE_MARKS = (10, 50, 100, 500, 1000)
LOSS_MARKS = (1_000_000_00, 10_000_000_00, 100_000_000_00)  # tiyn


@dataclass(frozen=True, slots=True)
class Officer:
    """Who acted at the desk: Telegram id and the name the group sees."""

    id: int
    name: str


def number(case: Case | int) -> str:
    return f"C-{FIRST_NUMBER + (case if isinstance(case, int) else case.id)}"


async def take_in(session: AsyncSession, report: Report, *, now: datetime) -> Case:
    """A forwarded report joins its case, and its reporter hears that it arrived."""
    case = await join(session, report, now=now)
    await outbox.put(session, "similar", {"report": report.id}, key=f"similar:{report.id}", now=now)
    await tell(session, report, "forwarded", now=now)
    await copies.share_later(session, report, now=now)
    await grown(session, case, report, reports=1, loss=report.loss_minor or 0, now=now)
    for move in await stored.moves_on(session, case.id, report.id):
        await _spread_to(session, case, move, report, now)
    return case


async def join(session: AsyncSession, report: Report, *, now: datetime) -> Case:
    """The case of the report by what it names now; the cards of cases merged on the way say so."""
    case, merged = await joining.join(session, report, now=now)
    for other in merged:
        await refresh_card(session, other.id, now=now)
    return case


async def _spread_to(session: AsyncSession, case: Case, move: History, report: Report, now: datetime) -> None:
    """A report that comes late hears what the desk did on its case before."""
    payload = {"move": move.id, "case": case.id, "after": report.id - 1, "upto": report.id}
    key = f"spread:{move.id}:{report.id}"
    await outbox.put(session, "spread", payload, key=key, now=now, order=f"case:{case.id}")


async def grown(
    session: AsyncSession, case: Case, report: Report, *, now: datetime, reports: int = 0, loss: int = 0
) -> None:
    """Sums, marks and the card after a report came (+1), went (-1) or changed its loss by `loss`."""
    case.reports, case.loss_minor = case.reports + reports, case.loss_minor + loss
    case.last_at = now if reports > 0 else case.last_at
    case.scheme = case.scheme or report.scheme
    left_at = report.loss_at or report.created_at
    gone = loss > 0 or (report.loss_at is not None and reports >= 0)  # also where nobody knows how much
    if gone and left_at > now - RUNNING_FOR:
        await _running(session, case, left_at + RUNNING_FOR, now)
    crossed = [f"people:{mark}" for mark in PEOPLE_MARKS if case.reports >= mark]
    crossed += [f"loss:{mark}" for mark in LOSS_MARKS if case.loss_minor >= mark]
    for mark in [one for one in crossed if one not in case.marks][-1:]:
        await outbox.put(session, "mark", {"case": case.id, "mark": mark}, key=f"mark:{case.id}:{mark}", now=now)
    case.marks = sorted({*case.marks, *crossed})
    session.add(case)
    await refresh_card(session, case.id, now=now, due=(case.card_at or now - CARD_EVERY) + CARD_EVERY)


async def _running(session: AsyncSession, case: Case, until: datetime, now: datetime) -> None:
    """Money is leaving right now: an alert, again after 15 minutes, then the seniors by name."""
    fresh = case.running_until is None or case.running_until < now
    case.running_until = max(filter(None, (case.running_until, until)))
    for number_, name in enumerate(("running", "again", "seniors") if fresh else ()):
        key = f"running:{case.id}:{name}:{until:%Y%m%d%H%M}"
        await outbox.put(
            session, "running", {"case": case.id, "call": name}, key=key, now=now, due=now + number_ * UNTOUCHED
        )


async def refresh_card(
    session: AsyncSession, case_id: int | None, *, now: datetime, due: datetime | None = None
) -> None:
    """The card is drawn from the rows when it is sent, so several changes make one edit."""
    due = max(due, now) if due else now
    await outbox.renew(session, "card", {"case": case_id}, key=f"card:{case_id}", now=now, due=due)


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
    """The case, held until the commit. Raises `Refusal`: gone, case_merged, case_closed."""
    case = await rows.lock_case(session, case_id)
    if case is None:
        raise Refusal(No.gone)
    if open_only and case.status == "merged":
        raise Refusal(No.case_merged)
    if open_only and case.status == "closed":
        raise Refusal(No.case_closed)
    return case


async def moved(session: AsyncSession, case: Case, step: str, officer: Officer, now: datetime, **data: Any) -> History:
    session.add(case)
    row = History(at=now, case_id=case.id, step=step, actor_id=officer.id, actor_name=officer.name, data=data)
    session.add(row)
    await session.flush()
    await refresh_card(session, case.id, now=now)
    return row


async def take(session: AsyncSession, *, case: Case, officer: Officer, now: datetime) -> None:
    """The officer works on it from now on; a second tap of the same officer changes nothing. Raises: case_taken."""
    if case.taken_by == officer.id:
        return
    if case.taken_by:
        raise Refusal(No.case_taken)
    case.status, case.taken_by, case.taken_name, case.taken_at = "taken", officer.id, officer.name, now
    await spread(session, case, await moved(session, case, "taken", officer, now), now=now)


async def assign(session: AsyncSession, *, case: Case, to: Officer, officer: Officer, now: datetime) -> None:
    """Hands the case to somebody else, taken or not."""
    if case.taken_by == to.id:
        return
    was = {"id": case.taken_by, "name": case.taken_name}
    untaken = case.taken_by is None
    case.status, case.taken_by, case.taken_name, case.taken_at = "taken", to.id, to.name, now
    row = await moved(session, case, "assigned", officer, now, to=to.name, was=was)
    if untaken:
        await spread(session, case, row, now=now)


async def give_back(session: AsyncSession, *, case: Case, officer: Officer, now: datetime) -> None:
    """Returns a taken case to the others. Raises `Refusal`: case_not_taken."""
    if case.taken_by != officer.id:
        raise Refusal(No.case_not_taken)
    was = {"id": case.taken_by, "name": case.taken_name}
    case.status, case.taken_by, case.taken_name, case.taken_at = "open", None, None, None
    await moved(session, case, "returned", officer, now, was=was)


async def identifier_of(session: AsyncSession, case: Case, identifier_id: int) -> Identifier:
    """Raises `Refusal`: gone, where the identifier is not one of this case."""
    if not await stored.names(session, case.id, identifier_id):
        raise Refusal(No.gone)
    return await session.get_one(Identifier, identifier_id)


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
    known = await stored.decision_of_move(session, case.id, identifier.id)
    if known and known.result == result and known.reason == reason:
        return
    session.add(
        Decision(
            case_id=case.id, identifier_id=identifier.id, result=result, reason=reason, officer_id=officer.id, at=now
        )
    )
    await session.flush()
    await judged(session, identifier, threshold=threshold, now=now)
    row = await moved(session, case, result, officer, now, identifier=identifier.id, reason=reason)
    await spread(session, case, row, now=now)


async def judged(session: AsyncSession, identifier: Identifier, *, threshold: int, now: datetime) -> None:
    """After any word of the desk: the verdict now, and the record of those who told, in the background."""
    await summaries.refresh(session, identifier, threshold=threshold, now=now)
    await testimonies.earn_later(session, identifier, now=now)


async def close(session: AsyncSession, *, case: Case, outcome: str, officer: Officer, now: datetime) -> None:
    """Ends the work on a case; `outcome` is one of OUTCOMES. A later report on the same opens a new case."""
    was = case.status
    case.status, case.outcome, case.closed_at = "closed", outcome, now
    await stored.forget_keys(session, case.id)
    await spread(session, case, await moved(session, case, "closed", officer, now, outcome=outcome, was=was), now=now)


async def merge(session: AsyncSession, *, case: Case, other: Case, officer: Officer, now: datetime) -> Case:
    """Joins two cases; the older one goes on. Returns it. Raises `Refusal`: same_case."""
    if case.id == other.id:
        raise Refusal(No.same_case)
    into, gone = sorted((case, other), key=lambda one: one.id)
    came = await joining.merge(session, into, gone)
    await moved(session, into, "merged", officer, now, other=gone.id, came=came)
    await refresh_card(session, gone.id, now=now)
    return into


async def split(session: AsyncSession, *, case: Case, identifier: Identifier, officer: Officer, now: datetime) -> Case:
    """Parts off the reports that name one identifier. Raises `Refusal`: nothing_to_split."""
    fresh = await joining.split(session, case, identifier.id, now=now)
    fresh.scheme = case.scheme
    await moved(session, case, "split", officer, now, other=fresh.id, identifier=identifier.id)
    await refresh_card(session, fresh.id, now=now)
    return fresh


async def spread(session: AsyncSession, case: Case, move: History, *, now: datetime) -> None:
    """Lets a move reach every report of the case, in the background and in order (core.spreading)."""
    upto = await stored.newest_report(session, case.id)
    payload = {"move": move.id, "case": case.id, "after": 0, "upto": upto}
    key = f"{'unspread' if move.undone_at else 'spread'}:{move.id}"
    await outbox.put(session, "spread", payload, key=key, now=now, order=f"case:{case.id}")


async def expire(session: AsyncSession, case_id: int, *, now: datetime) -> None:
    """A case whose reports are all closed by time is closed with them."""
    case = await rows.lock_case(session, case_id)
    if case and case.status in joining.WORKED_ON and not await stored.any_open(session, case_id):
        case.status, case.closed_at = "closed", now
        session.add(case)
        await stored.forget_keys(session, case_id)
        await refresh_card(session, case_id, now=now)
