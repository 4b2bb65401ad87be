"""`saqbol sandbox`: one page, no token, no network; everything is forgotten at the end unless a folder is given."""

import asyncio
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import typer
import uvicorn
from fastapi import FastAPI

from bot.web import parts_of
from partners.api import api as partner_api
from sandbox.cast import cast, partners
from sandbox.samples import tell
from sandbox.server import page
from sandbox.telegram import Group, Telegram
from sandbox.world import MovableClock, World, steadily

SAMPLES_TOLD = timedelta(hours=3)  # before the page opens


def main(port: int, data: Path | None) -> None:
    """Serves until Ctrl-C. Raises OSError where the port is taken."""
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="saqbol-")))
        folder.mkdir(parents=True, exist_ok=True)
        listener = stack.enter_context(_listen(port))
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(folder, listener))


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


async def _serve(folder: Path, listener: socket.socket) -> None:
    async with opened(folder) as api:
        config = uvicorn.Config(api, log_level="warning", timeout_graceful_shutdown=1)
        typer.echo(f"«Сақ бол»: open http://localhost:{listener.getsockname()[1]}  (Ctrl-C ends it)")
        await uvicorn.Server(config).serve(sockets=[listener])


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[FastAPI]:
    """The page with everybody in it and the real bot at work, until the block ends."""
    clock = MovableClock()
    clock.moved = -SAMPLES_TOLD
    telegram = Telegram(clock=clock, first=int(time.time()))
    telegram.limits = None  # the page shows the product, not Telegram's patience
    columns, office = cast(telegram), partners()
    office.clock = clock
    office.changed = lambda inbox: telegram.changed(inbox.chat, "message")  # type: ignore[arg-type]
    desk = next(column.chat for column in columns if isinstance(column.chat, Group))
    async with office.serving():
        world = World(folder, desk=desk, telegram=telegram, clock=clock, partners_file=office.register(folder))
        office.app.mount("", partner_api(parts_of(world.app)))
        await world.start()
        await world.app.plan()
        await world.settle()  # this morning is over: nothing came yet
        await tell(world)
        await world.passes(seconds=SAMPLES_TOLD.total_seconds())

        async def advance(span: timedelta) -> None:
            await world.passes(seconds=span.total_seconds())

        working = asyncio.create_task(steadily(world))
        yield page(telegram, columns=columns, office=office, advance=advance)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await world.close()
