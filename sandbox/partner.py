"""A bank and an operator on the page: what they receive, whether each signature holds, and what they answer.

They stand behind real HTTP on this machine: events are posted to them as to anybody, verified by the public Standard
Webhooks library, and their buttons call the real partner API with a key of their own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
import uvicorn
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict
from standardwebhooks import Webhook, WebhookVerificationError

RESULTS = ("accepted", "blocked", "suspended", "money_stopped", "not_ours", "refused")
SHOWN = 50


@dataclass(frozen=True)
class Place:
    """What the page's events tell columns apart by."""

    id: int


@dataclass
class Received:
    """One event as it came. `trouble` says why the signature does not hold."""

    id: str
    at: datetime
    event: dict[str, Any]
    trouble: str | None = None
    times: int = 1
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Inbox:
    """A partner's column. It has no people in it."""

    key: str
    name: str
    kind: str
    routes: str
    chat: Place
    secret: str = field(default_factory=lambda: f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}")
    api_key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    received: list[Received] = field(default_factory=list)
    actors: ClassVar[tuple[()]] = ()

    def actor(self, person_id: int) -> None:
        return None

    def message(self, key: str) -> None:
        return None

    @property
    def env(self) -> str:
        return f"SAQBOL_SANDBOX_{self.key.upper()}"

    def row(self, url: str) -> str:
        return (
            f'[[partner]]\nid = "{self.key}"\nname = "{self.name}"\nkind = "{self.kind}"\n'
            f'endpoint = "{url}/{self.key}"\n'
            f'secret_env = "{self.env}_SECRET"\napi_key_env = "{self.env}_KEY"\nroutes = {{ {self.routes} }}\n'
        )


class Office:
    """The partners of the sandbox behind one address. `changed` is called with a column whose inbox changed."""

    def __init__(self, *inboxes: Inbox) -> None:
        self.inboxes = {one.key: one for one in inboxes}
        self.clock: Callable[[], datetime] = datetime.now
        self.changed: Callable[[Inbox], None] = lambda inbox: None
        self.url = ""
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.post("/{key}", status_code=204)(self.take)

    def register(self, folder: Path) -> Path:
        """Writes the partners' file; their secrets go into this process's environment, as the real ones would."""
        for one in self.inboxes.values():
            os.environ[f"{one.env}_SECRET"], os.environ[f"{one.env}_KEY"] = one.secret, one.api_key
        file = folder / "partners.toml"
        file.write_text("\n".join(one.row(self.url) for one in self.inboxes.values()))
        return file

    async def take(self, key: str, request: Request) -> Response:
        inbox = self.inboxes.get(key)
        if inbox is None:
            raise HTTPException(404)
        body, id_ = await request.body(), request.headers.get("webhook-id", "")
        known = next((one for one in inbox.received if one.id == id_), None)
        trouble = None
        try:
            Webhook(inbox.secret).verify(body, dict(request.headers))
        except WebhookVerificationError as error:
            trouble = str(error)
        if known:
            known.times += 1
        elif trouble is None or body.startswith(b"{"):
            inbox.received.append(Received(id_, self.clock(), json.loads(body), trouble))
        self.changed(inbox)
        return Response(status_code=401 if trouble else 204)

    async def answer(self, inbox: Inbox, id_: str, result: str) -> dict[str, Any]:
        """A disposition by the API. Raises HTTPException 404 where there is no such event."""
        one = next((each for each in inbox.received if each.id == id_), None)
        report = one and one.event["data"].get("report_id")
        if one is None or report is None or result not in RESULTS:
            raise HTTPException(404, "nothing to answer there")
        said: dict[str, Any] = {"result": result}
        if result == "refused":
            said["reason"] = "the client is known to us"
        headers = {"Authorization": f"Bearer {inbox.api_key}", "Idempotency-Key": f"{id_}:{len(one.answers)}"}
        async with aiohttp.ClientSession() as client:
            path = f"{self.url}/v1/reports/{report}/dispositions"
            async with client.post(path, json=said, headers=headers) as answer:
                status = answer.status
        one.answers.append({"result": result, "status": status, "at": self.clock().isoformat()})
        self.changed(inbox)
        return {"status": status}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning", lifespan="off"))
        server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield
        finally:
            server.should_exit = True
            await asyncio.gather(running, return_exceptions=True)


def inbox_json(inbox: Inbox) -> dict[str, Any]:
    return {
        "kind": "partner",
        "key": inbox.key,
        "chat": inbox.chat.id,
        "title": inbox.name,
        "partner": inbox.kind,
        "blocked": False,
        "results": RESULTS,
        "events": [
            {
                "id": one.id, "at": one.at.isoformat(), "type": one.event["type"], "data": one.event["data"],
                "trouble": one.trouble, "times": one.times, "answers": one.answers,
            }
            for one in inbox.received[-SHOWN:]
        ],
    }  # fmt: skip


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    column: str
    event: str
    result: str


def routes(office: Office) -> APIRouter:
    router = APIRouter()

    @router.post("/api/partner")
    async def answer(act: Answer) -> dict[str, Any]:
        inbox = office.inboxes.get(act.column)
        if inbox is None:
            raise HTTPException(404, "no such column")
        return await office.answer(inbox, act.event, act.result)

    return router
