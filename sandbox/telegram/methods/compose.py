"""What sent and edited messages share: texts, files, reply targets, topics."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from .. import keyboards, markup, media
from ..chats import Chat, Group
from ..errors import ApiError, bad_request
from ..seen import Seen, StoredFile
from .registry import Files, Params

if TYPE_CHECKING:
    from ..telegram import Telegram

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100  # further ones are dropped without a word
MOST_BYTES = 50 * 1024 * 1024
MOST_PHOTO_BYTES = 10 * 1024 * 1024


def formatted(text: str, parse_mode: str | None, entities: Any) -> tuple[str, list[markup.Entity]]:
    """The text as it will stand, with the entities given, parsed and found."""
    mode = (parse_mode or "").lower()
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode (the stand-in reads HTML)")
    given = list(entities or [])
    if mode and not given:
        text, given = markup.parse_html(text)
    text, given = markup.trim(text, given)
    return text, markup.find_entities(text, given)[:MOST_ENTITIES]


def text_content(params: Params) -> dict[str, Any]:
    text, entities = formatted(params.get("text") or "", params.get("parse_mode"), params.get("entities"))
    if not text:
        raise bad_request("message text is empty")
    if len(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_content(params: Params) -> dict[str, Any]:
    text, entities = formatted(params.get("caption") or "", params.get("parse_mode"), params.get("caption_entities"))
    if len(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    above = {"show_caption_above_media": True} if params.get("show_caption_above_media") else {}
    spoiler = {"has_media_spoiler": True} if params.get("has_spoiler") else {}
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {}) | above | spoiler


def uploaded(value: Any, files: Files) -> tuple[str, bytes] | None:
    """Name and bytes of a file sent along, None where the value is something else."""
    key = str(value).removeprefix("attach://")
    if key == str(value):
        return None
    if key not in files:
        raise bad_request(f'can\'t find file "{key}" in the request')
    name, data = files[key]
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MOST_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    return name, data


def known_file(telegram: Telegram, value: Any, folder: str) -> StoredFile:
    if str(value).startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    file = telegram.files.get(str(value))
    if file is None or not file.path.startswith(folder):
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file


def photo_content(telegram: Telegram, value: Any, files: Files) -> tuple[dict[str, Any], list[StoredFile]]:
    upload = uploaded(value, files)
    if upload is None:
        file = known_file(telegram, value, "photos")
        return {"photo": [media.size(file, *media.dimensions(file.data))]}, [file]
    if len(upload[1]) > MOST_PHOTO_BYTES:
        raise bad_request("file is too big")
    if not media.is_image(upload[1]):
        raise bad_request("IMAGE_PROCESS_FAILED")
    sizes, stored = media.photo(telegram, upload[1])
    return {"photo": sizes}, stored


def document_content(telegram: Telegram, value: Any, files: Files) -> tuple[dict[str, Any], list[StoredFile]]:
    upload = uploaded(value, files)
    if upload is None:
        file = known_file(telegram, value, "documents")
        return {"document": media.described(file) | {"file_name": file.name, "mime_type": file.mime}}, [file]
    mime = mimetypes.guess_type(upload[0])[0] or "application/octet-stream"
    described, file = media.document(telegram, upload[1], upload[0], mime)
    return {"document": described}, [file]


def reply_target(chat: Chat, params: Params) -> Seen | None:
    about = params.get("reply_parameters") or {}
    id = about.get("message_id") or params.get("reply_to_message_id")
    if not id:
        return None
    message = chat.messages.get(id)
    if message is not None and not message.deleted:
        return message
    if about.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def topic(chat: Chat, params: Params, reply_to: Seen | None) -> int | None:
    id = params.get("message_thread_id")
    if id is None:
        return reply_to.thread_id if reply_to else None
    if not isinstance(chat, Group) or chat.topics is None or id not in chat.topics:
        raise bad_request("message thread not found")
    if chat.topics[id].closed and chat.bot_status != "administrator":
        raise bad_request("TOPIC_CLOSED")
    return int(id)


def send(telegram: Telegram, params: Params, content: dict[str, Any], files: list[StoredFile] | None = None) -> Seen:
    """Posts one message of the bot, with all that may come along."""
    chat = telegram.open_chat(params["chat_id"])
    shown = keyboards.check(params.get("reply_markup"))
    reply_to = reply_target(chat, params)
    thread = topic(chat, params, reply_to)
    telegram.charge(chat)
    preview = params.get("link_preview_options") or {}
    protected = {"has_protected_content": True} if params.get("protect_content") else {}
    preview_raw = {"link_preview_options": preview} if preview else {}
    return telegram.post(
        chat,
        telegram.me(),
        content | protected | preview_raw,
        markup=shown,
        files=files or [],
        reply_to=reply_to,
        thread=thread,
        preview_off=bool(preview.get("is_disabled") or params.get("disable_web_page_preview")),
    )
