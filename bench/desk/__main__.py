"""`python -m bench.desk`: what a report, a card and a look-up cost at a small desk and at a big one."""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.desk.data import BIG, NOW, SMALL, Size, fill, phone
from bot.i18n import catalogues
from core import checks, reports
from core.identifiers import read
from core.keys import Keys
from core.reports import Rules
from handlers.desk import find, keyboards, outgoing, queue, texts
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Case, Person

TIMES = 40
KEYS, RULES = Keys("a bench keeps nothing that must stay secret"), Rules()
SHARED, ORDINARY = 1, 7  # cases


@dataclass(slots=True)
class Measured:
    milliseconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)  # of them the processor: what a busy machine does not distort
    statements: list[int] = field(default_factory=list)

    @property
    def slow(self) -> float:
        """Nineteen of twenty are faster."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]


class Bench:
    """One database of one size, and what was measured on it by name."""

    def __init__(self, db: Database) -> None:
        self.db, self.people, self.statements = db, 0, 0
        self.found: dict[str, Measured] = {}
        for engine in {db._writer.sync_engine, db._reader.sync_engine}:
            event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.statements += 1

    async def measure(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        self.statements, began, worked = 0, time.perf_counter(), time.process_time()
        result = await work()
        measured = self.found.setdefault(name, Measured())
        measured.milliseconds.append((time.perf_counter() - began) * 1000)
        measured.worked.append((time.process_time() - worked) * 1000)
        measured.statements.append(self.statements)
        return result

    async def stranger(self) -> Person:
        self.people += 1
        async with self.db.begin() as session:
            person = Person(telegram_id=900_000_000 + self.people, language="ru", created_at=NOW)
            session.add(person)
        return person

    async def tells(self, case: int, name: str) -> None:
        """One report as a citizen makes it: saved, then joined to its case."""
        person = await self.stranger()
        saved = await self.measure(f"saving a report on {name}", lambda: self._saved(person, case))
        await self.measure(f"joining it to {name}", lambda: self._joined(saved))

    async def _saved(self, person: Person, case: int) -> int:
        async with self.db.begin() as session:
            reporter = await session.merge(person, load=False)
            said = read(f"звонили с {phone(case)}, номер жалобы {self.people}, просили код")
            check = await checks.begin(session, person=reporter, reading=said, keys=KEYS, now=NOW)
            submitted = await reports.submit(
                session, reporter=reporter, check=check, scheme="BANK_CALL", keys=KEYS, rules=RULES, now=NOW
            )
            return submitted.report.id

    async def _joined(self, report: int) -> None:
        async with self.db.begin() as session:
            await reports.forward(session, report_id=report, now=NOW)

    async def card(self, case: int) -> None:
        async with self.db.read() as session:
            drawn = await outgoing.draw(session, await session.get_one(Case, case), NOW)
            assert texts.card(drawn) and keyboards.card(drawn)

    async def looks(self, look: Callable[[AsyncSession], Awaitable[Any]]) -> None:
        async with self.db.read() as session:
            assert await look(session)


async def run(bench: Bench) -> None:
    looks: dict[str, Callable[[AsyncSession], Awaitable[Any]]] = {
        "/queue, first page": lambda session: queue._page(session, 0, [], NOW),
        "/queue, a page in the middle": lambda session: queue._page(session, 5, [], NOW),
        "/find the shared number": lambda session: find.look(session, phone(SHARED), KEYS),
        "/find another number": lambda session: find.look(session, phone(ORDINARY), KEYS),
        "/find a case": lambda session: find.look(session, "C-1007", KEYS),
        "/find a report": lambda session: find.look(session, "SB-000777", KEYS),
        "/find words many told": lambda session: find.look(session, "безопасный", KEYS),
        "/find words nobody told": lambda session: find.look(session, "криптобиржа", KEYS),
    }
    for _ in range(TIMES):
        await bench.tells(SHARED, "the shared number")
        await bench.tells(ORDINARY, "another number")
        await bench.measure("card of the big case", lambda: bench.card(SHARED))
        await bench.measure("card of another case", lambda: bench.card(ORDINARY))
        for name, look in looks.items():
            await bench.measure(name, lambda look=look: bench.looks(look))  # type: ignore[misc]


@asynccontextmanager
async def database(url: str | None, size: Size) -> AsyncIterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="saqbol-bench-") as folder:
        address = url or f"sqlite+aiosqlite:///{Path(folder)}/bench.db"
        await migrate(address, "base") if url else None
        await migrate(address)
        db, began = Database(address), time.perf_counter()
        await fill(db, size)
        print(f"{size.reports:,} reports in {size.cases:,} cases put in within {time.perf_counter() - began:.0f} s")
        yield Bench(db)
        await db.close()


async def main(url: str | None, sizes: tuple[Size, Size]) -> None:
    results = []
    i18n = catalogues()
    with i18n.context(), i18n.use_locale("ru"):
        for size in sizes:
            async with database(url, size) as bench:
                await run(bench)
                results.append(bench.found)
    small, big = results
    print(f"\n| ms, median (95 %); processor | {sizes[0].reports:,} | {sizes[1].reports:,} | times | statements |")
    print("|---|---|---|---|---|")
    for name, here in small.items():
        there = big[name]
        counts = f"{median(here.statements):.0f} → {median(there.statements):.0f}"
        cells = [f"{median(one.milliseconds):.1f} ({one.slow:.1f}); {median(one.worked):.1f}" for one in (here, there)]
        print(f"| {name} | {cells[0]} | {cells[1]} | {median(there.worked) / median(here.worked):.1f} | {counts} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="a PostgreSQL address whose tables may be dropped; else a new SQLite file")
    parser.add_argument("--big", type=int, default=BIG.reports, help="reports of the big desk")
    asked = parser.parse_args()
    share = asked.big / BIG.reports
    big = Size(asked.big, int(BIG.cases * share), int(BIG.shared * share))
    asyncio.run(main(asked.database, (SMALL, big)))
