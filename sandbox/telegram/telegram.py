"""The stand-in Telegram: one state of chats, people, files and updates, behind both doors."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakSet

from . import spec
from .chats import Chat, Group
from .clock import utc_now
from .errors import ApiError, Broken, bad_request, forbidden
from .faults import Call, Fault
from .limits import Limits
from .methods import METHODS
from .people import Person
from .profile import Profile
from .queries import InlineQuery, Query
from .seen import Seen, StoredFile
from .updates import Updates

HISTORY = 50_000  # calls and updates kept for tests and measures; a sandbox may stand for weeks


class Telegram:
    """Everything Telegram knows. `limits = None`: no flood limits; `strict = False`: unknown parameters pass."""

    def __init__(
        self,
        *,
        token: str = "42:SANDBOX",  # noqa: S107 (invented: the stand-in has no secrets)
        bot_username: str = "saqbol_bot",
        bot_name: str = "SaqBol",
        clock: Callable[[], datetime] = utc_now,
        first: int = 1,
    ) -> None:
        """`first` begins the numbers of messages and updates: higher than any that a kept database remembers."""
        self.token = token
        self.bot_id = int(token.split(":")[0])
        self.bot_username = bot_username
        self.bot_name = bot_name
        self.clock = clock
        self.deliver: Callable[[dict[str, Any]], Awaitable[Any]] | None = None
        self.guard: Callable[[], str | None] | None = None
        self.limits: Limits | None = Limits()
        self.strict = True
        self.privacy_mode = True
        self.persons: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.migrated: dict[int, int] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.inline_queries: dict[str, InlineQuery] = {}
        self.profile = Profile()
        self.updates = Updates(self)
        self.calls: deque[Call] = deque(maxlen=HISTORY)
        self.sent: deque[dict[str, Any]] = deque(maxlen=HISTORY)  # every update made, for redelivery
        self.ticks = 0
        self._numbers = itertools.count(1)
        self._message_ids = itertools.count(first)
        self._update_ids = itertools.count(100_000 + first)
        self._faults: list[Fault] = []
        self._stirred = asyncio.Event()
        self._watchers: WeakSet[asyncio.Queue[dict[str, Any]]] = WeakSet()

    def number(self) -> int:
        return next(self._numbers)

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def timestamp(self) -> int:
        return int(self.clock().timestamp())

    def me(self) -> dict[str, Any]:
        return {"id": self.bot_id, "is_bot": True, "first_name": self.bot_name, "username": self.bot_username}

    # people and groups

    def person(self, name: str, *, language: str = "ru", id: int | None = None, username: str | None = None) -> Person:
        person = Person(self, id or 700_000_000 + self.number(), name, language, username)
        self.persons[person.id] = person
        return person

    def next_group_id(self, *, supergroup: bool) -> int:
        return -(1_000_000_000_000 + 1_500_000_000 + self.number()) if supergroup else -(4_000_000 + self.number())

    def group(
        self,
        title: str,
        *,
        members: Sequence[Person] = (),
        admins: Sequence[Person] = (),
        bot_admin: bool = True,
        topics: bool = False,
        supergroup: bool = True,
        id: int | None = None,
    ) -> Group:
        """A group with the bot in it. The first admin owns it."""
        id = id or self.next_group_id(supergroup=supergroup)
        group = Group(self, id, title, supergroup=supergroup, topics=topics)
        group.members = list(dict.fromkeys([*admins, *members]))
        group.admins = list(admins)
        group.bot_status = "administrator" if bot_admin else "member"
        self.groups[id] = group
        return group

    def migrate(self, group: Group, old_id: int) -> None:
        self.groups[group.id] = self.groups.pop(old_id)
        self.migrated[old_id] = group.id

    def find_chat(self, chat_id: Any) -> Chat:
        """The chat with this id, or ApiError 400."""
        if chat_id in self.migrated:
            text = "group chat was upgraded to a supergroup chat"
            raise bad_request(text, migrate_to_chat_id=self.migrated[chat_id])
        if chat_id in self.groups:
            return self.groups[chat_id]
        if chat_id in self.persons:
            return self.persons[chat_id].chat
        raise bad_request("chat not found")

    def open_chat(self, chat_id: Any) -> Chat:
        """The chat if the bot may speak there, or ApiError 400 or 403."""
        chat = self.find_chat(chat_id)
        if isinstance(chat, Group):
            if not chat.present:
                was = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
                raise forbidden(f"bot {was} the {chat.type} chat")
            return chat
        person = self.persons[chat.id]
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def charge(self, chat: Chat) -> None:
        if self.limits:
            self.limits.take(chat.id, self.clock())

    # messages

    def post(
        self,
        chat: Chat,
        sender: dict[str, Any],
        content: dict[str, Any],
        *,
        markup: dict[str, Any] | None = None,
        files: Sequence[StoredFile] = (),
        reply_to: Seen | None = None,
        thread: int | None = None,
        preview_off: bool = False,
    ) -> Seen:
        """A new message in the chat; `content` holds the Message fields that make it what it is."""
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        head = {"message_id": chat.next_message_id(), "from": sender, "chat": chat.as_json(), "date": self.timestamp()}
        by_bot = sender["id"] == self.bot_id
        message = Seen(head | topic | content, chat, by_bot, markup, list(files), reply_to, preview_off)
        chat.messages[message.id] = message
        self.touch(message, "message")
        return message

    def touch(self, message: Seen, what: str) -> None:
        """Something about the message changed before people's eyes."""
        self.ticks += 1
        message.touched = self.ticks
        self.changed(message.chat, what, message=message.id)

    def changed(self, chat: Chat, what: str, **more: Any) -> None:
        for watcher in self._watchers:
            watcher.put_nowait({"chat": chat.id, "what": what} | more)
        self.stir()

    def changes(self) -> AsyncGenerator[dict[str, Any], None]:
        """Events from now on: `{"chat": id, "what": …}`, where `what` is one of message, edited, deleted, cleared,
        action, reaction, pinned, popup (with person, text, alert) and inline; `message` is the message's id.
        """
        watcher: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._watchers.add(watcher)

        async def events() -> AsyncGenerator[dict[str, Any], None]:
            while True:
                yield await watcher.get()

        return events()

    def stir(self) -> None:
        """Something happened, seen by people or not: wakes `until`."""
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Waits for what a process at the HTTP door is about to do; TimeoutError if it does not.

        The condition is looked at after every call, update, confirmation and visible change.
        """
        async with asyncio.timeout(seconds):
            while not condition():
                await self._stirred.wait()

    def store_file(self, data: bytes, name: str, mime: str, folder: str, size: int | None = None) -> StoredFile:
        number = self.number()
        path = f"{folder}/file_{number}.{name.rsplit('.', 1)[-1]}"
        id = f"{folder[:2].upper()}ACAgIAAxkBAAI{number:08d}"
        file = StoredFile(id, f"AQAD{number:06d}", data, name, mime, path, len(data) if size is None else size)
        self.files[file.id] = file
        return file

    def file_at(self, address: str) -> StoredFile:
        """The file whose `file_path` the address ends with, or ApiError 404."""
        file = next((one for one in self.files.values() if address.endswith(one.path)), None)
        if file is None:
            raise ApiError(404, "Not Found")
        return file

    # updates

    async def emit(self, kind: str, payload: dict[str, Any]) -> None:
        """A new update for the bot, delivered or queued."""
        update = json.loads(json.dumps({"update_id": next(self._update_ids), kind: payload}))
        self.sent.append(update)
        if self.deliver is not None:
            await self.deliver(update)
        else:
            self.updates.add(update)

    async def redeliver(self, update: dict[str, Any] | None = None) -> None:
        """The update (the last one by default) comes again, as after a crash before it was confirmed."""
        again = json.loads(json.dumps(update or self.sent[-1]))
        if self.deliver is not None:
            await self.deliver(again)
        else:
            self.updates.add(again)

    # the Bot API

    def fail(
        self,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        error: str,
        times: int = 1,
        retry_after: int = 1,
        after: bool = False,
        description: str | None = None,
    ) -> None:
        """The next `times` fitting calls fail: "429", "403", "400", "502", "html", "silence" or "network"."""
        self._faults.append(Fault(error, method, chat_id, times, retry_after, after, description))

    def _fault(self, method: str, chat_id: Any) -> Fault | None:
        fault = next((one for one in self._faults if one.fits(method, chat_id)), None)
        if fault:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault

    async def call(self, method: str, params: dict[str, Any], files: dict[str, tuple[str, bytes]] | None = None) -> Any:
        """Answers one call with its `result`; raises ApiError, or Broken for an injected fault.

        `params` come as JSON values or their text; `files` are name and bytes by the key they are attached under.
        """
        call = Call(method, dict(params), self.clock())
        self.calls.append(call)
        try:
            return await self._call(call, files or {})
        except (ApiError, Broken) as error:
            call.error = str(error)
            raise
        finally:
            self.stir()

    async def _call(self, call: Call, files: dict[str, tuple[str, bytes]]) -> Any:
        name, params = spec.read(call.method, call.params, files, strict=self.strict)
        call.method, call.params = name, params
        fault = self._fault(name, params.get("chat_id"))
        if fault and not fault.after:
            fault.strike()
        if name not in METHODS:
            raise ApiError(404, f"Not Found: {name} is not supported by the stand-in")
        result = await METHODS[name](self, params, files)
        if fault:
            fault.strike()
        return result

    def is_old(self, message: Seen) -> bool:
        """Older than the 48 hours for which Telegram shows a message to the bot."""
        return self.clock() - message.date > timedelta(hours=48)

    async def close(self) -> None:
        """Ends the webhook's deliveries and lets waiting pollers go."""
        await self.updates.close()
