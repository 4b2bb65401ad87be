"""Forum topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..chats import Group, Topic
from ..errors import bad_request
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram


def forum(telegram: Telegram, params: Params) -> tuple[Group, dict[int, Topic]]:
    chat = telegram.open_chat(params["chat_id"])
    if not isinstance(chat, Group) or chat.topics is None:
        raise bad_request("the chat is not a forum")
    if not chat.bot_may("can_manage_topics"):
        raise bad_request("not enough rights to manage topics in the chat")
    return chat, chat.topics


def known(telegram: Telegram, params: Params) -> tuple[Group, Topic]:
    chat, topics = forum(telegram, params)
    if params["message_thread_id"] not in topics:
        raise bad_request("message thread not found")
    return chat, topics[params["message_thread_id"]]


@answers("createForumTopic")
async def create_forum_topic(telegram: Telegram, params: Params, files: Files) -> Any:
    chat, topics = forum(telegram, params)
    if not 1 <= len(params["name"]) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY")
    color = params.get("icon_color") or Topic.icon_color
    opened = {"name": params["name"], "icon_color": color}
    message = telegram.post(chat, telegram.me(), {"forum_topic_created": opened, "is_topic_message": True})
    message.raw["message_thread_id"] = message.id
    topics[message.id] = Topic(message.id, params["name"], color)
    return opened | {"message_thread_id": message.id}


@answers("editForumTopic")
async def edit_forum_topic(telegram: Telegram, params: Params, files: Files) -> Any:
    chat, topic = known(telegram, params)
    name = params.get("name") or topic.name
    if name == topic.name and not params.get("icon_custom_emoji_id"):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    telegram.post(chat, telegram.me(), {"forum_topic_edited": {"name": name}}, thread=topic.id)
    return True


@answers("closeForumTopic")
async def close_forum_topic(telegram: Telegram, params: Params, files: Files) -> Any:
    return _closed(telegram, params, True)


@answers("reopenForumTopic")
async def reopen_forum_topic(telegram: Telegram, params: Params, files: Files) -> Any:
    return _closed(telegram, params, False)


def _closed(telegram: Telegram, params: Params, closed: bool) -> bool:
    chat, topic = known(telegram, params)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    said = "forum_topic_closed" if closed else "forum_topic_reopened"
    telegram.post(chat, telegram.me(), {said: {}}, thread=topic.id)
    return True


@answers("deleteForumTopic")
async def delete_forum_topic(telegram: Telegram, params: Params, files: Files) -> Any:
    chat, topic = known(telegram, params)
    assert chat.topics is not None
    del chat.topics[topic.id]
    for message in chat.messages.values():
        if message.thread_id == topic.id:
            message.deleted = True
    telegram.changed(chat, "deleted")
    return True
