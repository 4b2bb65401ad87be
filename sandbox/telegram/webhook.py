"""Telegram's side of a webhook: POST each update until it is answered with 2xx."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import aiohttp

from .errors import ApiError, Broken

if TYPE_CHECKING:
    from .telegram import Telegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
RETRIES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before each next attempt; the last one repeats
READ_TIMEOUT = 60.0


@dataclass
class Webhook:
    """Up to `max_connections` updates under way at once, so their order is not kept, as with Telegram."""

    telegram: Telegram
    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None
    retries: tuple[float, ...] = RETRIES
    last_error: str | None = None
    last_error_at: datetime | None = None
    _posting: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _wakeup: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    def wake(self) -> None:
        self._wakeup.set()

    async def close(self) -> None:
        tasks = [*self._posting.values(), *([self._running] if self._running else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=READ_TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as client:
            while True:
                self._wakeup.clear()
                waiting = [one for one in self.telegram.updates.live() if one.id not in self._posting]
                for one in waiting[: max(0, self.max_connections - len(self._posting))]:
                    self._posting[one.id] = asyncio.create_task(self._deliver(client, one.id, one.update))
                await self._wakeup.wait()

    async def _deliver(self, client: aiohttp.ClientSession, id: int, update: dict[str, Any]) -> None:
        try:
            for attempt in range(1_000_000):
                if await self._post(client, update):
                    self.telegram.updates.confirm(id)
                    return
                await asyncio.sleep(self.retries[min(attempt, len(self.retries) - 1)])
        finally:
            self._posting.pop(id, None)
            self.wake()

    async def _post(self, client: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with client.post(self.url, json=update, headers=headers, allow_redirects=False) as response:
                body = await response.text()
                if 200 <= response.status < 300:
                    await self._answer(body)
                    return True
                self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
        except TimeoutError:
            self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            self._failed("Connection refused")
        except (aiohttp.ClientError, OSError) as error:
            self._failed(f"Connection reset: {type(error).__name__}")
        return False

    def _failed(self, text: str) -> None:
        self.last_error, self.last_error_at = text, self.telegram.clock()
        self.telegram.stir()

    async def _answer(self, body: str) -> None:
        """A method call in the response's body is carried out; nobody hears whether it failed."""
        with suppress(ValueError, ApiError, Broken):
            params = json.loads(body) if body.strip() else {}
            if isinstance(params, dict) and "method" in params:
                await self.telegram.call(params.pop("method"), params)
