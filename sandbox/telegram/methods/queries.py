"""Answers to taps and inline queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import keyboards
from ..errors import bad_request
from . import compose
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@answers("answerCallbackQuery")
async def answer_callback_query(telegram: Telegram, params: Params, files: Files) -> Any:
    query = telegram.queries.get(str(params["callback_query_id"]))
    if query is None:
        raise bad_request(TOO_OLD)
    text = params.get("text") or None
    if text and len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.take_answer(telegram.clock())
    query.text, query.alert, query.url = text, bool(params.get("show_alert")), params.get("url")
    if text:
        query.person.popups.append(text)
    telegram.changed(query.chat, "popup", person=query.person.id, text=text, alert=query.alert)
    return True


@answers("answerInlineQuery")
async def answer_inline_query(telegram: Telegram, params: Params, files: Files) -> Any:
    query = telegram.inline_queries.get(str(params["inline_query_id"]))
    if query is None:
        raise bad_request(TOO_OLD)
    results = params["results"]
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(one.get("id", "")) for one in results]
    if len(set(ids)) < len(ids) or not all(1 <= len(id.encode()) <= 64 for id in ids):
        raise bad_request("RESULT_ID_INVALID" if all(ids) else "RESULT_ID_EMPTY")
    shown = [_result(one) for one in results]
    query.take_answer(telegram.clock())
    query.results, query.button = shown, params.get("button")
    query.personal = bool(params.get("is_personal", False))
    query.kept_seconds = int(params.get("cache_time", query.kept_seconds))
    telegram.changed(query.person.chat, "inline", person=query.person.id)
    return True


def _result(raw: dict[str, Any]) -> dict[str, Any]:
    """A result with its message checked and read as sendMessage would."""
    content = raw.get("input_message_content") or {}
    if raw["type"] == "article" and not content:
        raise bad_request("can't parse inline query result: message content is not specified")
    markup = keyboards.check(raw.get("reply_markup"), inline_only=True)
    message = {"reply_markup": markup} if markup else {}
    if "message_text" in content:
        message["content"] = compose.text_content(content | {"text": content["message_text"]})
    return raw | message
