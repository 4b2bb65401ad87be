"""Chats: what stands in them, who is in them, and how the Bot API describes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .seen import Button, Seen

if TYPE_CHECKING:
    from .people import Person
    from .telegram import Telegram

RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members"
    " can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
    " can_send_welcome_messages can_pin_messages can_manage_topics"
).split()


class Chat:
    """A conversation. `messages` are those the bot can address by id, `archive` those left behind by a migration."""

    type = "private"

    def __init__(self, telegram: Telegram, id: int) -> None:
        self.telegram = telegram
        self.id = id
        self.messages: dict[int, Seen] = {}
        self.archive: list[Seen] = []
        self.actions: list[str] = []
        self.pinned: list[Seen] = []
        self.acted = 0
        self.counter = 0

    def as_json(self) -> dict[str, Any]:
        raise NotImplementedError

    def next_message_id(self) -> int:
        """Private chats and plain groups count together, as on the bot's own account."""
        return self.telegram.next_message_id()

    def __iter__(self) -> Iterator[Seen]:
        return iter(self.history)

    @property
    def history(self) -> list[Seen]:
        """Everything that stands in the chat now, oldest first."""
        return [message for message in [*self.archive, *self.messages.values()] if message.visible]

    @property
    def said(self) -> list[Seen]:
        """The bot's messages that came or were edited since a person last acted here."""
        return [message for message in self.history if message.by_bot and message.touched > self.acted]

    @property
    def sees(self) -> str:
        return "\n\n".join(message.text for message in self.said)

    @property
    def last(self) -> Seen:
        """The bot's newest message."""
        return next(message for message in reversed(self.history) if message.by_bot)

    @property
    def with_buttons(self) -> Seen | None:
        """The bot's newest message that has an inline keyboard."""
        return next((one for one in reversed(self.history) if one.by_bot and one.inline), None)

    @property
    def keyboard(self) -> Seen | None:
        """The message whose reply keyboard stands below the chat now."""
        for message in reversed(self.history):
            shown = message.markup or {}
            if "remove_keyboard" in shown:
                return None
            if "keyboard" in shown:
                return message
        return None

    @property
    def buttons(self) -> list[str]:
        """Labels of the newest inline keyboard, or of the reply keyboard where there is none."""
        message = self.with_buttons or self.keyboard
        return message.labels if message else []

    def find_button(self, label: str, message: Seen | None = None) -> tuple[Seen, Button] | None:
        """The newest button whose text contains the label, an equal text first; disabled ones can't be pressed."""
        shown = {id(self.keyboard)}
        for one in [message] if message else reversed(self.history):
            buttons = [b for row in one.buttons for b in row] if one.inline or message or id(one) in shown else []
            fitting = [b for b in buttons if label.casefold() in b.label.casefold() and not b.disabled]
            if fitting:
                return one, next((b for b in fitting if b.label == label), fitting[0])
        return None


class PrivateChat(Chat):
    """The chat of one person with the bot; its id is the person's."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.telegram, person.id)
        self.person = person

    def as_json(self) -> dict[str, Any]:
        name = {"username": self.person.username} if self.person.username else {}
        return {"id": self.id, "type": "private", "first_name": self.person.name} | name


@dataclass
class Topic:
    """A forum topic; its id is the message that opened it."""

    id: int
    name: str
    icon_color: int = 0x6FB9F0
    closed: bool = False


class Group(Chat):
    """A group or supergroup. `bot_status` is "administrator", "member", "left" or "kicked"."""

    def __init__(self, telegram: Telegram, id: int, title: str, *, supergroup: bool, topics: bool) -> None:
        super().__init__(telegram, id)
        self.title = title
        self.supergroup = supergroup
        self.members: list[Person] = []
        self.admins: list[Person] = []
        self.topics: dict[int, Topic] | None = {} if topics else None
        self.bot_status = "member"
        self.bot_rights: dict[str, bool] = dict.fromkeys(RIGHTS, True)

    @property
    def type(self) -> str:  # type: ignore[override]
        return "supergroup" if self.supergroup else "group"

    @property
    def present(self) -> bool:
        return self.bot_status in ("administrator", "member")

    def as_json(self) -> dict[str, Any]:
        forum = {"is_forum": True} if self.topics is not None else {}
        return {"id": self.id, "type": self.type, "title": self.title} | forum

    def next_message_id(self) -> int:
        """A supergroup counts its own messages."""
        if not self.supergroup:
            return super().next_message_id()
        self.counter += 1
        return self.counter

    def bot_may(self, right: str) -> bool:
        return self.bot_status == "administrator" and self.bot_rights.get(right, False)

    def bot_member(self) -> dict[str, Any]:
        return _member(self.telegram.me(), self.bot_status, self.bot_rights)

    def member(self, person: Person) -> dict[str, Any]:
        status = "left"
        if person in self.admins:
            status = "creator" if person is self.admins[0] else "administrator"
        elif person in self.members:
            status = "member"
        return _member(person.as_json(), status, dict.fromkeys(RIGHTS, True))

    async def says_service(self, by: dict[str, Any], **content: Any) -> Seen:
        """A service message ("X joined"), which bots see in any mode."""
        message = self.telegram.post(self, by, content)
        await self.telegram.emit("message", message.as_json())
        return message

    async def adds(self, person: Person, by: Person | None = None, *, admin: bool = False) -> None:
        old = self.member(person)
        self.members.append(person)
        if admin:
            self.admins.append(person)
        actor = (by or person).as_json()
        await self.says_service(actor, new_chat_members=[person.as_json()])
        await self._member_changed(actor, old, self.member(person))

    async def removes(self, person: Person, by: Person | None = None) -> None:
        old = self.member(person)
        self.members.remove(person)
        if person in self.admins:
            self.admins.remove(person)
        actor = (by or person).as_json()
        await self.says_service(actor, left_chat_member=person.as_json())
        await self._member_changed(actor, old, self.member(person))

    async def _member_changed(self, actor: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> None:
        if self.bot_status == "administrator":
            await self.telegram.emit("chat_member", self._changed(actor, old, new))

    def _changed(self, actor: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        date = self.telegram.timestamp()
        return {"chat": self.as_json(), "from": actor, "date": date, "old_chat_member": old, "new_chat_member": new}

    async def sets_bot(self, status: str, by: Person, **rights: bool) -> None:
        """The bot is added ("member"), promoted ("administrator"), demoted, or thrown out ("kicked", "left")."""
        old, was_present = self.bot_member(), self.present
        self.bot_status = status
        self.bot_rights |= rights
        bot = self.telegram.me()
        if self.present and not was_present:
            await self.says_service(by.as_json(), new_chat_members=[bot])
        elif was_present and not self.present:
            self.telegram.post(self, by.as_json(), {"left_chat_member": bot})  # the bot is gone: it gets no message
        await self.telegram.emit("my_chat_member", self._changed(by.as_json(), old, self.bot_member()))

    async def migrate(self) -> int:
        """The group becomes a supergroup with a new id, which this object carries from now on; returns it.

        Old messages stay to be seen, but the bot can no longer address them.
        """
        assert not self.supergroup, "only a plain group turns into a supergroup"
        by = (self.admins or self.members)[0].as_json() if self.admins or self.members else self.telegram.me()
        new_id = self.telegram.next_group_id(supergroup=True)
        service = self.telegram.post(self, by, {"migrate_to_chat_id": new_id})
        old_id, self.id, self.supergroup = self.id, new_id, True
        self.archive, self.messages = self.history, {}
        self.telegram.migrate(self, old_id)
        await self.telegram.emit("message", service.as_json())
        await self.says_service(by, migrate_from_chat_id=old_id)
        return new_id


def _member(user: dict[str, Any], status: str, rights: dict[str, bool]) -> dict[str, Any]:
    """A ChatMember object."""
    member: dict[str, Any] = {"status": status, "user": user}
    if status == "creator":
        member |= {"is_anonymous": False}
    if status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False} | rights
    if status == "kicked":
        member |= {"until_date": 0}
    return member
