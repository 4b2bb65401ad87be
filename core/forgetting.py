"""/forget and retention: what a person told is erased, the facts that protect others stay, nobody counts twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core import appeals, cases, evidence, limits, people, questions, trust
from core.keys import Keys
from storage import appeals as stored_appeals
from storage import forgetting as rows
from storage import owned
from storage import trust as stored_trust
from storage.tables import Appeal, Forgotten, Person

BATCH = 200
LIMITS_LAST = timedelta(days=1)
ASIDE_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Held:
    """How much is known of a person, for the question before it is erased."""

    reports: int
    waiting: int  # of these: not yet on their way, and can still be taken back
    appeals: int  # open ones
    checks: int
    watches: int
    trusted: int

    @property
    def nothing(self) -> bool:
        return not (self.reports or self.appeals or self.checks or self.watches or self.trusted)


async def held(session: AsyncSession, person: Person) -> Held:
    counts = await owned.counts(session, person)
    trusted, guarded = await trust.of_person(session, person)
    open_appeals = len(await stored_appeals.open_of(session, person.id))
    return Held(**counts, appeals=open_appeals, trusted=len(trusted) + len(guarded))


async def forget(session: AsyncSession, *, person: Person, keys: Keys, threshold: int, now: datetime) -> None:
    """Erases the person and unlinks what they reported, in one transaction; files and cards follow by the outbox.

    Open appeals end, the desk's questions too, and so does every trust. Reports go on without words, also those
    that wait to be forwarded.
    """
    for appeal, _ in await stored_appeals.open_of(session, person.id):
        await appeals.abandon(session, appeal=appeal, threshold=threshold, now=now)
    for _, report in await questions.waiting(session, person):
        await questions.close_line(session, report=report, now=now)
    await trust.end_all(session, person=person, now=now)
    await _keep_limits(session, person, keys, now)
    reports = rows.reports_of(person)
    files = await rows.files_of(session, reports, select(Appeal.id).where(Appeal.person_id == person.id))
    touched = await rows.cases_of(session, reports)
    await rows.forget_numbers(session, reports)
    await rows.run(session, rows.of_person(person, now))
    await evidence.let_go(session, files, now=now)
    for case in touched:
        await cases.refresh_card(session, case, now=now)


async def _keep_limits(session: AsyncSession, person: Person, keys: Keys, now: datetime) -> None:
    """For a day, under a keyed pseudonym: whoever comes back at once goes on from the same counters."""
    usage = await limits.to_keep(session, person, now=now)
    if usage:
        await session.merge(Forgotten(key=people.forgotten_key(keys, person.telegram_id), at=now, usage=usage))


async def retain(session: AsyncSession, *, days: int, now: datetime) -> int:
    """Erases the personal data of what was closed more than `days` ago, a batch at a time; returns how many."""
    before = now - timedelta(days=days)
    reports = await rows.closed_before(session, before, BATCH)
    decided = await rows.decided_before(session, before, BATCH)
    if reports or decided:
        files = await rows.files_of(session, reports, decided)
        await rows.forget_numbers(session, reports)
        await rows.run(
            session, [*rows.of_reports(reports, now), *rows.for_good(reports, now), rows.of_appeals(decided)]
        )
        await evidence.let_go(session, files, now=now)
    await rows.run(session, rows.left_behind(now - LIMITS_LAST, now - ASIDE_FOR, before))
    await stored_trust.forget_unanswered(session, now)
    return len(reports) + len(decided)
