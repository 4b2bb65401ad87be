"""What an export is made of: reports, what they name, and cases, gathered page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.proceedings import CODE, SOURCE
from core.summaries import stored
from core.verdicts import Verdict
from storage import exports as rows
from storage.exports import Period
from storage.tables import Case, Decision, Identifier, Report

MOST_CASES, MOST_USED = 20, 30  # listed beside an identifier, and beside a case


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a report names."""

    identifier: Identifier
    role: str | None
    decision: Decision | None

    @property
    def verdict(self) -> Verdict:
        return stored(self.identifier)


@dataclass(frozen=True, slots=True)
class Told:
    report: Report
    case: tuple[str, str | None] | None  # status and outcome
    mentions: Sequence[Mention]

    @property
    def id(self) -> int:
        return self.report.id


@dataclass(frozen=True, slots=True)
class Named:
    """An identifier, and what the reports of the period amount to. Money in tiyn."""

    identifier: Identifier
    decision: Decision | None
    reports: int
    loss_minor: int
    cases: Sequence[int]

    @property
    def id(self) -> int:
        return self.identifier.id

    @property
    def verdict(self) -> Verdict:
        return stored(self.identifier)


@dataclass(frozen=True, slots=True)
class Worked:
    """A case, and what its reports of the period amount to. Money in tiyn."""

    case: Case
    reports: int
    people: int
    first: datetime
    last: datetime
    loss_minor: int
    uses: Sequence[Identifier]
    registered: Sequence[tuple[str, bool]]  # number of a criminal case, whether it is published
    uids: Sequence[str]  # of its reports

    @property
    def id(self) -> int:
        return self.case.id


Entry = Told | Named | Worked


async def told(session: AsyncSession, period: Period, after: int, limit: int) -> list[Told]:
    reports = await rows.reports(session, period, after=after, limit=limit)
    names = await rows.names(session, [one.id for one in reports])
    decisions = await rows.decisions(session, list({identifier.id for _, _, identifier in names}))
    cases = await rows.states(session, {one.case_id for one in reports})
    mentions: dict[int, list[Mention]] = {}
    for report, role, identifier in names:
        mentions.setdefault(report, []).append(Mention(identifier, role, decisions.get(identifier.id)))
    return [Told(one, cases.get(one.case_id), mentions.get(one.id, ())) for one in reports]


async def named(session: AsyncSession, period: Period, after: int, limit: int) -> list[Named]:
    found = await rows.identifiers(session, period, after=after, limit=limit)
    ids = [one.id for one in found]
    decisions, sums = await rows.decisions(session, ids), await rows.sums(session, period, ids)
    cases = await rows.cases_naming(session, period, ids, limit=MOST_CASES)
    return [Named(one, decisions.get(one.id), *sums.get(one.id, (0, 0)), cases=cases.get(one.id, ())) for one in found]


async def worked(session: AsyncSession, period: Period, after: int, limit: int) -> list[Worked]:
    found = await rows.cases(session, period, after=after, limit=limit)
    ids = [one.id for one in found]
    work, uids = await rows.work(session, period, ids), await rows.uids(session, period, ids)
    used = await rows.used(session, period, ids, limit=MOST_USED)
    registered = await rows.registered(session, ids, source=SOURCE, code=CODE)
    return [
        Worked(one, *work[one.id], used.get(one.id, ()), registered.get(one.id, ()), uids[one.id])
        for one in found
        if one.id in work
    ]


def shown(one: Identifier) -> str:
    """The value as programs compare it; a card without its keyed hash."""
    return ":".join(one.value.split(":")[:2]) if one.kind == "card" else one.value
