"""Sending: texts, pictures, documents, albums, contacts, places, copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import keyboards
from ..chats import Chat
from ..errors import bad_request
from ..seen import Seen
from . import compose
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker"
    " find_location record_video_note upload_video_note"
).split()
COPIED = "text entities caption caption_entities photo document contact location sticker voice".split()


@answers("sendMessage")
async def send_message(telegram: Telegram, params: Params, files: Files) -> Any:
    return compose.send(telegram, params, compose.text_content(params)).as_json()


@answers("sendPhoto")
async def send_photo(telegram: Telegram, params: Params, files: Files) -> Any:
    caption = compose.caption_content(params)
    telegram.open_chat(params["chat_id"])
    content, stored = compose.photo_content(telegram, params["photo"], files)
    return compose.send(telegram, params, content | caption, stored).as_json()


@answers("sendDocument")
async def send_document(telegram: Telegram, params: Params, files: Files) -> Any:
    caption = compose.caption_content(params)
    telegram.open_chat(params["chat_id"])
    content, stored = compose.document_content(telegram, params["document"], files)
    return compose.send(telegram, params, content | caption, stored).as_json()


@answers("sendMediaGroup")
async def send_media_group(telegram: Telegram, params: Params, files: Files) -> Any:
    items = params["media"]
    if not 2 <= len(items) <= 10:
        raise bad_request("group send failed: an album takes 2 to 10 items")
    kinds = {item["type"] for item in items}
    if kinds not in ({"photo"}, {"document"}):
        raise bad_request("Can't use the media of the specified type in the album")
    telegram.open_chat(params["chat_id"])
    content = compose.photo_content if kinds == {"photo"} else compose.document_content
    made = [(content(telegram, item["media"], files), compose.caption_content(item)) for item in items]
    album = {"media_group_id": str(13_000_000_000_000_000 + telegram.number())}
    sent = [compose.send(telegram, params, about | caption | album, stored) for (about, stored), caption in made]
    return [message.as_json() for message in sent]


@answers("sendContact")
async def send_contact(telegram: Telegram, params: Params, files: Files) -> Any:
    known = {key: params[key] for key in ("phone_number", "first_name", "last_name", "vcard") if key in params}
    return compose.send(telegram, params, {"contact": known}).as_json()


@answers("sendLocation")
async def send_location(telegram: Telegram, params: Params, files: Files) -> Any:
    place = {"latitude": params["latitude"], "longitude": params["longitude"]}
    return compose.send(telegram, params, {"location": place}).as_json()


@answers("sendChatAction")
async def send_chat_action(telegram: Telegram, params: Params, files: Files) -> Any:
    if params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = telegram.open_chat(params["chat_id"])
    chat.actions.append(params["action"])
    telegram.changed(chat, "action", action=params["action"])
    return True


def original(telegram: Telegram, params: Params, what: str) -> Seen:
    source: Chat = telegram.find_chat(params["from_chat_id"])
    message = source.messages.get(params["message_id"])
    if message is None or message.deleted:
        raise bad_request(f"message to {what} not found")
    if message.raw.get("has_protected_content") or not set(COPIED) & message.raw.keys():
        raise bad_request(f"the message can't be {'copied' if what == 'copy' else 'forwarded'}")
    return message


@answers("forwardMessage")
async def forward_message(telegram: Telegram, params: Params, files: Files) -> Any:
    message = original(telegram, params, "forward")
    first = {"type": "user", "date": message.raw["date"], "sender_user": message.raw["from"]}
    content = {"forward_origin": message.raw.get("forward_origin", first)}
    content |= {key: message.raw[key] for key in COPIED if key in message.raw}
    return compose.send(telegram, params, content, message.files).as_json()


@answers("copyMessage")
async def copy_message(telegram: Telegram, params: Params, files: Files) -> Any:
    message = original(telegram, params, "copy")
    content = {key: message.raw[key] for key in COPIED if key in message.raw}
    if "caption" in params and "text" not in content:
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= compose.caption_content(params)
    keyboards.check(params.get("reply_markup"))
    return {"message_id": compose.send(telegram, params, content, message.files).id}
