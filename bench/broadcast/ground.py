"""What every contender runs on: a stand-in Telegram with weather, a clock that may run faster, a database of people."""

import asyncio
import selectors
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite

from sandbox.telegram import Limits, StandInSession, Telegram
from sandbox.telegram.faults import Fault
from storage.migrate import migrate

STATEMENT = 0.002
LATENCY = 0.03  # seconds of one call, as from Almaty to Telegram
FIRST_CHAT = 800_000_000
NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # no quiet hours for ten hours
BLOCKED, FAILING = 0.05, 0.02
STORM_EVERY, STORM_LASTS, STORM_WAIT = 20_000, 40, 1


def loop_clock() -> datetime:
    """The loop's own time: real, or virtual in a `VirtualLoop`."""
    return NOON + timedelta(seconds=asyncio.get_running_loop().time() - _begun())


def _begun() -> float:
    loop = asyncio.get_running_loop()
    if not hasattr(loop, "begun"):
        loop.begun = loop.time()  # type: ignore[attr-defined]
    return float(loop.begun)  # type: ignore[attr-defined]


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time moves only when everybody waits for it: 66 minutes pass in one. A statement of the database takes 2 ms."""

    def __init__(self) -> None:
        self.now, self.at_work = 0.0, 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now

    def charge_for_statements(self) -> None:
        execute = aiosqlite.Connection._execute

        async def charged(connection: Any, *args: Any, **kwargs: Any) -> Any:
            self.at_work += 1
            try:
                answer = await execute(connection, *args, **kwargs)
            finally:
                self.at_work -= 1
            await asyncio.sleep(STATEMENT)
            return answer

        aiosqlite.Connection._execute = charged  # type: ignore[method-assign]


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None or self.loop.at_work:  # a thread is busy: its time is real
            return super().select(0.05)
        self.loop.now += timeout
        return []


class Weather(Telegram):
    """A stand-in with many people, some of whom blocked the bot or fail, and storms of 429 where asked for."""

    def __init__(self, people: int, clock: Callable[[], datetime], *, limits: bool, storms: bool = True) -> None:
        super().__init__(clock=clock)
        self.limits = Limits() if limits else None
        self.storms = storms
        self.asked = 0
        self.refused = Counter[str]()
        self.times: list[datetime] = []
        self.got = Counter[int]()
        self.silent_until, self.silence = clock(), timedelta()  # when Telegram wants no calls; all of that time
        for place in range(people):
            person = self.person("Citizen", id=FIRST_CHAT + place)
            person.started, person.blocked = True, place % round(1 / BLOCKED) == 7
        self.failing = {FIRST_CHAT + place for place in range(11, people, round(1 / FAILING))}

    def _fault(self, method: str, chat_id: Any) -> Fault | None:
        """2 % fail once with a 502 before anything was done; every 20,000 calls a storm."""
        self.asked += 1
        if self.storms and self.asked % STORM_EVERY < STORM_LASTS and self.asked > STORM_EVERY:
            return Fault("429", None, None, 1, STORM_WAIT, False, None)
        if chat_id in self.failing:
            self.failing.discard(chat_id)
            return Fault("502", None, None, 1, 0, False, None)
        return None

    async def call(self, method: str, params: dict[str, Any], files: Any = None) -> Any:
        try:
            answer = await super().call(method, params, files)
        except Exception as error:
            self.refused[str(error)[:3]] += 1
            self._hush(timedelta(seconds=(getattr(error, "parameters", None) or {}).get("retry_after", 0)))
            raise
        if chat := params.get("chat_id"):
            self.times.append(self.clock())
            self.got[int(chat)] += 1
            self.persons[int(chat)].chat.messages.clear()  # a million kept messages would be the measure
        return answer

    def _hush(self, wait: timedelta) -> None:
        until = self.clock() + wait
        self.silence += max(until - max(self.silent_until, self.clock()), timedelta())
        self.silent_until = max(self.silent_until, until)

    @property
    def fullest_second(self) -> int:
        """The most messages that were taken in any one second."""
        first = most = 0
        for place, at in enumerate(self.times):
            while self.times[first] <= at - timedelta(seconds=1):
                first += 1
            most = max(most, place - first + 1)
        return most

    @property
    def storms_met(self) -> int:
        return self.refused["429"]


class Distant(StandInSession):
    """Each call takes its time."""

    async def make_request(self, bot: Any, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        await asyncio.sleep(LATENCY)
        return await super().make_request(bot, method, timeout)


async def populated(folder: Path, people: int) -> str:
    """A database whose people all opted in, with an approved broadcast that begins now. Returns its URL."""
    url = f"sqlite+aiosqlite:///{folder}/saqbol.db"
    await migrate(url)
    with sqlite3.connect(folder / "saqbol.db") as connection:
        at = NOON.replace(tzinfo=None).isoformat(" ") + ".000000"
        spoken = ("kk" if place % 3 else "ru" for place in range(people))
        persons = ((place + 1, FIRST_CHAT + place, language, 0, at, 0, 0) for place, language in enumerate(spoken))
        connection.executemany(
            "INSERT INTO person (id, telegram_id, language, language_chosen, created_at, confirmed_reports,"
            " rejected_reports) VALUES (?, ?, ?, ?, ?, ?, ?)", persons,
        )  # fmt: skip
        connection.execute("INSERT INTO subscription (person_id, wanted, at) SELECT id, 1, created_at FROM person")
        connection.execute(
            "INSERT INTO broadcast (id, code, author_id, status, text, emergency, audience, plan, approvals,"
            " created_at, updated_at) VALUES (1, 'SQ-22222', 1, 'live', ?, 0, '{}', '{}', '[]', ?, ?)",
            ('{"ru": "Банк не просит код из SMS.", "kk": "Банк SMS-код сұрамайды."}', at, at),
        )
        connection.execute(
            "INSERT INTO broadcast_run (id, broadcast_id, due_at, status, place, walked, expected, delivered, blocked,"
            " failed, unknown, capped, started_at, messages)"
            " VALUES (1, 1, ?, 'running', 0, 0, ?, 0, 0, 0, 0, 0, ?, '{}')",
            (at, people, at),
        )
    return url


def outcome(folder: Path) -> dict[str, int]:
    with sqlite3.connect(folder / "saqbol.db") as connection:
        return dict(connection.execute("SELECT state, count(*) FROM broadcast_delivery GROUP BY state").fetchall())


def run_is_over(folder: Path) -> bool:
    with sqlite3.connect(folder / "saqbol.db") as connection:
        return connection.execute("SELECT status FROM broadcast_run").fetchone() == ("done",)
