"""Updates that wait for the bot: long polling (`getUpdates`), and the webhook in `webhook.py`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .errors import ApiError
from .webhook import Webhook

if TYPE_CHECKING:
    from .telegram import Telegram

# Without `allowed_updates` these are left out: https://core.telegram.org/bots/api#getupdates
ASKED_FOR = {"chat_member", "message_reaction", "message_reaction_count"}
KEPT = timedelta(hours=24)
LONGEST_POLL = 50


@dataclass
class Pending:
    update: dict[str, Any]
    at: datetime

    @property
    def id(self) -> int:
        return int(self.update["update_id"])


class Updates:
    """Pending updates by id, kept until an offset or a webhook's 2xx confirms them, for 24 hours at most."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.pending: dict[int, Pending] = {}
        self.allowed: list[str] = []
        self.webhook: Webhook | None = None
        self.poller = 0
        self.waiting = 0  # polls that hang now
        self.arrived = asyncio.Event()

    def add(self, update: dict[str, Any]) -> None:
        kind = next(key for key in update if key != "update_id")
        if kind in self.allowed or (not self.allowed and kind not in ASKED_FOR):
            one = Pending(update, self.telegram.clock())
            self.pending[one.id] = one
            self._wake()

    def _wake(self) -> None:
        self.arrived.set()
        self.arrived = asyncio.Event()
        self.telegram.stir()
        if self.webhook:
            self.webhook.wake()

    def live(self) -> list[Pending]:
        now = self.telegram.clock()
        self.pending = {id: one for id, one in sorted(self.pending.items()) if now - one.at < KEPT}
        return list(self.pending.values())

    def confirm(self, *ids: int) -> None:
        for id in ids:
            self.pending.pop(id, None)
        self.telegram.stir()

    async def poll(self, offset: int, limit: int, seconds: int, allowed: list[str] | None) -> list[dict[str, Any]]:
        """getUpdates. A positive offset confirms all before it, a negative one keeps only that many from the end."""
        if self.webhook:
            text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise ApiError(409, f"Conflict: {text}")
        if allowed is not None:
            self.allowed = allowed
        self.poller += 1
        mine = self.poller
        self._wake()  # the poller before this one goes with 409
        ids = [one.id for one in self.live()]
        self.confirm(*(ids[:offset] if offset < 0 else [id for id in ids if id < offset]))
        deadline = asyncio.get_running_loop().time() + min(max(seconds, 0), LONGEST_POLL)
        while not self.live() and await self._arrives(deadline):
            if self.poller != mine:
                text = "terminated by other getUpdates request; make sure that only one bot instance is running"
                raise ApiError(409, f"Conflict: {text}")
        return [one.update for one in self.live()[: min(max(limit, 1), 100)]]

    async def _arrives(self, deadline: float) -> bool:
        self.waiting += 1
        self.telegram.stir()
        try:
            async with asyncio.timeout_at(deadline):
                await self.arrived.wait()
        except TimeoutError:
            return False
        finally:
            self.waiting -= 1
            self.telegram.stir()
        return True

    def drop_all(self) -> None:
        self.pending.clear()

    async def set_webhook(self, webhook: Webhook | None) -> None:
        if self.webhook:
            await self.webhook.close()
        self.webhook = webhook
        self.poller += 1
        self._wake()
        if webhook:
            webhook.start()

    async def close(self) -> None:
        await self.set_webhook(None)
