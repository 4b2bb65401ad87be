"""Queries on testimonies: one person's word about one identifier (`ReportIdentifier`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, text
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.signals import FACTS
from storage.tables import Decision, Evidence, Person, Report, ReportIdentifier, Sign

Link = ReportIdentifier
# word for word as in the partial indexes: SQLite uses them for nothing else, `counts IS 1` included
COUNTED = (text("report_identifier.counts"), col(Link.echo_of).is_(None))


async def of_report(session: AsyncSession, report_id: int | None) -> Sequence[Link]:
    return (await session.exec(select(Link).where(Link.report_id == report_id).order_by(col(Link.identifier_id)))).all()


async def of_key(session: AsyncSession, identifier_id: int, key: str, *, standing: bool = False) -> Sequence[Link]:
    """One person's testimonies on the identifier, oldest first; `standing`: of reports that were not withdrawn."""
    query = select(Link).where(Link.identifier_id == identifier_id, Link.reporter_key == key)
    if standing:
        query = query.join(Report, col(Report.id) == Link.report_id).where(Report.status != "withdrawn")
    return (await session.exec(query.order_by(col(Link.reported_at), col(Link.report_id)))).all()


async def newest(session: AsyncSession, identifier_id: int, since: datetime, limit: int) -> Sequence[Row]:
    """(link, scheme, occurred_at, precision, confirmed, rejected) of those that count, newest first."""
    query = (
        columns(
            Link,
            col(Report.scheme),
            col(Report.occurred_at),
            col(Report.occurred_precision),
            func.coalesce(Person.confirmed_reports, Link.confirmed_then),
            func.coalesce(Person.rejected_reports, Link.rejected_then),
        )
        .join(Report, col(Report.id) == Link.report_id)
        .outerjoin(Person, col(Person.id) == Report.reporter_id)
        .where(col(Link.identifier_id) == identifier_id, col(Link.reported_at) > since, *COUNTED)
        .order_by(col(Link.reported_at).desc(), col(Link.report_id).desc())
        .limit(limit)
    )
    return (await session.execute(query)).all()


async def people(session: AsyncSession, identifier_id: int, since: datetime) -> tuple[int, datetime | None]:
    """How many independent people, and since when. One look at an index."""
    query = select(func.count(), func.min(Link.reported_at)).where(
        Link.identifier_id == identifier_id, Link.reported_at > since, *COUNTED
    )
    count, first = (await session.exec(query)).one()
    return count, first


async def echoes(session: AsyncSession, identifier_id: int, report_id: int) -> Sequence[Link]:
    """Those that repeat this report on the identifier, oldest first."""
    query = select(Link).where(Link.identifier_id == identifier_id, Link.echo_of == report_id)
    return (await session.exec(query.order_by(col(Link.reported_at), col(Link.report_id)))).all()


def _before(link: Link) -> tuple[Any, ...]:
    """Other people's earlier testimonies on the same identifier that count and repeat nobody."""
    return (
        col(Link.identifier_id) == link.identifier_id,
        col(Link.reporter_key) != link.reporter_key,
        col(Link.report_id) < link.report_id,
        *COUNTED,
    )


async def earlier_with_picture(session: AsyncSession, link: Link, digests: Sequence[str]) -> Link | None:
    """The first earlier testimony that shows one of the same pictures."""
    if not digests:
        return None
    query = select(Link).where(*_before(link)).join(Evidence, col(Evidence.report_id) == Link.report_id)
    query = query.where(col(Evidence.sha256).in_(digests)).order_by(col(Link.report_id)).limit(1)
    return (await session.exec(query)).first()


async def earlier_from(session: AsyncSession, link: Link) -> Link | None:
    """The first earlier testimony that came by the same link or forward."""
    query = select(Link).where(*_before(link)).where(Link.source == link.source).order_by(col(Link.report_id)).limit(1)
    return (await session.exec(query)).first()


async def earlier_stories(session: AsyncSession, link: Link, limit: int) -> Sequence[Row]:
    """(testimony, story) of other people on the identifier, the newest `limit` before this one."""
    query = (
        columns(Link, col(Report.story))
        .join(Report, col(Report.id) == Link.report_id)
        .where(*_before(link), col(Report.story).is_not(None))
        .order_by(col(Link.reported_at).desc())
        .limit(limit)
    )
    return (await session.execute(query)).all()


async def targets(session: AsyncSession, people: Sequence[int | None]) -> dict[int, frozenset[int]]:
    """Everything each of the people reported and did not take back."""
    query = (
        select(Report.reporter_id, Link.identifier_id)
        .join(Report, col(Report.id) == Link.report_id)
        .where(col(Report.reporter_id).in_(people), Report.status != "withdrawn")
    )
    sets: dict[int, set[int]] = {}
    for person, identifier in await session.exec(query):
        sets.setdefault(person or 0, set()).add(identifier)
    return {person: frozenset(those) for person, those in sets.items()}


async def neighbours(session: AsyncSession, report: Report, limit: int) -> Sequence[int]:
    """Other people with a standing report on any identifier of this one, the newest `limit`."""
    mine = select(Link.identifier_id).where(Link.report_id == report.id)
    query = (
        select(Report.reporter_id)
        .join(Link, col(Link.report_id) == Report.id)
        .where(
            col(Link.identifier_id).in_(mine),
            col(Report.reporter_id).is_not(None),
            Report.reporter_id != report.reporter_id,
            Report.status != "withdrawn",
        )
        .order_by(col(Report.id).desc())
        .limit(limit)
    )
    return [one for one in await session.exec(query) if one is not None]


async def of_people(session: AsyncSession, identifier_id: int, people: Sequence[int | None]) -> Sequence[Link]:
    """The counting testimonies of these people on the identifier."""
    query = (
        select(Link)
        .join(Report, col(Report.id) == Link.report_id)
        .where(Link.identifier_id == identifier_id, col(Report.reporter_id).in_(people), col(Link.counts).is_(True))
    )
    return (await session.exec(query)).all()


async def tellers(session: AsyncSession, identifier_id: int, after: int, limit: int) -> Sequence[Person]:
    """People with a standing report on the identifier, by id."""
    told = (
        select(Report.reporter_id)
        .join(Link, col(Link.report_id) == Report.id)
        .where(Link.identifier_id == identifier_id, Report.status != "withdrawn")
    )
    query = select(Person).where(col(Person.id).in_(told), Person.id > after).order_by(col(Person.id)).limit(limit)
    return (await session.exec(query)).all()


async def decided(session: AsyncSession, person_id: int) -> list[tuple[Decision, bool, datetime]]:
    """(the desk's last word, whether told before the listing, when told) for everything the person reported."""
    last = (
        select(func.max(Decision.id).label("id"))
        .join(Link, col(Link.identifier_id) == Decision.identifier_id)
        .join(Report, col(Report.id) == Link.report_id)
        .where(Report.reporter_id == person_id, Report.status != "withdrawn", col(Decision.undone_at).is_(None))
        .group_by(col(Decision.identifier_id))
        .subquery()
    )
    query = (
        select(Decision, Link.early, Link.reported_at)
        .join(last, last.c.id == Decision.id)
        .join(Link, col(Link.identifier_id) == Decision.identifier_id)
        .join(Report, col(Report.id) == Link.report_id)
        .where(Report.reporter_id == person_id, col(Link.counts).is_(True))
    )
    return [(decision, early, at) for decision, early, at in await session.exec(query)]


async def acted_on(session: AsyncSession, person_id: int) -> Sequence[int]:
    """What the person told about before it was listed, and a partner blocked or suspended since."""
    query = (
        select(Link.identifier_id)
        .join(Report, col(Report.id) == Link.report_id)
        .join(Sign, col(Sign.identifier_id) == Link.identifier_id)
        .where(
            Report.reporter_id == person_id, Report.status != "withdrawn", col(Link.counts).is_(True),
            col(Link.early).is_(True), col(Sign.code).in_(FACTS), col(Sign.withdrawn_at).is_(None),
            Link.reported_at <= Sign.at,
        )
        .distinct()
    )  # fmt: skip
    return (await session.exec(query)).all()
