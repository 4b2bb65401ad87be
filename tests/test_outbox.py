"""Claim, send, record: on both engines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from core import outbox
from core.outbox import ATTEMPTS, LEASE, Hopeless, Later, pause
from sandbox.world import MovableClock
from storage import outbox as rows
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Outbox

START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class Post:
    """A database, a clock, and a receiver that notes what comes and does as it is told."""

    def __init__(self, db: Database) -> None:
        self.db, self.clock = db, MovableClock(START)
        self.came: list[str] = []
        self.does: Callable[[Outbox], Awaitable[Any]] | None = None

    async def put(self, *keys: str, **more: Any) -> None:
        async with self.db.begin() as session:
            for key in keys:
                await outbox.put(session, "post", {"key": key}, key=key, now=self.clock(), **more)

    async def renew(self, key: str, **more: Any) -> None:
        async with self.db.begin() as session:
            await outbox.renew(session, "post", {"key": key}, key=key, now=self.clock(), **more)

    async def delivers(self, limit: int = 10) -> int:
        return await outbox.deliver_due(self.db, {"post": self.send, "alarm": self.send}, clock=self.clock, limit=limit)

    async def send(self, row: Outbox) -> None:
        self.came.append(row.dedup_key)
        if self.does and row.kind == "post":
            await self.does(row)

    async def row(self, key: str) -> Outbox:
        async with self.db.read() as session:
            return (await session.exec(select(Outbox).where(Outbox.dedup_key == key))).one()

    def later(self, **span: float) -> None:
        self.clock.moved += timedelta(**span)

    def fails(self, error: Exception | None) -> None:
        async def fail(_: Outbox) -> None:
            if error:
                raise error

        self.does = fail


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    await migrate(database_url)
    db = Database(database_url)
    yield Post(db)
    await db.close()


async def test_what_is_due_goes_once_the_oldest_first(post: Post) -> None:
    await post.put("b", due=START - timedelta(seconds=1))
    await post.put("a", "c")
    await post.put("tomorrow", due=START + timedelta(days=1))
    assert await post.delivers() == 3
    assert post.came[0] == "b"
    assert await post.delivers() == 0
    post.later(days=1)
    assert await post.delivers() == 1
    assert sorted(post.came) == ["a", "b", "c", "tomorrow"]


async def test_never_more_than_asked_for(post: Post) -> None:
    await post.put(*"abcdefg")
    assert await post.delivers(limit=3) == 3
    assert await post.delivers(limit=3) == 3
    assert await post.delivers(limit=3) == 1


async def test_a_key_is_put_once(post: Post) -> None:
    await post.put("a", "a")
    await post.put("a")
    assert await post.delivers() == 1
    await post.put("a")
    assert await post.delivers() == 0


async def test_what_rolls_back_was_never_put(post: Post) -> None:
    with pytest.raises(RuntimeError):
        async with post.db.begin() as session:
            await outbox.put(session, "post", {}, key="a", now=START)
            raise RuntimeError
    assert await post.delivers() == 0


async def test_two_workers_never_send_the_same_row(post: Post) -> None:
    await post.put(*map(str, range(40)))
    await asyncio.gather(*(post.delivers(limit=7) for _ in range(8)))
    assert sorted(post.came) == sorted(map(str, range(40)))


async def test_a_lease_holds_and_ends(post: Post) -> None:
    await post.put("a")
    async with post.db.begin() as session:  # a worker that dies before it records
        await rows.claim(session, now=START, lease=START + LEASE, limit=10)
    post.later(seconds=LEASE.total_seconds() - 1)
    assert await post.delivers() == 0
    post.later(seconds=2)
    assert await post.delivers() == 1


async def test_one_order_goes_one_after_the_other(post: Post) -> None:
    await post.put("a1", "a2", "a3", order="a")
    await post.put("b1", order="b")
    post.fails(Later(timedelta(minutes=1)))
    assert await post.delivers() == 2
    assert sorted(post.came) == ["a1", "b1"]
    post.fails(None)
    assert await post.delivers() == 0
    post.later(minutes=2)
    while await post.delivers():
        pass
    assert [key for key in post.came if key.startswith("a")] == ["a1", "a1", "a2", "a3"]


async def test_a_dead_letter_lets_those_behind_it_go(post: Post) -> None:
    await post.put("a1", "a2", order="a")
    post.fails(Hopeless("never"))
    await post.delivers()
    post.fails(None)
    await post.delivers()
    assert "a2" in post.came


async def test_failures_wait_longer_each_time_until_given_up_with_one_alarm(post: Post) -> None:
    await post.put("a")
    post.fails(OSError("no network"))
    waits = []
    for _ in range(ATTEMPTS):
        before = post.clock()
        assert await post.delivers() == 1
        row = await post.row("a")
        waits.append(row.due_at - before)
        post.later(hours=2)
    assert waits[1] > waits[0]
    assert row.failed_at is not None
    assert row.error == "OSError"
    assert await post.delivers() == 1
    assert post.came[-1] == f"alarm:dead:{row.id}"
    assert await post.delivers() == 0


async def test_asked_to_wait_is_no_failure(post: Post) -> None:
    await post.put("a")
    post.fails(Later(timedelta(seconds=30)))
    for _ in range(ATTEMPTS * 2):
        assert await post.delivers() == 1
        post.later(seconds=31)
    post.fails(None)
    assert await post.delivers() == 1
    assert (await post.row("a")).done_at is not None


async def test_renewed_after_it_went_it_goes_again(post: Post) -> None:
    await post.put("a")
    await post.delivers()
    await post.renew("a")
    assert await post.delivers() == 1
    await post.renew("new", due=START + timedelta(days=1))
    await post.renew("new", due=START + timedelta(days=2))  # what waits keeps its earlier time
    post.later(days=1)
    assert await post.delivers() == 1


async def test_renewed_while_it_is_sent_it_goes_again(post: Post) -> None:
    """At the very moment of the first one, too: the card must show what was committed after it was drawn."""
    await post.put("a")

    async def changed_meanwhile(_: Outbox) -> None:
        post.does = None
        await post.renew("a")

    post.does = changed_meanwhile
    assert await post.delivers() == 1
    assert await post.delivers() == 1
    assert await post.delivers() == 0


async def test_renewed_after_it_was_given_up_it_goes_again(post: Post) -> None:
    await post.put("a")
    post.fails(Hopeless("never"))
    await post.delivers()
    post.fails(None)
    await post.renew("a")
    await post.delivers()
    assert post.came.count("a") == 2


async def test_cancelled_before_it_left(post: Post) -> None:
    await post.put("a", "b")
    async with post.db.begin() as session:
        await outbox.cancel(session, "a")
    await post.delivers()
    assert post.came == ["b"]


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause(n, lambda: 0.5).total_seconds() for n in (1, 2, 3, 4, 11, 12, 40)] == [2, 4, 8, 16, 2048, 3600, 3600]
    assert pause(1, lambda: 0.0).total_seconds() == pytest.approx(1.6)
    assert pause(1, lambda: 1.0).total_seconds() == pytest.approx(2.4)
