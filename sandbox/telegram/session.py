"""The in-process door: an aiogram session. `Bot(token, session=StandInSession(telegram))`."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, cast

from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.types import InputFile

from .errors import ApiError, Broken

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.methods import TelegramMethod
    from aiogram.methods.base import TelegramType

    from .telegram import Telegram

BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>"
)


class StandInSession(BaseSession):
    """Serialises calls and raises errors as aiogram's HTTP session does; `telegram.guard` may refuse a call."""

    def __init__(self, telegram: Telegram, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.telegram = telegram

    async def close(self) -> None:
        """Nothing to close: the stand-in outlives its sessions."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 (the base class says so)
    ) -> TelegramType:
        if self.telegram.guard and (reason := self.telegram.guard()):
            raise AssertionError(reason)
        attached: dict[str, InputFile] = {}
        given = method.model_dump(warnings=False)
        prepared = {key: self.prepare_value(value, bot=bot, files=attached) for key, value in given.items()}
        params = {key: value for key, value in prepared.items() if value}
        files = {key: (one.filename or key, await _read(one, bot)) for key, one in attached.items()}
        status, content = await self._ask(method, params, files, bot.token)
        return cast("TelegramType", self.check_response(bot, method, status, content).result)

    async def _ask(
        self, method: TelegramMethod[Any], params: dict[str, Any], files: dict[str, tuple[str, bytes]], token: str
    ) -> tuple[int, str]:
        """HTTP status and body."""
        try:
            if token != self.telegram.token:
                raise ApiError(401, "Unauthorized")
            result = await self.telegram.call(method.__api_method__, params, files)
        except ApiError as error:
            return error.code, json.dumps(error.as_json())
        except Broken as broken:
            if broken.kind == "html":
                return 502, BAD_GATEWAY
            text = "Request timeout error" if broken.kind == "silence" else "ClientOSError: connection reset by peer"
            raise TelegramNetworkError(method=method, message=text) from broken
        return 200, json.dumps({"ok": True, "result": result})

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        data = self.telegram.file_at(url).data
        for start in range(0, len(data), chunk_size):
            yield data[start : start + chunk_size]


async def _read(file: InputFile, bot: Bot) -> bytes:
    return b"".join([chunk async for chunk in file.read(bot)])
