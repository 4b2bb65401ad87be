"""`python -m bench.figures`: how long `/digest`, `/stats` and `/metrics` take over a year of a large town.

Beside them the plain way: read the reports of both periods with sqlite3 and count them in a Python loop; and ours
without the indexes that were made for it.
"""

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.figures.town import fill
from core import figures, periods
from core.periods import Period
from storage import figures as rows
from storage import outbox
from storage.engine import Database
from storage.migrate import migrate

NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)
INDEXES = ("ix_report_came", "ix_report_status", "ix_testimony_at", "ix_history_told", "ix_outbox_dead")
Ask = Callable[[AsyncSession], Awaitable[Any]]


def plainly(path: Path, period: Period) -> Counter[str]:
    """Scheme, city, money and people of both periods, counted one report after the other."""
    counted = Counter[str]()
    connection = sqlite3.connect(path)
    for start, end in (period.span, period.before):
        seen: set[int] = set()
        span = [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (start, end)]
        query = "SELECT * FROM report WHERE created_at >= ? AND created_at < ?"
        cursor = connection.execute(query, span)
        place = {column[0]: number for number, column in enumerate(cursor.description)}
        for row in cursor:
            if row[place["status"]] == "withdrawn":
                continue
            counted[row[place["scheme"]]] += 1
            counted[str(row[place["city"]])] += 1
            counted[row[place["created_at"]][:10]] += 1
            counted[row[place["loss_currency"]] or "KZT"] += row[place["loss_minor"]] or 0
            seen.add(row[place["reporter_id"]])
        counted["people"] += len(seen)
    connection.close()
    return counted


async def taken(ask: Callable[[], Awaitable[Any]], times: int) -> float:
    """Milliseconds, the best of several: other work on the machine only adds to it."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        await ask()
        spent.append((time.perf_counter() - begun) * 1000)
    return min(spent)


async def _plain(path: Path, period: Period) -> None:
    plainly(path, period)


async def _gauges(session: AsyncSession) -> None:
    await rows.statuses(session)
    await rows.dead(session)
    await rows.running(session, NOW)
    await outbox.pending(session)


def asks() -> dict[str, Ask]:
    def stats(name: str) -> Ask:
        return lambda session: figures.figures(session, periods.named(name, NOW))

    named = {f"/stats, {name}": stats(name) for name in ("today", "week", "month", "year")}
    return {"/digest": lambda session: figures.digest(session, now=NOW), **named, "/metrics": _gauges}


async def measure(db: Database, path: Path | None, times: int) -> None:
    async def ours(ask: Ask) -> None:
        async with db.read() as session:
            await ask(session)

    with_indexes = {name: await taken(lambda ask=ask: ours(ask), times) for name, ask in asks().items()}
    plain = {
        f"/stats, {name}": await taken(lambda name=name: _plain(path, periods.named(name, NOW)), times)
        for name in ("today", "week", "month", "year")
        if path
    }
    async with db.begin() as session:
        for index in INDEXES:
            await session.exec(text(f"DROP INDEX {index}"))
    without = {name: await taken(lambda ask=ask: ours(ask), times) for name, ask in asks().items()}
    print(f"{'ms':18}{'ours':>10}{'no indexes':>14}{'sqlite3 and a loop':>22}")
    for name in asks():
        loop = f"{plain[name]:.1f}" if name in plain else "-"
        print(f"{name:18}{with_indexes[name]:10.1f}{without[name]:14.1f}{loop:>22}")


async def run(url: str, path: Path | None, reports: int, cases: int, times: int) -> None:
    await migrate(url)
    db = Database(url)
    await fill(db, reports=reports, cases=cases, now=NOW)
    async with db.begin() as session:
        await session.exec(text("ANALYZE"))
    print(f"{db.url.get_backend_name()}, {reports:,} reports, {cases:,} cases, {os.cpu_count()} cores")
    await measure(db, path, times)
    await db.close()


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    arguments.add_argument("--reports", type=int, default=100_000)
    arguments.add_argument("--cases", type=int, default=5_000)
    arguments.add_argument("--times", type=int, default=5)
    arguments.add_argument(
        "--database", help="an empty database, as postgresql+asyncpg://…; by default a new SQLite file"
    )
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = None if chosen.database else Path(folder) / "town.db"
        url = chosen.database or f"sqlite+aiosqlite:///{path}"
        asyncio.run(run(url, path, chosen.reports, chosen.cases, chosen.times))


if __name__ == "__main__":
    main()
