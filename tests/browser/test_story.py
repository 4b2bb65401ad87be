"""The whole story: a Kazakh speaker reports with one message and two taps, the desk confirms, she reads of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.main import opened
from tests.browser.conftest import watched
from tests.browser.stage import serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    async with opened(tmp_path) as app, serving(app) as port:
        async with watched(browser, viewport={"width": 1440, "height": 900}) as context:
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{port}")
            yield page


def newest(chat: Locator) -> Locator:
    return chat.locator(".message").last


async def tap(chat: Locator, name: str | re.Pattern[str]) -> None:
    await newest(chat).get_by_role("button", name=name, exact=isinstance(name, str)).first.click()


async def test_report_in_kazakh_desk_confirms_citizen_reads(page: Page) -> None:
    aigul, desk = page.locator("#chat-aigul"), page.locator("#chat-desk")
    await expect(desk.locator(".message").first).to_contain_text("C-1001")  # what neighbours told before

    await aigul.get_by_role("button", name="Банк атынан қоңырау").click()
    await expect(newest(aigul)).to_contain_text("+7 701 123-45-67")
    await expect(newest(aigul)).to_contain_text("2 адам")
    await tap(aigul, "Хабарлау")
    await expect(newest(aigul)).to_contain_text("/privacy")
    await tap(aigul, "Банк атынан қоңырау")
    await expect(newest(aigul)).to_contain_text(re.compile("SB-[2-9A-Z]{6}"))
    number = re.search("SB-[2-9A-Z]{6}", await newest(aigul).inner_text())
    assert number

    await page.get_by_role("button", name=re.compile(r"\+2")).click()
    card = desk.locator(".message").filter(has_text="Дело C-1001 ·").first  # her report joins the neighbours' case
    await expect(card).to_contain_text(number[0])
    await card.get_by_role("button", name="Взять в работу").click()
    await expect(card).to_contain_text("Ерлан")
    await card.get_by_role("button", name=re.compile("✅")).first.click()
    await card.get_by_role("button", name="собственная проверка").click()
    await expect(card).to_contain_text("🔴")

    await expect(newest(aigul)).to_contain_text("Полиция растады")
    await expect(newest(aigul)).to_contain_text(number[0])
