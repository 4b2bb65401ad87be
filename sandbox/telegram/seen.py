"""One message as people see it, and the files that hang on messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration

from . import markup

if TYPE_CHECKING:
    from .chats import Chat


SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
)


@dataclass(frozen=True)
class StoredFile:
    """A file on Telegram's side. `size` may be claimed larger than `data` to try the 20 MB limit without the bytes."""

    id: str
    unique_id: str
    data: bytes = field(repr=False)
    name: str
    mime: str
    path: str
    size: int


@dataclass(frozen=True)
class Button:
    """`kind` is the Bot API field that says what it does: callback_data, url, copy_text, disabled, request_contact…"""

    label: str
    kind: str
    value: Any = None
    style: str | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def data(self) -> str | None:
        return self.value if self.kind == "callback_data" else None

    @property
    def url(self) -> str | None:
        return self.value if self.kind == "url" else None

    @property
    def copy_text(self) -> str | None:
        return self.value["text"] if self.kind == "copy_text" else None

    @property
    def disabled(self) -> bool:
        return self.kind == "disabled"


def button(raw: dict[str, Any]) -> Button:
    about = {"text", "style", "icon_custom_emoji_id"}
    kind = next((key for key, value in raw.items() if key not in about and value is not False), "text")
    return Button(raw["text"], kind, raw.get(kind), raw.get("style"), raw)


@dataclass(eq=False)
class Seen:
    """`raw` is the Bot API's Message; the rest is what only people and the server know. Edits change it in place."""

    raw: dict[str, Any]
    chat: Chat = field(repr=False)
    by_bot: bool
    markup: dict[str, Any] | None = None
    files: list[StoredFile] = field(default_factory=list)
    reply_to: Seen | None = field(default=None, repr=False)
    preview_off: bool = False
    touched: int = 0
    deleted: bool = False
    hidden: bool = False
    reactions: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def chat_id(self) -> int:
        return int(self.raw["chat"]["id"])

    @property
    def sender(self) -> str:
        return str(self.raw["from"]["first_name"])

    @property
    def sender_id(self) -> int:
        return int(self.raw["from"]["id"])

    @property
    def date(self) -> datetime:
        return datetime.fromtimestamp(self.raw["date"], UTC)

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def entities(self) -> list[dict[str, Any]]:
        return list(self.raw.get("entities") or self.raw.get("caption_entities") or [])

    @property
    def html(self) -> str:
        """The text as safe HTML, links that Telegram found by itself included as plain text."""
        return html_decoration.unparse(self.text, [MessageEntity.model_validate(one) for one in self.entities])

    @property
    def links(self) -> list[str]:
        """What can be tapped open in this text: bare addresses that Telegram makes links of count too."""
        kinds = {"url": lambda one: markup.cut(self.text, one), "text_link": lambda one: one["url"]}
        return [kinds[one["type"]](one) for one in self.entities if one["type"] in kinds]

    @property
    def preview(self) -> str | None:
        """The link that Telegram would show a preview of."""
        return None if self.preview_off or "text" not in self.raw else next(iter(self.links), None)

    @property
    def inline(self) -> list[list[Button]]:
        return [[button(one) for one in row] for row in (self.markup or {}).get("inline_keyboard", [])]

    @property
    def buttons(self) -> list[list[Button]]:
        """Rows of the inline keyboard, or of the reply keyboard that came with this message."""
        rows = (self.markup or {}).get("keyboard", [])
        return self.inline or [[button(one) for one in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        return [one.label for row in self.buttons for one in row]

    @property
    def force_reply(self) -> bool:
        return bool((self.markup or {}).get("force_reply"))

    @property
    def file(self) -> StoredFile | None:
        return self.files[-1] if self.files else None

    @property
    def photo(self) -> bytes | None:
        return self.file.data if self.file and "photo" in self.raw else None

    @property
    def document(self) -> StoredFile | None:
        return self.file if "document" in self.raw else None

    @property
    def edited(self) -> bool:
        return "edit_date" in self.raw

    @property
    def service(self) -> str | None:
        """The field that makes this a service message ("new_chat_members"), None for what somebody wrote."""
        return next((key for key in SERVICE if key in self.raw), None)

    @property
    def visible(self) -> bool:
        return not (self.deleted or self.hidden)

    @property
    def thread_id(self) -> int | None:
        return self.raw.get("message_thread_id")

    def as_json(self) -> dict[str, Any]:
        """The Message object that the bot gets: of keyboards only the inline one."""
        inline = {"reply_markup": self.markup} if "inline_keyboard" in (self.markup or {}) else {}
        first = self.chat.messages.get(self.thread_id or 0)  # in a topic what replies to nothing replies to its opening
        replied = self.reply_to or (first if first is not self else None)
        return self.raw | inline | ({"reply_to_message": replied.without_reply()} if replied else {})

    def without_reply(self) -> dict[str, Any]:
        inline = {"reply_markup": self.markup} if "inline_keyboard" in (self.markup or {}) else {}
        return self.raw | inline
