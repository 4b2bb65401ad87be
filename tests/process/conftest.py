"""The real process on a stand-in Telegram, by long polling and by webhook."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.telegram import Telegram
from tests.process.stage import Forge, Stage, served


@pytest.fixture(scope="session")
def forge() -> Iterator[Forge]:
    forge = Forge()
    yield forge
    forge.close()


@pytest.fixture
def webhook() -> bool:
    """Overridden by tests that run in both modes: `both_modes`."""
    return False


@pytest.fixture
async def stage(tmp_path: Path, forge: Forge, webhook: bool) -> AsyncIterator[Stage]:
    telegram = Telegram()
    telegram.limits = None
    async with served(telegram) as api:
        stage = Stage(tmp_path, telegram, api, forge, webhook=webhook)
        yield stage
        await stage.close()
