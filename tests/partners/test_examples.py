"""The receivers of partners/examples as real processes: they take what is signed and nothing else."""

import asyncio
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from core import scamreport
from core.routing import Partner, PartnerKind
from partners.client import Client
from partners.registry import Door
from tests.test_scamreport import AT, KEYS, share, told

EXAMPLES = Path(__file__).parents[2] / "partners" / "examples"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def command(language: str) -> tuple[list[str], dict[str, Any]]:
    if language == "python":
        return [sys.executable, str(EXAMPLES / "receiver.py")], {}
    modules = Path(os.environ.get("SAQBOL_NODE_MODULES", "node_modules"))
    if not shutil.which("node") or not (modules / "standardwebhooks").is_dir():
        pytest.skip("needs node, and SAQBOL_NODE_MODULES with npm's standardwebhooks")
    return ["node", str(modules.parent / "receiver.mjs")], {"cwd": modules.parent}


@pytest.mark.parametrize("language", ["python", "node"])
async def test_a_receiver_verifies_events(language: str) -> None:
    words, more = command(language)
    if language == "node":
        shutil.copy(EXAMPLES / "receiver.mjs", words[1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *words, str(port), env=os.environ | {"WEBHOOK_SECRET": SECRET}, stdout=asyncio.subprocess.PIPE, **more
    )
    assert process.stdout
    partner = Partner("kcell", "Kcell", PartnerKind.operator)
    door = Door(partner, f"http://127.0.0.1:{port}/", (SECRET,))
    client = Client()
    body = scamreport.body("report.received", AT, scamreport.report(told(), share(), KEYS, ""))
    async with asyncio.timeout(30):
        while (outcome := await client.post(door, "msg_1", body)).status is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # until it listens
        assert outcome.delivered and b'"SB-7K3M9Q"' in await process.stdout.readline()
        assert (await client.post(door, "msg_1", body)).delivered  # again: taken, and not worked on twice
        forged = Door(partner, door.endpoint, (f"whsec_{'B' * 32}",))
        assert (await client.post(forged, "msg_2", body)).status == 401
        async with aiohttp.ClientSession() as bare, bare.post(str(door.endpoint), data=b"{}") as answer:
            assert answer.status == 401
        said = [await process.stdout.readline() for _ in range(2)]
        assert all(line.startswith(b"refused") for line in said)
    process.kill()
    await process.wait()
    await client.close()
