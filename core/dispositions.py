"""What a partner answered about a report that was routed to it, and what follows from that.

An answer moves the partner's copy, its block requests, the report and the card, and its reporter hears of it in kind
words. Verdicts follow facts only: what a partner blocked or suspended is shown with a verdict and moves no level. That
it found nothing (`not_confirmed`, `false_positive`) is a reason shown to the desk, which decides; one organisation's
word never clears a number silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import audit, blocks, cases, copies, lookups, signals, summaries, testimonies
from core.identifiers import read
from core.keys import Keys
from core.refusal import No, Refusal
from core.routing import Partner, PartnerKind, Share, concern
from storage import copies as copy_rows
from storage import dispositions as rows
from storage import reports
from storage.tables import Disposition, History, Identifier, PartnerCopy, Report

SURE = timedelta(minutes=5)
FACTS = {"blocked": "BLOCKED", "suspended": "SUSPENDED"}
UNMAKING = frozenset({"not_confirmed", "false_positive", "not_ours"})  # nothing is blocked or suspended any more
ACTED = frozenset({"blocked", "suspended", "monitored", "money_stopped", "money_returned"})
MONEY = frozenset({"money_stopped", "money_returned"})
HAVE_MONEY = frozenset({PartnerKind.bank, PartnerKind.wallet})


@dataclass(frozen=True, slots=True)
class Said:
    """A partner's answer. `about`: (kind, value in any spelling) of one identifier, None for the whole report."""

    result: str
    about: tuple[str, str] | None = None
    reason: str | None = None
    reference: str | None = None
    at: datetime | None = None


async def receive(
    session: AsyncSession, *, partner: Partner, uid: str, said: Said, keys: Keys, threshold: int, now: datetime
) -> tuple[Disposition, bool]:
    """Keeps the answer and does what follows; (the row, whether it is new). The same again changes nothing.

    Raises `Refusal`: gone (no such report, or another's, or it does not name that), report_closed (taken back),
    not_for_kind (money at an organisation that has none), future_time.
    """
    copy, report = await _held(session, partner, uid)
    _check(partner, copy, said, now)
    said = replace(said, reason=_safe(said.reason), reference=_safe(said.reference))
    concerned = await _concerned(session, copy, report, said, keys)
    one = concerned[0] if said.about or len(concerned) == 1 else None
    known = await rows.last(session, copy.id, one.id if one else None)
    if known and (known.result, known.reason, known.reference) == (said.result, said.reason, said.reference):
        return known, False
    row = Disposition(
        copy_id=copy.id, identifier_id=one.id if one else None, result=said.result, reason=said.reason,
        reference=said.reference, at=said.at or now, received_at=now,
    )  # fmt: skip
    session.add(row)
    _move(copy, said.result, now)
    await session.flush()
    await _follow(session, partner, copy, report, concerned, row, threshold, now)
    if known is None or known.result != said.result:
        await _tell(session, partner, report, row, now)
    await audit.append(
        session, actor=f"partner:{partner.id}", actor_name=partner.name, action="disposition", now=now,
        subject=f"report:{report.number}", result=said.result, identifier=row.identifier_id,
    )  # fmt: skip
    return row, True


async def _held(session: AsyncSession, partner: Partner, uid: str) -> tuple[PartnerCopy, Report]:
    """The partner's copy and its report, held until the commit; the report first, as everywhere. Raises: gone."""
    copy = await rows.copy_of(session, uid, partner.id)
    report = await reports.lock(session, copy.report_id) if copy else None
    if copy is None or report is None:
        raise Refusal(No.gone)
    await session.refresh(copy)
    return copy, report


def _check(partner: Partner, copy: PartnerCopy, said: Said, now: datetime) -> None:
    if copy.recalled_at:
        raise Refusal(No.report_closed)
    if said.result in MONEY and partner.kind not in HAVE_MONEY:
        raise Refusal(No.not_for_kind)
    if said.at and said.at > now + SURE:
        raise Refusal(No.future_time)


async def _follow(
    session: AsyncSession,
    partner: Partner,
    copy: PartnerCopy,
    report: Report,
    concerned: list[Identifier],
    row: Disposition,
    threshold: int,
    now: datetime,
) -> None:
    """Block requests, facts, the report's status, the card, and the next candidate."""
    await blocks.answered(
        session, copy=copy, identifier_id=row.identifier_id, result=row.result, reason=row.reason,
        reference=row.reference, now=now,
    )  # fmt: skip
    await _note_facts(session, partner, concerned, row.result, threshold, now)
    if row.result in ACTED and report.status == "forwarded":
        report.status = "taken"
        session.add(report)
        await copies.share_later(session, report, now=now)
    if report.case_id:
        session.add(History(at=now, case_id=report.case_id, step="partner", data=_data(partner, row)))
        await cases.refresh_card(session, report.case_id, now=now)
    if row.result == "not_ours":
        await copies.pass_on(session, copy, now=now)


async def tell_moved(session: AsyncSession, *, report_id: int, shares: Sequence[Share], now: datetime) -> None:
    """The reporter hears to which operator a ported number went, once. After the copies were routed anew."""
    declined = {identifier for _, identifier in await copy_rows.declined(session, report_id)}
    if not declined:
        return
    known = await rows.told_moved(session, report_id)
    for share in shares:
        for one in sorted(declined.intersection(share.identifiers)):
            told = {"partner": share.partner.name, "identifier": one}
            if share.partner.kind is PartnerKind.operator and told not in known:
                await cases.tell(session, await session.get_one(Report, report_id), "moved", now=now, data=told)


def _safe(words: str | None) -> str | None:
    """Without full card numbers and other secrets: the desk reads it in Telegram."""
    return read(words).text if words else None


async def _concerned(
    session: AsyncSession, copy: PartnerCopy, report: Report, said: Said, keys: Keys
) -> list[Identifier]:
    """What of the report the partner has, or the one it names. Raises `Refusal`: gone."""
    own = [one for one in await reports.identifiers(session, report.id) if one.id in copy.identifiers]
    if said.about is None:
        return own
    named = [one for one in own if _is(one, *said.about, keys)]
    if not named:
        raise Refusal(No.gone)
    return named[:1]


def _is(one: Identifier, kind: str, value: str, keys: Keys) -> bool:
    """A card is named by its number, or as partners are shown it: BIN6:LAST4."""
    if one.kind != kind:
        return False
    shown = one.value.rsplit(":", 1)[0] if kind == "card" else one.value
    read = None if value == shown else lookups.reading(kind, value, keys)
    return value == shown or (read is not None and read.value == one.value)


def _move(copy: PartnerCopy, result: str, now: datetime) -> None:
    """`accepted` only says that it arrived: the term runs on until there is a result."""
    copy.state = result
    if result != "accepted":
        copy.answered_at = copy.answered_at or now


async def _note_facts(
    session: AsyncSession, partner: Partner, concerned: list[Identifier], result: str, threshold: int, now: datetime
) -> None:
    """Only about what the partner runs itself: the payer's bank blocks a transfer, not the account it goes to."""
    if result not in FACTS and result not in UNMAKING:
        return
    for identifier in concerned:
        if _runs(partner, identifier):
            await signals.note_fact(session, partner=partner, identifier=identifier, code=FACTS.get(result), now=now)
            await summaries.refresh(session, identifier, threshold=threshold, now=now)
            await testimonies.earn_later(session, identifier, now=now)


def _runs(partner: Partner, identifier: Identifier) -> bool:
    """Whether a number, account or listing is the partner's; an operator may have a number that was ported to it."""
    named = copies.as_named(identifier)
    ported = partner.kind is PartnerKind.operator and named.kind == "phone"
    return not named.real and (ported or concern(named, partner) is not None)


def _data(partner: Partner, row: Disposition) -> dict[str, Any]:
    return {
        "partner": partner.name, "kind": str(partner.kind), "result": row.result, "identifier": row.identifier_id
    }  # fmt: skip


async def _tell(session: AsyncSession, partner: Partner, report: Report, row: Disposition, now: datetime) -> None:
    """The reporter hears what is new."""
    if row.result != "not_ours" and report.status != "withdrawn":
        await cases.tell(session, report, "partner", now=now, data=_data(partner, row))
