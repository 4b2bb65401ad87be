"""Partners that call: the real HTTP side on a port of this machine, and a client with each one's key."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn
from fastapi import FastAPI

from bot.web import Seen, web
from tests.conftest import Town
from tests.partners.receiver import SECRET, Receiver, receiving

PARTNERS = {
    "police": ("police", "all = true"),
    "kaspi": ("bank", 'bank_codes = ["722"], bins = ["440043"]'),
    "halyk": ("bank", 'bank_codes = ["601"], bins = ["440563"]'),
    "kcell": ("operator", 'ranges = ["701"]'),
    "beeline": ("operator", 'ranges = ["705"]'),
    "olx": ("marketplace", 'platforms = ["olx_kz"]'),
    "regulator": ("regulator", ""),
}


def key(partner: str) -> str:
    return f"key-of-{partner}-long-enough-to-be-no-guess"


def registry(url: str) -> str:
    return "\n".join(
        f'[[partner]]\nid = "{name}"\nname = "{name.title()}"\nkind = "{kind}"\nendpoint = "{url}/{name}"\n'
        f'secret_env = "PARTNER_SECRET"\napi_key_env = "{name.upper()}_KEY"\nroutes = {{ {routes} }}\n'
        for name, (kind, routes) in PARTNERS.items()
    )


class Api:
    """`await api("kcell", "POST", "/v1/…", {…})` gives (status, body)."""

    def __init__(self, base: str, client: aiohttp.ClientSession, receiver: Receiver) -> None:
        self.base, self.client, self.receiver = base, client, receiver
        self.headers: Mapping[str, str] = {}

    async def __call__(
        self, partner: str | None, method: str, path: str, body: Any = None, *, data: Any = None, **headers: str
    ) -> tuple[int, Any]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if partner:
            given["Authorization"] = f"Bearer {key(partner)}"
        async with self.client.request(method, self.base + path, json=body, data=data, headers=given) as answer:
            self.headers = answer.headers
            if "json" in answer.content_type:
                return answer.status, await answer.json(content_type=None)
            return answer.status, await answer.read()


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def calling(town: Town, folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """The town with its partners connected, both ways."""
    patch.setenv("PARTNER_SECRET", SECRET)
    for name in PARTNERS:
        patch.setenv(f"{name.upper()}_KEY", key(name))
    async with receiving() as receiver:
        file = folder / "partners.toml"
        file.write_text(registry(receiver.url))
        await town.restarts(partners_file=file)
        side = web(town.world.app, beat=lambda: None, seen=lambda: None, hook=Seen())
        async with serving(side) as base, aiohttp.ClientSession() as client:
            yield Api(base, client, receiver)
