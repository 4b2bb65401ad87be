"""A broadcast by real processes: killed in the middle, and two of them on one database. Nobody gets it twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sandbox.telegram import Person
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import BroadcastRun, Subscription
from storage.tables import Person as Row
from tests.postgres import PostgresServer, fresh_database
from tests.process.stage import Stage, data, free_port

PEOPLE, RATE, KILLS = 120, 60, 2
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    db = Database(url)
    yield db
    await db.close()


async def subscribed(stage: Stage, url: str, number: int) -> list[Person]:
    """Citizens who opted in before."""
    people = [stage.telegram.person(f"Citizen {place}") for place in range(number)]
    async with opened(url) as db, db.begin() as session:
        for one in people:
            one.started = True
            row = Row(telegram_id=one.id, language="ru", created_at=BEFORE)
            session.add(row)
            await session.flush()
            session.add(Subscription(person_id=row.id, wanted=True, at=BEFORE))
    return people


async def run_in(url: str) -> BroadcastRun:
    async with opened(url) as db, db.read() as session:
        return await session.get_one(BroadcastRun, 1)


def editors(stage: Stage) -> tuple[list[Person], dict[str, object]]:
    """Three of them, and the settings by which the bot knows them."""
    people = [stage.telegram.person(name) for name in ("Мадина", "Арман", "Жанна")]
    return people, {"operator_ids": ",".join(str(one.id) for one in people), "broadcast_rate": RATE}


async def taps(stage: Stage, person: Person, words: str) -> None:
    before = person.last.touched
    await person.taps_data(data(person.last, words)[0])
    await stage.until(lambda: person.last.touched > before)


async def emergency(stage: Stage, people: list[Person]) -> None:
    """Written by the first and approved by the others; an emergency, as the test may run at night."""
    author, *approvers = people
    for one in people:
        await one.starts()
        await stage.until(lambda one=one: [seen for seen in one.history if seen.by_bot])
    await author.says("/broadcast")
    await stage.until(lambda: data(author.last, "bcast:new", "B01"))
    for verb in ("new:0:B01", "urgent:1:", "submit:1:"):
        before = author.last.touched
        await author.taps_data(f"bcast:{verb}")
        await stage.until(lambda before=before: author.last.touched > before)
    for one in approvers:
        await stage.until(lambda one=one: data(one.last, "bcast:approve"))
        await taps(stage, one, "bcast:approve")


def copies(people: list[Person]) -> list[int]:
    return [sum("SQ-" in seen.text for seen in one.history) for one in people]


def sent(stage: Stage, people: list[Person]) -> list[datetime]:
    chats = {one.id for one in people}
    return [call.at for call in stage.telegram.calls if call.chat_id in chats]


async def test_kills_in_the_middle_of_a_broadcast(stage: Stage) -> None:
    """What is not known is little and shown."""
    operators, settings = editors(stage)
    url = f"sqlite+aiosqlite:///{stage.folder}/saqbol.db"
    await migrate(url)
    people = await subscribed(stage, url, PEOPLE)
    bot = await stage.starts(**settings)
    await emergency(stage, operators)
    chance = random.Random(20261125)
    for _ in range(KILLS):
        last = sum(copies(people)) + chance.randrange(10, 50)
        await stage.until(lambda last=last: sum(copies(people)) > last or all(copies(people)))
        await asyncio.sleep(chance.uniform(0, 0.05))  # the moment itself: anywhere in its work
        await bot.killed()
        bot = await stage.starts(**settings)
    await stage.until(lambda: stage.rows("SELECT status FROM broadcast_run") == [("done",)], 30)
    delivered, unknown = stage.rows("SELECT delivered, unknown FROM broadcast_run")[0]
    assert max(copies(people)) == 1
    assert delivered + unknown == PEOPLE and delivered <= sum(copies(people)) <= delivered + unknown
    assert unknown <= KILLS * RATE * 4 / 5  # four senders with a fifth of a second each
    print(f"{KILLS} kills: got it {sum(copies(people))}, unknown {unknown}")


async def test_two_replicas_send_once_and_stop_together(stage: Stage, postgres_server: PostgresServer) -> None:
    url = fresh_database(postgres_server)
    await migrate(url)
    operators, settings = editors(stage)
    people = await subscribed(stage, url, 2 * PEOPLE)
    stage.hook = stage.base
    for port in (stage.port, free_port()):
        await stage.starts(**settings, database_url=url, http_port=port)
    await emergency(stage, operators)
    await stage.until(lambda: sum(copies(people)) > PEOPLE // 2)
    await operators[0].taps_data("bcast:pause:1:")
    await stage.until(lambda: any("приостановлена" in seen.text for seen in operators[0].history))
    paused = datetime.now(UTC)
    await asyncio.sleep(3)
    times = sent(stage, people)
    assert len(times) < len(people) and times[-1] < paused + timedelta(seconds=2)
    await operators[1].taps_data("bcast:resume:1:")
    await stage.until(lambda: sum(copies(people)) == len(people), 30)
    await asyncio.sleep(1)  # and no more
    assert set(copies(people)) == {1} and (await run_in(url)).delivered == len(people)
    times = sent(stage, people)
    fullest = max(sum(at <= other < at + timedelta(seconds=1) for other in times) for at in times)
    assert fullest < 1.6 * RATE  # each by itself would make it twice the rate
    print(f"two replicas: fullest second {fullest} at {RATE} a second")
