"""Writing in chats: what people send, forward, edit and delete."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, Literal

from . import markup, media
from .chats import Chat, Group, PrivateChat
from .errors import Impossible
from .seen import Seen, StoredFile

if TYPE_CHECKING:
    from .people import Person
    from .telegram import Telegram

LONGEST = 4096  # clients split what is longer


class Writes:
    """The writing half of a Person."""

    telegram: Telegram
    id: int
    name: str
    username: str | None
    phone: str
    started: bool
    blocked: bool
    chat: PrivateChat

    def as_json(self) -> dict[str, Any]:
        raise NotImplementedError

    async def unblocks_bot(self) -> None:
        raise NotImplementedError

    async def says(
        self,
        text: str,
        *,
        chat: Group | None = None,
        reply_to: Seen | Literal[False] | None = None,
        topic: int | None = None,
    ) -> Seen:
        """Sends a text. As in clients, it answers a ForceReply that came last, unless `reply_to=False`."""
        if not text.strip():
            raise Impossible("Telegram does not send an empty text")
        where = chat or self.chat
        target = (self._forced_reply(where) if reply_to is None else reply_to) or None
        for start in range(0, len(text), LONGEST):
            part = text[start : start + LONGEST].strip()
            found = markup.find_entities(part)
            content = {"text": part} | ({"entities": found} if found else {})
            message = await self.sends(content, chat=chat, reply_to=target, topic=topic)
        return message

    def _forced_reply(self, where: Chat) -> Seen | None:
        prompt = next((one for one in reversed(where.history) if one.by_bot), None)
        if prompt is None or not prompt.force_reply or any(one.reply_to is prompt for one in where.history):
            return None
        selective = bool((prompt.markup or {}).get("selective"))
        mine = prompt.reply_to is not None and prompt.reply_to.sender_id == self.id
        named = f"@{self.username}" in prompt.text or f"tg://user?id={self.id}" in prompt.links
        return prompt if mine or not selective or named else None

    async def starts(self, payload: str | None = None) -> Seen:
        """Presses Start, or follows `t.me/bot?start=payload`."""
        if payload is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
            raise Impossible(f"a deep link carries A-Z a-z 0-9 _ - only, 1 to 64 of them, not {payload!r}")
        await self.unblocks_bot()
        return await self.says(f"/start {payload}" if payload else "/start", reply_to=False)

    async def sends(
        self,
        content: dict[str, Any],
        *,
        chat: Group | None = None,
        reply_to: Seen | None = None,
        topic: int | None = None,
        files: list[StoredFile] | None = None,
    ) -> Seen:
        """Sends any content, given as fields of the Bot API's Message."""
        where: Chat = chat or self.chat
        if chat is not None and self.id not in [one.id for one in chat.members]:
            raise Impossible(f"{self.name} is not in {chat.title}")
        if chat is None and self.blocked:
            raise Impossible(f"{self.name} has blocked the bot; unblocks_bot() first")
        if chat is None:
            self.started = True
        message = self.telegram.post(
            where,
            self.as_json(),
            content,
            files=files or (),
            reply_to=reply_to,
            thread=topic or (reply_to.thread_id if reply_to else None),
        )
        where.acted = self.telegram.ticks
        if self._bot_hears(message):
            await self.telegram.emit("message", message.as_json())
        return message

    def _bot_hears(self, message: Seen) -> bool:
        """Privacy mode: https://core.telegram.org/bots/features#privacy-mode"""
        group = message.chat
        if not isinstance(group, Group):
            return True
        if not group.present:
            return False
        if group.bot_status == "administrator" or not self.telegram.privacy_mode:
            return True
        command = re.match(r"/\w+(?:@(\w+))?", message.text)
        for_me = command and (command[1] or self.telegram.bot_username).lower() == self.telegram.bot_username.lower()
        return bool(for_me) or bool(message.reply_to and message.reply_to.by_bot)

    async def sends_photo(
        self,
        data: bytes,
        caption: str | None = None,
        *,
        media_group_id: str | None = None,
        chat: Group | None = None,
        reply_to: Seen | None = None,
    ) -> Seen:
        photo, files = media.photo(self.telegram, data)
        group = {"media_group_id": media_group_id} if media_group_id else {}
        return await self.sends(
            {"photo": photo} | group | media.caption(caption), chat=chat, reply_to=reply_to, files=files
        )

    async def sends_album(
        self, pictures: list[bytes], caption: str | None = None, *, chat: Group | None = None
    ) -> list[Seen]:
        """An album: one update for each picture, the caption on the first, all under way at once."""
        group = str(13_000_000_000_000_000 + self.telegram.number())
        captions = [caption, *[None] * (len(pictures) - 1)]
        pairs = zip(pictures, captions, strict=True)
        sending = [self.sends_photo(data, text, media_group_id=group, chat=chat) for data, text in pairs]
        return list(await asyncio.gather(*sending))

    async def sends_document(
        self,
        data: bytes,
        filename: str = "receipt.pdf",
        mime: str = "application/pdf",
        caption: str | None = None,
        *,
        size: int | None = None,
        chat: Group | None = None,
        reply_to: Seen | None = None,
    ) -> Seen:
        """`size` claims another size than the data has, to try the 20 MB limit."""
        document, file = media.document(self.telegram, data, filename, mime, size)
        content = {"document": document} | media.caption(caption)
        return await self.sends(content, chat=chat, reply_to=reply_to, files=[file])

    async def sends_contact(
        self, phone: str, first_name: str, user_id: int | None = None, *, chat: Group | None = None
    ) -> Seen:
        known = {"user_id": user_id} if user_id else {}
        return await self.sends({"contact": {"phone_number": phone, "first_name": first_name} | known}, chat=chat)

    async def shares_own_contact(self) -> Seen:
        return await self.sends_contact(self.phone, self.name, self.id)

    async def sends_sticker(self, emoji: str = "👍", *, chat: Group | None = None) -> Seen:
        return await self.sends({"sticker": media.sticker(self.telegram, emoji)}, chat=chat)

    async def sends_voice(self, data: bytes = b"OggS", *, chat: Group | None = None) -> Seen:
        voice, file = media.voice(self.telegram, data)
        return await self.sends({"voice": voice}, chat=chat, files=[file])

    async def sends_location(
        self, latitude: float = 43.24, longitude: float = 76.9, *, chat: Group | None = None
    ) -> Seen:
        return await self.sends({"location": {"latitude": latitude, "longitude": longitude}}, chat=chat)

    async def forwards(
        self,
        text: str = "",
        *,
        origin: Person | str | tuple[str, str],
        photo: bytes | None = None,
        chat: Group | None = None,
    ) -> Seen:
        """Forwards from a person, from one who hides the account (a name), or from a channel (title, username)."""
        date = self.telegram.timestamp() - 3600
        head = {"forward_origin": media.origin(origin, date)}
        if photo is None:
            found = markup.find_entities(text)
            return await self.sends(head | {"text": text} | ({"entities": found} if found else {}), chat=chat)
        sizes, files = media.photo(self.telegram, photo)
        return await self.sends(head | {"photo": sizes} | media.caption(text or None), chat=chat, files=files)

    async def edits(self, message: Seen, text: str) -> None:
        """Edits an own message."""
        if message.sender_id != self.id:
            raise Impossible("one edits only one's own messages")
        key = "text" if "text" in message.raw else "caption"
        found = markup.find_entities(text)
        message.raw |= {key: text, "edit_date": self.telegram.timestamp()}
        message.raw["entities" if key == "text" else "caption_entities"] = found
        self.telegram.touch(message, "edited")
        message.chat.acted = self.telegram.ticks
        if self._bot_hears(message):
            await self.telegram.emit("edited_message", message.as_json())

    def deletes(self, message: Seen) -> None:
        """Deletes a message for everybody; bots are not told."""
        message.deleted = True
        self.telegram.touch(message, "deleted")

    def deletes_chat(self) -> None:
        """Empties the private chat on one's own side; for the bot nothing changes."""
        for message in self.chat.messages.values():
            message.hidden = True
        self.telegram.changed(self.chat, "cleared")

    async def reacts(self, message: Seen, emoji: str) -> None:
        """Puts a reaction under a message; a bot hears of it in groups as administrator, where it asked for it."""
        if isinstance(message.chat, Group) and message.chat.bot_status != "administrator":
            return
        about = {"chat": message.raw["chat"], "message_id": message.id, "date": self.telegram.timestamp()}
        change = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": emoji}]}
        await self.telegram.emit("message_reaction", about | {"user": self.as_json()} | change)
