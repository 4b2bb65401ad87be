"""What one person says about one identifier: how much speaks for it, and whether it only repeats somebody else.

The facts lie in the rows of `ReportIdentifier`, so that a verdict can be recomputed at any time, also after the
reporter's words are gone.
"""

import re
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox, summaries
from storage import identifiers as known
from storage import reports as rows
from storage import testimonies as stored
from storage.tables import Identifier, Person, Report, ReportIdentifier

SAME_STORY = 88  # rapidfuzz ratio, of 100, from which two stories are told by one mouth
SHORTEST_STORY = 20
COMPARED_WITH = 200
FEWEST_TARGETS = 2
BLAMELESS = frozenset({"spoofed", "too_little", "owner", "deadline"})  # says nothing against the reporter


async def stand(session: AsyncSession, link: ReportIdentifier) -> None:
    """A new testimony counts in place of the same person's earlier one on the identifier."""
    session.add(link)
    await session.flush()
    for other in await stored.of_key(session, link.identifier_id, link.reporter_key):
        other.counts = other.report_id == link.report_id
        session.add(other)


async def withdraw(session: AsyncSession, report: Report) -> None:
    """The report's testimonies no longer count; the person's earlier ones and those it overshadowed do again."""
    for link in await stored.of_report(session, report.id):
        link.counts = False
        session.add(link)
        await session.flush()
        standing = [one for one in await stored.of_key(session, link.identifier_id, link.reporter_key, standing=True)]
        if standing:
            standing[-1].counts = True
            session.add(standing[-1])
        await _release_echoes(session, link)
    await session.flush()


async def _release_echoes(session: AsyncSession, link: ReportIdentifier) -> None:
    """The first of those that repeated a withdrawn report takes its place."""
    echoes = await stored.echoes(session, link.identifier_id, link.report_id)
    for place, echo in enumerate(echoes):
        first = echoes[0].report_id
        echo.echo_of, echo.echo_by = (first, echo.echo_by) if place else (None, None)
        session.add(echo)


async def weigh(session: AsyncSession, report: Report, *, threshold: int, now: datetime) -> None:
    """Notes anew what speaks for the report, and refreshes the verdicts on everything it accuses."""
    links = await stored.of_report(session, report.id)
    accused = {row.id: row for row in await rows.identifiers(session, report.id)}
    pictures = [one.sha256 for one in await rows.evidence(session, report.id) if one.sha256]
    for link in links:
        others = [row for row in accused.values() if row.id != link.identifier_id]
        link.details = _details(report)
        link.backed = any(row.level in ("flagged", "confirmed") for row in others)
        shared = await stored.earlier_with_picture(session, link, pictures)
        link.proof = bool(pictures) and shared is None
        await _mark_echo(session, link, report, shared)
        session.add(link)
    await session.flush()
    for row in accused.values():
        await summaries.refresh(session, row, threshold=threshold, now=now)


def _details(report: Report) -> int:
    exact = report.occurred_precision in ("hour", "minute")
    return sum((len(words_of(report.story)) >= SHORTEST_STORY, bool(report.loss_minor), exact, bool(report.city)))


def words_of(story: str | None) -> str:
    """A story as compared: letters only, so that another number in the same text changes nothing."""
    return re.sub(r"[\W\d_]+", " ", story or "").strip().lower()


async def _mark_echo(
    session: AsyncSession, link: ReportIdentifier, report: Report, shared: ReportIdentifier | None
) -> None:
    """Near-equal stories and pictures always repeat; a shared link only where there is nothing of their own."""
    if link.echo_by == "targets":
        return
    same: ReportIdentifier | None = shared
    why = "picture"
    if same is None and len(words_of(report.story)) >= SHORTEST_STORY:
        same, why = await _same_story(session, link, words_of(report.story)), "story"
    if same is None and link.source and not link.details and not link.proof:
        same, why = await stored.earlier_from(session, link), "source"
    link.echo_of, link.echo_by = (same.echo_of or same.report_id, why) if same else (None, None)


async def _same_story(session: AsyncSession, link: ReportIdentifier, words: str) -> ReportIdentifier | None:
    told = await stored.earlier_stories(session, link, COMPARED_WITH)
    choices = {place: words_of(story) for place, (_, story) in enumerate(told)}
    best = process.extractOne(words, choices, scorer=fuzz.ratio, score_cutoff=SAME_STORY)
    return told[best[2]][0] if best else None


async def tie_targets(session: AsyncSession, report: Report, *, threshold: int, now: datetime) -> None:
    """Accounts that reported exactly the same things, in several reports each, and nothing else, count as one."""
    mine = await stored.targets(session, [report.reporter_id])
    own = mine.get(report.reporter_id or 0)
    if not own or len(own) < FEWEST_TARGETS or await rows.count_of(session, report.reporter_id) < FEWEST_TARGETS:
        return
    neighbours = await stored.neighbours(session, report, COMPARED_WITH)
    others = await stored.targets(session, neighbours)
    twins = [person for person, targets in others.items() if targets == own and person != report.reporter_id]
    for person in twins:
        if await rows.count_of(session, person) >= FEWEST_TARGETS:
            await _tie(session, report.reporter_id, person, own, threshold, now)
            return


async def _tie(
    session: AsyncSession, person: int | None, twin: int, targets: frozenset[int], threshold: int, now: datetime
) -> None:
    """The later of each pair repeats the earlier one."""
    for identifier_id in targets:
        pair = sorted(
            await stored.of_people(session, identifier_id, [person, twin]),
            key=lambda one: (one.reported_at, one.report_id),
        )
        if len(pair) == FEWEST_TARGETS and pair[1].echo_of is None:
            pair[1].echo_of, pair[1].echo_by = pair[0].echo_of or pair[0].report_id, "targets"
            session.add_all(pair)
            await session.flush()
            await summaries.refresh(
                session, (await known.by_ids(session, [identifier_id]))[0], threshold=threshold, now=now
            )


async def earn(
    session: AsyncSession, identifier_id: int, *, after: int, limit: int, threshold: int, now: datetime
) -> int:
    """The desk decided: those who told about it gain or lose weight, and what else they told is judged anew.

    Takes `limit` people with an id above `after`; returns the last one's id, 0 where there is nobody left.
    """
    people = await stored.tellers(session, identifier_id, after, limit)
    touched: set[int] = set()
    for person in people:
        before = (person.confirmed_reports, person.rejected_reports)
        await recount(session, person)
        if before != (person.confirmed_reports, person.rejected_reports):
            touched |= (await stored.targets(session, [person.id])).get(person.id, frozenset())
    for row in await known.by_ids(session, sorted(touched)):
        await summaries.refresh(session, row, threshold=threshold, now=now)
    return people[-1].id if len(people) == limit else 0


async def recount(session: AsyncSession, person: Person) -> None:
    """A person's record: what they told before it was listed and the desk confirmed, and what it found wrong.

    What the organisation that runs it blocked or suspended counts as confirmed, where the desk has said nothing.
    """
    told = await stored.decided(session, person.id)
    judged = {last.identifier_id for last, _, _ in told}
    acted = [one for one in await stored.acted_on(session, person.id) if one not in judged]
    person.confirmed_reports = sum(last.result == "confirmed" and early for last, early, _ in told) + len(acted)
    person.rejected_reports = sum(
        last.result == "rejected" and last.reason not in BLAMELESS and at <= last.at for last, _, at in told
    )
    session.add(person)
    await session.flush()


async def weigh_later(session: AsyncSession, report_id: int, *, now: datetime) -> None:
    await outbox.renew(session, "weigh", {"report": report_id}, key=f"weigh:{report_id}", now=now)


async def earn_later(session: AsyncSession, identifier: Identifier, *, now: datetime) -> None:
    await outbox.renew(session, "earn", {"identifier": identifier.id}, key=f"earn:{identifier.id}", now=now)
