"""What may hang under a message: the rules for inline and reply keyboards, ForceReply and removal."""

from __future__ import annotations

from typing import Any

from .errors import bad_request

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
STYLES = {"danger", "success", "primary"}
MOST_BUTTONS = 100
# Above about this many bytes the live service answers "reply markup is too long", however few the buttons.
MOST_BYTES = 10_000


def check(markup: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """The markup as kept (no empty rows, none at all if empty), or ApiError 400 in Telegram's words."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], _check_inline)
        return {"inline_keyboard": rows} if rows else None
    if inline_only and markup:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        return markup | {"keyboard": _rows(markup["keyboard"], _check_reply)}
    if markup and not ({"force_reply", "remove_keyboard"} & markup.keys()):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return markup or None


def _rows(rows: Any, check_button: Any) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    kept = [[check_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MOST_BUTTONS or sum(_size(button) for row in kept for button in row) > MOST_BYTES:
        raise bad_request("reply markup is too long")
    return kept


def _size(button: dict[str, Any]) -> int:
    """About what the button takes on the wire."""
    return 12 + sum(len(str(value).encode()) for key, value in button.items() if key != "style")


def _check_style(button: dict[str, Any]) -> None:
    if button.get("style") is not None and button["style"] not in STYLES:
        raise bad_request("invalid button style specified")


def _check_inline(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an object")
    button = {key: value for key, value in button.items() if value is not None}
    if not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text must be non-empty")
    given = [action for action in ACTIONS if action in button]
    if not given:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise bad_request(f"can't parse inline keyboard button: only one of {', '.join(given)} may be used")
    _check_style(button)
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if "url" in button and not _is_address(button["url"]):
        raise bad_request("BUTTON_URL_INVALID")
    return button


def _is_address(url: str) -> bool:
    scheme, separator, rest = url.partition("://")
    return bool(rest.strip("/")) and scheme.lower() in {"http", "https", "tg", "ton"} if separator else "." in url


def _check_reply(button: Any) -> dict[str, Any]:
    button = {"text": button} if isinstance(button, str) else {k: v for k, v in button.items() if v is not None}
    if not str(button.get("text", "")).strip():
        raise bad_request("keyboard button text must be non-empty")
    _check_style(button)
    return button
