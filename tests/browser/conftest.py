"""The sandbox page in a real browser, on the stand-in Telegram."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, async_playwright

from tests.browser.stage import Stage, serving

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest_asyncio.fixture(loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.telegram.close()


@pytest_asyncio.fixture(loop_scope="module")
async def address(stage: Stage) -> AsyncIterator[str]:
    async with serving(stage.app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser, address: str) -> AsyncIterator[BrowserContext]:
    """A laptop. Every page in it must run without errors and ask nothing of other machines."""
    async with watched(browser, viewport={"width": 1440, "height": 900}) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, address: str) -> AsyncIterator[BrowserContext]:
    async with watched(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        yield context


@asynccontextmanager
async def watched(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(locale="ru", permissions=["clipboard-read", "clipboard-write"], **options)
    context.set_default_timeout(5000)
    wrong: list[str] = []

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            wrong.append(f"asked for {request.url}")

    def got(response: Response) -> None:
        if response.status >= 400 and response.request.method == "GET":
            wrong.append(f"{response.status} for {response.url}")

    def logged(message: ConsoleMessage) -> None:
        refused_action = message.text.startswith("Failed to load resource")  # of reading, `got` tells more
        if message.type == "error" and not refused_action:
            wrong.append(message.text)

    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", logged)
    context.on("request", asked)
    context.on("response", got)
    yield context
    await context.close()
    assert wrong == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, address: str) -> Page:
    return await opened(context, address)


@pytest_asyncio.fixture(loop_scope="module")
async def phone_page(phone: BrowserContext, address: str) -> Page:
    return await opened(phone, address)


async def opened(context: BrowserContext, address: str) -> Page:
    page = await context.new_page()
    await page.goto(address)
    await page.locator("#chat-aigul").wait_for()
    return page
