"""How the Bot API describes pictures, documents and the other things people send."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from . import markup
from .seen import StoredFile

if TYPE_CHECKING:
    from .people import Person
    from .telegram import Telegram

# One grey pixel: whoever takes the thumbnail for the picture gets this.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000"
    "000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"RIFF")


def is_image(data: bytes) -> bool:
    return data.startswith(IMAGES)


def dimensions(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; 1280×960 for anything else."""
    if data.startswith(IMAGES[1]) and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    position = 2
    while data.startswith(IMAGES[0]) and position + 9 <= len(data) and data[position] == 0xFF:
        marker, length = struct.unpack(">BH", data[position + 1 : position + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return 1280, 960


def size(file: StoredFile, width: int, height: int) -> dict[str, Any]:
    return described(file) | {"width": width, "height": height}


def described(file: StoredFile) -> dict[str, Any]:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}


def photo(telegram: Telegram, data: bytes) -> tuple[list[dict[str, Any]], list[StoredFile]]:
    """PhotoSize list, smallest first as Telegram gives them, and the files behind it."""
    width, height = dimensions(data)
    small = telegram.store_file(PIXEL, "thumbnail.png", "image/png", "photos")
    full = telegram.store_file(data, "photo.jpg", "image/jpeg", "photos")
    return [size(small, 90, max(1, 90 * height // max(1, width))), size(full, width, height)], [small, full]


def document(
    telegram: Telegram, data: bytes, name: str, mime: str, claimed: int | None = None
) -> tuple[dict[str, Any], StoredFile]:
    file = telegram.store_file(data, name, mime, "documents", claimed)
    return described(file) | {"file_name": name, "mime_type": mime}, file


def sticker(telegram: Telegram, emoji: str) -> dict[str, Any]:
    file = telegram.store_file(PIXEL, "sticker.webp", "image/webp", "stickers")
    kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return described(file) | kind | {"emoji": emoji}


def voice(telegram: Telegram, data: bytes) -> tuple[dict[str, Any], StoredFile]:
    file = telegram.store_file(data, "voice.oga", "audio/ogg", "voice")
    return described(file) | {"duration": 3, "mime_type": "audio/ogg"}, file


def caption(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    found = markup.find_entities(text)
    return {"caption": text} | ({"caption_entities": found} if found else {})


def origin(source: Person | str | tuple[str, str], date: int) -> dict[str, Any]:
    """A MessageOrigin: a person, a hidden name, or a channel (title, username)."""
    if isinstance(source, str):
        return {"type": "hidden_user", "date": date, "sender_user_name": source}
    if isinstance(source, tuple):
        title, username = source
        channel = {"id": -1_001_000_000_001, "type": "channel", "title": title, "username": username}
        return {"type": "channel", "date": date, "chat": channel, "message_id": 7}
    return {"type": "user", "date": date, "sender_user": source.as_json()}
