"""Queries on broadcasts, their runs and what became of each copy."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, or_, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.outbox import insert_ignoring
from storage.tables import (
    Broadcast,
    BroadcastDelivery,
    BroadcastPace,
    BroadcastRun,
    BroadcastTap,
    Check,
    Identifier,
    Person,
    Report,
    ReportIdentifier,
    Subscription,
)

STILL_OPEN = text("state IN ('in_flight', 'again')")  # in the words of the partial index, or SQLite walks the table
PERHAPS_HAD = ("in_flight", "delivered", "unknown")


async def locked(session: AsyncSession, broadcast_id: int) -> Broadcast | None:
    """The row, held until the commit: two operators decide one after the other."""
    return (await session.exec(select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update())).first()


async def by_code(session: AsyncSession, code: str) -> Broadcast | None:
    return (await session.exec(select(Broadcast).where(Broadcast.code == code))).first()


async def newest(session: AsyncSession, *, offset: int, limit: int) -> Sequence[Broadcast]:
    order = col(Broadcast.id).desc()
    return (await session.exec(select(Broadcast).order_by(order).offset(offset).limit(limit))).all()


async def suggested_since(session: AsyncSession, since: datetime) -> set[str]:
    """Subjects that were suggested lately, dropped or not."""
    query = select(Broadcast.suggested).where(col(Broadcast.suggested).is_not(None), col(Broadcast.created_at) > since)
    return {one["subject"] for one in (await session.exec(query)).all() if one}


# the audience: a filter over people, never a list of them


def _reached(audience: dict[str, Any], active_since: datetime | None) -> list[Any]:
    """Who opted in, is reachable and fits. Needs Person joined with Subscription."""
    found: list[Any] = [col(Subscription.wanted).is_(True), col(Person.unreachable_at).is_(None)]
    if language := audience.get("language"):
        found.append(col(Person.language) == language)
    if city := audience.get("city"):
        found.append(col(Subscription.city) == city)
    if scheme := audience.get("scheme"):
        found.append(exists().where(col(Report.reporter_id) == Person.id, col(Report.scheme) == scheme))
    if active_since:
        checked = exists().where(col(Check.person_id) == Person.id, col(Check.created_at) > active_since)
        told = exists().where(col(Report.reporter_id) == Person.id, col(Report.created_at) > active_since)
        found.append(or_(checked, told))
    return found


async def count_audience(session: AsyncSession, audience: dict[str, Any], active_since: datetime | None) -> int:
    query = select(func.count()).select_from(Person).join(Subscription, col(Subscription.person_id) == Person.id)
    return (await session.exec(query.where(*_reached(audience, active_since)))).one()


async def next_people(
    session: AsyncSession,
    audience: dict[str, Any],
    *,
    active_since: datetime | None,
    after: int,
    limit: int,
    had_since: datetime,
) -> list[tuple[int, int, str, int]]:
    """(id, telegram_id, language, how many broadcasts they had since) of those behind `after`, by id."""
    had = (
        select(func.count())
        .select_from(BroadcastDelivery)
        .where(
            col(BroadcastDelivery.person_id) == Person.id,
            col(BroadcastDelivery.at) > had_since,
            col(BroadcastDelivery.counts).is_(True),
            col(BroadcastDelivery.state).in_(PERHAPS_HAD),
        )
        .scalar_subquery()
    )
    query = (
        select(Person.id, Person.telegram_id, Person.language, had)
        .join(Subscription, col(Subscription.person_id) == Person.id)
        .where(col(Person.id) > after, *_reached(audience, active_since))
        .order_by(col(Person.id))
        .limit(limit)
    )
    return [(person, chat, language, number) for person, chat, language, number in await session.exec(query)]


# runs


async def begin_run(session: AsyncSession, run: BroadcastRun) -> bool:
    """Once per broadcast and due moment, over all replicas."""
    return await insert_ignoring(session, run, "broadcast_id", "due_at")


async def due(session: AsyncSession, now: datetime) -> Sequence[Broadcast]:
    """Live broadcasts whose next run is due, held; another replica skips them."""
    query = (
        select(Broadcast)
        .where(Broadcast.status == "live", col(Broadcast.next_at) <= now)
        .order_by(col(Broadcast.id))
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(query)).all()


async def next_due(session: AsyncSession) -> datetime | None:
    return (await session.exec(select(func.min(Broadcast.next_at)).where(Broadcast.status == "live"))).one()


async def any_running(session: AsyncSession) -> bool:
    """Whether there is anything to send: a look that takes no lock."""
    query = (
        select(col(BroadcastRun.id))
        .join(Broadcast, col(Broadcast.id) == BroadcastRun.broadcast_id)
        .where(BroadcastRun.status == "running", Broadcast.status == "live")
        .limit(1)
    )
    return (await session.exec(query)).first() is not None


async def running(session: AsyncSession) -> Sequence[tuple[BroadcastRun, Broadcast]]:
    """What may be sent, held, emergencies first, then the oldest."""
    query = (
        select(BroadcastRun, Broadcast)
        .join(Broadcast, col(Broadcast.id) == BroadcastRun.broadcast_id)
        .where(BroadcastRun.status == "running", Broadcast.status == "live")
        .order_by(col(Broadcast.emergency).desc(), col(BroadcastRun.id))
        .with_for_update(of=BroadcastRun)
        .execution_options(populate_existing=True)
    )
    return (await session.exec(query)).all()


async def runs_of(session: AsyncSession, broadcast_id: int) -> Sequence[BroadcastRun]:
    query = select(BroadcastRun).where(BroadcastRun.broadcast_id == broadcast_id).order_by(col(BroadcastRun.id).desc())
    return (await session.exec(query)).all()


async def runs_since(session: AsyncSession, since: datetime) -> Sequence[BroadcastRun]:
    return (await session.exec(select(BroadcastRun).where(col(BroadcastRun.started_at) > since))).all()


async def remember_messages(session: AsyncSession, run_id: int, messages: dict[str, int]) -> None:
    await session.exec(update(BroadcastRun).where(col(BroadcastRun.id) == run_id).values(messages=messages))


# copies


async def pace(session: AsyncSession, now: datetime) -> BroadcastPace:
    """The one row, held until the commit: claims of all replicas go one after the other."""
    await insert_ignoring(session, BroadcastPace(id=1, next_at=now, paused_until=now), "id")
    return (await session.exec(select(BroadcastPace).with_for_update())).one()


async def stop_all(session: AsyncSession, until: datetime) -> None:
    """Telegram asked to wait: everybody waits."""
    later = col(BroadcastPace.paused_until) < until
    await session.exec(update(BroadcastPace).where(later).values(paused_until=until))


async def put_in_flight(session: AsyncSession, copies: Sequence[dict[str, Any]]) -> None:
    await session.exec(insert(BroadcastDelivery), params=copies)


async def take_again(
    session: AsyncSession, run_id: int, now: datetime, limit: int
) -> list[tuple[int, int, str, int]]:
    """Copies that did not leave and are due again, in flight now: (id, telegram_id, language, attempts that failed)."""
    query = (
        select(Person.id, Person.telegram_id, Person.language, BroadcastDelivery.attempts)
        .join(BroadcastDelivery, col(BroadcastDelivery.person_id) == Person.id)
        .where(
            BroadcastDelivery.run_id == run_id,
            text("broadcast_delivery.state IN ('in_flight', 'again')"),
            BroadcastDelivery.state == "again",
            col(BroadcastDelivery.at) <= now,
        )
        .order_by(col(BroadcastDelivery.at))
        .limit(limit)
    )
    found = [(person, chat, language, number) for person, chat, language, number in await session.exec(query)]
    if found:
        mine = (
            col(BroadcastDelivery.run_id) == run_id,
            col(BroadcastDelivery.person_id).in_([one[0] for one in found]),
        )
        await session.exec(update(BroadcastDelivery).where(*mine).values(state="in_flight", at=now))
    return found


async def settle(
    session: AsyncSession,
    run_id: int,
    people: Collection[int],
    state: str,
    reason: str | None,
    at: datetime,
    *,
    failures: int = 0,
) -> int:
    """Writes what became of copies in flight; how many were. One that was called unknown meanwhile stays so."""
    mine = (
        col(BroadcastDelivery.run_id) == run_id,
        col(BroadcastDelivery.person_id).in_(people),
        col(BroadcastDelivery.state) == "in_flight",
    )
    values = {"state": state, "reason": reason, "at": at, "attempts": BroadcastDelivery.attempts + failures}
    written = await session.exec(update(BroadcastDelivery).where(*mine).values(values))
    return written.rowcount


async def count(session: AsyncSession, run_id: int, state: str, more: int) -> None:
    column = {"delivered": "delivered", "blocked": "blocked", "failed": "failed", "unknown": "unknown"}[state]
    grown = {column: getattr(BroadcastRun, column) + more}
    await session.exec(update(BroadcastRun).where(col(BroadcastRun.id) == run_id).values(grown))


async def lose_in_flight(session: AsyncSession, before: datetime | None) -> list[tuple[int, int]]:
    """What nobody has in hand any more becomes unknown: (run, how many). `before` None: all of it."""
    stale: list[Any] = [STILL_OPEN, col(BroadcastDelivery.state) == "in_flight"]
    if before:
        stale.append(col(BroadcastDelivery.at) < before)
    query = select(BroadcastDelivery.run_id, func.count()).where(*stale).group_by(col(BroadcastDelivery.run_id))
    found = [(run_id, number) for run_id, number in (await session.exec(query)).all()]
    await session.exec(update(BroadcastDelivery).where(*stale).values(state="unknown", reason="stopped"))
    return found


async def any_in_flight(session: AsyncSession, before: datetime) -> bool:
    stale = (STILL_OPEN, col(BroadcastDelivery.state) == "in_flight", col(BroadcastDelivery.at) < before)
    return (await session.exec(select(BroadcastDelivery.run_id).where(*stale).limit(1))).first() is not None


async def left(session: AsyncSession, run_id: int) -> tuple[int, datetime | None]:
    """How many copies are still open, and when the earliest of those to be tried again is due."""
    due_again = func.min(case((col(BroadcastDelivery.state) == "again", BroadcastDelivery.at)))
    query = select(func.count(), due_again).where(BroadcastDelivery.run_id == run_id, STILL_OPEN)
    number, again = (await session.exec(query)).one()
    return number, again


async def reasons(session: AsyncSession, run_id: int) -> list[tuple[str, int]]:
    """Why copies failed, the commonest first."""
    number = func.count()
    query = (
        select(BroadcastDelivery.reason, number)
        .where(BroadcastDelivery.run_id == run_id, BroadcastDelivery.state == "failed")
        .group_by(col(BroadcastDelivery.reason))
        .order_by(number.desc())
        .limit(3)
    )
    return [(reason or "?", found) for reason, found in (await session.exec(query)).all()]


async def was_sent_to(session: AsyncSession, broadcast_id: int, person_id: int) -> bool:
    query = (
        select(BroadcastDelivery.person_id)
        .join(BroadcastRun, col(BroadcastRun.id) == BroadcastDelivery.run_id)
        .where(BroadcastRun.broadcast_id == broadcast_id, BroadcastDelivery.person_id == person_id)
        .limit(1)
    )
    return (await session.exec(query)).first() is not None


async def first_sent(session: AsyncSession, broadcast_id: int) -> datetime | None:
    query = select(func.min(BroadcastRun.started_at)).where(
        BroadcastRun.broadcast_id == broadcast_id, BroadcastRun.status != "missed"
    )
    return (await session.exec(query)).one()


# what people make of it


async def answers(session: AsyncSession, broadcast_id: int) -> dict[str, int]:
    query = (
        select(BroadcastTap.answer, func.count())
        .where(BroadcastTap.broadcast_id == broadcast_id)
        .group_by(col(BroadcastTap.answer))
    )
    return dict((await session.exec(query)).all())


async def ended_by(session: AsyncSession, broadcast_id: int) -> int:
    query = select(func.count()).select_from(Subscription).where(Subscription.ended_by == broadcast_id)
    return (await session.exec(query)).one()


async def subscribers(session: AsyncSession) -> list[tuple[bool | None, str, int]]:
    """(wanted, language, how many), of those who can be reached."""
    query = (
        select(Subscription.wanted, Person.language, func.count())
        .join(Person, col(Person.id) == Subscription.person_id)
        .where(col(Person.unreachable_at).is_(None))
        .group_by(col(Subscription.wanted), col(Person.language))
    )
    return list((await session.exec(query)).all())


async def mark_unreachable(session: AsyncSession, people: Collection[int], now: datetime) -> None:
    await session.exec(update(Person).where(col(Person.id).in_(people)).values(unreachable_at=now))


async def forget_copies(session: AsyncSession, before: datetime) -> None:
    """Who got what is needed for the cap and for the buttons; a run's sums stay."""
    old = select(BroadcastRun.id).where(col(BroadcastRun.finished_at) < before)
    await session.exec(delete(BroadcastDelivery).where(col(BroadcastDelivery.run_id).in_(old)))


async def told(session: AsyncSession, since: datetime, until: datetime) -> dict[str, int]:
    """Reports that stand, by scheme (`BANK_CALL`) and by scheme and kind of what they name (`BANK_CALL:phone`)."""
    when = (col(Report.created_at) > since, col(Report.created_at) <= until, col(Report.status) != "withdrawn")
    schemes = select(Report.scheme, func.count()).where(*when).group_by(Report.scheme)
    kinds = (
        select(Report.scheme, Identifier.kind, func.count(func.distinct(Report.id)))
        .join(ReportIdentifier, col(ReportIdentifier.report_id) == Report.id)
        .join(Identifier, col(Identifier.id) == ReportIdentifier.identifier_id)
        .where(*when)
        .group_by(Report.scheme, Identifier.kind)
    )
    found = dict((await session.exec(schemes)).all())
    return found | {f"{scheme}:{kind}": number for scheme, kind, number in (await session.exec(kinds)).all()}
