"""aiogram parses an answer of Telegram by `Response[its type]`. pydantic builds that class in milliseconds and forgets
it as soon as nobody holds it, so that each call would build it anew: they are held here, some twenty in all."""

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType


@cache
def _held(returned: Any) -> type[Response[Any]]:
    return Response[returned]


async def hold_answers(
    make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
) -> Response[TelegramType]:
    """A request middleware."""
    _held(method.__returning__)
    return await make_request(bot, method)
