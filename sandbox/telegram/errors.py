"""What the stand-in says no with."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal as the Bot API words it; `parameters` may hold retry_after or migrate_to_chat_id."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


class Broken(Exception):
    """No answer of the Bot API at all: `kind` is "html" (a proxy's 502 page), "silence" or "network"."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Impossible(AssertionError):
    """A person was asked to do what nobody can do in Telegram; the text says why and what there is instead."""


def bad_request(text: str, **parameters: Any) -> ApiError:
    return ApiError(400, f"Bad Request: {text}", parameters or None)


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def too_many(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
