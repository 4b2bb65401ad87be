"""The sandbox page's server: shows the chats of the stand-in Telegram and acts for its people.

It lets anybody who reaches it act for everybody, so it answers only to its own page: requests for another host name
(DNS rebinding) and from other sites are refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware

from . import acting, partner
from .partner import Inbox, Office
from .telegram import Impossible, Telegram
from .view import Actor, Column, Sample, column_json

__all__ = ["Actor", "Column", "Sample", "page"]

PAGE = Path(__file__).parent / "page"
LOCAL = ("localhost", "127.0.0.1", "[::1]")
MOST_BODY = 50 * 1024 * 1024
ALMATY = ZoneInfo("Asia/Almaty")
MORNING = 9
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}

Advance = Callable[[timedelta], Awaitable[None]]


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    to: Literal["minutes", "day", "morning"]


def page(
    telegram: Telegram,
    *,
    columns: Sequence[Column],
    office: Office | None = None,
    advance: Advance | None = None,
    hosts: Sequence[str] = LOCAL,
) -> FastAPI:
    """The page and its API. `advance` moves the sandbox's clock; `hosts` are the names it may be called by."""
    app = FastAPI(title="SaqBol sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.stage = acting.Stage(telegram, {one.key: one for one in columns})
    inboxes = office.inboxes if office else {}
    _guard(app, hosts)
    _reading(app, app.state.stage, inboxes, advance)
    if office:
        app.include_router(partner.routes(office))
    app.include_router(acting.routes())
    if advance:
        _clock(app, telegram, advance)
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app


def _guard(app: FastAPI, hosts: Sequence[str]) -> None:
    @app.middleware("http")
    async def only_own_page(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = refusal(request) or await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(Impossible)
    async def impossible(request: Request, error: Impossible) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, 409)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        """Says where and why without repeating what was sent."""
        wrong = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()]
        return JSONResponse({"detail": "; ".join(wrong)}, 422)

    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*hosts], www_redirect=False)


def refusal(request: Request) -> JSONResponse | None:
    """Why the request is not for us; None for reading and for our own page's actions."""
    if request.method in ("GET", "HEAD"):
        return None
    origin = request.headers.get("origin")
    own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not own or request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return JSONResponse({"detail": "requests from other sites are refused"}, 403)
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        return JSONResponse({"detail": "length required"}, 411)
    return JSONResponse({"detail": "too large"}, 413) if int(length) > MOST_BODY else None


def _reading(
    app: FastAPI, stage: acting.Stage, inboxes: Mapping[str, Inbox], advance: Advance | None
) -> None:
    telegram = stage.telegram

    @app.get("/api/state")
    async def state() -> dict[str, Any]:
        return {
            "bot": {"name": telegram.bot_name, "username": telegram.bot_username},
            "now": telegram.clock().isoformat(),
            "clock": advance is not None,
            "columns": [
                *(column_json(telegram, one) for one in stage.columns.values()),
                *(partner.inbox_json(one) for one in inboxes.values()),
            ],
        }

    @app.get("/api/columns/{key}")
    async def one_column(key: str) -> dict[str, Any]:
        return partner.inbox_json(inboxes[key]) if key in inboxes else column_json(telegram, stage.column(key))

    @app.get("/api/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        """What changed, by column key. What is read after `ready`, and the changes after it, are the whole truth."""
        places = [(one.key, one.chat.id) for one in stage.columns.values()]
        places += [(one.key, one.chat.id) for one in inboxes.values()]
        yield ServerSentEvent(event="ready", data={}, retry=1000)
        async for change in telegram.changes():
            for key in [key for key, place in places if place == change["chat"]]:
                yield ServerSentEvent(event="change", data=change | {"column": key})

    @app.get("/files/{id}")
    async def file(id: str) -> Response:
        """Pictures are shown, everything else is only saved: a page that somebody sent must not run as ours."""
        found = telegram.files.get(id)
        if found is None:
            raise HTTPException(404, "no such file")
        picture = picture_type(found.data)
        kept = {"Cache-Control": "private, max-age=86400"}
        saved = kept if picture else kept | {"Content-Disposition": "attachment"}
        return Response(found.data, media_type=picture or "application/octet-stream", headers=saved)


def picture_type(data: bytes) -> str | None:
    """The MIME type of a picture that browsers show and that can carry no script."""
    if data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for start, mime in PICTURES.items() if data.startswith(start)), None)


def _clock(app: FastAPI, telegram: Telegram, advance: Advance) -> None:
    @app.post("/api/advance")
    async def step(act: Step) -> dict[str, str]:
        await advance(ahead(telegram.clock(), act.to))
        return {"now": telegram.clock().isoformat()}


def ahead(now: datetime, to: str) -> timedelta:
    """How far the clock moves: 2 minutes, 1 day, or to the next 9:00 in Almaty."""
    if to == "minutes":
        return timedelta(minutes=2)
    if to == "day":
        return timedelta(days=1)
    local = now.astimezone(ALMATY)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return (morning if morning > local else morning + timedelta(days=1)) - local
