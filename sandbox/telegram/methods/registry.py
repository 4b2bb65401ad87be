"""The table of methods and what they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..telegram import Telegram

Params = dict[str, Any]
Files = dict[str, tuple[str, bytes]]
Method = Callable[["Telegram", Params, Files], Awaitable[Any]]

METHODS: dict[str, Method] = {}


def answers(*names: str) -> Callable[[Method], Method]:
    """Enters a function into the table under its published names."""

    def enter(function: Method) -> Method:
        METHODS.update(dict.fromkeys(names, function))
        return function

    return enter
