"""A broadcast on its way: due, claimed, sent, recorded. At most once to each person.

A batch is written as in flight before any of it is sent, and what became of it is written before its sender takes
another one. So after a crash those in flight, a second's worth at most, are known as unknown: shown, never sent again.
Messages leave one `1 / rate` after the other, over all replicas and broadcasts together (`BroadcastPace`).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox
from core.planning import next_after, opens_at, plan_of, quiet, too_late
from storage import broadcasts as rows
from storage.tables import Broadcast, BroadcastPace, BroadcastRun

CAP = 2
CAP_DAYS = timedelta(days=7)
ACTIVE = timedelta(days=30)
SHARE = 5  # a batch is a fifth of a second's worth: what a crash makes unknown is little
LARGEST = 500  # of a batch, however high the rate
LEAD = timedelta(seconds=0.25)  # a batch is claimed so long before its first message may leave
LEASE = timedelta(minutes=2)  # after which nobody has it in hand any more
PAGES = 50  # of people who had their two this week, looked through in one claim
SOON = timedelta(seconds=1)
SHOWN_EVERY = timedelta(seconds=3)
REPORTED_AGAIN = timedelta(days=1)
ALL_FAIL = 10  # so many failed and none delivered: something is wrong with the message itself
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Recipient:
    person: int
    chat: int
    language: str
    attempts: int  # that failed


@dataclass(frozen=True, slots=True)
class Batch:
    """`first`: when the first may leave; the others follow in steps of `1 / rate`."""

    broadcast: Broadcast
    run: int
    people: Sequence[Recipient]
    claimed: datetime
    first: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state`: delivered, blocked, failed, unknown (perhaps delivered), again (surely not, after `wait`)."""

    state: str
    reason: str | None = None
    wait: timedelta = timedelta()
    everybody: bool = False  # Telegram asked the whole bot to wait
    tried: bool = False  # this copy failed, and may do so a few times only


async def begin_due(session: AsyncSession, *, now: datetime) -> int:
    """Begins what is due on the clock; how many broadcasts were."""
    found = await rows.due(session, now)
    for broadcast in found:
        await begin(session, broadcast, now=now)
    return len(found)


async def begin(session: AsyncSession, broadcast: Broadcast, *, now: datetime) -> None:
    """The runs that are due: the last one goes unless its window has passed; what did not go is told as missed."""
    plan, due, moments = plan_of(broadcast.plan), broadcast.next_at, []
    while due and due <= now:
        moments.append(due)
        due = next_after(plan, due)
    broadcast.next_at = due
    busy = any(run.status == "running" for run in await rows.runs_of(session, broadcast.id))
    missed = 0
    for moment in moments:
        late = busy or moment != moments[-1] or too_late(moment, now, emergency=broadcast.emergency)
        missed += await _run(session, broadcast, moment, "missed" if late else "running", now) and late
    if missed:
        payload = {"broadcast": broadcast.id, "missed": missed, "due": moments[-1].isoformat()}
        await outbox.put(session, "bcast_missed", payload, key=f"missed:{broadcast.id}:{moments[-1]}", now=now)
    await session.flush()
    await _close(session, broadcast)


async def _run(session: AsyncSession, broadcast: Broadcast, due: datetime, status: str, now: datetime) -> bool:
    ended = now if status == "missed" else None
    expected = 0 if ended else await rows.count_audience(session, broadcast.audience, active_since(broadcast, now))
    run = BroadcastRun(
        broadcast_id=broadcast.id, due_at=due, status=status, started_at=now, finished_at=ended, expected=expected
    )
    begun = await rows.begin_run(session, run)
    if begun and not ended:
        await show_all(session, broadcast, now=now)
    return begun


def active_since(broadcast: Broadcast, now: datetime) -> datetime | None:
    return now - ACTIVE if broadcast.audience.get("active") else None


async def _close(session: AsyncSession, broadcast: Broadcast) -> None:
    """A broadcast with no run to come and none under way is done."""
    runs = await rows.runs_of(session, broadcast.id)
    if broadcast.next_at is None and not any(run.status == "running" for run in runs):
        broadcast.status = "done"
    session.add(broadcast)


async def claim(
    session: AsyncSession, *, rate: int, debt: float, clock: Callable[[], datetime]
) -> Batch | datetime | None:
    """A batch to send, the moment to look again, or None where nothing is under way.

    `debt`: messages that the bot said to people beyond what is left free for them; broadcasts wait that much longer.
    """
    pace = await rows.pace(session, clock())
    now = clock()  # others may have held it long
    found = await rows.running(session)
    if not found:
        return None
    may_go = [(run, broadcast) for run, broadcast in found if broadcast.emergency or not quiet(now)]
    if not may_go:
        return opens_at(now)
    ready = max(pace.next_at, pace.paused_until)
    if ready - now > LEAD:
        return ready - LEAD
    again: list[datetime] = []
    for run, broadcast in may_go:
        people, look_again = await _take(session, run, broadcast, most=max(1, min(rate // SHARE, LARGEST)), now=now)
        if people:
            return Batch(broadcast, run.id, people, now, _slots(pace, len(people) + debt, rate, now))
        again += [look_again] if look_again else []
    return min(again, default=None)


def _slots(pace: BroadcastPace, number: float, rate: int, now: datetime) -> datetime:
    """Takes so many steps of `1 / rate` of the common time; when the first is."""
    first = max(now, pace.next_at, pace.paused_until)
    pace.next_at = first + timedelta(seconds=number / rate)
    return first


async def slots(session: AsyncSession, number: int, *, rate: int, clock: Callable[[], datetime]) -> datetime:
    """The same for copies in hand whose time went by: another replica may be using the time that is now."""
    pace = await rows.pace(session, clock())
    return _slots(pace, number, rate, clock())


async def _take(
    session: AsyncSession, run: BroadcastRun, broadcast: Broadcast, *, most: int, now: datetime
) -> tuple[list[Recipient], datetime | None]:
    """Those whose turn it is, in flight from here on; or when to look again, None where the run is over."""
    people = [Recipient(*found) for found in await rows.take_again(session, run.id, now, most)]
    fresh: list[Recipient] = []
    for _ in range(PAGES):
        if run.walked or fresh or len(people) >= most:
            break
        fresh = await _next_page(session, run, broadcast, most - len(people), now)
    if fresh:
        base = {"run_id": run.id, "state": "in_flight", "at": now, "attempts": 0, "counts": not broadcast.emergency}
        await rows.put_in_flight(session, [{**base, "person_id": one.person} for one in fresh])
    session.add(run)
    if people or fresh:
        return people + fresh, None
    if not run.walked:
        return [], now
    still_open, due_again = await rows.left(session, run.id)
    if still_open:
        return [], max(due_again, now) if due_again else now + SOON
    await _finish(session, run, broadcast, now)
    return [], None


async def _next_page(
    session: AsyncSession, run: BroadcastRun, broadcast: Broadcast, most: int, now: datetime
) -> list[Recipient]:
    page = await rows.next_people(
        session, broadcast.audience, active_since=active_since(broadcast, now), after=run.place, limit=most,
        had_since=now - CAP_DAYS,
    )  # fmt: skip
    run.walked = len(page) < most
    run.place = page[-1][0] if page else run.place
    fresh = [Recipient(person, chat, language, 0) for person, chat, language, had in page
             if broadcast.emergency or had < CAP]  # fmt: skip
    run.capped += len(page) - len(fresh)
    return fresh


async def _finish(session: AsyncSession, run: BroadcastRun, broadcast: Broadcast, now: datetime) -> None:
    run.status, run.finished_at = "done", now
    session.add(run)
    await session.flush()
    await _close(session, broadcast)
    await _show(session, run, now=now, due=now)
    for key, due in (("end", now), ("day", now + REPORTED_AGAIN)):
        await outbox.put(session, "bcast_report", {"run": run.id}, key=f"report:{run.id}:{key}", now=now, due=due)


async def record(session: AsyncSession, batch: Batch, outcomes: Mapping[int, Outcome], *, now: datetime) -> None:
    """What became of each copy, by person, with the sums of the run and what it says about the person."""
    asked = [now + one.wait for one in outcomes.values() if one.everybody]
    if asked:  # first, as a claim holds the pace before it holds a run
        await rows.stop_all(session, max(asked))
    groups: dict[Outcome, list[int]] = defaultdict(list)
    for person, outcome in outcomes.items():
        groups[outcome].append(person)
    for outcome, people in groups.items():
        at = now + outcome.wait
        written = await rows.settle(
            session, batch.run, people, outcome.state, outcome.reason, at, failures=int(outcome.tried)
        )
        if outcome.state != "again":
            await rows.count(session, batch.run, outcome.state, written)
        if outcome.state == "blocked":
            await rows.mark_unreachable(session, people, now)
    run = await session.get_one(BroadcastRun, batch.run)
    if run.failed >= ALL_FAIL and not run.delivered:
        await _stop_failing(session, run.broadcast_id, now)
    await _show(session, run, now=now, due=now + SHOWN_EVERY)


async def _stop_failing(session: AsyncSession, broadcast_id: int, now: datetime) -> None:
    broadcast = await rows.locked(session, broadcast_id)
    if broadcast and broadcast.status == "live":
        broadcast.status = "paused"
        session.add(broadcast)
        await outbox.alarm(session, f"broadcast {broadcast_id} paused: all fail", key=f"fail:{broadcast_id}", now=now)


async def show_all(session: AsyncSession, broadcast: Broadcast, *, now: datetime) -> None:
    """The progress messages of the runs under way are drawn anew at once."""
    for run in await rows.runs_of(session, broadcast.id):
        if run.status == "running":
            await _show(session, run, now=now, due=now)


async def _show(session: AsyncSession, run: BroadcastRun, *, now: datetime, due: datetime) -> None:
    await outbox.renew(session, "bcast_progress", {"run": run.id}, key=f"progress:{run.id}", now=now, due=due)


async def lose(session: AsyncSession, *, now: datetime, all_of_it: bool = False) -> int:
    """What a dead process had in flight is unknown from here on. `all_of_it` where there is no other process."""
    found = await rows.lose_in_flight(session, None if all_of_it else now - LEASE)
    for run_id, number in found:
        await rows.count(session, run_id, "unknown", number)
    return sum(number for _, number in found)
