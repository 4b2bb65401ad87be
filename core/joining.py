"""Reports that share a payee, a phone or a listing are one case: an incremental union, exact in any order of arrival.

The rule (docs/cases.md): phones, cards, accounts, wallets and listings join. Real lines never do. An identifier named
together with more than `HUB_NEIGHBOURS` different others is a hub: it joins only reports that name nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations

from sqlmodel.ext.asyncio.session import AsyncSession

from core.refusal import No, Refusal
from storage import cases as rows
from storage.tables import Case, CaseKey, Report

HUB_NEIGHBOURS = 50
WORKED_ON = ("open", "taken")


async def join(session: AsyncSession, report: Report, *, now: datetime) -> tuple[Case, list[Case]]:
    """Puts the report into the case its identifiers belong to; opens one, or merges several, where that follows.

    Returns the case, and those that were merged into it.
    """
    named = [identifier for _, identifier in await rows.joining(session, [report.id])]
    await _note_pairs(session, named, now)
    keys = await _keys(session, named)
    held = await rows.keys(session, keys)
    found = {key.case_id for key in held} | ({report.case_id} if report.case_id else set())
    cases = list(await rows.lock(session, sorted(found)))
    target = cases[0] if cases else await _new_case(session, now)
    merged = [other for other in cases[1:] if other.id not in target.apart]
    for other in merged:
        await merge(session, target, other)
    for identifier in set(keys) - {key.identifier_id for key in held}:
        session.add(CaseKey(identifier_id=identifier, case_id=target.id, home=target.id))
    if report.case_id is None:
        report.case_id = report.home_case_id = target.id
    session.add(report)
    await session.flush()
    own = next((case for case in cases if case.id == report.case_id and case not in merged), target)
    return own, merged  # another one than the target where an officer parted the two


async def _new_case(session: AsyncSession, now: datetime) -> Case:
    case = Case(created_at=now)
    session.add(case)
    await session.flush()
    return case


async def _note_pairs(session: AsyncSession, named: Sequence[int], now: datetime) -> None:
    """What becomes a hub by this report lets go of the reports it held together."""
    grown: set[int] = set()
    for one, other in combinations(named, 2):
        if await rows.note_pair(session, one, other):
            grown |= {one, other}
    for identifier in sorted(grown):
        if await rows.neighbours(session, identifier) == HUB_NEIGHBOURS + 1:
            await _let_go(session, identifier, now)


async def withdrawn(session: AsyncSession, report: Report) -> None:
    """A report that was taken back makes no hub: what only it named together is not together any more."""
    for one, other in combinations([identifier for _, identifier in await rows.joining(session, [report.id])], 2):
        await rows.forget_pair(session, one, other)


async def _keys(session: AsyncSession, named: Sequence[int]) -> list[int]:
    """What of it joins: everything but hubs, and the hubs where there is nothing else."""
    if len(named) < 2:
        return list(named)
    proper = [one for one in named if await rows.neighbours(session, one) <= HUB_NEIGHBOURS]
    return proper or list(named)


async def _let_go(session: AsyncSession, hub: int, now: datetime) -> None:
    """Parts a case anew, now that one of its identifiers joins no more."""
    for key in await rows.keys(session, [hub]):
        case_id = key.case_id
        reports = await rows.report_ids(session, case_id)
        edges: dict[int, list[int]] = {report: [] for report in reports}
        for report, identifier in await rows.joining(session, reports):
            edges[report].append(identifier)
        await session.delete(key)
        await session.flush()
        proper = {one for those in edges.values() for one in those if one != hub}
        hubs = {hub, *[one for one in proper if await rows.neighbours(session, one) > HUB_NEIGHBOURS]}
        parts = components({report: _joins(those, hubs) for report, those in edges.items()})
        for part in parts[1:]:  # the part with the oldest report keeps the case
            fresh = await _new_case(session, now)
            identifiers = {one for report in part for one in _joins(edges[report], hubs)}
            await rows.rehome(session, part, sorted(identifiers), fresh.id)
            await recount(session, fresh)
        await _key_the_rest(session, hub, edges, hubs, case_id)
        await recount(session, (await rows.lock(session, [case_id]))[0])


async def _key_the_rest(
    session: AsyncSession, hub: int, edges: dict[int, list[int]], hubs: set[int], case_id: int
) -> None:
    """The hub still collects the reports that name nothing else."""
    alone = [report for report, those in edges.items() if hub in _joins(those, hubs)]
    if alone:
        report = await session.get_one(Report, alone[0])
        home = report.case_id or case_id
        session.add(CaseKey(identifier_id=hub, case_id=home, home=home))
        await session.flush()


def _joins(named: Iterable[int], hubs: set[int]) -> list[int]:
    return [one for one in named if one not in hubs] or list(named)


def components(edges: dict[int, list[int]]) -> list[list[int]]:
    """Reports that hang together by what they name, each part sorted, the part with the smallest report first."""
    parent: dict[int, int] = {}

    def root(report: int) -> int:
        while parent.setdefault(report, report) != report:
            parent[report] = report = parent[parent[report]]
        return report

    first: dict[int, int] = {}
    for report in sorted(edges):
        for identifier in edges[report]:
            low, high = sorted((root(first.setdefault(identifier, report)), root(report)))
            parent[high] = low
    parts: dict[int, list[int]] = {}
    for report in sorted(edges):
        parts.setdefault(root(report), []).append(report)
    return list(parts.values())


async def merge(session: AsyncSession, into: Case, other: Case) -> list[int]:
    """Everything of `other` goes over; returns the ids of the cases that came along. A taken case stays taken."""
    came = [case.id for case in await rows.family(session, other.id)]
    for case in await rows.lock(session, came):
        case.merged_into = into.id
        session.add(case)
    await rows.move_reports(session, homes=came, to=into.id)
    if other.status == "taken" and into.status == "open":
        into.status, into.taken_by, into.taken_at, into.taken_name = (
            "taken", other.taken_by, other.taken_at, other.taken_name,
        )  # fmt: skip
    other.status = "merged"
    into.marks = sorted({*into.marks, *other.marks})
    running = [one for one in (into.running_until, other.running_until) if one]
    into.running_until = max(running, default=None)
    session.add_all([into, other])
    await recount(session, into)
    await recount(session, other)
    return came


async def unmerge(session: AsyncSession, into: Case, other: Case, came: Sequence[int]) -> None:
    """Takes a merge back: reports return to where they came in; the two are never joined by themselves again."""
    for case in await rows.lock(session, came):
        case.merged_into = None if case.id == other.id else other.id
        session.add(case)
    await rows.move_reports(session, homes=came, to=other.id)
    other.status = "taken" if other.taken_by else "open"
    await _part(session, into, other)


async def split(session: AsyncSession, case: Case, identifier_id: int, *, now: datetime) -> Case:
    """The reports that name the identifier become a case of their own. Raises `Refusal`: nothing_to_split."""
    going = await rows.naming(session, case.id, identifier_id)
    if not going or len(going) == len(await rows.report_ids(session, case.id)):
        raise Refusal(No.nothing_to_split)
    fresh = await _new_case(session, now)
    await rows.rehome(session, going, [identifier_id], fresh.id)
    await _part(session, case, fresh)
    return fresh


async def _part(session: AsyncSession, one: Case, other: Case) -> None:
    one.apart = sorted({*one.apart, other.id})
    other.apart = sorted({*other.apart, one.id})
    session.add_all([one, other])
    await recount(session, one)
    await recount(session, other)


async def recount(session: AsyncSession, case: Case) -> None:
    """The sums of a case, from its reports."""
    await session.flush()
    case.reports, case.loss_minor, case.last_at = await rows.sums(session, case.id)
    session.add(case)
    await session.flush()


async def reopen(session: AsyncSession, case: Case) -> None:
    """A case that was closed by mistake collects again what no other case took meanwhile."""
    for _, identifier in await rows.joining(session, await rows.report_ids(session, case.id)):
        if not await rows.keys(session, [identifier]):
            session.add(CaseKey(identifier_id=identifier, case_id=case.id, home=case.id))
            await session.flush()
