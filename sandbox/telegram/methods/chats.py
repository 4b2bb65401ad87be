"""Chats and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..chats import Group
from ..errors import bad_request
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

GIFTS = dict.fromkeys(
    "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels".split(), False
)


def group(telegram: Telegram, params: Params, otherwise: str) -> Group:
    chat = telegram.open_chat(params["chat_id"])
    if not isinstance(chat, Group):
        raise bad_request(otherwise)
    return chat


@answers("getChat")
async def get_chat(telegram: Telegram, params: Params, files: Files) -> Any:
    chat = telegram.find_chat(params["chat_id"])
    if isinstance(chat, Group):
        telegram.open_chat(chat.id)
    pinned = {"pinned_message": chat.pinned[-1].as_json()} if chat.pinned else {}
    return chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS} | pinned


@answers("getChatMember")
async def get_chat_member(telegram: Telegram, params: Params, files: Files) -> Any:
    chat, user = telegram.open_chat(params["chat_id"]), params["user_id"]
    if user != telegram.bot_id and user not in telegram.persons:
        raise bad_request("invalid user_id specified")
    if isinstance(chat, Group):
        return chat.bot_member() if user == telegram.bot_id else chat.member(telegram.persons[user])
    if user not in (telegram.bot_id, chat.id):
        raise bad_request("user not found")
    return {"status": "member", "user": telegram.me() if user == telegram.bot_id else telegram.persons[user].as_json()}


@answers("getChatAdministrators")
async def get_chat_administrators(telegram: Telegram, params: Params, files: Files) -> Any:
    """Bots are left out unless asked for, the asking one excepted."""
    chat = group(telegram, params, "there are no administrators in the private chat")
    bot = [chat.bot_member()] if chat.bot_status == "administrator" else []
    return [chat.member(person) for person in chat.admins] + bot


@answers("getChatMemberCount")
async def get_chat_member_count(telegram: Telegram, params: Params, files: Files) -> Any:
    chat = telegram.open_chat(params["chat_id"])
    return len(chat.members) + 1 if isinstance(chat, Group) else 2


@answers("leaveChat")
async def leave_chat(telegram: Telegram, params: Params, files: Files) -> Any:
    chat = group(telegram, params, "chat member status can't be changed in private chats")
    telegram.post(chat, telegram.me(), {"left_chat_member": telegram.me()})
    chat.bot_status = "left"
    return True
