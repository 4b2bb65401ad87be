"""Long polling where an update is confirmed only after it was handled.

Confirming is asking with a higher offset, so the offset stays at the oldest update that is not done. Updates are
fetched raw and parsed one by one: one that the library does not know must not stop the rest.
"""

import asyncio
from datetime import datetime
from typing import Any

import structlog
from aiogram.exceptions import AiogramError
from aiogram.methods import DeleteWebhook, TelegramMethod

from bot.app import App

log = structlog.get_logger()
WAIT = 25  # seconds Telegram holds an empty answer
PATIENCE = 0.3  # how long a batch may keep us from asking for more
KINDS = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member", "chat_member"]


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, unparsed."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Polling:
    def __init__(self, app: App) -> None:
        self.app = app
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.done: set[int] = set()
        self.offset: int | None = None
        self.seen: datetime | None = None  # when Telegram last answered

    async def run(self) -> None:
        """Until cancelled. Network and database errors are waited out."""
        await self._retrying(lambda: self.app.bot(DeleteWebhook()))
        while True:
            fresh = await self._retrying(lambda: self._fetch(WAIT))
            for raw in fresh:
                self.tasks[raw["update_id"]] = asyncio.create_task(self._one(raw))
            if self.tasks:
                await asyncio.wait(self.tasks.values(), timeout=PATIENCE)
            self._settle()

    async def finish(self, seconds: float) -> None:
        """What is in flight is handled, then confirmed; what takes too long will be given again."""
        if self.tasks:
            await asyncio.wait(self.tasks.values(), timeout=seconds)
        self._settle()
        for task in self.tasks.values():
            task.cancel()
        if self.offset is not None:
            try:
                await asyncio.wait_for(self.app.bot(RawUpdates(offset=self.offset, limit=1, timeout=0)), 1)
            except (AiogramError, TimeoutError, OSError):
                log.warning("the last updates may be answered again")

    async def _fetch(self, wait: int) -> list[dict[str, Any]]:
        call = RawUpdates(offset=self.offset, limit=100, timeout=0 if self.tasks else wait, allowed_updates=KINDS)
        raw = await self.app.bot(call, request_timeout=wait + 15)
        self.seen = self.app.clock()
        return [one for one in raw if one["update_id"] not in self.tasks and one["update_id"] not in self.done]

    async def _one(self, raw: dict[str, Any]) -> None:
        """Handles one update; an error here leaves it unconfirmed, and it comes again."""
        try:
            await self.app.intake.receive(raw)
        except Exception as error:
            log.error("update not handled yet", update=raw["update_id"], error=type(error).__name__)
            await asyncio.sleep(1)
        else:
            self.done.add(raw["update_id"])

    def _settle(self) -> None:
        """Moves the offset up to the oldest update that is not done."""
        ended = [number for number, task in self.tasks.items() if task.done()]
        failed = [number for number in ended if number not in self.done]
        for number in ended:
            del self.tasks[number]
        waiting = [*self.tasks, *failed]
        if waiting:
            self.offset = min(waiting)
        elif self.done:
            self.offset = max(self.done) + 1
        self.done = {number for number in self.done if self.offset is None or number >= self.offset}

    async def _retrying(self, call: Any) -> Any:
        pause = 0.5
        while True:
            try:
                return await call()
            except (AiogramError, TimeoutError, OSError) as error:
                log.warning("telegram does not answer", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 15)
