"""The sandbox with its people, and a bot of a few fixed answers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import uvicorn
from fastapi import FastAPI

from sandbox.cast import cast
from sandbox.server import page as sandbox_page
from sandbox.telegram import Clock, Group, Person, Telegram
from sandbox.view import Column


@asynccontextmanager
async def serving(app: FastAPI, port: int = 0) -> AsyncIterator[int]:
    """Serves the app on a port of this machine; ends with the block."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve([listener]))
        while not server.started:  # noqa: ASYNC110 (uvicorn gives no event for it)
            await asyncio.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        await running


class Stage:
    """The stand-in with its people, and the bot's script: answers by the beginning of what it hears."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.steps: list[timedelta] = []
        self.telegram = Telegram(clock=self.clock, bot_name="Сақ бол")
        self.telegram.limits = None
        self.columns: list[Column] = cast(self.telegram)
        self.script: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {}
        self.heard: list[dict[str, Any]] = []
        self.telegram.deliver = self._hears
        self.app = sandbox_page(self.telegram, columns=self.columns, advance=self._advance)

    async def _advance(self, span: timedelta) -> None:
        self.steps.append(span)
        self.clock.now += span

    async def _hears(self, update: dict[str, Any]) -> None:
        kind = next(key for key in update if key != "update_id")
        about = update[kind]
        self.heard.append({"kind": kind} | about)
        said = about.get("data") or about.get("text") or about.get("query") or ""
        for beginning, answer in self.script.items():
            if said.startswith(beginning):
                await answer(about)

    def answers(self, beginning: str, method: str, **params: Any) -> None:
        """What begins so (a text, a tap's data, an inline query) is answered by this call of the Bot API."""

        async def answer(about: dict[str, Any]) -> None:
            await self.telegram.call(method, self._addressed(method, about) | params)

        self.script[beginning] = answer

    @staticmethod
    def _addressed(method: str, about: dict[str, Any]) -> dict[str, Any]:
        message = about.get("message", about)
        if method == "answerCallbackQuery":
            return {"callback_query_id": about["id"]}
        if method == "answerInlineQuery":
            return {"inline_query_id": about["id"]}
        at = {"chat_id": message["chat"]["id"]}
        return at | ({"message_id": message["message_id"]} if method.startswith(("edit", "delete", "setM")) else {})

    def person(self, key: str) -> Person:
        found = next(one for one in self.columns if one.key == key).chat
        assert isinstance(found, Person)
        return found

    @property
    def desk(self) -> Group:
        found = next(one for one in self.columns if one.key == "desk").chat
        assert isinstance(found, Group)
        return found

    async def says(self, text: str, chat: Person | Group | None = None, **params: Any) -> int:
        """The bot says something by itself; returns the message's id."""
        chat = chat or self.desk
        if isinstance(chat, Person):
            chat.started = True
        sent = await self.telegram.call(
            "sendMessage", {"chat_id": chat.id, "text": text, "parse_mode": "HTML"} | params
        )
        return int(sent["message_id"])
