"""Memory over the size of the audience, and what SIGKILL leaves."""

import asyncio
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from bench.broadcast.ground import NOON, loop_clock, outcome, populated, run_is_over
from bot.broadcasting import Broadcaster
from bot.i18n import catalogues
from core import sending
from storage.engine import Database

KILLS, KILLED_RATE, KILLED_PEOPLE = 20, 200, 8_000
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["bench.broadcast.endurance"])


class Nowhere(BaseSession):
    """Takes everything at once and keeps nothing: what grows is ours."""

    async def close(self) -> None:
        """Nothing to close."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        return True

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        yield b""


def memory() -> None:
    """The peak of a process of its own for each size."""
    print("== memory over the audience (most memory held by the sending process; calls answered at once)")
    for people in (10_000, 100_000, 1_000_000):
        command = [sys.executable, "-c", f"from bench.broadcast.endurance import whole; whole({people})"]
        print(subprocess.run(command, capture_output=True, text=True, check=True).stdout, end="", flush=True)


def whole(people: int) -> None:
    with tempfile.TemporaryDirectory(prefix="saqbol-bench-") as folder:
        child = os.fork()  # the writing of the database must not count
        if child == 0:
            asyncio.run(populated(Path(folder), people))
            os._exit(0)
        os.waitpid(child, 0)
        before, begun = held(), time.monotonic()
        peak = asyncio.run(_sent(Path(folder)))
        print(f"{people:>9} people  {time.monotonic() - begun:7.1f} s  peak {peak // 1024} MB,"
              f" {(peak - before) // 1024} MB over the start  {outcome(Path(folder))}")  # fmt: skip


def held() -> int:
    """kB of memory that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4


async def _sent(folder: Path) -> int:
    """The most that was held after any batch, in kB."""
    db = Database(f"sqlite+aiosqlite:///{folder}/saqbol.db")
    broadcaster = Broadcaster(Bot("42:NOWHERE", session=Nowhere()), db, catalogues(), rate=1_000_000, clock=loop_clock)
    most = held()
    while await broadcaster.step() is not None:
        most = max(most, held())
    await db.close()
    return most


async def kills() -> None:
    """A sending process is killed twenty times; nobody gets it twice, and what is unknown is little."""
    print(f"== {KILLS} SIGKILLs, {KILLED_PEOPLE} people, {KILLED_RATE} a second")
    got: Counter[int] = Counter()

    async def take(request: web.Request) -> web.Response:
        form = await request.post()
        got[int(str(form["chat_id"]))] += 1
        await asyncio.sleep(random.uniform(0.01, 0.2))
        return web.json_response({"ok": True, "result": {"message_id": sum(got.values())}})

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory(prefix="saqbol-bench-") as made:
        folder = Path(made)
        await populated(folder, KILLED_PEOPLE)
        begun = time.time()
        killed = sum([await _life(folder, port, got, begun, kill=True) for _ in range(KILLS)])
        await _life(folder, port, got, begun, kill=False)
        known = outcome(folder)
        print(f"killed {killed} times: got it {len(got)}, twice {sum(number > 1 for number in got.values())},"
              f" outcomes {known}, unknown a kill {known.get('unknown', 0) / max(killed, 1):.1f}"
              f" (a second is {KILLED_RATE})")  # fmt: skip
    await runner.cleanup()


async def _life(folder: Path, port: int, got: Counter[int], begun: float, *, kill: bool) -> bool:
    """One process until it is killed somewhere in its work, or done. Whether it was killed."""
    child = FORKS.Process(target=lives, args=(str(folder), port, begun))
    child.start()
    until = sum(got.values()) + random.randrange(20, KILLED_PEOPLE // KILLS)
    while child.is_alive() and not (kill and sum(got.values()) >= until):
        await asyncio.sleep(0.002)
    killed = child.is_alive()
    child.kill()
    await asyncio.to_thread(child.join)
    return killed


def lives(folder: str, port: int, begun: float) -> None:
    asyncio.run(_life_of_one(Path(folder), port, lambda: NOON + timedelta(seconds=time.time() - begun)))


async def _life_of_one(folder: Path, port: int, clock: Callable[[], datetime]) -> None:
    """As a bot that starts: what another had in flight is unknown, then it goes on."""
    db = Database(f"sqlite+aiosqlite:///{folder}/saqbol.db")
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{port}"))
    bot = Bot("42:SANDBOX", session=session, default=DefaultBotProperties(parse_mode="HTML"))
    broadcaster = Broadcaster(bot, db, catalogues(), rate=KILLED_RATE, clock=clock)
    async with db.begin() as opened:
        await sending.lose(opened, now=clock(), all_of_it=True)
    broadcaster.start()
    while not run_is_over(folder):
        await asyncio.sleep(0.1)
    await broadcaster.stop(5)
    await session.close()
    await db.close()
