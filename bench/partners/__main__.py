"""`python -m bench.partners`: many reports to eight partners, of whom one is dead, one slow, one fails half the time.

Says how fast the healthy five got theirs beside bare aiohttp loops that post the same bodies; then lets time pass and
the dead one live, replays what was given up, and counts what came; then does it again and kills the process 50 times.
"""

import argparse
import asyncio
import logging
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.partners.stage import AILING, HEALTHY, NAMES, SECRET, SECRET_KEY, Stage, example, fill
from partners.client import AT_ONCE, signed
from storage.copies import waiting
from storage.migrate import migrate
from storage.outbox import any_due, next_due


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--reports", type=int, default=10_000)
    words.add_argument("--kills", type=int, default=50)
    words.add_argument("--killed-reports", type=int, default=1_000, help="reports of the part with kills")
    words.add_argument("--work", nargs=2, metavar=("FOLDER", "PORT"), help="only deliver, until killed")
    args = words.parse_args()
    if args.work:
        asyncio.run(_work(Path(args.work[0]), int(args.work[1])))
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_measure(args.reports))
    asyncio.run(_killed(args.killed_reports, args.kills))


class Receivers:
    """The partners' process and its ledger."""

    def __init__(self, folder: Path, mood: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.mood(mood)
        command = [sys.executable, "-m", "bench.partners.receivers", str(self.port), str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout and self.process.stdout.readline()

    def mood(self, words: str) -> None:
        (self.folder / "mood").write_text(words)

    def ledger(self) -> list[list[str]]:
        file = self.folder / "ledger"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


async def bare(receivers: Receivers, names: Sequence[str], posts: int) -> float:
    """Requests a second that plain aiohttp loops made until the healthy had theirs: same bodies and signing, no
    database, nobody gets anything again."""
    bodies, before, start = [example(one) for one in range(posts)], len(receivers.ledger()), time.perf_counter()
    lanes = {name: asyncio.create_task(_bare_lane(receivers.port, name, bodies)) for name in names}
    await asyncio.gather(*(lane for name, lane in lanes.items() if name not in AILING))
    spent, made = time.perf_counter() - start, len(receivers.ledger()) - before
    for lane in lanes.values():
        lane.cancel()
    await asyncio.gather(*lanes.values(), return_exceptions=True)
    return made / spent


async def _bare_lane(port: int, name: str, bodies: Sequence[bytes]) -> None:
    numbers = iter(range(len(bodies)))
    at_once = AT_ONCE * (len(HEALTHY) if name == "bare" else 1)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:

        async def post() -> None:
            for one in numbers:
                headers = signed((SECRET,), f"bare_{name}_{one}", bodies[one], datetime.now(UTC))
                with suppress(aiohttp.ClientError):
                    url = f"http://127.0.0.1:{port}/{name}"
                    async with client.post(url, data=bodies[one], headers=headers) as answer:
                        await answer.read()

        await asyncio.gather(*(post() for _ in range(at_once)))


async def _measure(reports: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        receivers = Receivers(folder, "dead slow flaky")
        stage = Stage(folder, receivers.port)
        await migrate(str(stage.db.url))
        await fill(stage.db, reports, stage.clock())
        alone = await bare(receivers, ["bare"], min(reports, 2_000) * len(HEALTHY))
        rate = await bare(receivers, NAMES, min(reports, 2_000))
        print(f"bare aiohttp loops: {alone:.0f} a second to one that is well, {rate:.0f} to the eight", flush=True)
        before = len(receivers.ledger())
        start = time.perf_counter()
        await stage.worker.start()
        first: dict[str, float] = {}
        while len(first) < len(HEALTHY):
            await asyncio.sleep(0.5)
            left = await _waiting(stage)
            first |= {one: time.perf_counter() - start for one in HEALTHY if not left.get(one) and one not in first}
        spent = max(first.values())
        tried = len(receivers.ledger()) - before
        print(f"healthy five: {reports * 5} events in {spent:.1f} s = {reports * 5 / spent:.0f} a second;"
              f" with the others {tried / spent:.0f} a second: {tried / spent / rate:.0%} of bare to the eight,"
              f" {tried / spent / alone:.0%} of bare to one")  # fmt: skip
        print("finished after " + ", ".join(f"{one} {took:.1f} s" for one, took in first.items()))
        receivers.mood("flaky")
        await _drained(stage)
        _report(receivers, reports, stage)
        await _replayed(stage, "flaky")
        _report(receivers, reports, stage)
        await stage.close()
        receivers.close()


async def _drained(stage: Stage) -> None:
    """Until nothing waits; time passes by itself where only time is waited for."""
    while await _waiting(stage):
        await asyncio.sleep(0.5)
        async with stage.db.read() as session:
            busy = await any_in_hand(session, stage.clock())
            busy = busy or not all(one.done() for one in stage.worker.lanes.values())
            due = await next_due(session, stage.clock())
        stage.moved += due - stage.clock() + timedelta(minutes=1) if due and not busy else timedelta()


async def _replayed(stage: Stage, partner: str) -> None:
    """As an administrator who reads the alarm does, by the command line."""
    settings = {
        "SAQBOL_DATABASE_URL": str(stage.db.url),
        "SAQBOL_PARTNERS_FILE": str(stage.file),
        "SAQBOL_SECRET_KEY": SECRET_KEY,
    }
    command = [sys.executable, "-m", "bot", "partners", "replay", partner]
    await asyncio.to_thread(subprocess.run, command, check=True, env=os.environ | settings)
    await _drained(stage)


async def any_in_hand(session: AsyncSession, now: datetime) -> bool:
    """Whether anything is being sent, or could be."""
    return any([await any_due(session, now, one) for one in NAMES])


async def _waiting(stage: Stage) -> dict[str, int]:
    async with stage.db.read() as session:
        return await waiting(session)


def _report(receivers: Receivers, reports: int, stage: Stage) -> None:
    lines = [one for one in receivers.ledger() if not one[1].startswith("bare")]
    taken = Counter(line[1] for line in lines if line[2] == "204")
    bytes_ = {(line[1], line[3]) for line in lines}
    connection = sqlite3.connect(f"file:{stage.db.url.database}?mode=ro", uri=True)
    [(dead,)] = connection.execute(
        "SELECT count(*) FROM partner_event WHERE dead_at IS NOT NULL AND delivered_at IS NULL"
    ).fetchall()
    connection.close()
    print(f"{len(taken)} of {reports * len(NAMES)} events delivered, {dead} given up after eleven attempts,"
          f" {sum(taken.values()) - len(taken)} came twice (same id), {len(bytes_) - len({one for one, _ in bytes_})}"
          " changed their bytes")  # fmt: skip


async def _work(folder: Path, port: int) -> None:
    stage = Stage(folder, port)
    await stage.worker.start()
    while await _waiting(stage):
        await asyncio.sleep(0.2)
    await stage.close()


async def _killed(reports: int, kills: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        receivers = Receivers(folder, "")
        stage = Stage(folder, receivers.port)
        await migrate(str(stage.db.url))
        await fill(stage.db, reports, stage.clock())
        command = [sys.executable, "-m", "bench.partners", "--work", str(folder), str(receivers.port)]
        done = 0
        while done < kills:
            process = subprocess.Popen(command)
            before, patience = len(receivers.ledger()), time.monotonic() + 60
            while len(receivers.ledger()) == before and process.poll() is None and time.monotonic() < patience:
                await asyncio.sleep(0.01)
            await asyncio.sleep(random.uniform(0, 0.06))
            if process.poll() is not None:
                print("all was delivered before the last kill: more --killed-reports")
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
        await asyncio.to_thread(subprocess.run, command, check=True)
        print(f"{done} kills:", end=" ")
        _report(receivers, reports, stage)
        await stage.close()
        receivers.close()


if __name__ == "__main__":
    main()
