"""Editing, deleting, reacting, pinning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .. import keyboards
from ..chats import Chat, Group
from ..errors import bad_request
from ..seen import Seen, StoredFile
from . import compose
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
CONTENT = "text entities caption caption_entities photo document".split()


def editable(telegram: Telegram, params: Params) -> Seen:
    """The bot's own message, with an inline keyboard or none: others can't be edited."""
    for field in ("chat_id", "message_id"):
        if params.get(field) in (None, ""):
            raise bad_request("message identifier is not specified" if field == "message_id" else "chat_id is empty")
    message = telegram.open_chat(params["chat_id"]).messages.get(params["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not message.by_bot or (message.markup and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return message


def edit(
    telegram: Telegram,
    message: Seen,
    params: Params,
    content: dict[str, Any],
    files: list[StoredFile] | None = None,
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Puts new content and keyboard in place; without `reply_markup` the keyboard goes, as in Telegram."""
    shown = keyboards.check(params.get("reply_markup"), inline_only=True)
    old = {key: message.raw[key] for key in CONTENT if key in message.raw}
    if (_comparable(old), message.markup) == (_comparable(content), shown):
        raise bad_request(NOT_MODIFIED)
    telegram.charge(message.chat)
    kept = {key: value for key, value in message.raw.items() if key not in CONTENT}
    message.raw = kept | content | (extra or {}) | {"edit_date": telegram.timestamp()}
    message.markup = shown
    message.files = message.files if files is None else files
    telegram.touch(message, "edited")
    return message.as_json()


def _comparable(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True)


@answers("editMessageText")
async def edit_message_text(telegram: Telegram, params: Params, files: Files) -> Any:
    content = compose.text_content(params)
    message = editable(telegram, params)
    if "text" not in message.raw:
        raise bad_request("there is no text in the message to edit")
    preview = params.get("link_preview_options") or {}
    extra = {"link_preview_options": preview} if preview else {}
    answer = edit(telegram, message, params, content, extra=extra)
    message.preview_off = bool(preview.get("is_disabled") or params.get("disable_web_page_preview"))
    return answer


@answers("editMessageCaption")
async def edit_message_caption(telegram: Telegram, params: Params, files: Files) -> Any:
    message = editable(telegram, params)
    if not message.files:
        raise bad_request("there is no caption in the message to edit")
    kept = {key: message.raw[key] for key in ("photo", "document") if key in message.raw}
    return edit(telegram, message, params, kept | compose.caption_content(params))


@answers("editMessageReplyMarkup")
async def edit_message_reply_markup(telegram: Telegram, params: Params, files: Files) -> Any:
    message = editable(telegram, params)
    return edit(telegram, message, params, {key: message.raw[key] for key in CONTENT if key in message.raw})


@answers("editMessageMedia")
async def edit_message_media(telegram: Telegram, params: Params, files: Files) -> Any:
    message, about = editable(telegram, params), params["media"]
    made = {"photo": compose.photo_content, "document": compose.document_content}.get(about["type"])
    if made is None:
        raise bad_request(f"media of type {about['type']} is not supported by the stand-in")
    content, stored = made(telegram, about["media"], files)
    return edit(telegram, message, params, content | compose.caption_content(about), stored)


def deletable(telegram: Telegram, chat: Chat, message: Seen) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    if isinstance(chat, Group) and chat.bot_may("can_delete_messages"):
        return True
    return not telegram.is_old(message) and (message.by_bot or not isinstance(chat, Group))


@answers("deleteMessage")
async def delete_message(telegram: Telegram, params: Params, files: Files) -> Any:
    chat = telegram.open_chat(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    if not deletable(telegram, chat, message):
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    telegram.touch(message, "deleted")
    return True


@answers("deleteMessages")
async def delete_messages(telegram: Telegram, params: Params, files: Files) -> Any:
    """Those that can't be found are skipped."""
    chat = telegram.open_chat(params["chat_id"])
    if not 1 <= len(params["message_ids"]) <= 100:
        raise bad_request("wrong number of message identifiers specified")
    found = [chat.messages[id] for id in params["message_ids"] if id in chat.messages]
    for message in found:
        if not message.deleted and deletable(telegram, chat, message):
            message.deleted = True
            telegram.touch(message, "deleted")
    return True


# https://core.telegram.org/bots/api#reactiontypeemoji
EMOJI = set(
    (
        "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 "
        "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 "
        "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡 "
    ).split()
)


@answers("setMessageReaction")
async def set_message_reaction(telegram: Telegram, params: Params, files: Files) -> Any:
    message = telegram.open_chat(params["chat_id"]).messages.get(params["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to react not found")
    wanted = [one.get("emoji") for one in params.get("reaction") or []]
    if len(wanted) > 1 or not set(wanted) <= EMOJI:
        raise bad_request("REACTION_INVALID")
    message.reactions = [str(one) for one in wanted]
    telegram.changed(message.chat, "reaction", message=message.id)
    return True


def pinnable(telegram: Telegram, params: Params) -> Chat:
    chat = telegram.open_chat(params["chat_id"])
    if isinstance(chat, Group) and not chat.bot_may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


@answers("pinChatMessage")
async def pin_chat_message(telegram: Telegram, params: Params, files: Files) -> Any:
    chat = pinnable(telegram, params)
    message = chat.messages.get(params["message_id"])
    if message is None or message.deleted:
        raise bad_request("message to pin not found")
    chat.pinned = [*(one for one in chat.pinned if one is not message), message]
    telegram.changed(chat, "pinned", message=message.id)
    return True


@answers("unpinChatMessage")
async def unpin_chat_message(telegram: Telegram, params: Params, files: Files) -> Any:
    chat = pinnable(telegram, params)
    last = chat.pinned[-1].id if chat.pinned else None
    id = params.get("message_id", last)
    if id not in [one.id for one in chat.pinned]:
        raise bad_request("message to unpin not found")
    chat.pinned = [one for one in chat.pinned if one.id != id]
    telegram.changed(chat, "pinned")
    return True
