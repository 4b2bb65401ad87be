"""A person with Telegram: what one can do in it, and what one sees there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from .chats import Chat, Group, PrivateChat
from .errors import Impossible
from .queries import InlineQuery, Query
from .seen import Button, Seen
from .writing import Writes

if TYPE_CHECKING:
    from .telegram import Telegram


class Person(Writes):
    """One human with a private chat with the bot, who may also act in groups (`chat=group`)."""

    def __init__(self, telegram: Telegram, id: int, name: str, language: str, username: str | None) -> None:
        self.telegram = telegram
        self.id = id
        self.name = name
        self.language = language
        self.username = username
        self.phone = f"7700{id % 10_000_000:07d}"  # Telegram gives it without a plus
        self.started = False
        self.blocked = False
        self.deactivated = False
        self.clipboard: str | None = None
        self.opened: str | None = None  # the last address opened by a button
        self.popups: list[str] = []
        self.chat = PrivateChat(self)

    def __repr__(self) -> str:
        return f"<Person {self.id} {self.name}>"

    def as_json(self) -> dict[str, Any]:
        name = {"username": self.username} if self.username else {}
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language} | name

    @property
    def sees(self) -> str:
        return self.chat.sees

    @property
    def said(self) -> list[Seen]:
        """The messages that `sees` is made of."""
        return self.chat.said

    @property
    def buttons(self) -> list[str]:
        return self.chat.buttons

    @property
    def history(self) -> list[Seen]:
        return self.chat.history

    @property
    def last(self) -> Seen:
        return self.chat.last

    @property
    def commands(self) -> list[dict[str, Any]]:
        return self.telegram.profile.commands_for(self)

    # tapping

    async def taps(
        self, label: str, *, message: Seen | None = None, chat: Group | None = None, times: int = 1
    ) -> str | None:
        """Presses the newest button whose text contains the label; returns the pop-up or toast it brought.

        `times=2` is the nervous double tap: both are under way before the first is answered.
        """
        where: Chat = chat or self.chat
        found = where.find_button(label, message)
        if found is None:
            shown = message.labels if message else where.buttons
            raise Impossible(f"no button {label!r}; there are: {', '.join(map(repr, shown)) or 'none'}")
        message, button = found
        if button.data is not None:
            return await self.taps_data(button.data, message=message, times=times)
        if message.inline:
            await self._taps_inline(button)
        else:
            await self._taps_reply(button, chat)
        return None

    async def taps_data(
        self, data: str, *, message: Seen | None = None, chat: Group | None = None, times: int = 1
    ) -> str | None:
        """A tap with any callback data, as a changed client may send it; returns the (first) pop-up.

        Without `message` it comes from the bot's newest message in the chat.
        """
        message = message or (chat or self.chat).last
        where = message.chat
        if isinstance(where, Group) and self not in where.members:
            raise Impossible(f"{self.name} is not in {where.title}")
        where.acted = self.telegram.ticks
        gone = message.deleted or self.telegram.is_old(message)
        inaccessible = {"chat": message.raw["chat"], "message_id": message.id, "date": 0}
        about = {"message": inaccessible if gone else message.as_json(), "chat_instance": str(where.id), "data": data}
        queries = [self._query(where) for _ in range(times)]
        updates = [{"id": query.id, "from": self.as_json()} | about for query in queries]
        await asyncio.gather(*[self.telegram.emit("callback_query", update) for update in updates])
        return next((query.text for query in queries if query.text), None)

    def _query(self, where: Chat) -> Query:
        query = Query(f"{self.id}{self.telegram.number():09d}", self, where, self.telegram.clock())
        self.telegram.queries[query.id] = query
        return query

    async def _taps_inline(self, button: Button) -> None:
        if button.copy_text is not None:
            self.clipboard = button.copy_text
        elif button.url is not None:
            await self._opens(button.url)
        elif button.kind == "switch_inline_query_current_chat":
            await self.types_inline(button.value)

    async def _opens(self, url: str) -> None:
        self.opened = url
        parts = urlsplit(url)
        if parts.netloc == "t.me" and parts.path.strip("/").lower() == self.telegram.bot_username.lower():
            await self.starts(parse_qs(parts.query).get("start", [None])[0])

    async def _taps_reply(self, button: Button, chat: Group | None) -> None:
        if button.kind == "request_contact":
            await self.shares_own_contact()
        elif button.kind == "request_location":
            await self.sends_location()
        else:
            await self.says(button.label, chat=chat)

    async def types_inline(self, query: str, *, offset: str = "") -> list[dict[str, Any]]:
        """Types `@bot query` in some chat; returns the results the bot offers."""
        asked = InlineQuery(str(self.telegram.number()), self, query, self.telegram.clock())
        self.telegram.inline_queries[asked.id] = asked
        about = {"id": asked.id, "from": self.as_json(), "query": query, "offset": offset, "chat_type": "private"}
        await self.telegram.emit("inline_query", about)
        return asked.results

    # the bot's standing

    async def blocks_bot(self) -> None:
        self.blocked = True
        await self._bot_changed("member", "kicked")

    async def unblocks_bot(self) -> None:
        if self.blocked:
            self.blocked = False
            await self._bot_changed("kicked", "member")

    async def _bot_changed(self, old: str, new: str) -> None:
        bot = self.telegram.me()
        states = [{"status": one, "user": bot} | ({"until_date": 0} if one == "kicked" else {}) for one in (old, new)]
        change = {"chat": self.chat.as_json(), "from": self.as_json(), "date": self.telegram.timestamp()}
        await self.telegram.emit(
            "my_chat_member", change | {"old_chat_member": states[0], "new_chat_member": states[1]}
        )
