"""What happens to calls: the record of each, and failures made on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .errors import ApiError, Broken, bad_request, forbidden, too_many

KINDS = ("429", "403", "400", "502", "html", "silence", "network")
SAID = {"403": "bot was blocked by the user", "400": "chat not found", "502": "Bad Gateway"}


@dataclass
class Call:
    """One call of the Bot API; `error` is the description of its refusal. Bytes of files are not kept."""

    method: str
    params: dict[str, Any] = field(repr=False)
    at: datetime
    error: str | None = None

    @property
    def chat_id(self) -> Any:
        return self.params.get("chat_id")


@dataclass
class Fault:
    """`after`: the call takes effect and only its answer is lost."""

    error: str
    method: str | None
    chat_id: int | None
    times: int
    retry_after: int
    after: bool
    description: str | None

    def __post_init__(self) -> None:
        assert self.error in KINDS, f"unknown fault {self.error!r}: one of {', '.join(KINDS)}"

    def fits(self, method: str, chat_id: Any) -> bool:
        return self.method in (None, method) and self.chat_id in (None, chat_id)

    def strike(self) -> None:
        text = self.description or SAID.get(self.error, "")
        if self.error == "429":
            raise too_many(self.retry_after)
        if self.error == "403":
            raise forbidden(text)
        if self.error == "400":
            raise bad_request(text)
        raise ApiError(502, text) if self.error == "502" else Broken(self.error)
