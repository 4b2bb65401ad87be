"""A report: saved, enriched, withdrawn, forwarded. Each verb is one step of one transaction of the caller."""

import base64
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, copies, evidence, joining, limits, outbox, people, summaries, testimonies
from core.checks import MOST_FILES, Found, as_row, items
from core.deals import PAYEES
from core.keys import Keys
from core.refusal import No, Refusal
from core.verdicts import LISTED, Level
from storage import identifiers
from storage import reports as rows
from storage.tables import Check, Evidence, History, Identifier, Person, Report, ReportIdentifier

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another when read aloud or copied by hand
JOINS_FOR = timedelta(days=30)
MOST_STORY = 4096  # one Telegram message
CLOSES_AFTER = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that a report depends on."""

    grace: timedelta = timedelta(seconds=120)
    threshold: int = 3
    country: str = "KZ"
    retention_days: int = 1095


@dataclass(frozen=True, slots=True)
class Submitted:
    report: Report
    joined: bool  # added to the person's earlier report on the same identifier
    spoofed: bool = False  # tells of a real line that was shown falsely: kept, and no charge against the line


async def submit(
    session: AsyncSession,
    *,
    reporter: Person,
    check: Check,
    scheme: str,
    keys: Keys,
    rules: Rules,
    now: datetime,
) -> Submitted:
    """Saves what the check accuses. A second tap returns the same report.

    Raises `Refusal`: direction_unknown, nothing_accused, too_many_reports, and report_closed where it was taken back.
    """
    if check.report_id:
        return _saved_before(await session.get_one(Report, check.report_id), check)
    accused = _accused(check)
    known = [await identifiers.obtain(session, as_row(one, now)) for one in accused]
    earlier = await rows.open_report_on(session, reporter.id, [row.id for row in known], now - JOINS_FOR)
    if earlier is None:
        names_payee = any(one.kind in PAYEES for one in accused)
        await limits.spend_report(session, reporter, names_payee=names_payee, now=now)
    report = earlier or await _new_report(session, reporter, scheme, rules, now)
    for one, row in zip(accused, known, strict=True):
        await _link(session, report, reporter, one, row, keys, check.source, now)
    _take_story(report, check)
    check.report_id = report.id
    check.found = [{**one, "sealed": None} for one in check.found]  # the report has what it needs
    session.add(check)
    for file in check.files:
        await add_evidence(session, report=report, file=file, now=now, quiet=True)
    await session.flush()
    await testimonies.weigh(session, report, threshold=rules.threshold, now=now)
    await testimonies.weigh_later(session, report.id, now=now)
    await changed(session, report, "joined" if earlier else "received", now=now)
    spoofed = any(row.level == Level.official for row in known)
    return Submitted(report, joined=earlier is not None, spoofed=spoofed)


def _saved_before(report: Report, check: Check) -> Submitted:
    """A report older than the check is one that this check was added to."""
    if report.status == "withdrawn":
        raise Refusal(No.report_closed)
    return Submitted(report, joined=report.created_at < check.created_at)


def _accused(check: Check) -> list[Found]:
    listed = items(check)
    accused = [one for one in listed if one.accused]
    accused = accused or [one for one in listed if one.official and not one.direction_unknown]
    if not accused and any(one.direction_unknown for one in listed):
        raise Refusal(No.direction_unknown)
    if not accused:
        raise Refusal(No.nothing_accused)
    return accused


async def _new_report(session: AsyncSession, reporter: Person, scheme: str, rules: Rules, now: datetime) -> Report:
    report = Report(
        uid=uuid7(now),
        number=await _free_number(session),
        reporter_id=reporter.id,
        scheme=scheme,
        language=reporter.language,
        created_at=now,
        updated_at=now,
        forward_at=now + rules.grace,
    )
    session.add(report)
    await session.flush()
    await _schedule(session, report, now)
    return report


async def _free_number(session: AsyncSession) -> str:
    while True:
        number = "SB-" + "".join(secrets.choice(LETTERS) for _ in range(6))
        if not await rows.by_number(session, number):
            return number


async def _schedule(session: AsyncSession, report: Report, now: datetime) -> None:
    key = f"forward:{report.id}"
    await outbox.put(session, "forward", {"report": report.id}, key=key, now=now, due=report.forward_at)


async def _link(
    session: AsyncSession,
    report: Report,
    reporter: Person,
    one: Found,
    row: Identifier,
    keys: Keys,
    source: str | None,
    now: datetime,
) -> None:
    if await session.get(ReportIdentifier, (report.id, row.id)):
        return
    link = ReportIdentifier(
        report_id=report.id,
        identifier_id=row.id,
        role="impersonated" if one.official or row.level == Level.official else one.role,
        reporter_key=people.pseudonym(keys, reporter, row.kind, row.value),
        reported_at=now,
        sealed=base64.b64decode(one.sealed) if one.sealed else None,
        early=row.level not in LISTED,
        source=source,
    )
    await testimonies.stand(session, link)


def _take_story(report: Report, check: Check) -> None:
    """The message itself tells what happened when it has more words than the identifiers in it."""
    rest = check.text
    for one in items(check):
        rest = rest.replace(one.display, "")
    if not report.story and sum(letter.isalpha() for letter in rest) >= 20:
        report.story = check.text[:MOST_STORY]


async def of(session: AsyncSession, *, person: Person, report_id: int, changing: bool = False) -> Report:
    """The person's own report. Raises `Refusal`: gone, not_yours and, for a change, report_closed."""
    report = await rows.lock(session, report_id)
    if report is None:
        raise Refusal(No.gone)
    if report.reporter_id != person.id:
        raise Refusal(No.not_yours)
    if changing and report.status not in rows.OPEN:
        raise Refusal(No.report_closed)
    return report


async def changed(
    session: AsyncSession,
    report: Report,
    step: str,
    *,
    now: datetime,
    loss: int = 0,
    data: dict[str, Any] | None = None,
) -> None:
    """Everything that follows any change by the reporter: version, history, and the desk's card if there is one."""
    report.version += step not in ("received",)
    report.updated_at = now
    session.add(report)
    session.add(History(at=now, report_id=report.id, case_id=report.case_id, step=step, data=data or {}))
    await session.flush()
    if report.case_id:
        await _tell_case(session, report, step, loss, now)
        await copies.share_later(session, report, now=now)


async def _tell_case(session: AsyncSession, report: Report, step: str, loss: int, now: datetime) -> None:
    """A report that is at the desk already: its case grows, may join another, or loses it."""
    assert report.case_id
    if step == "joined":
        report.case_id = (await cases.join(session, report, now=now)).id
    case = await cases.of(session, report.case_id, open_only=False)
    if step == "withdrawn":
        await cases.grown(session, case, report, reports=-1, loss=-(report.loss_minor or 0), now=now)
    else:
        await cases.grown(session, case, report, loss=loss, now=now)


async def enrich(
    session: AsyncSession, *, report: Report, step: str, rules: Rules, now: datetime, **fields: Any
) -> None:
    """Writes what was added or changed (`None` removes it again). Stating a loss ends the wait."""
    before = report.loss_minor or 0
    for name, value in fields.items():
        setattr(report, name, value)
    session.add(report)
    await testimonies.weigh(session, report, threshold=rules.threshold, now=now)
    await changed(session, report, step, loss=(report.loss_minor or 0) - before, now=now)
    if (fields.get("loss_minor") or fields.get("loss_at")) and report.status == "received":
        report.forward_at = now
        await outbox.renew(session, "forward", {"report": report.id}, key=f"forward:{report.id}", now=now)


async def add_evidence(
    session: AsyncSession, *, report: Report, file: dict[str, Any], now: datetime, quiet: bool = False
) -> Evidence:
    """Notes a Telegram file (`{"id", "unique_id"}`); it is copied in the background. Raises: too_much_evidence."""
    known = await rows.evidence(session, report.id)
    for one in known:
        if one.telegram_unique_id == file["unique_id"]:
            return one
    if len(known) >= 2 * MOST_FILES:
        raise Refusal(No.too_much_evidence)
    row = Evidence(
        report_id=report.id, telegram_file_id=file["id"], telegram_unique_id=file["unique_id"], created_at=now
    )
    session.add(row)
    await session.flush()
    await outbox.put(session, "evidence_copy", {"evidence": row.id}, key=f"evidence:{row.id}", now=now)
    if not quiet:
        await changed(session, report, "evidence", now=now)
    return row


async def withdraw(session: AsyncSession, *, report: Report, rules: Rules, now: datetime) -> None:
    """Takes a report back. Within the grace period nothing is forwarded; later, until taken, the recipients are told.

    Raises `Refusal`: withdraw_too_late.
    """
    case = await cases.of(session, report.case_id, open_only=False) if report.case_id else None
    if report.status not in ("received", "forwarded") or (case and case.taken_by):
        raise Refusal(No.withdraw_too_late)  # a case that was just taken reaches its reports in the background
    report.status = "withdrawn"
    await outbox.cancel(session, f"forward:{report.id}")
    await changed(session, report, "withdrawn", now=now)
    await testimonies.withdraw(session, report)
    await joining.withdrawn(session, report)
    for row in await rows.identifiers(session, report.id):
        await summaries.refresh(session, row, threshold=rules.threshold, now=now)


async def forward(session: AsyncSession, *, report_id: int, now: datetime) -> None:
    """The wait is over: the report becomes a case at the desk. Running twice changes nothing."""
    report = await rows.lock(session, report_id)
    if report is None or report.status != "received":
        return
    report.status, report.forwarded_at = "forwarded", now
    await cases.take_in(session, report, now=now)
    await evidence.show_all(session, report=report, now=now)


async def weigh(session: AsyncSession, *, report_id: int, rules: Rules, now: datetime) -> None:
    """What is looked at in the background: pictures that arrived, and accounts that act as one."""
    report = await rows.lock(session, report_id)
    if report and report.reporter_id and report.status != "withdrawn":  # of the forgotten, what was noted stays
        await testimonies.weigh(session, report, threshold=rules.threshold, now=now)
        await testimonies.tie_targets(session, report, threshold=rules.threshold, now=now)


async def close_stale(session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
    """Untouched for 180 days: closed, and the reporter hears it."""
    stale: Sequence[Report] = await rows.untouched_since(session, now - CLOSES_AFTER, limit)
    for report in stale:
        report.status = "closed"
        session.add(report)
        await cases.tell(session, report, "expired", now=now)
        if report.case_id:
            await session.flush()
            await cases.expire(session, report.case_id, now=now)
    return len(stale)


def uuid7(now: datetime) -> str:
    """RFC 9562, version 7: 48 bits of milliseconds, then random."""
    milliseconds = int(now.timestamp() * 1000)
    value = (
        (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    )
    return str(uuid.UUID(int=value))
