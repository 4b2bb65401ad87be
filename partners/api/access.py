"""Who calls, how often and how much: checked before a body is read, then handed to the calls as `Call`."""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

import structlog
from fastapi import Depends, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.copies import Sharing
from core.evidence import Files
from core.keys import Keys
from core.refusal import No, Refusal
from core.routing import Partner
from partners.problems import MEDIA_TYPE, problem
from partners.registry import Door, Registry
from storage import partner_calls as rows
from storage.engine import Database

log = structlog.get_logger()
OPEN = ("/v1/openapi.json", "/v1/docs", "/v1/schemas/")
MOST_BYTES = 1024 * 1024  # a thousand identifiers of the longest kind
MOST_DISCARDED = 16 * MOST_BYTES
BODY_SECONDS = 15
NOTED_EVERY = timedelta(minutes=5)
NO_DATABASE = (OperationalError, InterfaceError, PoolTimeout, OSError)
bearer = HTTPBearer(auto_error=False, description="The key that was agreed with you.")


@dataclass(slots=True)
class Parts:
    """What the API stands on."""

    db: Database
    sharing: Sharing
    files: Files
    registry: Callable[[], Registry]
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    threshold: int
    signs: str
    per_second: float = 20
    burst: float = 100

    @property
    def keys(self) -> Keys:
        return self.sharing.keys


class Buckets:
    """A token bucket for each partner, in this process: with N replicas a partner may call up to N times as often."""

    def __init__(self, monotonic: Callable[[], float], per_second: float, burst: float) -> None:
        self.monotonic, self.per_second, self.burst = monotonic, per_second, burst
        self.left: dict[str, tuple[float, float]] = {}

    def take(self, partner: str, cost: float = 1) -> float:
        """Takes `cost` tokens; otherwise the seconds until they are there."""
        now = self.monotonic()
        left, at = self.left.get(partner, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        enough = left >= min(cost, self.burst)
        self.left[partner] = (left - cost if enough else left, now)
        return 0 if enough else (cost - left) / self.per_second


class TooMany(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def slow_down(seconds: float) -> JSONResponse:
    return problem(429, "too_many_calls", headers={"Retry-After": str(max(1, math.ceil(seconds)))})


class Gate:
    """Middleware in front of all calls: the key, the rate, the size of the body; and what no call expects."""

    def __init__(self, app: ASGIApp, parts: Parts, buckets: Buckets) -> None:
        self.app, self.parts, self.buckets = app, parts, buckets
        self.noted: dict[str, datetime] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            answer = await self._enter(scope, receive, sending)
        except NO_DATABASE as error:
            log.error("partner api: no database", error=type(error).__name__)
            answer = problem(503, "no_database", headers={"Retry-After": "5"})
        except Exception as error:
            incident = secrets.token_hex(4).upper()
            log.exception("incident", incident=incident, error=type(error).__name__)
            answer = problem(500, "defect", incident=incident)
        if answer and not begun:
            await answer(scope, receive, send)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> JSONResponse | None:
        """Lets the call through, or says why not."""
        door = self._door(scope)
        if door is None:
            return problem(401, "no_key", headers={"WWW-Authenticate": "Bearer"})
        wait = self.buckets.take(door.partner.id)
        if wait:
            return slow_down(wait)
        await self._note(door)
        try:
            body = await _body(scope, receive)
        except TimeoutError:
            return problem(408, "too_slow", headers={"Connection": "close"})
        if body is None:
            return problem(413, "too_large", headers={"Connection": "close"})
        scope["state"] = {**scope.get("state", {}), "door": door, "body": body}
        await self.app(scope, _again(body, receive), send)
        return None

    def _door(self, scope: Scope) -> Door | None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        scheme, _, key = given.decode("latin-1").partition(" ")
        return self.parts.registry().by_api_key(key.strip()) if scheme.lower() == "bearer" else None

    async def _note(self, door: Door) -> None:
        """When the partner was last seen, kept every few minutes."""
        now, partner = self.parts.clock(), door.partner.id
        if partner not in self.noted or now - self.noted[partner] > NOTED_EVERY:
            self.noted[partner] = now
            async with self.parts.db.begin() as session:
                await rows.seen(session, partner, now)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, None where it is too large. Raises TimeoutError.

    A little too much is read to its end and thrown away: who is cut off while sending never reads the answer.
    """
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if told.isdigit() and int(told) > MOST_DISCARDED:
        return None
    body, size, more = bytearray(), 0, True
    async with asyncio.timeout(BODY_SECONDS):
        while more and size <= MOST_DISCARDED:
            message = await receive()
            part = message.get("body", b"")
            size += len(part)
            body += part if size <= MOST_BYTES else b""
            more = message.get("more_body", False) and message["type"] == "http.request"
    return bytes(body) if size <= MOST_BYTES else None


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then what the connection says."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a known partner."""

    parts: Parts
    buckets: Buckets
    door: Door
    now: datetime
    key: str | None
    """Its Idempotency-Key."""
    digest: str = field(repr=False)

    @property
    def partner(self) -> Partner:
        return self.door.partner

    def spend(self, cost: float) -> None:
        """A call that asks for much counts for several. Raises `TooMany`."""
        wait = self.buckets.take(self.partner.id, cost)
        if wait:
            raise TooMany(wait)

    async def once(
        self,
        act: Callable[[AsyncSession], Awaitable[tuple[int, dict[str, Any]]]],
        headers: dict[str, str] | None = None,
    ) -> JSONResponse:
        """Acts in one transaction and answers; a call repeated under its key only gets the same answer again.

        Raises `Refusal`: other_call, and what `act` raises (then nothing is kept, and the call may be repeated).
        """
        async with self.parts.db.begin() as session:
            known = self.key and await rows.begin(session, self.partner.id, self.key, self.digest, self.now)
            if known and known.digest != self.digest:
                raise Refusal(No.other_call)
            if known and known.status:
                media_type = MEDIA_TYPE if known.status >= 400 else None
                return JSONResponse(known.body, known.status, {"Idempotent-Replayed": "true"}, media_type)
            status, body = await act(session)
            if known:
                known.status, known.body = status, body
                session.add(known)
        return JSONResponse(body, status, headers)


IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=100, pattern=r"^[!-~]+$",
           description="The same call under the same key answers the same; kept for two days."),
]  # fmt: skip


async def _call(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)], key: str | None
) -> Call:
    parts: Parts = request.app.state.parts
    digest = sha256(f"{request.method} {request.url.path} ".encode() + request.state.body).hexdigest()
    return Call(parts, request.app.state.buckets, request.state.door, parts.clock(), key, digest)


async def _reading(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Call:
    return await _call(request, credentials, None)


async def _writing(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    key: IdempotencyKey = None,
) -> Call:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    return await _call(request, credentials, key)


Reading = Annotated[Call, Depends(_reading)]
Writing = Annotated[Call, Depends(_writing)]
