"""The stored summary of an identifier's verdict: always what `judge` says of the stored rows."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, verdicts
from core.reference import official_line
from core.refusal import No, Refusal
from storage import identifiers as rows
from storage.tables import Identifier, Person, Watch

MOST_WATCHES = 5
TOLD_AT = time(9, 0)  # next morning: nobody learns the minute a number is burnt


async def evidence(session: AsyncSession, identifier: Identifier, now: datetime) -> verdicts.Evidence:
    """Collects what the rows say. Reports before the desk's last rejection do not count any more."""
    assert identifier.id is not None
    rejected = await rows.last_decision(session, identifier.id, "rejected")
    last = await rows.last_decision(session, identifier.id)
    faded = now - verdicts.REPORTS_COUNT_FOR
    since = max(faded, rejected.at) if rejected else faded
    people, first, latest = await rows.told_by(session, identifier.id, since)
    return verdicts.Evidence(
        kind=identifier.kind,
        official=official_line(identifier.value) is not None,
        people=people,
        first_seen=first,
        last_seen=latest,
        schemes={code: count for code, count in await rows.schemes_told(session, identifier.id, since)},
        confirmed_at=last.at if last and last.result == "confirmed" else None,
    )


async def refresh(session: AsyncSession, identifier: Identifier, *, threshold: int, now: datetime) -> None:
    """Recomputes and stores the summary; watchers of a changed level are told next morning."""
    verdict = verdicts.judge(await evidence(session, identifier, now), threshold=threshold, now=now)
    changed = identifier.level != verdict.level
    identifier.level = str(verdict.level)
    identifier.independent_reports = verdict.people
    identifier.first_seen, identifier.last_seen = verdict.first_seen, verdict.last_seen
    identifier.schemes = dict(verdict.schemes)
    identifier.confirmed_at = verdict.confirmed_at
    session.add(identifier)
    await session.flush()
    if changed:
        await _tell_watchers(session, identifier, now)


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
