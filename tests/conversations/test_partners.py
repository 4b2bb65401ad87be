"""What partners get of a report, and what they never get."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Town
from tests.conversations.steps import CARD, reports
from tests.partners.receiver import SECRET, Receiver, receiving, registry


@pytest.fixture
async def partners(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """The first circle, connected."""
    monkeypatch.setenv("PARTNER_SECRET", SECRET)
    async with receiving() as receiver:
        file = tmp_path / "partners.toml"
        file.write_text(registry(receiver.url))
        await town.restarts(partners_file=file)
        yield receiver


PAN = CARD.replace(" ", "")
STORY = f"звонили с 8 701 123 45 67, сказали перевести на карту мошенника {CARD}"


async def test_each_partner_gets_what_it_can_act_on(town: Town, partners: Receiver) -> None:
    person = await town.citizen()
    await reports(person, STORY)
    assert "Также получат: Kaspi, Kcell, Regulator." in person.sees
    await town.passes(minutes=3)
    assert set(partners.came) == {"police", "kaspi", "kcell", "regulator"}
    print(partners.text("police"))
    print(partners.text("kaspi"))
