"""Taps and inline queries that wait for the bot's answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .errors import bad_request

if TYPE_CHECKING:
    from .chats import Chat
    from .people import Person

# Taps go stale: observed on the live service, not published.
STALE = timedelta(seconds=150)
STALE_INLINE = timedelta(seconds=10)


@dataclass
class Query:
    """A tap. `text` is the pop-up (`alert`) or toast that the answer brought."""

    id: str
    person: Person
    chat: Chat
    at: datetime
    answered: bool = False
    text: str | None = None
    alert: bool = False
    url: str | None = None

    def take_answer(self, now: datetime) -> None:
        if self.answered or now - self.at > STALE:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.answered = True


@dataclass
class InlineQuery:
    id: str
    person: Person
    query: str
    at: datetime
    answered: bool = False
    results: list[dict[str, Any]] = field(default_factory=list)
    button: dict[str, Any] | None = None
    personal: bool = False  # only this person is given the kept answer
    kept_seconds: int = 300  # as Telegram does unless told

    def take_answer(self, now: datetime) -> None:
        if self.answered or now - self.at > STALE_INLINE:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.answered = True
