"""What the sandbox page shows: chats and messages as JSON, in the words of the Bot API where it has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .telegram import Button, Group, Person, Seen, Telegram

SHOWN = 300  # of a chat's newest messages: more than anybody reads, little enough to send again at each change
CONTENT = "text caption contact location voice sticker forward_origin via_bot media_group_id".split()
SERVICE = (
    "new_chat_members left_chat_member new_chat_title migrate_to_chat_id migrate_from_chat_id pinned_message"
    " forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened"
).split()


@dataclass(frozen=True)
class Sample:
    """A message to try, sent with one click."""

    label: str
    text: str


@dataclass(frozen=True)
class Actor:
    """A person as whom the reader of the page may act in a column."""

    person: Person
    role: Literal["citizen", "officer", "senior", "operator"] = "citizen"


@dataclass(frozen=True)
class Column:
    """One chat on the page: a person's with the bot, or a group. `key` names it in addresses, [a-z0-9-]."""

    key: str
    chat: Person | Group
    actors: tuple[Actor, ...]
    samples: Sequence[Sample] = ()

    def actor(self, person_id: int) -> Person | None:
        return next((one.person for one in self.actors if one.person.id == person_id), None)

    def message(self, key: str) -> Seen | None:
        return next((one for one in self.chat.history if message_key(one) == key), None)


def message_key(message: Seen) -> str:
    """Unique in a column even where a migrated group counts its messages anew."""
    return f"{message.chat_id}_{message.id}"


def column_json(telegram: Telegram, column: Column) -> dict[str, Any]:
    """One column. `kind` tells the page what to build for it."""
    chat, group = column.chat, column.chat if isinstance(column.chat, Group) else None
    shown = group or (chat.chat if isinstance(chat, Person) else chat)
    keyboard = shown.keyboard
    return {
        "kind": "chat",
        "key": column.key,
        "chat": shown.id,
        "group": group is not None,
        "title": group.title if group else chat.name if isinstance(chat, Person) else "",
        "topics": _topics(group),
        "members": len(group.members) + group.present if group else 2,
        "actors": [_actor(telegram, one, group) for one in column.actors],
        "samples": [{"label": one.label, "text": one.text} for one in column.samples],
        "description": "" if group else _description(telegram, column.actors[0].person),
        "blocked": isinstance(chat, Person) and chat.blocked,
        "keyboard": (keyboard.markup or {}) | {"message": message_key(keyboard)} if keyboard else None,
        "pinned": message_json(shown.pinned[-1]) if shown.pinned and shown.pinned[-1].visible else None,
        "messages": [message_json(one) for one in shown.history[-SHOWN:]],
    }


def _topics(group: Group | None) -> list[dict[str, Any]] | None:
    """None where the chat has none turned on."""
    if group is None or group.topics is None:
        return None
    return [{"id": one.id, "name": one.name} for one in group.topics.values()]


def _actor(telegram: Telegram, actor: Actor, group: Group | None) -> dict[str, Any]:
    person = actor.person
    return {
        "id": person.id,
        "name": person.name,
        "username": person.username,
        "language": person.language,
        "role": actor.role,
        "commands": telegram.profile.commands_for(person, group),
    }


def _description(telegram: Telegram, person: Person) -> str:
    """What Telegram shows in a chat where nothing has been said."""
    return telegram.profile.shown(telegram.profile.description, person.language)


def message_json(message: Seen) -> dict[str, Any]:
    raw = message.raw
    return {
        "key": message_key(message),
        "from": {"id": message.sender_id, "name": message.sender, "bot": message.by_bot},
        "date": raw["date"],
        "topic": raw["message_thread_id"] if raw.get("is_topic_message") else None,
        "edited": message.edited,
        "entities": message.entities,
        "content": {name: raw[name] for name in CONTENT if name in raw},
        "photo": _photo(message),
        "document": _document(message),
        "caption_above": bool(raw.get("show_caption_above_media")),
        "media_spoiler": bool(raw.get("has_media_spoiler")),
        "service": next(({"what": name, "value": raw[name]} for name in SERVICE if name in raw), None),
        "reply_to": _quoted(message.reply_to) if message.reply_to else None,
        "buttons": [[_button(one) for one in row] for row in message.inline],
        "force_reply": _force_reply(message),
        "reactions": message.reactions,
    }


def _photo(message: Seen) -> dict[str, Any] | None:
    if message.photo is None or message.file is None:
        return None
    size = message.raw["photo"][-1]
    return {"url": f"/files/{message.file.id}", "width": size["width"], "height": size["height"]}


def _document(message: Seen) -> dict[str, Any] | None:
    file = message.document
    return {"url": f"/files/{file.id}", "name": file.name, "size": file.size} if file else None


def _quoted(message: Seen) -> dict[str, Any]:
    kinds = {"photo": "photo", "document": "file"} | {one: one for one in ("contact", "voice", "sticker", "location")}
    kind = next((word for field, word in kinds.items() if field in message.raw), None)
    return {"key": message_key(message), "name": message.sender, "text": message.text[:200], "kind": kind}


def _button(button: Button) -> dict[str, Any]:
    return {"text": button.label, "kind": button.kind, "value": button.value, "style": button.style}


def _force_reply(message: Seen) -> dict[str, Any] | None:
    """Whom a ForceReply asks: everybody, or (selective) the one replied to and those named by @username."""
    if not message.by_bot or not message.force_reply:
        return None
    markup = message.markup or {}
    return {
        "placeholder": markup.get("input_field_placeholder"),
        "selective": bool(markup.get("selective")),
        "asked": message.reply_to.sender_id if message.reply_to else None,
    }
