"""Queries on what went to partners: copies of reports, and the events on their way."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, update
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import PENDING, insert_ignoring
from storage.tables import (
    Assessment,
    BlockRequest,
    Disposition,
    Identifier,
    Outbox,
    PartnerCopy,
    PartnerEvent,
    PartnerState,
    Report,
    ReportIdentifier,
)


class Sealed(NamedTuple):
    """What sending an event needs."""

    id: int
    webhook_id: str
    report_id: int | None
    body: bytes | None


KEPT_BODIES = timedelta(days=30)  # after an event was delivered or given up: so long it can be sent again
KEPT_WAITING = timedelta(days=90)  # the content of what nobody took: a partner that is paused, or no longer connected
KEPT_EVENTS = timedelta(days=365)  # that it was sent, and when
KEPT_ASSESSMENTS = timedelta(days=5 * 365)  # judged transfers, for dispute
LOOKED_AT = 1000  # of the newest copies that name an identifier


async def of_report(session: AsyncSession, report_id: int) -> dict[str, PartnerCopy]:
    """By partner."""
    query = select(PartnerCopy).where(PartnerCopy.report_id == report_id).order_by(col(PartnerCopy.id))
    return {row.partner_id: row for row in await session.exec(query)}


async def links(session: AsyncSession, report_id: int) -> list[tuple[Identifier, ReportIdentifier]]:
    """What a report accuses and how, in the order it was told."""
    query = (
        select(Identifier, ReportIdentifier)
        .join(ReportIdentifier, col(ReportIdentifier.identifier_id) == Identifier.id)
        .where(ReportIdentifier.report_id == report_id)
        .order_by(col(ReportIdentifier.reported_at), col(Identifier.id))
    )
    return [(row, link) for row, link in await session.exec(query)]


async def declined(session: AsyncSession, report_id: int) -> set[tuple[str, int]]:
    """(partner, identifier) answered with `not_ours`; an answer without an identifier is about the whole copy."""
    query = (
        select(PartnerCopy, Disposition)
        .join(Disposition, col(Disposition.copy_id) == PartnerCopy.id)
        .where(PartnerCopy.report_id == report_id, Disposition.result == "not_ours")
    )
    return {
        (copy.partner_id, one)
        for copy, answer in await session.exec(query)
        for one in ([answer.identifier_id] if answer.identifier_id else copy.identifiers)
    }


async def holding(session: AsyncSession, identifier_id: int) -> dict[str, list[str]]:
    """Partners whose copies name the identifier, each with the uids of those reports, newest first."""
    query = (
        select(PartnerCopy, Report.uid)
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == PartnerCopy.report_id)
        .join(Report, col(Report.id) == PartnerCopy.report_id)
        .where(ReportIdentifier.identifier_id == identifier_id, col(PartnerCopy.recalled_at).is_(None))
        .order_by(col(PartnerCopy.id).desc())
        .limit(LOOKED_AT)
    )
    found: dict[str, list[str]] = {}
    for copy, uid in await session.exec(query):
        if identifier_id in copy.identifiers:
            found.setdefault(copy.partner_id, []).append(uid)
    return found


async def state(session: AsyncSession, partner_id: str) -> PartnerState:
    """How it stands with a partner, held until the commit; made where there is none."""
    await insert_ignoring(session, PartnerState(id=partner_id), "id")
    return (await session.exec(select(PartnerState).where(PartnerState.id == partner_id).with_for_update())).one()


async def states(session: AsyncSession) -> dict[str, PartnerState]:
    return {row.id: row for row in await session.exec(select(PartnerState))}


# events on their way


async def paused(session: AsyncSession) -> set[str]:
    return set(await session.exec(select(PartnerState.id).where(col(PartnerState.paused_at).is_not(None))))


async def events(session: AsyncSession, ids: Collection[int]) -> dict[int, Sealed]:
    """By id."""
    query = select(PartnerEvent.id, PartnerEvent.webhook_id, PartnerEvent.report_id, PartnerEvent.body)
    return {row[0]: Sealed(*row) for row in await session.exec(query.where(col(PartnerEvent.id).in_(ids)))}


async def delivered(
    session: AsyncSession, partner_id: str, events: dict[int, int | None], at: datetime, due: datetime | None = None
) -> None:
    """Notes events (each with its report), the copies that arrived with them, and by when those are answered."""
    arrived = col(PartnerEvent.id).in_(events)
    values: dict[str, Any] = {"delivered_at": at, "last_error": None, "attempts": PartnerEvent.attempts + 1}
    await session.exec(update(PartnerEvent).where(arrived).values(values))
    reports = {report for report in events.values() if report}
    await session.exec(
        update(PartnerCopy)
        .where(
            col(PartnerCopy.report_id).in_(reports),
            col(PartnerCopy.partner_id) == partner_id,
            col(PartnerCopy.delivered_at).is_(None),
        )
        .values(delivered_at=at, due_at=due)
    )


async def failed(session: AsyncSession, events: Collection[int], error: str, dead_at: datetime | None) -> None:
    values: dict[str, Any] = {"last_error": error, "dead_at": dead_at, "attempts": PartnerEvent.attempts + 1}
    await session.exec(update(PartnerEvent).where(col(PartnerEvent.id).in_(events)).values(values))


async def rewrite(session: AsyncSession, event_id: int, body: bytes | None) -> None:
    await session.exec(update(PartnerEvent).where(col(PartnerEvent.id) == event_id).values(body=body))


async def undelivered(session: AsyncSession, report_id: int, partners: Collection[str]) -> bool:
    """Whether a copy for one of these partners has not arrived yet."""
    query = select(func.count()).select_from(PartnerCopy)
    query = query.where(
        PartnerCopy.report_id == report_id,
        col(PartnerCopy.partner_id).in_(partners),
        col(PartnerCopy.delivered_at).is_(None),
    )
    return (await session.exec(query)).one() > 0


async def forget_sealed(session: AsyncSession, report_id: int) -> None:
    """The full card numbers of a report."""
    mine = col(ReportIdentifier.report_id) == report_id
    await session.exec(update(ReportIdentifier).where(mine).values(sealed=None))


async def forget_old_numbers(session: AsyncSession, before: datetime) -> None:
    """Full card numbers that nobody took."""
    old = (col(ReportIdentifier.reported_at) < before) & col(ReportIdentifier.sealed).is_not(None)
    await session.exec(update(ReportIdentifier).where(old).values(sealed=None))


async def forget_old(session: AsyncSession, now: datetime, words: timedelta) -> None:
    """What lies with us for partners ends (docs/partner-api.md): `words` is how long personal data is kept."""
    arrived, made = now - KEPT_BODIES, col(PartnerEvent.created_at)
    ended = (col(PartnerEvent.delivered_at) < arrived) | (col(PartnerEvent.dead_at) < arrived)
    old = ended | (made < now - KEPT_WAITING)
    await session.exec(update(PartnerEvent).where(old, col(PartnerEvent.body).is_not(None)).values(body=None))
    await session.exec(delete(PartnerEvent).where(ended, made < now - KEPT_EVENTS))
    await session.exec(delete(Assessment).where(col(Assessment.at) < now - KEPT_ASSESSMENTS))
    for model, at in ((Disposition, Disposition.received_at), (BlockRequest, BlockRequest.ended_at)):
        said = col(model.reason).is_not(None) | col(model.reference).is_not(None)
        late = (col(at) < now - words) & said
        await session.exec(update(model).where(late).values(reason=None, reference=None))


async def gone(session: AsyncSession, partner_id: str, start: datetime) -> tuple[int, datetime | None]:
    """How many of a partner's events from `start` on have no content any more, and when the last of them was made."""
    query = select(func.count(), func.max(PartnerEvent.created_at))
    query = query.where(PartnerEvent.partner_id == partner_id, PartnerEvent.created_at >= start)
    return (await session.exec(query.where(col(PartnerEvent.body).is_(None)))).one()


async def dead(session: AsyncSession) -> Sequence[PartnerEvent]:
    query = select(PartnerEvent).where(col(PartnerEvent.dead_at).is_not(None), col(PartnerEvent.delivered_at).is_(None))
    return (await session.exec(query.order_by(col(PartnerEvent.id)))).all()


async def since(session: AsyncSession, partner_id: str, start: datetime | None) -> Sequence[PartnerEvent]:
    """A partner's events that still have their bytes, oldest first: from `start`, or else the dead ones."""
    query = select(PartnerEvent).where(PartnerEvent.partner_id == partner_id, col(PartnerEvent.body).is_not(None))
    if start:
        query = query.where(PartnerEvent.created_at >= start)
    else:
        query = query.where(col(PartnerEvent.dead_at).is_not(None))
    return (await session.exec(query.order_by(col(PartnerEvent.id)))).all()


async def unarrived(session: AsyncSession, partner_id: str) -> int:
    """Reports of which something has not arrived at the partner, given up or not."""
    query = select(func.count(func.distinct(PartnerEvent.report_id))).where(
        PartnerEvent.partner_id == partner_id, col(PartnerEvent.delivered_at).is_(None)
    )
    return (await session.exec(query)).one()


async def waiting(session: AsyncSession) -> dict[str, int]:
    """How many events wait for each partner."""
    query = select(Outbox.lane, func.count()).where(Outbox.lane != "", *PENDING).group_by(col(Outbox.lane))
    return {lane: count for lane, count in await session.exec(query)}
