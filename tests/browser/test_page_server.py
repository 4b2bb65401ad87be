"""The page's server refuses what does not come from its own page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import pytest_asyncio

from sandbox.server import ahead
from tests.browser.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def http(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address) as session:
        yield session


def say(stage: Stage, **other: object) -> dict[str, object]:
    return {"column": "aigul", "person": stage.person("aigul").id, "text": "Сәлем"} | other


async def test_acts_for_the_person(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with http.post("/api/say", json=say(stage)) as response:
        assert response.status == 200
    assert [one.text for one in stage.person("aigul").history] == ["Сәлем"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 400),
    ],
)
async def test_refuses_other_sites(
    stage: Stage, http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    async with http.post("/api/say", json=say(stage), headers=headers) as response:
        assert response.status == status
    assert stage.person("aigul").history == []


async def test_refuses_reading_under_another_name(http: aiohttp.ClientSession) -> None:
    """A foreign name that was made to point here: the browser would let its page read the answer."""
    async with http.get("/api/state", headers={"Host": "evil.example"}) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"person": 1}, 404),
        ({"column": "nobody"}, 404),
        ({"text": ""}, 422),
        ({"text": "x", "reply_to": "1_1"}, 404),
        ({"surprise": 1}, 422),
        ({"text": "x" * 50_001}, 422),
        ({"text": " "}, 409),
    ],
)
async def test_refuses_wrong_input(
    stage: Stage, http: aiohttp.ClientSession, other: dict[str, object], status: int
) -> None:
    async with http.post("/api/say", json=say(stage, **other)) as response:
        assert response.status == status
        assert "x" * 20 not in await response.text()


async def test_a_person_acts_only_in_own_columns(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with http.post("/api/say", json=say(stage, column="desk")) as response:
        assert response.status == 404


async def test_limits_uploads(stage: Stage, http: aiohttp.ClientSession) -> None:
    def form(size: int) -> aiohttp.FormData:
        data = aiohttp.FormData({"column": "aigul", "person": str(stage.person("aigul").id)})
        data.add_field("files", b"%PDF" + b"0" * size, filename="a.pdf", content_type="application/pdf")
        return data

    mb = 1024 * 1024
    for size, status in ((10, 200), (20 * mb, 413), (50 * mb, 413)):
        async with http.post("/api/files", data=form(size)) as response:
            assert response.status == status, size
    assert [one.document.name for one in stage.person("aigul").history if one.document] == ["a.pdf"]


async def test_sent_pages_do_not_run(stage: Stage, http: aiohttp.ClientSession) -> None:
    """What people send is served from our own address: nothing of it may run there."""
    await stage.person("aigul").sends_document(b"<script>alert(1)</script>", "x.html", "text/html")
    await stage.person("aigul").sends_document(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", "image/svg+xml")
    for message in stage.person("aigul").history:
        assert message.file
        async with http.get(f"/files/{message.file.id}") as response:
            assert response.headers["Content-Type"] == "application/octet-stream"
            assert response.headers["Content-Disposition"] == "attachment"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    async with http.get("/") as response:
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]


async def test_how_far_the_clock_moves() -> None:
    evening = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)  # 19:00 in Almaty
    early = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)  # 1:30 there
    nine = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    assert ahead(evening, "minutes") == timedelta(minutes=2)
    assert ahead(evening, "day") == timedelta(days=1)
    assert ahead(evening, "morning") == timedelta(hours=14)
    assert ahead(early, "morning") == timedelta(hours=7, minutes=30)
    assert ahead(nine, "morning") == timedelta(days=1)
