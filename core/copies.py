"""What partners get of a report: a copy each, with what concerns them, and signed events that tell of its changes.

A change leaves one outbox row in its own commit (`share_later`). Behind it, in another commit, the copies are routed
anew and their events rendered and put on their way: the bytes of an event never change after that.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, scamreport
from core.keys import Keys
from core.routing import Connected, Named, Partner, PartnerKind, Share, has_own_bin, reads_words, route
from core.scamreport import Told
from core.verdicts import LISTED, Level
from storage import copies as rows
from storage import evidence, reports
from storage.tables import Case, Identifier, PartnerCopy, PartnerEvent, Report, ReportIdentifier

TOLD_OF_REPORTS = 20  # ids in an event about an identifier
CLEARED = frozenset({Level.none, Level.reported, Level.official})


@dataclass(frozen=True, slots=True)
class Sharing:
    """What sharing depends on, from the settings."""

    connected: Connected
    keys: Keys
    base: str = ""
    """Public address of the partner API."""
    country: str = "KZ"
    """Whose working days and terms apply."""


async def share_later(session: AsyncSession, report: Report, *, now: datetime) -> None:
    """After any change of a forwarded report; several changes at once make one event."""
    await outbox.renew(session, "share", {"report": report.id}, key=f"share:{report.id}", now=now)


async def tell_level(session: AsyncSession, identifier: Identifier, was: str, *, now: datetime) -> None:
    """After an identifier came onto the list or left it: those who hold a report on it hear that."""
    kind = change_of(was, identifier.level)
    if kind:
        payload = {"identifier": identifier.id, "was": was, "type": kind}
        key = f"level:{identifier.id}:{now.isoformat()}:{identifier.level}"
        await outbox.put(session, "level", payload, key=key, now=now, order=f"level:{identifier.id}")


def change_of(was: str, level: str) -> str | None:
    """The type of event for a change of level; an appeal that is being checked is no event."""
    if level in LISTED:
        return "identifier.flagged"
    return "identifier.cleared" if level in CLEARED and was not in CLEARED else None


async def gather(session: AsyncSession, report: Report) -> Told:
    return Told(
        report,
        await rows.links(session, report.id),
        await evidence.stored_of(session, report.id),
        await session.get(Case, report.case_id) if report.case_id else None,
    )


def named(told: Told) -> list[Named]:
    return [as_named(row, link.role) for row, link in told.links]


def as_named(row: Identifier, role: str | None = None) -> Named:
    real = row.level == Level.official or role == "impersonated"
    return Named(row.id, row.kind, row.value, role, row.attrs.get("platform"), real)


async def share(session: AsyncSession, *, report_id: int, sharing: Sharing, now: datetime) -> list[Share]:
    """Brings every partner's copy up to date; running twice tells nobody anything twice. Returns who holds what."""
    report = await reports.lock(session, report_id)
    if report is None or report.status == "received":
        return []
    told, held = await gather(session, report), await rows.of_report(session, report.id)
    if report.status == "withdrawn":
        for copy in held.values():
            await _recall(session, told, copy, sharing, now)
        return []
    shares = route(
        named(told),
        sharing.connected.partners,
        from_bank=report.loss_bank,
        bank_reads=report.bank_reads,
        declined=await rows.declined(session, report.id),
    )
    for one in shares:
        await give(session, told, one, held.get(one.partner.id), sharing, now)
    return shares


async def holders(session: AsyncSession, report: Report, connected: Connected) -> list[str]:
    """Names of those besides the police who hold a copy: they hear when it is taken back."""
    held = await rows.of_report(session, report.id)
    return [one.name for one in connected.partners if one.id in held and one.kind is not PartnerKind.police]


async def give(
    session: AsyncSession, told: Told, share: Share, copy: PartnerCopy | None, sharing: Sharing, now: datetime
) -> PartnerCopy:
    """The partner's copy as it should be now, with an event where that is new to it."""
    pans = full_numbers(told.links, share, sharing.keys)
    data = scamreport.report(told, share, sharing.keys, sharing.base, pans)
    digest = _digest(data, sharing.keys)
    fresh = copy is None
    if copy is None:
        copy = PartnerCopy(
            report_id=told.report.id, partner_id=share.partner.id, partner_name=share.partner.name,
            reason=share.reason, created_at=now,
        )  # fmt: skip
    if copy.digest != digest:
        copy.identifiers, copy.reason = list(share.identifiers), share.reason
        copy.version, copy.digest = told.report.version, digest
        kind = "report.received" if fresh else "report.updated"
        await put(session, share.partner, kind, data, sharing=sharing, report_id=told.report.id, now=now)
    session.add(copy)
    await session.flush()
    return copy


def _digest(data: dict[str, Any], keys: Keys) -> str:
    """A full number goes once delivered, and that alone is no news."""
    for one in (stable := scamreport.unchanging(data))["identifiers"]:
        one["attrs"].pop("pan", None)
    return keys.digest("copy", json.dumps(stable, sort_keys=True))


def full_numbers(
    links: Sequence[tuple[Identifier, ReportIdentifier]], share: Share, keys: Keys
) -> Mapping[int, str]:
    """Full card numbers that this partner may see: the police, and the bank that issued the card. Only by webhook."""
    if not share.partner.events:
        return {}
    sealed = {row.id: link.sealed for row, link in links if link.sealed and row.id in share.identifiers}
    numbers = {one: keys.unseal("card", bytes_).decode() for one, bytes_ in sealed.items()}
    return {one: number for one, number in numbers.items() if entitled(share.partner, number)}


def entitled(partner: Partner, card_number: str) -> bool:
    return partner.kind is PartnerKind.police or has_own_bin(partner, card_number)


async def _recall(session: AsyncSession, told: Told, copy: PartnerCopy, sharing: Sharing, now: datetime) -> None:
    """The reporter took it back."""
    partner = sharing.connected.partner(copy.partner_id)
    if copy.recalled_at or partner is None:
        return
    copy.recalled_at, copy.version = now, told.report.version
    session.add(copy)
    data = scamreport.withdrawn(told, share_of(copy, partner, told.report), sharing.keys)
    await put(session, partner, "report.withdrawn", data, sharing=sharing, report_id=told.report.id, now=now)


def share_of(copy: PartnerCopy, partner: Partner, report: Report) -> Share:
    """What a partner that holds a copy may see of the report now."""
    return Share(partner, tuple(copy.identifiers), copy.reason, reads_words(partner, report.bank_reads))


async def view(session: AsyncSession, copy: PartnerCopy, partner: Partner, sharing: Sharing) -> dict[str, Any]:
    """`scamreport/1` of a copy as it stands now, for a partner that asks. Never with a full card number."""
    report = await session.get_one(Report, copy.report_id)
    told, what = await gather(session, report), share_of(copy, partner, report)
    if copy.recalled_at:
        return scamreport.withdrawn(told, what, sharing.keys)
    return scamreport.report(told, what, sharing.keys, sharing.base)


async def pass_on(session: AsyncSession, copy: PartnerCopy, *, now: datetime) -> None:
    """The partner answered `not_ours` (its Disposition is stored): the next candidate gets the report."""
    await share_later(session, await session.get_one(Report, copy.report_id), now=now)


async def level(
    session: AsyncSession, *, identifier_id: int, was: str, kind: str, sharing: Sharing, now: datetime
) -> None:
    """Tells those who hold a report on an identifier that it is listed now, or no longer. Cards: the issuer alone."""
    row = await session.get_one(Identifier, identifier_id)
    holding = await rows.holding(session, row.id)
    for partner in sharing.connected.partners:
        about = holding.get(partner.id)
        if not about or (row.kind == "card" and not _issues(partner, row)):
            continue
        data = scamreport.level(row, was, about[:TOLD_OF_REPORTS], now)
        order = f"partner:{partner.id}:level:{row.id}"
        await put(session, partner, kind, data, sharing=sharing, order=order, now=now)


def _issues(partner: Partner, card: Identifier) -> bool:
    return partner.kind is PartnerKind.bank and any(bin_[:6] == card.value[:6] for bin_ in partner.routes.bins)


async def put(
    session: AsyncSession,
    partner: Partner,
    kind: str,
    data: dict[str, Any],
    *,
    sharing: Sharing,
    now: datetime,
    report_id: int | None = None,
    order: str | None = None,
) -> None:
    """Puts an event on its way, sealed. Events of one report to one partner leave in order; pull-only ones get none."""
    if not partner.events:
        return
    content = scamreport.body(kind, now, data)
    event = PartnerEvent(
        webhook_id=f"msg_{secrets.token_hex(16)}",
        partner_id=partner.id,
        report_id=report_id,
        type=kind,
        body=sharing.keys.seal("event", content),
        created_at=now,
    )
    session.add(event)
    await session.flush()
    order = f"partner:{partner.id}:{report_id}" if report_id else order
    key = f"webhook:{event.webhook_id}"
    await outbox.put(session, "webhook", {"event": event.id}, key=key, now=now, order=order, lane=partner.id)


async def forget_numbers(session: AsyncSession, report_id: int, *, sharing: Sharing) -> None:
    """The full card numbers of a report go as soon as everybody who may have them does."""
    links = await rows.links(session, report_id)
    numbers = [sharing.keys.unseal("card", link.sealed).decode() for _, link in links if link.sealed]
    who = [one for one in sharing.connected.partners if one.events and any(entitled(one, each) for each in numbers)]
    if not await rows.undelivered(session, report_id, [one.id for one in who]):
        await rows.forget_sealed(session, report_id)
