"""Partners of the real process: what the command line says, and a registry that changes under a running bot."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.process.stage import ROOT, Stage, free_port

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def row(id_: str, kind: str, port: int, routes: str) -> str:
    return (
        f'[[partner]]\nid = "{id_}"\nname = "{id_.title()}"\nkind = "{kind}"\nsecret_env = "WEBHOOK_SECRET"\n'
        f'endpoint = "http://127.0.0.1:{port}/"\nroutes = {{ {routes} }}\n'
    )


@asynccontextmanager
async def example(port: int, file: Path) -> AsyncIterator[None]:
    """The receiver that partners are given; what it prints goes to the file."""
    with file.open("w") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "partners/examples/receiver.py"), str(port)),
            env={**os.environ, "WEBHOOK_SECRET": SECRET}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def says(stage: Stage, *words: str, **settings: Any) -> tuple[int, list[str]]:
    """The exit code of `saqbol partners …`, and its lines; those of the bot that runs beside it are JSON."""
    before = len(stage.log)
    code = await (await stage.starts(*words, **settings)).ends(60)
    return code, [line for line in stage.log[before:].splitlines() if not line.startswith("{")]


async def test_the_registry_and_its_commands(stage: Stage) -> None:
    stage.patience = 60
    registry, printed, port = stage.folder / "partners.toml", stage.folder / "printed", free_port()
    (stage.folder / ".env").write_text(f"WEBHOOK_SECRET={SECRET}\n")
    new = {"database_url": f"sqlite+aiosqlite:///{stage.folder}/new/folder.db"}  # as on a machine that is new
    assert await says(stage, "partners", "dead", **new) == (0, ["0 dead letters."])
    kcell = row("kcell", "operator", port, 'ranges = ["701"]')
    broken = kcell.replace("operator", "opera")
    registry.write_text(broken)
    wrong = "partners.toml, line 1: kind must be one of police, bank, operator, marketplace, wallet, regulator"
    assert await says(stage, "run") == (1, [wrong])
    registry.write_text(kcell)
    assert await says(stage, "partners", "check", "kcell") == (1, ["FAIL kcell: no connection"])

    async with example(port, printed):
        admin = stage.telegram.person("Админ")
        bot = await stage.starts(admin_chat_id=admin.id)
        await admin.starts()
        person = await stage.citizen()
        registry.write_text(kcell + row("police", "police", port, "all = true"))
        os.kill(bot.pid, signal.SIGHUP)
        await stage.until(lambda: "partners reloaded" in stage.log)
        first, _ = await stage.reports(person, "+77011234567")
        await stage.until(lambda: received(printed) == [first] * 2)  # one event for each of the two

        registry.write_text(broken)
        os.kill(bot.pid, signal.SIGHUP)
        await stage.until(lambda: any(wrong in one.text for one in admin.history))
        second, _ = await stage.reports(person, "+77011234568")
        await stage.until(lambda: received(printed) == [first] * 2 + [second] * 2)

        registry.write_text(kcell)
        code, [about] = await says(stage, "partners", "list")
        assert code == 0 and about.startswith(f"kcell        operator    http://127.0.0.1:{port}/, delivered 2")
        assert await says(stage, "partners", "check") == (0, ["ok   kcell: HTTP 204"])
        code, lines = await says(stage, "partners", "replay", "kcell", "--since", "2020-01-01")
        assert (code, lines) == (0, ["2 events are on their way to kcell again."])
        again = "SELECT attempts FROM partner_event WHERE partner_id = 'kcell' AND delivered_at IS NOT NULL"
        await stage.until(lambda: stage.rows(again) == [(2,), (2,)])
        assert received(printed) == [first] * 2 + [second] * 2  # the same ids: the receiver knew them
        assert ("cli", "partner:kcell") in stage.rows("SELECT actor, subject FROM audit WHERE action = 'replay'")
        assert await bot.stopped() == 0


def received(printed: Path) -> list[str]:
    """Numbers of the reports that came, without test events."""
    return [number for line in printed.read_text().splitlines() if (number := json.loads(line)["number"])]
