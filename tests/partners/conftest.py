"""The town with partners that call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Town
from tests.partners.calling import Api, calling


@pytest.fixture
async def api(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    async with calling(town, tmp_path, monkeypatch) as api:
        yield api
