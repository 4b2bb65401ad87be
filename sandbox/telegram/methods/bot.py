"""The bot itself: who it is, its commands, texts and menu button."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..errors import bad_request
from ..profile import scope_key
from .registry import Files, Params, answers

if TYPE_CHECKING:
    from ..telegram import Telegram

LANGUAGE = re.compile(r"(?:[a-z]{2})?")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


@answers("getMe")
async def get_me(telegram: Telegram, params: Params, files: Files) -> Any:
    return telegram.me() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not telegram.privacy_mode,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@answers("logOut", "close")
async def log_out(telegram: Telegram, params: Params, files: Files) -> Any:
    return True


def language(params: Params) -> str:
    code = params.get("language_code") or ""
    if not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return str(code)


def scope(telegram: Telegram, params: Params) -> tuple[str, int | None, int | None]:
    about = params.get("scope") or {"type": "default"}
    if about.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    for field in SCOPES[about["type"]]:
        if about.get(field) is None:
            raise bad_request(f"can't parse BotCommandScope: {field} is empty")
    if about.get("chat_id") is not None:
        telegram.find_chat(about["chat_id"])
    return scope_key(about)


@answers("setMyCommands")
async def set_my_commands(telegram: Telegram, params: Params, files: Files) -> Any:
    commands = params["commands"]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        one["command"] = one["command"].removeprefix("/")
        if not COMMAND.fullmatch(one["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(one["description"].strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    telegram.profile.commands[scope(telegram, params), language(params)] = commands
    return True


@answers("getMyCommands")
async def get_my_commands(telegram: Telegram, params: Params, files: Files) -> Any:
    return telegram.profile.commands.get((scope(telegram, params), language(params)), [])


@answers("deleteMyCommands")
async def delete_my_commands(telegram: Telegram, params: Params, files: Files) -> Any:
    telegram.profile.commands.pop((scope(telegram, params), language(params)), None)
    return True


def _set_text(texts: dict[str, str], params: Params, field: str, most: int, error: str) -> bool:
    text = params.get(field) or ""
    if len(text) > most:
        raise bad_request(error)
    texts[language(params)] = text
    return True


@answers("setMyDescription")
async def set_my_description(telegram: Telegram, params: Params, files: Files) -> Any:
    return _set_text(telegram.profile.description, params, "description", 512, "BOT_DESCRIPTION_TOO_LONG")


@answers("setMyShortDescription")
async def set_my_short_description(telegram: Telegram, params: Params, files: Files) -> Any:
    texts = telegram.profile.short_description
    return _set_text(texts, params, "short_description", 120, "BOT_SHORT_DESCRIPTION_TOO_LONG")


@answers("setMyName")
async def set_my_name(telegram: Telegram, params: Params, files: Files) -> Any:
    return _set_text(telegram.profile.name, params, "name", 64, "BOT_TITLE_INVALID")


@answers("getMyDescription")
async def get_my_description(telegram: Telegram, params: Params, files: Files) -> Any:
    return {"description": telegram.profile.shown(telegram.profile.description, language(params))}


@answers("getMyShortDescription")
async def get_my_short_description(telegram: Telegram, params: Params, files: Files) -> Any:
    return {"short_description": telegram.profile.shown(telegram.profile.short_description, language(params))}


@answers("getMyName")
async def get_my_name(telegram: Telegram, params: Params, files: Files) -> Any:
    return {"name": telegram.profile.shown(telegram.profile.name, language(params)) or telegram.bot_name}


@answers("setChatMenuButton")
async def set_chat_menu_button(telegram: Telegram, params: Params, files: Files) -> Any:
    telegram.profile.menu_buttons[params.get("chat_id")] = params.get("menu_button") or {"type": "default"}
    return True


@answers("getChatMenuButton")
async def get_chat_menu_button(telegram: Telegram, params: Params, files: Files) -> Any:
    buttons = telegram.profile.menu_buttons
    return buttons.get(params.get("chat_id")) or buttons.get(None) or {"type": "commands"}
