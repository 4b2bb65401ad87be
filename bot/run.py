"""`saqbol run`: the bot with its worker and its HTTP side, until SIGTERM."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Coroutine
from typing import Any

import structlog
import uvicorn
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SetWebhook
from aiogram.utils.token import TokenValidationError

from bot.app import App, build
from bot.polling import KINDS, Polling
from bot.settings import Settings
from bot.web import Seen, web, webhook_secret
from bot.worker import Worker

log = structlog.get_logger()
NOT_YET = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError, OSError, TimeoutError)
START_PAUSE = 2  # seconds between attempts to reach Telegram at the start
PATIENCE = 6  # seconds for the updates in flight after SIGTERM
DELIVERIES = 8  # seconds for the deliveries in flight; 10 is what the service manager gives


def connect(settings: Settings) -> App:
    """A bot that speaks to Telegram, or to the Bot API server of the settings. Raises ValueError on bad settings."""
    session = AiohttpSession()
    if settings.telegram_api:
        session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
    try:
        return build(settings, session=session)
    except TokenValidationError:
        raise ValueError("SAQBOL_BOT_TOKEN does not look like a token of @BotFather: 123456:ABC…") from None


async def run(settings: Settings) -> None:
    """Raises ValueError where the settings are wrong."""
    app = connect(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, app.reload_partners)
    try:
        if await _unless(stop, _started(app)):
            await _work(app, settings, stop)
    except TelegramUnauthorizedError:
        raise ValueError("Telegram does not know this SAQBOL_BOT_TOKEN: take the one that @BotFather shows") from None
    finally:
        await app.close()
    log.info("stopped")


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Whether the work ended before the order to stop; it is given up otherwise. Raises what the work raises."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    ended = working.done()
    for task in (working, stopping):
        task.cancel()
    await asyncio.gather(working, stopping, return_exceptions=True)
    if ended:
        working.result()
    return ended


async def _started(app: App) -> None:
    """Waits for a Telegram that does not answer yet."""
    while True:
        try:
            await app.start()
            return
        except NOT_YET as error:
            log.warning("not started yet", error=type(error).__name__)
        await asyncio.sleep(START_PAUSE)


async def _work(app: App, settings: Settings, stop: asyncio.Event) -> None:
    worker, polling, hook = Worker(app), Polling(app), Seen()
    server = _server(settings, web(app, beat=lambda: worker.beat, seen=lambda: polling.seen, hook=hook))
    listener = _listen(settings.http_host, settings.http_port)
    await worker.start()
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    updates = _webhook(app, settings.webhook_url) if settings.webhook_url else polling.run()
    asking = asyncio.create_task(updates)
    log.info("running", bot=app.username, mode="webhook" if settings.webhook_url else "polling")
    try:
        await _unless(stop, _ends(serving, asking))
    finally:
        await _stop(worker, polling, asking, server, serving)


async def _ends(*tasks: asyncio.Task[None]) -> None:
    """Raises what ended one of them: they run for ever."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _webhook(app: App, base: str) -> None:
    """Tells Telegram where to post, as often as it takes; then Telegram comes by itself."""
    told = False
    while not told:
        told = await _set_webhook(app, base)
        await asyncio.sleep(0 if told else START_PAUSE)
    await asyncio.Event().wait()


async def _set_webhook(app: App, base: str) -> bool:
    call = SetWebhook(
        url=f"{base.rstrip('/')}/telegram",
        secret_token=webhook_secret(app),
        allowed_updates=KINDS,
        max_connections=40,
    )
    try:
        return await app.bot(call, request_timeout=10)
    except TelegramBadRequest as error:
        raise ValueError(f"Telegram does not take SAQBOL_WEBHOOK_URL: {error.message}") from None
    except NOT_YET as error:
        log.warning("webhook not set yet", error=type(error).__name__)
        return False


def _listen(host: str, port: int) -> socket.socket:
    """Raises ValueError where the port is taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ValueError(
            f"SAQBOL_HTTP_HOST, SAQBOL_HTTP_PORT: no listening on {host}:{port}, {error.strerror}"
        ) from None


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Signals are ours: the bot stops in its own order."""
        yield


def _server(settings: Settings, api: object) -> uvicorn.Server:
    config = uvicorn.Config(
        api,  # type: ignore[arg-type]
        log_level="warning", access_log=False,
        timeout_graceful_shutdown=PATIENCE,
    )  # fmt: skip
    return _Server(config)


async def _stop(
    worker: Worker, polling: Polling, asking: asyncio.Task[None], server: uvicorn.Server, serving: asyncio.Task[None]
) -> None:
    """First no new updates, then what is in flight; deliveries have until the end (aborted, they stay due)."""
    end = asyncio.get_running_loop().time() + DELIVERIES
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    server.should_exit = True
    await asyncio.gather(polling.finish(PATIENCE), asyncio.wait({serving}), return_exceptions=True)
    await worker.stop(end - asyncio.get_running_loop().time())
