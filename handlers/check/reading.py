"""What a Telegram message shows: words, a contact, where it was forwarded from, files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiogram.methods import DeleteMessage
from aiogram.types import (
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginUser,
)

from core.identifiers import Identifier, Reading, from_contact, from_forward, read

LONGEST = 8000
MOST_BYTES = 20 * 1024 * 1024  # Telegram gives a bot no larger file
ALBUM_SETTLES = timedelta(seconds=1)  # its messages come one by one
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf")

DELETED = {"cvv", "otp", "card", "pin", "password"}


@dataclass(frozen=True, slots=True)
class Dropped:
    """Everything of one message that a check is made of."""

    reading: Reading
    extra: tuple[Identifier, ...] = ()
    files: list[dict[str, Any]] = field(default_factory=list)
    source: str | None = None  # the message it was forwarded from, the same for everybody who forwards it

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        return (*self.reading.identifiers, *self.extra)

    @property
    def bare(self) -> bool:
        """Hardly any word but the identifiers: something dropped, not something told."""
        spoken = self.reading.text
        for one in self.reading.identifiers:
            spoken = spoken.replace(one.display, "")
        rest = "".join(self._outside(spoken))
        return bool(self.identifiers) and sum(letter.isalpha() for letter in rest) < 15

    def _outside(self, text: str) -> str:
        spans = sum(one.end - one.start for one in self.reading.identifiers)
        return text if len(text) > spans else ""


def dropped(message: Message) -> Dropped:
    """Reads a message. Pure but for the reading itself; never raises on any content."""
    text = (message.text or message.caption or "")[:LONGEST]
    reading = read(text + _hidden_links(message))
    extra = [one for one in (_contact(message), _origin(message)) if one]
    return Dropped(reading, tuple(extra), files(message), _source(message))


def delete_secrets(message: Message, reading: Reading) -> Sequence[DeleteMessage]:
    """A message that carried a code, a CVV or the person's own card should not stay in the chat."""
    if DELETED & set(reading.redacted):
        return [DeleteMessage(chat_id=message.chat.id, message_id=message.message_id)]
    return []


def _hidden_links(message: Message) -> str:
    """Addresses behind words: the text shows one thing, the link is another."""
    entities = message.entities or message.caption_entities or []
    return "".join(f"\n{entity.url}" for entity in entities if entity.type == "text_link" and entity.url)


def _contact(message: Message) -> Identifier | None:
    return from_contact(message.contact.phone_number) if message.contact else None


def _origin(message: Message) -> Identifier | None:
    match message.forward_origin:
        case MessageOriginUser(sender_user=user) if user.username:
            return from_forward(username=user.username, title=user.full_name, kind="user")
        case MessageOriginChannel(chat=chat):
            return from_forward(username=chat.username, title=chat.title, kind="channel")
        case MessageOriginChat(sender_chat=chat):
            return from_forward(username=chat.username, title=chat.title, kind="chat")
    return None


def _source(message: Message) -> str | None:
    match message.forward_origin:
        case None:
            return None
        case MessageOriginChannel(chat=chat, message_id=number):
            return f"{chat.id}:{number}"
        case origin:
            return f"{origin.type}:{origin.date.timestamp()}:{message.text or message.caption or ''}"


def files(message: Message) -> list[dict[str, Any]]:
    """The picture or receipt of a message as `{"id", "unique_id", "size", "message"}`; empty where there is none."""
    document = message.document if message.document and message.document.mime_type in PICTURES else None
    file = message.photo[-1] if message.photo else document
    if file is None:
        return []
    return [
        {
            "id": file.file_id,
            "unique_id": file.file_unique_id,
            "size": file.file_size,
            "message": message.message_id,
        }
    ]
