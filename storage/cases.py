"""Queries on cases: which identifiers join them, what they amount to, and what waits at the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.reports import KEY, OPEN
from storage.tables import (
    Case,
    CaseKey,
    CasePair,
    Decision,
    Evidence,
    History,
    Identifier,
    Report,
    ReportIdentifier,
)

Link = ReportIdentifier
FOR_GOOD = ("undone", "asked")  # steps that nothing takes back
JOINING = ("phone", "card", "iban", "ewallet", "crypto_wallet", "listing")


async def joining(session: AsyncSession, report_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(report, identifier) for what of these reports may join cases: no real lines, nothing that was only shown."""
    query = (
        select(Link.report_id, Link.identifier_id)
        .join(Identifier, col(Identifier.id) == Link.identifier_id)
        .where(
            col(Link.report_id).in_(report_ids),
            col(Identifier.kind).in_(JOINING),
            Identifier.level != "official",
            or_(col(Link.role).is_(None), col(Link.role) != "impersonated"),
        )
        .order_by(col(Link.report_id), col(Link.identifier_id))
    )
    return [(report, identifier) for report, identifier in await session.exec(query)]


async def note_pair(session: AsyncSession, one: int, other: int) -> bool:
    """That two identifiers were named together; True the first time."""
    row = CasePair(low=min(one, other), high=max(one, other))
    return await insert_ignoring(session, row, "low", "high")


async def forget_pair(session: AsyncSession, one: int, other: int) -> None:
    """Forgets that two identifiers were named together, unless a standing report still does."""
    both = aliased(Link)
    together = (
        select(Link.report_id)
        .join(both, col(both.report_id) == Link.report_id)
        .join(Report, col(Report.id) == Link.report_id)
        .where(Link.identifier_id == one, both.identifier_id == other, Report.status != "withdrawn")
    )
    pair = (col(CasePair.low) == min(one, other), col(CasePair.high) == max(one, other))
    await session.exec(delete(CasePair).where(*pair, ~together.exists()))


async def neighbours(session: AsyncSession, identifier_id: int) -> int:
    """With how many different others it is named together by standing reports."""
    low = select(func.count()).select_from(CasePair).where(CasePair.low == identifier_id)
    high = select(func.count()).select_from(CasePair).where(CasePair.high == identifier_id)
    return (await session.exec(low)).one() + (await session.exec(high)).one()


async def keys(session: AsyncSession, identifiers: Sequence[int]) -> Sequence[CaseKey]:
    query = select(CaseKey).where(col(CaseKey.identifier_id).in_(identifiers)).order_by(col(CaseKey.identifier_id))
    return (await session.exec(query)).all()


async def keys_of(session: AsyncSession, case_id: int) -> Sequence[CaseKey]:
    return (await session.exec(select(CaseKey).where(CaseKey.case_id == case_id))).all()


async def forget_keys(session: AsyncSession, case_id: int) -> None:
    await session.exec(delete(CaseKey).where(col(CaseKey.case_id) == case_id))


async def lock(session: AsyncSession, ids: Sequence[int]) -> Sequence[Case]:
    """The cases in the order of their ids, held until the commit."""
    query = select(Case).where(col(Case.id).in_(ids)).order_by(col(Case.id)).with_for_update()
    return (await session.exec(query)).all()


async def move_reports(session: AsyncSession, *, homes: Sequence[int], to: int) -> None:
    await session.exec(update(Report).where(col(Report.home_case_id).in_(homes)).values(case_id=to))
    await session.exec(update(CaseKey).where(col(CaseKey.home).in_(homes)).values(case_id=to))


async def family(session: AsyncSession, case_id: int) -> Sequence[Case]:
    """The case and everything merged into it."""
    return (
        await session.exec(select(Case).where(or_(col(Case.id) == case_id, col(Case.merged_into) == case_id)))
    ).all()


async def sums(session: AsyncSession, case_id: int) -> tuple[int, int, datetime | None]:
    """(standing reports, money in minor units, newest report)."""
    query = select(func.count(), func.coalesce(func.sum(Report.loss_minor), 0), func.max(Report.created_at)).where(
        Report.case_id == case_id, Report.status != "withdrawn"
    )
    count, loss, last = (await session.exec(query)).one()
    return count, int(loss or 0), last


async def report_ids(session: AsyncSession, case_id: int) -> Sequence[int]:
    return (await session.exec(select(Report.id).where(Report.case_id == case_id).order_by(col(Report.id)))).all()


async def names(session: AsyncSession, case_id: int, identifier_id: int) -> bool:
    """Whether a report of the case names the identifier."""
    query = select(Link.report_id).join(Report, col(Report.id) == Link.report_id)
    query = query.where(Report.case_id == case_id, Link.identifier_id == identifier_id).limit(1)
    return (await session.exec(query)).first() is not None


async def naming(session: AsyncSession, case_id: int, identifier_id: int) -> Sequence[int]:
    """Ids of the case's reports that name the identifier."""
    query = select(Report.id).join(Link, col(Link.report_id) == Report.id)
    query = query.where(Report.case_id == case_id, Link.identifier_id == identifier_id)
    return (await session.exec(query.order_by(col(Report.id)))).all()


async def rehome(session: AsyncSession, reports: Sequence[int], identifiers: Sequence[int], to: int) -> None:
    """Gives reports and the keys of identifiers to another case, for good."""
    await session.exec(update(Report).where(col(Report.id).in_(reports)).values(case_id=to, home_case_id=to))
    await session.exec(update(CaseKey).where(col(CaseKey.identifier_id).in_(identifiers)).values(case_id=to, home=to))


async def batch(
    session: AsyncSession, case_id: int, *, after: int, upto: int, identifier: int | None, limit: int
) -> Sequence[Report]:
    """Standing reports of a case by id, those that name the identifier where one is given."""
    query = select(Report).where(
        Report.case_id == case_id, Report.id > after, Report.id <= upto, Report.status != "withdrawn"
    )
    if identifier:
        query = query.join(Link, col(Link.report_id) == Report.id).where(Link.identifier_id == identifier)
    return (await session.exec(query.order_by(col(Report.id)).limit(limit))).all()


async def newest_report(session: AsyncSession, case_id: int) -> int:
    return (await session.exec(select(func.max(Report.id)).where(Report.case_id == case_id))).one() or 0


async def first_at(session: AsyncSession, case_id: int) -> datetime | None:
    query = select(Report.created_at).where(Report.case_id == case_id, Report.status != "withdrawn")
    return (await session.exec(query.order_by(col(Report.id)).limit(1))).first()


async def any_open(session: AsyncSession, case_id: int) -> bool:
    query = select(Report.id).where(Report.case_id == case_id, col(Report.status).in_(OPEN)).limit(1)
    return (await session.exec(query)).first() is not None


async def moves_on(session: AsyncSession, case_id: int, report_id: int) -> list[History]:
    """What was done on the case and holds for this report too: taken, and the last word on what it names."""
    named = set(await session.exec(select(Link.identifier_id).where(Link.report_id == report_id)))
    query = select(History).where(
        History.case_id == case_id,
        col(History.actor_id).is_not(None),
        col(History.undone_at).is_(None),
        col(History.step).in_(("taken", "assigned", "returned", "confirmed", "rejected")),
    )
    last: dict[Any, History] = {}
    for row in await session.exec(query.order_by(col(History.id))):
        about = row.data.get("identifier")
        if about is None or about in named:
            last[about] = row
    return [row for row in last.values() if row.step != "returned"]


async def last_move(session: AsyncSession, case_id: int, since: datetime) -> History | None:
    """The officers' last move that was not undone and can be."""
    query = select(History).where(
        History.case_id == case_id,
        col(History.step).not_in(FOR_GOOD),
        col(History.actor_id).is_not(None),
        col(History.report_id).is_(None),
        col(History.undone_at).is_(None),
        History.at > since,
    )
    return (await session.exec(query.order_by(col(History.id).desc()).limit(1))).first()


async def told_of_move(session: AsyncSession, report_id: int, move: int) -> History | None:
    """The report's own row of a move on its case."""
    rows = await session.exec(select(History).where(History.report_id == report_id).order_by(col(History.id).desc()))
    return next((row for row in rows if row.data.get("move") == move), None)


async def decision_of_move(
    session: AsyncSession, case_id: int, identifier_id: int, result: str | None = None
) -> Decision | None:
    """The newest decision on the identifier in the case that was not undone."""
    query = select(Decision).where(
        Decision.case_id == case_id, Decision.identifier_id == identifier_id, col(Decision.undone_at).is_(None)
    )
    if result:
        query = query.where(Decision.result == result)
    return (await session.exec(query.order_by(col(Decision.id).desc()).limit(1))).first()


async def untaken(session: AsyncSession, now: datetime, *, offset: int, limit: int) -> Sequence[Case]:
    """What waits at the desk, most urgent first: running loss, then money and people, then the newest."""
    running = when((col(Case.running_until) > now, 0), else_=1)
    query = select(Case).where(Case.status == "open", Case.reports > 0).order_by(
        running, col(Case.loss_minor).desc(), col(Case.reports).desc(), col(Case.last_at).desc(), col(Case.id)
    )  # fmt: skip
    return (await session.exec(query.offset(offset).limit(limit))).all()


async def count_untaken(session: AsyncSession) -> int:
    waiting = select(func.count()).select_from(Case).where(Case.status == "open", Case.reports > 0)
    return (await session.exec(waiting)).one()


async def counted(session: AsyncSession, case_id: int) -> list[tuple[int, int]]:
    """(identifier, standing reports of the case that name it), the most named first. Everything at once: one walk."""
    count = func.count().label("count")
    query = (
        select(Link.identifier_id, count)
        .join(Report, col(Report.id) == Link.report_id)
        .where(Report.case_id == case_id, Report.status != "withdrawn")
        .group_by(col(Link.identifier_id))
        .order_by(count.desc(), col(Link.identifier_id))
    )
    return [(identifier, many) for identifier, many in await session.exec(query)]


async def named_most(session: AsyncSession, case_id: int, limit: int) -> Sequence[Identifier]:
    return await in_order(session, [one for one, _ in (await counted(session, case_id))[:limit]])


async def in_order(session: AsyncSession, ids: Sequence[int]) -> Sequence[Identifier]:
    """The identifiers with these ids, as they are given."""
    found = {one.id: one for one in await session.exec(select(Identifier).where(col(Identifier.id).in_(ids)))}
    return [found[one] for one in ids]


async def all_identifiers(session: AsyncSession, case_id: int) -> Sequence[Identifier]:
    named = select(Link.identifier_id).join(Report, col(Report.id) == Link.report_id).where(Report.case_id == case_id)
    return (
        await session.exec(select(Identifier).where(col(Identifier.id).in_(named)).order_by(col(Identifier.id)))
    ).all()


async def newest(session: AsyncSession, case_id: int, limit: int) -> Sequence[Report]:
    """The newest reports of the case, the oldest of them first; withdrawn ones too."""
    query = select(Report).where(Report.case_id == case_id).order_by(col(Report.id).desc()).limit(limit)
    return list(reversed((await session.exec(query)).all()))


async def files(session: AsyncSession, case_id: int) -> int:
    query = select(func.count()).select_from(Evidence).join(Report, col(Report.id) == Evidence.report_id)
    return (await session.exec(query.where(Report.case_id == case_id))).one()


async def also_in(
    session: AsyncSession, case_id: int, named: Sequence[int], kinds: Sequence[str], limit: int
) -> list[tuple[int, Identifier]]:
    """(other open case, what of `named` it shares): identifiers too common to join cases by themselves."""
    query = (
        select(Report.case_id, Identifier)
        .join(Link, col(Link.report_id) == Report.id)
        .join(Identifier, col(Identifier.id) == Link.identifier_id)
        .join(Case, col(Case.id) == Report.case_id)
        .where(
            col(Identifier.id).in_(named),
            col(Identifier.kind).in_(kinds),
            Identifier.level != "official",
            Report.case_id != case_id,
            col(Case.status).in_(("open", "taken")),
        )
        .order_by(col(Report.case_id).desc())
        .limit(limit * 5)
    )
    found: dict[int, Identifier] = {}
    for other, identifier in await session.exec(query):
        found.setdefault(other or 0, identifier)
    return list(found.items())[:limit]


async def stories(session: AsyncSession, case_id: int, limit: int) -> list[tuple[int, str]]:
    """(case, story) of the newest reports in other open cases."""
    query = (
        select(Report.case_id, Report.story)
        .join(Case, col(Case.id) == Report.case_id)
        .where(
            Report.case_id != case_id, col(Report.story).is_not(None), col(Case.status).in_(("open", "taken")),
            Report.status != "withdrawn",
        )
        .order_by(col(Report.id).desc())
        .limit(limit)
    )  # fmt: skip
    return [(case or 0, story or "") for case, story in await session.exec(query)]


async def noted(session: AsyncSession, case_id: int, step: str) -> Sequence[History]:
    """Rows of one step that nobody at the desk made."""
    query = select(History).where(History.case_id == case_id, History.step == step, col(History.undone_at).is_(None))
    return (await session.exec(query.order_by(col(History.id)))).all()


async def people(session: AsyncSession, case_id: int) -> int:
    """Different reporters; the forgotten by their pseudonyms, apart, so that the others are counted from an index."""
    standing = (Report.case_id == case_id, Report.status != "withdrawn")
    known = select(func.count(func.distinct(Report.reporter_id))).where(*standing)
    forgotten = select(func.count(func.distinct(KEY))).where(*standing, col(Report.reporter_id).is_(None))
    return (await session.exec(known)).one() + (await session.exec(forgotten)).one()
