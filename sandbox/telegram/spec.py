"""The published Bot API, as aiogram generates it from the API's own data: names, required and unknown parameters."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, get_args

from aiogram import methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from pydantic import BaseModel, ValidationError

from . import keyboards
from .errors import ApiError, bad_request

# The server's own words where it has them for a missing parameter.
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "file_id": "file_id not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "user_id": "invalid user_id specified",
    "action": 'parameter "action" is required',
}


@cache
def published(name: str) -> type[TelegramMethod[Any]] | None:
    """The published method, whatever the case of its name: Telegram does not mind it either."""
    every = (getattr(methods, key) for key in methods.__all__ if key not in {"TelegramMethod", "Request", "Response"})
    return next((one for one in every if one.__api_method__.lower() == name.lower()), None)


@cache
def _plain(method: type[BaseModel], name: str) -> bool:
    """Whether the parameter is text (or a file) and so never JSON."""
    annotation = method.model_fields[name].annotation
    kinds = set(get_args(annotation) or (annotation,))
    return kinds <= {str, InputFile, Default, type(None)}


def read(name: str, given: dict[str, Any], files: dict[str, Any], *, strict: bool) -> tuple[str, dict[str, Any]]:
    """Published name and decoded parameters; ApiError 404 for an unknown method, 400 for wrong parameters.

    `strict` refuses parameters and fields the published API does not know; Telegram itself drops them silently.
    """
    method = published(name)
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    known = method.model_fields
    params = {key: _decode(method, key, value) for key, value in given.items() if key in known and value is not None}
    params |= {key: f"attach://{key}" for key in files if key in known and key not in params}
    for field, about in known.items():
        if about.is_required() and params.get(field) in (None, ""):
            raise bad_request(MISSING.get(field, f'parameter "{field}" is required'))
    keyboards.check(params.get("reply_markup"))  # before the types are looked at: its words say more
    try:
        model = method.model_validate(params)
    except ValidationError as error:
        first = error.errors()[0]
        raise bad_request(f'can\'t parse "{".".join(map(str, first["loc"]))}": {first["msg"]}') from None
    if strict and (unknown := sorted(given.keys() - known.keys()) + _unknown_fields(model)):
        raise bad_request(f"{method.__api_method__} has no {', '.join(unknown)} (the stand-in is strict)")
    return method.__api_method__, params


def _decode(method: type[BaseModel], name: str, value: Any) -> Any:
    if not isinstance(value, str) or _plain(method, name):
        return value
    try:
        return json.loads(value)
    except ValueError:
        if value.lstrip()[:1] in ("{", "["):
            raise bad_request(f"can't parse {name} JSON object") from None
        return value


def _unknown_fields(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _unknown_fields(item)]
    if not isinstance(value, BaseModel):
        return []
    nested = [name for field in value.model_fields_set for name in _unknown_fields(getattr(value, field, None))]
    return [*(value.model_extra or {}), *nested]
