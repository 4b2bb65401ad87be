"""A partner's side: an HTTP server that verifies events with the public library and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Receiver:
    """Events by the path they were posted to: one path is one partner."""

    url: str = ""
    came: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    attempts: list[tuple[str, str, bytes, str]] = field(default_factory=list)  # path, id, body, signature
    answers: dict[str, Callable[[], int]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    slow: float = 0
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        path, body = request.path.strip("/"), await request.read()
        if self.slow:
            self.entered.set()
            await asyncio.sleep(self.slow)
        event = Webhook(SECRET).verify(body, dict(request.headers))
        headers = request.headers
        self.attempts.append((path, headers["webhook-id"], body, headers["webhook-signature"]))
        status = self.answers.get(path, lambda: 204)()
        if status < 300:
            self.came.setdefault(path, []).append(event)
        return web.Response(status=status, headers=self.headers)

    def types(self, path: str) -> list[str]:
        return [one["type"] for one in self.came.get(path, [])]

    def data(self, path: str, kind: str = "report.received") -> dict[str, Any]:
        return next(one["data"] for one in self.came[path] if one["type"] == kind)

    def text(self, path: str) -> str:
        return json.dumps(self.came.get(path, []), ensure_ascii=False)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield receiver
    await runner.cleanup()


def registry(url: str, *more: str) -> str:
    """The first circle, each at its own path."""
    rows = {
        "police": ("police", "all = true"),
        "kaspi": ("bank", 'bank_codes = ["722"], bins = ["440043"]'),
        "halyk": ("bank", 'bank_codes = ["601"], bins = ["440563"]'),
        "kcell": ("operator", 'ranges = ["701", "702"]'),
        "beeline": ("operator", 'ranges = ["705", "777"]'),
        "olx": ("marketplace", 'platforms = ["olx_kz"]'),
        "qiwi": ("wallet", 'systems = ["qiwi"]'),
        "regulator": ("regulator", "all = true"),
    }
    return "\n".join(
        f'[[partner]]\nid = "{id_}"\nname = "{id_.title()}"\nkind = "{kind}"\nendpoint = "{url}/{id_}"\n'
        f'secret_env = "PARTNER_SECRET"\nroutes = {{ {routes} }}\n'
        for id_, (kind, routes) in rows.items()
    )
