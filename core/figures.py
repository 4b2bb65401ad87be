"""What came in a period and what became of it, beside the period before: for `/stats` and the morning digest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox
from core.periods import Period, Span, midnight, today, week_to
from storage import cases
from storage import figures as rows
from storage.tables import Identifier

DIGEST_AT = timedelta(hours=9)  # after midnight in Almaty
TAKEN = ("taken",)
WORDS = ("taken", "identifier_confirmed", "identifier_rejected", "closed", "criminal_case")
"""Steps by which a reporter first hears of the desk's work; that the report arrived is no such word."""

SAMPLE = 2000  # for how long people waited: exact below so many reports, of more an even sample, at least half as many

WEEK = timedelta(days=7)
USUAL_WEEKS = 8  # an identifier's usual level: people a week, over so many weeks before this one
FEWEST_RISING = 3
RISES = 2.0  # times the usual level
MOST_RISING = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of one span. Withdrawn reports are left out; money is in minor units by currency."""

    reports: int
    people: int
    money: Mapping[str, int]
    opened: int
    closed: int
    confirmed: int  # cases in which something was confirmed
    schemes: Mapping[str, int]
    cities: Mapping[str | None, int]  # as people wrote them; None: not told
    line: Sequence[int]  # reports by the period's steps
    taken: timedelta | None  # of these reports, half of those taken up waited no longer
    answered: timedelta | None  # and half of those whose reporter heard from the desk


@dataclass(frozen=True, slots=True)
class Figures:
    period: Period
    now: Counts
    before: Counts


@dataclass(frozen=True, slots=True)
class Rising:
    """An identifier that more people reported in the last week than usual."""

    identifier: Identifier
    people: int
    usual: float  # a week


@dataclass(frozen=True, slots=True)
class Overdue:
    """A partner that owes answers: how many, and the oldest term."""

    partner: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Digest:
    week: Figures
    money: Mapping[str, int]  # of yesterday
    rising: Sequence[Rising]
    waiting: int  # cases that nobody took
    running: int  # of these, with money leaving now
    overdue: Sequence[Overdue]
    due_soon: Sequence[Overdue]

    @property
    def empty(self) -> bool:
        """Nothing came for two weeks, and nothing waits."""
        came = self.week.now.reports or self.week.before.reports
        return not (came or self.waiting or self.overdue or self.due_soon)


async def figures(session: AsyncSession, period: Period) -> Figures:
    now, before = period.span, period.before
    return Figures(period, await _counts(session, period, now), await _counts(session, period, before))


async def _counts(session: AsyncSession, period: Period, span: Span) -> Counts:
    edges = period.edges(span)
    line, money, schemes, cities = Counter[int](), Counter[str](), Counter[str](), Counter[str | None]()
    for step, scheme, city, currency, count, loss in await rows.groups(session, edges):
        line[step] += count
        money[currency] += loss
        schemes[scheme] += count
        cities[city] += count
    reports, people = schemes.total(), await rows.people(session, *span)
    opened, closed, confirmed = await rows.cases(session, *span)
    taken, answered = await rows.waited(session, *span, TAKEN, WORDS, every=reports // SAMPLE + 1)
    return Counts(
        reports, people, +money, opened, closed, confirmed, schemes, cities,
        [line[step] for step in range(len(edges) - 1)], _half(taken), _half(answered),
    )  # fmt: skip


def _half(waited: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in waited)) if waited else None


async def digest(
    session: AsyncSession, *, now: datetime, overdue: Sequence[Overdue] = (), due_soon: Sequence[Overdue] = ()
) -> Digest:
    """Yesterday and the seven days that ended with it, in Almaty. `overdue`, `due_soon`: what partners owe."""
    week = week_to(today(now), now)
    money = Counter[str]()
    for _, _, _, currency, _, loss in await rows.groups(session, [midnight(week.last), week.span[1]]):
        money[currency] += loss
    return Digest(
        await figures(session, week), +money, await rising(session, until=week.span[1]),
        await cases.count_untaken(session), await rows.running(session, now), overdue, due_soon,
    )  # fmt: skip


async def rising(session: AsyncSession, *, until: datetime) -> list[Rising]:
    """What more people reported in the last seven days than usual, the steepest first; real lines left out."""
    week = await rows.named(session, until - WEEK, until, fewest=FEWEST_RISING)
    earlier = await rows.named_before(session, list(week), until - WEEK * (1 + USUAL_WEEKS), until - WEEK)
    usual = {one: earlier.get(one, 0) / USUAL_WEEKS for one in week}
    steep = sorted(
        (one for one in week if week[one] >= RISES * usual[one]), key=lambda one: _steepness(week[one], usual[one])
    )
    known = await rows.accused(session, steep[: MOST_RISING * 4])
    return [Rising(known[one], week[one], usual[one]) for one in steep if one in known][:MOST_RISING]


def _steepness(people: int, usual: float) -> tuple[float, int]:
    """In deviations of a Poisson count from its usual level; smallest first."""
    return -(people - usual) / (usual + 1) ** 0.5, -people


async def plan(session: AsyncSession, *, now: datetime) -> None:
    """The digests of today and tomorrow are due at nine; each day's row is put once, whoever asks."""
    for day in (today(now), today(now) + timedelta(days=1)):
        key, due = f"digest:{day}", midnight(day) + DIGEST_AT
        await outbox.put(session, "digest", {"day": str(day)}, key=key, now=now, due=due)
