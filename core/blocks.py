"""Asking a bank, wallet, operator or platform to stop money or suspend a number: on an officer's word, or at once by
itself when somebody lost money within the last 24 hours. The one who is asked decides.

So that nobody's account is frozen by a prank: what goes by itself says that it is one person's unverified word, goes
three times a day for one person at most, once a day for one target, and the desk sees what was kept back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, copies, outbox, routing, scamreport
from core.cases import Officer
from core.copies import Sharing
from core.refusal import No, Refusal
from core.routing import Connected, Partner, Share
from storage import blocks as rows
from storage import copies as stored
from storage.tables import BlockRequest, Case, Identifier, PartnerCopy, Report

FRESH = timedelta(hours=24)
A_DAY = 3  # set going by one person's word
ANSWERS = {
    "accepted": "acknowledged",
    "monitored": "acknowledged",
    "blocked": "done",
    "suspended": "done",
    "money_stopped": "done",
    "money_returned": "done",
    "refused": "refused",
    "not_ours": "refused",
    "not_confirmed": "refused",
    "false_positive": "refused",
}


def can_block(connected: Connected, identifiers: Sequence[Identifier]) -> list[tuple[Identifier, Partner]]:
    """What of these somebody who is connected could block, and who that is."""
    found = [(row, routing.holder(copies.as_named(row), connected.partners)) for row in identifiers]
    return [(row, partner) for row, partner in found if partner]


async def ask(
    session: AsyncSession, *, case: Case, identifier: Identifier, connected: Connected, officer: Officer, now: datetime
) -> BlockRequest:
    """An officer asks; what went by itself becomes the officer's. Raises `Refusal`: nobody_to_ask, block_open, gone."""
    partner = next((who for _, who in can_block(connected, [identifier])), None)
    if partner is None:
        raise Refusal(No.nobody_to_ask)
    report = await rows.newest_report(session, case.id, identifier.id, partner.id)
    if report is None:
        raise Refusal(No.gone)
    known = await rows.open_on(session, identifier.id, partner.id)
    if known and known.officer_id:
        raise Refusal(No.block_open)
    request = known or BlockRequest(
        report_id=report.id, identifier_id=identifier.id, partner_id=partner.id, partner_name=partner.name,
        requested_at=now,
    )  # fmt: skip
    request.case_id, request.officer_id, request.officer_name = case.id, officer.id, officer.name
    session.add(request)
    await session.flush()
    await cases.moved(session, case, "block", officer, now, identifier=identifier.id, partner=partner.name,
                      request=request.id)  # fmt: skip
    await _tell_later(session, request, now)
    return request


async def _tell_later(session: AsyncSession, request: BlockRequest, now: datetime) -> None:
    key = f"block:{request.id}:{request.state}:{request.officer_id or 0}"
    await outbox.put(session, "block", {"request": request.id}, key=key, now=now, order=f"block:{request.id}")


async def tell(session: AsyncSession, *, request_id: int, sharing: Sharing, now: datetime) -> None:
    """The event that asks, or takes back what was asked; the partner holds the report before it."""
    request = await session.get_one(BlockRequest, request_id)
    partner = sharing.connected.partner(request.partner_id)
    report = await session.get_one(Report, request.report_id)
    if partner is None or request.state == "held":
        return
    told, held = await copies.gather(session, report), await stored.of_report(session, report.id)
    copy = held.get(partner.id)
    if request.state == "requested" and (copy is None or request.identifier_id not in copy.identifiers):
        known = tuple(copy.identifiers) if copy else ()
        share = Share(partner, (*known, request.identifier_id), "asked by the police desk")
        copy = await copies.give(session, told, share, copy, sharing, now)
    if copy is None:
        return
    share = copies.share_of(copy, partner, report)
    recalled = request.state == "recalled"
    pans = {} if recalled else copies.full_numbers(told.links, share, sharing.keys)
    data = scamreport.block(request, told, share, sharing.keys, pans.get(request.identifier_id))
    await copies.put(session, partner, "block.requested", data, sharing=sharing, report_id=report.id, now=now)


async def urgent(
    session: AsyncSession, *, report_id: int, shares: Sequence[Share], connected: Connected, now: datetime
) -> None:
    """After a report was shared: asks at once where a fresh loss is stated, takes that back where it no longer is."""
    report = await session.get(Report, report_id)
    if report is None or not _fresh_loss(report, now):
        await recall(session, report_id=report_id, now=now)
        return
    held = {share.partner.id for share in shares}
    declined = await stored.declined(session, report.id)
    for row, link in await stored.links(session, report.id):
        one = copies.as_named(row, link.role)
        partner = routing.holder(one, connected.partners, declined) if one.payee else None
        if partner and partner.id in held:
            await _ask_by_itself(session, report, row, partner, now)


def _fresh_loss(report: Report, now: datetime) -> bool:
    left_at = report.loss_at or report.occurred_at or report.created_at
    gone = bool(report.loss_minor or report.loss_at)  # a time alone: nobody knows yet how much
    return gone and report.status != "withdrawn" and left_at > now - FRESH


async def _ask_by_itself(
    session: AsyncSession, report: Report, row: Identifier, partner: Partner, now: datetime
) -> None:
    if await rows.open_on(session, row.id, partner.id) or await rows.asked_since(
        session, row.id, partner.id, now - FRESH
    ):
        return
    held = await _asks_a_lot(session, report.reporter_id, now)
    request = BlockRequest(
        case_id=report.case_id, report_id=report.id, identifier_id=row.id, partner_id=partner.id,
        partner_name=partner.name, state="held" if held else "requested", requested_at=now,
        ended_at=now if held else None,
    )  # fmt: skip
    session.add(request)
    await session.flush()
    await _tell_later(session, request, now)
    await cases.refresh_card(session, report.case_id, now=now)


async def _asks_a_lot(session: AsyncSession, reporter_id: int | None, now: datetime) -> bool:
    """Then an officer decides; also where the reporter was forgotten meanwhile, and nobody can tell."""
    return reporter_id is None or await rows.of_reporter(session, reporter_id, now - timedelta(days=1)) >= A_DAY


async def recall(session: AsyncSession, *, report_id: int, now: datetime) -> None:
    """What a report set going by itself is taken back. An officer's request stands."""
    for request in await rows.by_itself(session, report_id):
        request.state, request.ended_at = "recalled", now
        session.add(request)
        await _tell_later(session, request, now)
        if request.case_id:
            await cases.refresh_card(session, request.case_id, now=now)


async def take_back(session: AsyncSession, *, request_id: int, now: datetime) -> None:
    """The officer's request was a mistake."""
    request = await session.get_one(BlockRequest, request_id)
    if request.ended_at is None:
        request.state, request.ended_at = "recalled", now
        session.add(request)
        await _tell_later(session, request, now)


async def answered(
    session: AsyncSession,
    *,
    copy: PartnerCopy,
    identifier_id: int | None,
    result: str,
    reason: str | None = None,
    reference: str | None = None,
    now: datetime,
) -> list[BlockRequest]:
    """A partner's disposition moves the open requests to it about the copy's identifiers; returns those it moved."""
    about = [identifier_id] if identifier_id else copy.identifiers
    moved = [one for one in await rows.open_at(session, copy.partner_id, about) if result in ANSWERS]
    for request in moved:
        request.state = ANSWERS[result]
        request.acknowledged_at = request.acknowledged_at or now
        request.reason, request.reference = reason or request.reason, reference or request.reference
        request.ended_at = None if request.state == "acknowledged" else now
        session.add(request)
    report = await session.get_one(Report, copy.report_id)
    for case_id in sorted({one.case_id or report.case_id or 0 for one in moved} - {0}):
        await cases.refresh_card(session, case_id, now=now)
    return moved
