"""The stand-in against the published Bot API, which aiogram carries as generated classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import Response
from aiogram.types import Update
from pydantic import BaseModel

from sandbox.telegram import ApiError, Group, Person, Telegram, spec
from sandbox.telegram.media import PIXEL
from sandbox.telegram.methods import METHODS

Files = dict[str, tuple[str, bytes]]
FILES: Files = {"one": ("one.png", PIXEL), "two": ("two.png", PIXEL)}
BUTTON = {"inline_keyboard": [[{"text": "Take", "callback_data": "case:take", "style": "success"}]]}


class Stage:
    """A forum with a topic, a chat with a message of the bot, and a tap that waits."""

    def __init__(self, telegram: Telegram, citizen: Person, forum: Group) -> None:
        self.telegram, self.citizen, self.forum = telegram, citizen, forum

    async def sent(self, method: str = "sendMessage", chat: int | None = None, **params: Any) -> Any:
        params = {"text": "Hello"} | params if method == "sendMessage" else params
        return await self.telegram.call(method, {"chat_id": chat or self.citizen.id} | params, FILES)

    async def message(self) -> dict[str, Any]:
        return {"chat_id": self.citizen.id, "message_id": (await self.sent())["message_id"]}

    async def picture(self) -> dict[str, Any]:
        sent = await self.sent("sendPhoto", photo="attach://one")
        return {"chat_id": self.citizen.id, "message_id": sent["message_id"]}

    async def topic(self) -> dict[str, Any]:
        made = await self.telegram.call("createForumTopic", {"chat_id": self.forum.id, "name": "Queue"})
        return {"chat_id": self.forum.id, "message_thread_id": made["message_thread_id"]}

    async def example(self, method: str) -> dict[str, Any]:
        here = {"chat_id": self.citizen.id}
        forum = {"chat_id": self.forum.id}
        if method in PLAIN:
            return dict(PLAIN[method])
        if method in TO_PERSON:
            return here | TO_PERSON[method]
        if method in TO_GROUP:
            return forum | TO_GROUP[method]
        return await self._prepared(method)

    async def _prepared(self, method: str) -> dict[str, Any]:
        source = {"from_chat_id": self.citizen.id}
        if method in ("editMessageCaption", "editMessageMedia"):
            return await self.picture() | ({"media": MEDIA} if method == "editMessageMedia" else {"caption": "New"})
        if method in ON_MESSAGE:
            return await self.message() | ON_MESSAGE[method]
        if method in ("forwardMessage", "copyMessage"):
            return await self.message() | source
        if method == "deleteMessages":
            return {"chat_id": self.citizen.id, "message_ids": [(await self.message())["message_id"]]}
        if method == "unpinChatMessage":
            message = await self.message()
            await self.telegram.call("pinChatMessage", message)
            return message
        if method in ("closeForumTopic", "editForumTopic", "deleteForumTopic", "reopenForumTopic"):
            topic = await self.topic()
            if method == "reopenForumTopic":
                await self.telegram.call("closeForumTopic", topic)
            return topic | ({"name": "Taken"} if method == "editForumTopic" else {})
        return await self._waiting(method)

    async def _waiting(self, method: str) -> dict[str, Any]:
        if method == "answerCallbackQuery":
            await self.sent(reply_markup=BUTTON)
            await self.citizen.taps("Take")
            return {"callback_query_id": next(iter(self.telegram.queries)), "text": "Taken", "show_alert": True}
        if method == "answerInlineQuery":
            await self.citizen.types_inline("77011234567")
            return {"inline_query_id": next(iter(self.telegram.inline_queries)), "results": [ARTICLE]}
        if method == "getFile":
            return {"file_id": (await self.citizen.sends_photo(PIXEL)).raw["photo"][-1]["file_id"]}
        raise AssertionError(f"no example for {method}")


MEDIA = {"type": "photo", "media": "attach://two", "caption": "Two"}
ARTICLE = {
    "type": "article",
    "id": "1",
    "title": "A",
    "input_message_content": {"message_text": "<b>A</b>", "parse_mode": "HTML"},
}
BARE = (
    "getMe close logOut getUpdates deleteWebhook getWebhookInfo getMyCommands deleteMyCommands getMyName"
    " getMyDescription getMyShortDescription getChatMenuButton"
)
PLAIN: dict[str, dict[str, Any]] = {name: {} for name in BARE.split()} | {
    "setWebhook": {"url": "http://127.0.0.1:9/telegram", "secret_token": "s-1", "max_connections": 5},
    "setMyCommands": {"commands": [{"command": "start", "description": "Begin"}], "language_code": "kk"},
    "setMyName": {"name": "SaqBol"},
    "setMyDescription": {"description": "What it does", "language_code": "ru"},
    "setMyShortDescription": {"short_description": "What it does"},
    "setChatMenuButton": {"menu_button": {"type": "commands"}},
}
TO_PERSON: dict[str, dict[str, Any]] = {
    "sendMessage": {"text": "<b>Hi</b>", "parse_mode": "HTML", "reply_markup": BUTTON},
    "sendPhoto": {"photo": "attach://one", "caption": "Look"},
    "sendDocument": {"document": "attach://one"},
    "sendMediaGroup": {"media": [{"type": "photo", "media": f"attach://{key}"} for key in FILES]},
    "sendContact": {"phone_number": "+77010000001", "first_name": "A"},
    "sendLocation": {"latitude": 43.2, "longitude": 76.9},
    "sendChatAction": {"action": "typing"},
    "getChat": {},
}
TO_GROUP: dict[str, dict[str, Any]] = {
    "getChatMember": {"user_id": 42},
    "getChatAdministrators": {},
    "getChatMemberCount": {},
    "leaveChat": {},
    "createForumTopic": {"name": "Queue"},
}
ON_MESSAGE: dict[str, dict[str, Any]] = {
    "editMessageText": {"text": "New"},
    "editMessageReplyMarkup": {"reply_markup": BUTTON},
    "deleteMessage": {},
    "pinChatMessage": {},
    "setMessageReaction": {"reaction": [{"type": "emoji", "emoji": "👌"}]},
}
NAMES = sorted(METHODS)


@pytest.fixture
def stage(telegram: Telegram, citizen: Person, officer: Person) -> Stage:
    return Stage(telegram, citizen, telegram.group("Forum", admins=[officer], topics=True))


def unknown(value: Any, where: str = "") -> list[str]:
    """Fields that the published types do not have."""
    if isinstance(value, list):
        return [name for item in value for name in unknown(item, where)]
    if not isinstance(value, BaseModel):
        return []
    nested = [name for key in value.model_fields_set for name in unknown(getattr(value, key, None), f"{where}.{key}")]
    return [f"{where}.{key}" for key in value.model_extra or {}] + nested


@pytest.mark.parametrize("name", NAMES)
def test_method_is_published(name: str) -> None:
    published = spec.published(name)
    assert published is not None
    assert published.__api_method__ == name


@pytest.mark.parametrize("name", NAMES)
async def test_result_is_of_the_published_type(name: str, stage: Stage, bot: Bot) -> None:
    result = await stage.telegram.call(name, await stage.example(name), FILES)
    method = spec.published(name)
    assert method is not None
    answer = Response[method.__returning__].model_validate({"ok": True, "result": result})  # type: ignore[name-defined]
    assert unknown(answer) == []


@pytest.mark.parametrize("name", NAMES)
async def test_required_parameters_are_demanded(name: str, stage: Stage) -> None:
    method = spec.published(name)
    assert method is not None
    example = await stage.example(name)
    for field, about in method.model_fields.items():
        if about.is_required():
            with pytest.raises(ApiError) as refused:
                await stage.telegram.call(name, {key: value for key, value in example.items() if key != field})
            assert refused.value.code == 400


@pytest.mark.parametrize("name", NAMES)
async def test_unknown_parameters_are_noticed(name: str, stage: Stage) -> None:
    example = await stage.example(name)
    with pytest.raises(ApiError, match="colour"):
        await stage.telegram.call(name, example | {"colour": "red"}, FILES)
    stage.telegram.strict = False
    await stage.telegram.call(name, example | {"colour": "red"}, FILES)


async def test_unknown_fields_inside_parameters_are_noticed(telegram: Telegram, citizen: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "A", "callback_data": "a", "colour": "red"}]]}
    with pytest.raises(ApiError, match="colour"):
        await telegram.call("sendMessage", {"chat_id": citizen.id, "text": "A", "reply_markup": keyboard})


async def test_methods_and_their_absence(telegram: Telegram, citizen: Person) -> None:
    assert (await telegram.call("GETME", {}))["username"] == "saqbol_bot"
    with pytest.raises(ApiError, match="404 Not Found: method not found"):
        await telegram.call("sendTelegram", {})
    with pytest.raises(ApiError, match="404 Not Found: sendDice is not supported by the stand-in"):
        await telegram.call("sendDice", {"chat_id": citizen.id})


async def test_every_update_is_of_the_published_type(
    telegram: Telegram, citizen: Person, officer: Person, updates: list[dict[str, Any]]
) -> None:
    group = telegram.group("Plain", members=[citizen], admins=[officer], supergroup=False)
    await act(telegram, citizen, officer, group)
    assert len(updates) > 25
    kinds = "message edited_message callback_query inline_query my_chat_member chat_member message_reaction"
    assert {next(key for key in one if key != "update_id") for one in updates} == set(kinds.split())
    for update in updates:
        assert unknown(Update.model_validate(update), "update") == []
    assert [one["update_id"] for one in updates] == sorted({one["update_id"] for one in updates})


async def act(telegram: Telegram, citizen: Person, officer: Person, group: Group) -> None:
    """Everything a person can do."""
    said = await citizen.says("8 701 123 45 67, kaspi.kz, @someone")
    await citizen.edits(said, "8 701 123 45 68")
    await citizen.starts("check_77011234567")
    await citizen.sends_photo(PIXEL, "see www.example.com")
    await citizen.sends_album([PIXEL, PIXEL], "two")
    await citizen.sends_document(b"%PDF-", "receipt.pdf", "application/pdf", "paid")
    await citizen.sends_contact("+77011234567", "Bank", user_id=5)
    await citizen.shares_own_contact()
    await citizen.sends_sticker()
    await citizen.sends_voice()
    await citizen.sends_location()
    for origin in (officer, "Hidden Name", ("Channel", "channel")):
        await citizen.forwards("they call from 1414", origin=origin)
        await citizen.forwards("they call from 1414", origin=origin, photo=PIXEL)
    for chat in (citizen.id, group.id):
        await telegram.call("sendMessage", {"chat_id": chat, "text": "A", "reply_markup": BUTTON})
    await citizen.taps("Take")
    await officer.taps("Take", chat=group)
    await officer.says("because", chat=group, reply_to=group.last)
    await officer.reacts(group.last, "👍")
    citizen.deletes(citizen.last)
    await citizen.taps_data("case:take", message=next(iter(citizen.chat.messages.values())))
    await citizen.types_inline("77011234567")
    await citizen.blocks_bot()
    await citizen.unblocks_bot()
    await group.removes(citizen, officer)
    await group.adds(citizen, officer)
    await group.migrate()
    for status in ("member", "kicked", "administrator", "left"):
        await group.sets_bot(status, officer)


@pytest.mark.parametrize("spelling", [lambda v: v, lambda v: str(v).lower()], ids=["json", "form"])
async def test_values_come_as_json_or_as_text(
    telegram: Telegram, citizen: Person, spelling: Callable[[Any], Any]
) -> None:
    params = {"chat_id": spelling(citizen.id), "text": "1", "protect_content": spelling(True)}
    sent = await telegram.call("sendMessage", params)
    assert (sent["chat"]["id"], sent["text"], sent["has_protected_content"]) == (citizen.id, "1", True)
    with pytest.raises(ApiError, match="400 Bad Request: can't parse"):
        await telegram.call("sendMessage", params | {"disable_notification": "perhaps"})
    with pytest.raises(ApiError, match="can't parse reply_markup JSON object"):
        await telegram.call("sendMessage", params | {"reply_markup": "{'inline_keyboard': []}"})
