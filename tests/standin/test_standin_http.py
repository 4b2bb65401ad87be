"""The HTTP door, with a real server and stock clients; webhooks with a real receiver."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import uvicorn
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.telegram import Telegram, http_app
from sandbox.telegram.media import PIXEL
from sandbox.telegram.webhook import SECRET_HEADER

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Report", callback_data="report:1")]])


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The base address of the app on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def address(telegram: Telegram) -> AsyncIterator[str]:
    telegram.deliver = None
    async with served(http_app(telegram)) as base:
        yield base


@asynccontextmanager
async def stock_bot(base: str, token: str = "42:SANDBOX") -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(base))
    async with Bot(token, session=session) as bot:
        yield bot


@pytest.fixture
async def http_bot(address: str) -> AsyncIterator[Bot]:
    async with stock_bot(address) as bot:
        yield bot


def ids(updates: list[Any]) -> list[int]:
    return [update.update_id for update in updates]


async def test_a_stock_bot_polls_and_answers(telegram: Telegram, http_bot: Bot) -> None:
    citizen = telegram.person("Айгүл", language="kk")
    dispatcher = Dispatcher()

    async def heard(message: Message) -> None:
        await message.answer(f"Heard {message.text}", reply_markup=KEYBOARD)

    async def tapped(callback: CallbackQuery) -> None:
        assert isinstance(callback.message, Message)
        await callback.message.edit_text("Saved")
        await callback.answer("Thank you")

    dispatcher.message.register(heard)
    dispatcher.callback_query.register(tapped)
    polling = asyncio.create_task(dispatcher.start_polling(http_bot, handle_signals=False, close_bot_session=False))
    await citizen.says("8 701 123 45 67")
    await telegram.until(lambda: citizen.buttons == ["Report"])
    await citizen.taps("Report")
    await telegram.until(lambda: citizen.popups == ["Thank you"])
    assert citizen.sees == "Saved"
    await dispatcher.stop_polling()
    await polling


async def test_files_go_up_and_down(telegram: Telegram, http_bot: Bot, address: str) -> None:
    citizen = telegram.person("Айгүл")
    sent = await citizen.sends_photo(PIXEL + b"picture")
    content = await http_bot.download(sent.raw["photo"][-1]["file_id"])
    assert content is not None and content.read() == PIXEL + b"picture"
    await http_bot.send_photo(citizen.id, BufferedInputFile(PIXEL, "a.png"), caption="<b>A</b>", parse_mode="HTML")
    await http_bot.send_document(citizen.id, BufferedInputFile(b"a,b\n", "list.csv"))
    pictures = [BufferedInputFile(PIXEL, f"{number}.png") for number in range(2)]
    await http_bot.send_media_group(citizen.id, [InputMediaPhoto(media=one, caption=one.filename) for one in pictures])
    photo, document, *album = citizen.said
    assert [(one.photo, one.text) for one in album] == [(PIXEL, "0.png"), (PIXEL, "1.png")]
    assert (photo.photo, photo.text) == (PIXEL, "A")
    assert document.document is not None and (document.document.name, document.document.mime) == (
        "list.csv",
        "text/csv",
    )
    async with aiohttp.ClientSession() as client, client.get(f"{address}/file/bot42:SANDBOX/photos/none.jpg") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("door", ["query", "form", "json"])
async def test_three_ways_to_call(telegram: Telegram, address: str, door: str) -> None:
    citizen = telegram.person("Айгүл")
    await citizen.starts()
    url, params = f"{address}/bot42:SANDBOX/sendMessage", {"chat_id": citizen.id, "text": "Hi"}
    async with aiohttp.ClientSession() as client:
        given: dict[str, Any] = {"query": {"params": params}, "form": {"data": params}, "json": {"json": params}}[door]
        async with client.request("GET" if door == "query" else "POST", url, **given) as answer:
            body = await answer.json()
    assert (body["ok"], body["result"]["text"], citizen.sees) == (True, "Hi", "Hi")


async def test_refusals_come_as_the_api_words_them(telegram: Telegram, address: str, http_bot: Bot) -> None:
    async with stock_bot(address, "42:WRONG") as other:
        with pytest.raises(TelegramUnauthorizedError):
            await other.get_me()
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await http_bot.send_message(5, "Hi")
    async with aiohttp.ClientSession() as client:
        async with client.post(f"{address}/bot42:SANDBOX/sendMessage", data={"chat_id": 5}) as answer:
            assert await answer.json() == {
                "ok": False,
                "error_code": 400,
                "description": "Bad Request: message text is empty",
            }
        async with client.post(f"{address}/bot42:SANDBOX/sendMessage", data="{", headers=JSON) as answer:
            assert answer.status == 400
        async with client.post(f"{address}/bot42:SANDBOX/noSuchMethod") as answer:
            assert answer.status == 404
    telegram.guard = lambda: "a transaction is open"
    async with aiohttp.ClientSession() as client, client.get(f"{address}/bot42:SANDBOX/getMe") as answer:
        assert (answer.status, "a transaction is open" in await answer.text()) == (500, True)


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("429", TelegramRetryAfter),
        ("html", ClientDecodeError),
        ("network", TelegramNetworkError),
        ("silence", TelegramNetworkError),
    ],
)
async def test_failures_on_purpose(telegram: Telegram, http_bot: Bot, error: str, raised: type[Exception]) -> None:
    citizen = telegram.person("Айгүл")
    await citizen.starts()
    telegram.fail(method="sendMessage", error=error)
    patience = 1 if error == "silence" else 60
    with pytest.raises(raised):
        await http_bot.send_message(citizen.id, "Hi", request_timeout=patience)
    await http_bot.send_message(citizen.id, "Hi")
    assert citizen.sees == "Hi"


async def test_an_offset_confirms_and_nothing_else_does(telegram: Telegram, http_bot: Bot) -> None:
    citizen = telegram.person("Айгүл")
    for number in range(5):
        await citizen.says(str(number))
    first = ids(await http_bot.get_updates(limit=3))
    assert len(first) == 3 and ids(await http_bot.get_updates(limit=3)) == first
    rest = ids(await http_bot.get_updates(offset=first[-1] + 1))
    assert len(rest) == 2 and rest[0] == first[-1] + 1
    await citizen.says("5")
    last = ids(await http_bot.get_updates(offset=-1))
    assert last == [rest[-1] + 1] == ids(await http_bot.get_updates())
    assert ids(await http_bot.get_updates(offset=last[0] + 1)) == []


async def test_updates_are_kept_for_a_day(telegram: Telegram, http_bot: Bot, clock: Any) -> None:
    await telegram.person("Айгүл").says("Hi")
    clock.passes(hours=25)
    assert await http_bot.get_updates() == []


async def test_allowed_updates(telegram: Telegram, http_bot: Bot) -> None:
    citizen, other = telegram.person("Айгүл"), telegram.person("Other")
    group = telegram.group("Desk", admins=[citizen])

    async def kinds(allowed: list[str] | None) -> set[str]:
        """What comes of joining a group and writing there."""
        seen = await http_bot.get_updates(allowed_updates=allowed)
        await http_bot.get_updates(offset=seen[-1].update_id + 1 if seen else None)
        await group.adds(other)
        await group.removes(other)
        return {update.event_type for update in await http_bot.get_updates()}

    assert await kinds(None) == {"message"}
    assert await kinds(["message", "chat_member"]) == {"message", "chat_member"}
    assert await kinds(["chat_member"]) == {"chat_member"}
    assert await kinds(None) == {"chat_member"}
    assert await kinds([]) == {"message"}


async def test_long_polling_waits_for_an_update(telegram: Telegram, http_bot: Bot) -> None:
    assert await http_bot.get_updates(timeout=0) == []
    polling = asyncio.create_task(http_bot.get_updates(timeout=30))
    await telegram.until(lambda: telegram.updates.waiting)
    await telegram.person("Айгүл").says("Hi")
    assert len(await polling) == 1


async def test_an_abandoned_poll_ends(telegram: Telegram, address: str) -> None:
    async with stock_bot(address) as bot:
        polling = asyncio.create_task(bot.get_updates(timeout=30))
        await telegram.until(lambda: telegram.updates.waiting)
        polling.cancel()
    await telegram.until(lambda: not telegram.updates.waiting)


async def test_one_poller_only_and_none_beside_a_webhook(telegram: Telegram, http_bot: Bot) -> None:
    first = asyncio.create_task(http_bot.get_updates(timeout=30))
    await telegram.until(lambda: telegram.updates.waiting)
    await http_bot.get_updates(timeout=0)
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await http_bot.set_webhook("http://127.0.0.1:9/")
    with pytest.raises(TelegramConflictError, match="can't use getUpdates method while webhook is active"):
        await http_bot.get_updates()
    await http_bot.delete_webhook()
    assert await http_bot.get_updates() == []
    with pytest.raises(TelegramBadRequest, match="An HTTPS URL must be provided"):
        await http_bot.set_webhook("http://example.com/")
    with pytest.raises(TelegramBadRequest, match="secret token contains unallowed characters"):
        await http_bot.set_webhook("https://example.com/", secret_token="a b")


def receiver(answer: Callable[[dict[str, Any], Request], Awaitable[Response]]) -> Starlette:
    async def take(request: Request) -> Response:
        return await answer(json.loads(await request.body()), request)

    return Starlette(routes=[Route("/telegram", take, methods=["POST"])])


async def test_a_webhook_gets_each_update_until_it_says_yes(telegram: Telegram, http_bot: Bot) -> None:
    citizen = telegram.person("Айгүл")
    await citizen.says("before")
    got: list[tuple[str, str | None]] = []

    async def answer(update: dict[str, Any], request: Request) -> Response:
        got.append((update["message"]["text"], request.headers.get(SECRET_HEADER)))
        last = [text for text, _ in got].count("after") == 3
        return Response(status_code=200 if update["message"]["text"] == "before" or last else 500)

    async with served(receiver(answer)) as base:
        await http_bot.set_webhook(f"{base}/telegram", secret_token="s-1")
        assert telegram.updates.webhook is not None
        telegram.updates.webhook.retries = (0.01,)
        await citizen.says("after")
        await telegram.until(lambda: not telegram.updates.pending)
        info = await http_bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        await http_bot.delete_webhook()
    assert sorted(got) == [("after", "s-1")] * 3 + [("before", "s-1")]


async def test_a_webhook_is_given_many_updates_at_once(telegram: Telegram, http_bot: Bot) -> None:
    citizen = telegram.person("Айгүл")
    together = asyncio.Barrier(4)

    async def answer(update: dict[str, Any], request: Request) -> Response:
        async with together:
            return Response()

    async with served(receiver(answer)) as base:
        await http_bot.set_webhook(f"{base}/telegram", max_connections=4)
        for number in range(8):
            await citizen.says(str(number))
        await telegram.until(lambda: not telegram.updates.pending)
        await http_bot.delete_webhook()


async def test_an_unreachable_webhook_loses_nothing(telegram: Telegram, http_bot: Bot) -> None:
    await http_bot.set_webhook("http://127.0.0.1:9/telegram")
    await telegram.person("Айгүл").says("Hi")
    hook = telegram.updates.webhook
    await telegram.until(lambda: hook and hook.last_error)
    info = await http_bot.get_webhook_info()
    assert (info.last_error_message, info.pending_update_count) == ("Connection refused", 1)
    await http_bot.delete_webhook()
    assert len(await http_bot.get_updates()) == 1
    await http_bot.delete_webhook(drop_pending_updates=True)
    assert await http_bot.get_updates() == []


async def test_a_webhook_may_answer_with_a_call(telegram: Telegram, http_bot: Bot) -> None:
    citizen = telegram.person("Айгүл")

    async def answer(update: dict[str, Any], request: Request) -> Response:
        call = {"method": "sendMessage", "chat_id": update["message"]["chat"]["id"], "text": "Heard"}
        return Response(json.dumps(call), media_type="application/json")

    async with served(receiver(answer)) as base:
        await http_bot.set_webhook(f"{base}/telegram")
        await citizen.says("Hi")
        await telegram.until(lambda: citizen.sees == "Heard")
        await http_bot.delete_webhook()
