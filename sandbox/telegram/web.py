"""The HTTP door: the Bot API under `/bot<token>/<method>` and its files under `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .errors import ApiError, Broken
from .session import BAD_GATEWAY

if TYPE_CHECKING:
    from .telegram import Telegram

Files = dict[str, tuple[str, bytes]]


class _Reset(Response):
    """Promises a body and never sends it: the server cuts the connection, and the client sees it broken."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


class _Silence(Response):
    """Never answers; ends when the caller has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _hangs_up(receive)


async def _params(request: Request) -> tuple[dict[str, Any], Files]:
    params: dict[str, Any] = dict(request.query_params)
    files: Files = {}
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        body = await request.json()
        return params | (body if isinstance(body, dict) else {}), files
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        async with request.form(max_part_size=60 * 1024 * 1024) as form:
            for key, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[key] = (value.filename or key, await value.read())
                else:
                    params[key] = value
    return params, files


async def _hangs_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _unless_gone(request: Request, call: Coroutine[Any, Any, Any]) -> Any:
    """The result, or None when the caller hung up: an abandoned poll must not stay on."""
    calling, leaving = asyncio.ensure_future(call), asyncio.ensure_future(_hangs_up(request.receive))
    try:
        await asyncio.wait((calling, leaving), return_when=asyncio.FIRST_COMPLETED)
        return calling.result() if calling.done() else None
    finally:
        calling.cancel()
        leaving.cancel()


def http_app(telegram: Telegram) -> Starlette:
    """An ASGI app for one bot; its end also ends the webhook's deliveries."""

    async def answer(request: Request) -> Response:
        if request.path_params["token"] != telegram.token:
            return _refused(ApiError(401, "Unauthorized"))
        try:
            params, files = await _params(request)
        except ValueError:
            return _refused(ApiError(400, "Bad Request: can't parse the request"))
        if telegram.guard and (reason := telegram.guard()):
            return _refused(ApiError(500, f"Internal Server Error: {reason}"))
        try:
            call = telegram.call(request.path_params["method"], params, files)
            polls = request.path_params["method"].lower() == "getupdates"
            result = await (_unless_gone(request, call) if polls else call)
        except ApiError as error:
            return _refused(error)
        except Broken as broken:
            return {"html": HTMLResponse(BAD_GATEWAY, 502), "silence": _Silence()}.get(broken.kind, _Reset())
        return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")

    async def file(request: Request) -> Response:
        if request.path_params["token"] != telegram.token:
            return _refused(ApiError(401, "Unauthorized"))
        try:
            found = telegram.file_at(request.path_params["path"])
        except ApiError as error:
            return _refused(error)
        return Response(found.data, media_type="application/octet-stream")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await telegram.close()

    methods = ["GET", "POST"]
    routes = [
        Route("/bot{token}/{method}", answer, methods=methods),
        Route("/file/bot{token}/{path:path}", file),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _refused(error: ApiError) -> Response:
    return JSONResponse(error.as_json(), error.code)
