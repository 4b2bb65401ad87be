"""The HTTP side: the webhook, health, metrics."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from sqlmodel import select

from bot.app import App
from bot.metrics import exposition
from partners.api import Parts
from partners.api import api as partner_api

log = structlog.get_logger()
FRESH = timedelta(minutes=2)
MOST_BYTES = 1024 * 1024


def webhook_secret(app: App) -> str:
    """What Telegram sends in its header; derived, so every replica knows it."""
    return app.intake.keys.digest("webhook", app.bot.id)


class Seen:
    """When Telegram last spoke to us, in either mode."""

    def __init__(self) -> None:
        self.at: datetime | None = None


def web(app: App, *, beat: Callable[[], datetime | None], seen: Callable[[], datetime | None], hook: Seen) -> FastAPI:
    """`beat`: when the worker last looked; `seen`: when polling last got an answer."""
    api = FastAPI(title="SaqBol", docs_url=None, redoc_url=None, openapi_url=None)

    @api.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @api.get("/readyz")
    async def readyz(response: Response) -> dict[str, bool]:
        now = app.clock()
        told = max(filter(None, (seen(), hook.at)), default=None)
        state = {
            "database": await _database(app),
            "worker": _fresh(beat(), now),
            "telegram": _fresh(told, now) or bool(app.settings.webhook_url and await _reachable(app)),
        }
        response.status_code = 200 if all(state.values()) else 503
        return state

    @api.get("/metrics")
    async def metrics() -> Response:
        return Response(await exposition(app), media_type="text/plain; version=0.0.4")

    @api.post("/telegram")
    async def telegram(request: Request) -> dict[str, bool]:
        """An error answers 500, and Telegram gives the update again."""
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), webhook_secret(app).encode()):
            raise HTTPException(401)
        body = await request.body()
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
        hook.at = app.clock()
        update = await _update(request)
        try:
            await app.intake.receive(update)
        except Exception as error:
            log.error("update not handled yet", update=update["update_id"], error=type(error).__name__)
            raise HTTPException(500) from None
        return {"ok": True}

    api.mount("", partner_api(parts_of(app)))  # /v1, and what nobody else answers
    return api


def parts_of(app: App) -> Parts:
    return Parts(
        db=app.db, sharing=app.sharing, files=app.files, registry=lambda: app.partners.registry, clock=app.clock,
        monotonic=app.monotonic, threshold=app.settings.flag_threshold, signs=app.settings.signs,
    )  # fmt: skip


async def _update(request: Request) -> dict[str, Any]:
    try:
        raw = await request.json()
    except ValueError:
        raise HTTPException(400) from None
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise HTTPException(400)
    return raw


def _fresh(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at < FRESH


async def _reachable(app: App) -> bool:
    try:
        return bool(await app.bot.get_me(request_timeout=5))
    except Exception:
        return False


async def _database(app: App) -> bool:
    try:
        async with app.db.read() as session:
            await session.exec(select(1))
    except Exception:
        return False
    return True
