"""The bot's own card: commands by scope and language, descriptions, names, menu buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chats import Group
    from .people import Person

Command = dict[str, Any]


def scope_key(scope: dict[str, Any] | None) -> tuple[str, int | None, int | None]:
    scope = scope or {}
    return scope.get("type", "default"), scope.get("chat_id"), scope.get("user_id")


@dataclass
class Profile:
    """Texts are kept by language, "" for everybody else's."""

    commands: dict[tuple[tuple[str, int | None, int | None], str], list[Command]] = field(default_factory=dict)
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    name: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)

    def shown(self, texts: dict[str, str], language: str) -> str:
        return texts.get(language) or texts.get("", "")

    def commands_for(self, person: Person, group: Group | None = None) -> list[Command]:
        """The menu this person sees: https://core.telegram.org/bots/api#determining-list-of-commands"""
        if group is None:
            scopes: list[tuple[str, int | None, int | None]] = [
                ("chat", person.id, None),
                ("all_private_chats", None, None),
            ]
        else:
            admin = person in group.admins
            scopes = [
                ("chat_member", group.id, person.id),
                *([("chat_administrators", group.id, None)] if admin else []),
                ("chat", group.id, None),
                *([("all_chat_administrators", None, None)] if admin else []),
                ("all_group_chats", None, None),
            ]
        for scope in [*scopes, ("default", None, None)]:
            for language in (person.language, ""):
                if (scope, language) in self.commands:
                    return self.commands[scope, language]
        return []
