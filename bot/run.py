"""`saqbol run`: the bot with its worker and its HTTP side, until SIGTERM."""

import asyncio
import contextlib
import signal

import structlog
import uvicorn
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import SetWebhook

from bot.app import App, build
from bot.polling import KINDS, Polling
from bot.settings import Settings
from bot.web import Seen, web, webhook_secret
from bot.worker import Worker

log = structlog.get_logger()
NOT_YET = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError, OSError, TimeoutError)
PATIENCE = 6  # seconds for what is in flight after SIGTERM; deliveries are aborted right after


def connect(settings: Settings) -> App:
    """A bot that speaks to Telegram, or to the Bot API server of the settings."""
    session = AiohttpSession()
    if settings.telegram_api:
        session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api))
    return build(settings, session=session)


async def run(settings: Settings) -> None:
    app = connect(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not await _started(app, stop):
        await app.close()
        return
    worker, polling, hook = Worker(app), Polling(app), Seen()
    worker.start()
    server = _server(settings, web(app, beat=lambda: worker.beat, seen=lambda: polling.seen, hook=hook))
    serving = asyncio.create_task(server.serve())
    asking: asyncio.Task[None] | None = None
    if settings.webhook_url:
        await _set_webhook(app, settings.webhook_url)
    else:
        asking = asyncio.create_task(polling.run())
    log.info("running", bot=app.username, mode="webhook" if settings.webhook_url else "polling")
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({task for task in (stopping, serving, asking) if task}, return_when=asyncio.FIRST_COMPLETED)
    await _stop(app, worker, polling, asking, server, serving)


async def _started(app: App, stop: asyncio.Event) -> bool:
    """Waits for a Telegram that does not answer yet; False when told to stop meanwhile."""
    while not stop.is_set():
        try:
            await app.start()
            return True
        except NOT_YET as error:
            log.warning("not started yet", error=type(error).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 2)
    return False


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Signals are ours: the bot stops in its own order."""
        yield


def _server(settings: Settings, api: object) -> uvicorn.Server:
    config = uvicorn.Config(
        api,  # type: ignore[arg-type]
        host=settings.http_host, port=settings.http_port, log_level="warning", access_log=False,
        timeout_graceful_shutdown=PATIENCE,
    )  # fmt: skip
    return _Server(config)


async def _set_webhook(app: App, base: str) -> None:
    await app.bot(
        SetWebhook(
            url=f"{base.rstrip('/')}/telegram",
            secret_token=webhook_secret(app),
            allowed_updates=KINDS,
            max_connections=40,
        )
    )


async def _stop(
    app: App,
    worker: Worker,
    polling: Polling,
    asking: asyncio.Task[None] | None,
    server: uvicorn.Server,
    serving: asyncio.Task[None],
) -> None:
    """First no new updates, then what is in flight, then deliveries are aborted (they stay due)."""
    if asking:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await polling.finish(PATIENCE)
    server.should_exit = True
    await asyncio.wait({serving}, timeout=PATIENCE + 1)
    await worker.stop()
    await app.close()
    log.info("stopped")
