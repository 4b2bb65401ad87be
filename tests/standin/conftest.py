"""A stand-in with a clock that moves only when told, and a bot at its in-process door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties

from sandbox.telegram import Clock, Group, Person, StandInSession, Telegram


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def updates() -> list[dict[str, Any]]:
    """What the bot was given."""
    return []


@pytest.fixture
async def telegram(clock: Clock, updates: list[dict[str, Any]]) -> AsyncIterator[Telegram]:
    telegram = Telegram(clock=clock)

    async def deliver(update: dict[str, Any]) -> None:
        updates.append(update)

    telegram.deliver = deliver
    yield telegram
    await telegram.close()


@pytest.fixture
def bot(telegram: Telegram) -> Bot:
    return Bot(telegram.token, session=StandInSession(telegram), default=DefaultBotProperties(parse_mode="HTML"))


@pytest.fixture
async def citizen(telegram: Telegram) -> Person:
    person = telegram.person("Айгүл", language="kk")
    await person.starts()
    return person


@pytest.fixture
def officer(telegram: Telegram) -> Person:
    return telegram.person("Ерлан", username="erlan")


@pytest.fixture
def desk(telegram: Telegram, officer: Person) -> Group:
    return telegram.group("Desk", admins=[officer])
