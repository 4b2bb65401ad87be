"""A stand-in Telegram behind HTTP, people in it, and the real process that answers them."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn

from sandbox.telegram import Group, Person, Seen, Telegram, http_app

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"SB-[2-9A-Z]{6}")
SECRET = "a secret of the tests, long enough for its purpose"


both_modes = pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])


class Forge:
    """Forks bots, one order at a time (see forge.py)."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.process.forge"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    async def order(self, **order: object) -> int:
        return await asyncio.to_thread(self._order, json.dumps(order))

    def _order(self, line: str) -> int:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(line + "\n")
        return int(self.process.stdout.readline())

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Bot:
    """One process of `saqbol run`, forked."""

    def __init__(self, forge: Forge, pid: int) -> None:
        self.forge, self.pid = forge, pid
        self.code: int | None = None

    async def ends(self, seconds: float) -> int:
        """The exit code; TimeoutError (and SIGKILL) where it does not end."""
        waiting = asyncio.ensure_future(self.forge.order(wait=self.pid))
        done, _ = await asyncio.wait((waiting,), timeout=seconds)
        if not done:
            os.kill(self.pid, signal.SIGKILL)
        self.code = await waiting
        if not done:
            raise TimeoutError(f"still running after {seconds} s")
        return self.code

    async def killed(self) -> None:
        """SIGKILL: no time for anything."""
        os.kill(self.pid, signal.SIGKILL)
        await self.ends(10)

    async def stopped(self) -> int:
        """SIGTERM; the exit code, TimeoutError after the 10 s that are promised."""
        os.kill(self.pid, signal.SIGTERM)
        return await self.ends(10)


class Stage:
    def __init__(self, folder: Path, telegram: Telegram, api: str, forge: Forge, *, webhook: bool) -> None:
        self.folder, self.telegram, self.api, self.forge = folder, telegram, api, forge
        self.officer = telegram.person("Ерлан", language="ru")
        self.desk = telegram.group("Дежурная группа", members=[self.officer], admins=[self.officer])
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.hook = self.base if webhook else ""
        self.bots: list[Bot] = []
        self.patience = 20.0  # seconds

    def env(self, **settings: object) -> dict[str, str]:
        """Nothing of the developer's own environment."""
        chosen = {
            "bot_token": self.telegram.token,
            "telegram_api": self.api,
            "secret_key": SECRET,
            "database_url": f"sqlite+aiosqlite:///{self.folder}/saqbol.db",
            "files_dir": self.folder / "files",
            "http_port": self.port,
            "desk_chat_id": self.desk.id,
            "grace_seconds": 0,
            "webhook_url": self.hook,
        } | settings
        named = {f"SAQBOL_{name.upper()}": str(value) for name, value in chosen.items() if value is not None}
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | named

    async def starts(self, *words: str, **settings: object) -> Bot:
        """`saqbol run`, or another command."""
        pid = await self.forge.order(
            words=words or ("run",), folder=str(self.folder), env=self.env(**settings), log=str(self.folder / "bot.log")
        )
        bot = Bot(self.forge, pid)
        self.bots.append(bot)
        return bot

    @asynccontextmanager
    async def cold(self, **settings: object) -> AsyncIterator[asyncio.subprocess.Process]:
        """The command as people start it."""
        with (self.folder / "bot.log").open("a") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"), cwd=self.folder, env=self.env(**settings), stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def close(self) -> None:
        for bot in self.bots:
            if bot.code is None:
                await bot.killed()

    # what is seen from outside

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as client, client.get(f"{self.base}{path}") as answer:
            return answer.status, await answer.text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a look at the database file shows."""
        connection = sqlite3.connect(f"file:{self.folder}/saqbol.db?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    @property
    def log(self) -> str:
        file = self.folder / "bot.log"
        return file.read_text() if file.exists() else ""

    # people

    async def citizen(self, name: str = "Айгүл", language: str = "ru") -> Person:
        person = self.telegram.person(name, language=language)
        greeting = await person.starts()
        await self.until(lambda: answers(person, greeting))
        return person

    async def until(self, condition: Callable[[], object], seconds: float | None = None) -> None:
        """Also for what shows in the database only, of which the stand-in hears nothing."""
        seconds = seconds or self.patience
        end = asyncio.get_running_loop().time() + seconds
        while not condition():
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"did not come in {seconds} s; the bot said last:\n{self.log[-3000:]}")
            with suppress(TimeoutError):
                await self.telegram.until(condition, 0.1)

    async def drops(self, person: Person, text: str) -> Seen:
        """Sends something to check; the answer with its Report button."""
        message = await person.says(text)
        await self.until(lambda: with_button(person, message, "report:"))
        return with_button(person, message, "report:")[-1]

    async def reports(self, person: Person, text: str, scheme: str = "BANK_CALL") -> tuple[str, Seen]:
        """One message and two taps; the report's number and the message that confirms it."""
        shown = await self.drops(person, text)
        await self.presses(person, shown, "report:")
        await self.until(lambda: data(shown, "scheme:"))
        await self.presses(person, shown, "scheme:", scheme)
        await self.until(lambda: NUMBER.search(shown.text))
        return NUMBER.findall(shown.text)[0], shown

    async def asks_for_amount(self, person: Person, shown: Seen) -> None:
        number = NUMBER.findall(shown.text)[0]
        await self.presses(person, shown, "enrich:", "amount")
        await self.until(lambda: number not in shown.text)

    async def states_loss(self, person: Person, shown: Seen, amount: str) -> Seen:
        """Taps the amount, answers the question; the answer to that."""
        await self.asks_for_amount(person, shown)
        message = await person.says(amount)
        await self.until(lambda: with_button(person, message, "fill:"))
        return with_button(person, message, "fill:")[-1]

    async def presses(self, person: Person, message: Seen, prefix: str, last: str = "") -> None:
        """A button that stands under the message, by what the contract promises of its data."""
        await person.taps_data(data(message, prefix, last)[0], message=message)

    def cards(self, number: str) -> list[Seen]:
        """What stands in the desk group about a report."""
        return [one for one in self.desk.history if one.by_bot and number in one.text]


def answers(chat: Person | Group, to: Seen) -> list[Seen]:
    """The bot's messages below `to`."""
    return [one for one in chat.history if one.by_bot and one.id > to.id]


def with_button(chat: Person | Group, to: Seen, prefix: str) -> list[Seen]:
    return [one for one in answers(chat, to) if data(one, prefix)]


def data(message: Seen, prefix: str, last: str = "") -> list[str]:
    """Callback data of the message's buttons that begin and end so."""
    found = [one.data for row in message.inline for one in row if one.data]
    return [one for one in found if one.startswith(prefix) and (not last or one.split(":")[-1] == last)]


async def command(folder: Path, env: dict[str, str], *words: str) -> tuple[int | None, str, str]:
    """Runs `python -m bot …` in the folder; exit code, output and errors."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words), cwd=folder, env=env, stdout=pipe, stderr=pipe
    )
    said, complained = await process.communicate()
    return process.returncode, said.decode(), complained.decode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@asynccontextmanager
async def served(telegram: Telegram) -> AsyncIterator[str]:
    """The base address of the stand-in's HTTP door."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(http_app(telegram), log_level="critical", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
