"""The stored summary of an identifier's verdict: always what `judge` says of the stored rows."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from core import copies, outbox, verdicts
from core.reference import official_line
from core.refusal import No, Refusal
from core.verdicts import LOOKED_AT
from storage import identifiers as rows
from storage import testimonies
from storage.tables import Change, Identifier, Person, ReportIdentifier, Watch

MOST_WATCHES = 5
TOLD_AT = time(9, 0)  # next morning: nobody learns the minute a number is burnt


async def evidence(session: AsyncSession, identifier: Identifier, now: datetime) -> verdicts.Evidence:
    """Collects what the rows say. Reports before the desk's last rejection do not count any more."""
    rejected = await rows.last_decision(session, identifier.id, "rejected")
    last = await rows.last_decision(session, identifier.id)
    faded = now - verdicts.REPORTS_COUNT_FOR
    since = max(faded, rejected.at) if rejected else faded
    people, first = await testimonies.people(session, identifier.id, since)
    appeal = await rows.open_appeal(session, identifier.id)
    return verdicts.Evidence(
        kind=identifier.kind,
        official=official_line(identifier.value) is not None,
        testimonies=[_testimony(*row) for row in await testimonies.newest(session, identifier.id, since, LOOKED_AT)],
        people=people,
        first_seen=first,
        confirmed_at=last.at if last and last.result == "confirmed" else None,
        signs=[
            verdicts.Sign(one.code, one.at, one.expires_at, one.scheme)
            for one in await rows.signs(session, identifier.id)
        ],
        appealed=appeal is not None,
        proven_appeal=appeal is not None and appeal.proven,
    )


def _testimony(
    link: ReportIdentifier,
    scheme: str,
    occurred_at: datetime | None,
    precision: str | None,
    confirmed: int,
    rejected: int,
) -> verdicts.Testimony:
    called_at = occurred_at if precision in ("hour", "minute") else None
    return verdicts.Testimony(
        link.reported_at, scheme, link.details, link.proof, link.backed, confirmed, rejected, called_at
    )


async def current(session: AsyncSession, identifier: Identifier, *, threshold: int, now: datetime) -> verdicts.Verdict:
    """The stored summary, or where time may have changed it since, what the rows say now."""
    if identifier.stale_at is None or identifier.stale_at > now:
        return stored(identifier)
    return verdicts.judge(await evidence(session, identifier, now), threshold=threshold, now=now)


def stored(row: Identifier) -> verdicts.Verdict:
    """The stored summary of an identifier as a verdict."""
    return verdicts.Verdict(
        verdicts.Level(row.level),
        row.independent_reports,
        row.first_seen,
        row.last_seen,
        row.schemes,
        row.confirmed_at,
        tuple(verdicts.Sign(one["code"], datetime.fromisoformat(one["at"])) for one in row.grounds),
        row.burst,
        row.contested,
        row.stale_at,
    )


def store(identifier: Identifier, verdict: verdicts.Verdict) -> None:
    identifier.level = str(verdict.level)
    identifier.independent_reports = verdict.people
    identifier.first_seen, identifier.last_seen = verdict.first_seen, verdict.last_seen
    identifier.schemes = dict(verdict.schemes)
    identifier.confirmed_at = verdict.confirmed_at
    identifier.grounds = [{"code": sign.code, "at": sign.at.isoformat()} for sign in verdict.grounds]
    identifier.burst, identifier.contested, identifier.stale_at = verdict.burst, verdict.contested, verdict.until


async def refresh(
    session: AsyncSession, identifier: Identifier, *, threshold: int, now: datetime, by_time: bool = False
) -> None:
    """Recomputes and stores the summary. A changed level goes to the partners' feed, and to watchers next morning."""
    was, burst = identifier.level, identifier.burst
    verdict = verdicts.judge(await evidence(session, identifier, now), threshold=threshold, now=now)
    store(identifier, verdict)
    session.add(identifier)
    if was != verdict.level:
        session.add(Change(identifier_id=identifier.id, was=was, level=str(verdict.level), at=now, by_time=by_time))
    await session.flush()
    if was != verdict.level:
        await _tell_watchers(session, identifier, now)
        await copies.tell_level(session, identifier, was, now=now)
    if verdict.burst and not burst:
        key = f"urgent:{identifier.id}:{now.date()}"
        await outbox.put(session, "urgent", {"identifier": identifier.id}, key=key, now=now)


async def refresh_stale(session: AsyncSession, *, threshold: int, now: datetime, limit: int = 500) -> int:
    """Stores what time alone changed: reports fade, list entries end, confirmations lapse. Returns how many."""
    stale = await rows.stale(session, now, limit)
    for row in stale:
        await refresh(session, row, threshold=threshold, now=now, by_time=True)
    return len(stale)


async def _tell_watchers(session: AsyncSession, identifier: Identifier, now: datetime) -> None:
    due = next_morning(now)
    for watch in await rows.watchers(session, identifier.id):
        payload = {"person": watch.person_id, "identifier": identifier.id}
        key = f"watch:{watch.person_id}:{identifier.id}:{due.date()}"
        await outbox.put(session, "watch", payload, key=key, now=now, due=due)


def next_morning(now: datetime, zone: str = "Asia/Almaty") -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), TOLD_AT, local.tzinfo).astimezone(now.tzinfo)


async def toggle_watch(session: AsyncSession, *, person: Person, identifier: Identifier, now: datetime) -> bool:
    """Begins to watch (True) or stops (False). Raises `Refusal`: too_many_watches."""
    known = await rows.watch_of(session, person.id, identifier.id)
    if known:
        await session.delete(known)
        return False
    if len(await rows.watches_of(session, person.id)) >= MOST_WATCHES:
        raise Refusal(No.too_many_watches)
    session.add(Watch(person_id=person.id, identifier_id=identifier.id, created_at=now, level=identifier.level))
    return True
