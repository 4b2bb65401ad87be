"""The HTTP side of the process."""

import re

import aiohttp
import pytest

from sandbox.telegram.webhook import SECRET_HEADER
from tests.process.stage import Stage, both_modes


@both_modes
async def test_health_readiness_and_metrics(stage: Stage) -> None:
    await stage.starts()
    await stage.citizen()
    assert (await stage.get("/healthz"))[0] == 200
    assert await stage.get("/readyz") == (200, '{"database":true,"worker":true,"telegram":true}')
    status, text = await stage.get("/metrics")
    assert status == 200
    for name in (
        "outbox_pending", "outbox_dead", "outbox_oldest_due_seconds", "cases_waiting", "cases_running_loss",
        r"reports\{status=\"received\"\}",
    ):  # fmt: skip
        assert re.search(rf"^saqbol_{name} \d", text, re.M), name


@pytest.mark.parametrize("webhook", [True])
async def test_only_telegram_may_post_updates(stage: Stage) -> None:
    await stage.starts()
    citizen = await stage.citizen()
    hook = stage.telegram.updates.webhook
    assert hook is not None and hook.secret
    before = len(citizen.history)
    update = stage.telegram.sent[-1] | {"update_id": 1}
    async with aiohttp.ClientSession() as client:
        for headers in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: "x" * len(hook.secret)}, {SECRET_HEADER: "сақ"}):
            async with client.post(hook.url, json=update, headers=headers) as answer:
                assert answer.status == 401
        for rubbish in ("{", "[]", "{}", '{"update_id": "1"}'):
            async with client.post(hook.url, data=rubbish, headers={SECRET_HEADER: hook.secret}) as answer:
                assert answer.status == 400
    assert len(citizen.history) == before
    assert stage.rows("SELECT count(*) FROM handled_update WHERE update_id = 1") == [(0,)]


async def test_a_taken_port_is_told_in_one_line(stage: Stage) -> None:
    await stage.starts()
    await stage.citizen()
    second = await stage.starts(database_url=f"sqlite+aiosqlite:///{stage.folder}/other.db")
    assert await second.ends(10) == 1
    assert str(stage.port) in stage.log.splitlines()[-1] and "Traceback" not in stage.log


async def test_a_wrong_token_is_told_in_one_line(stage: Stage) -> None:
    for token in ("42:WRONG", "nonsense"):
        bot = await stage.starts(bot_token=token)
        assert await bot.ends(10) == 1
        assert "SAQBOL_BOT_TOKEN" in stage.log.splitlines()[-1]
    assert "Traceback" not in stage.log


async def test_a_setting_that_cannot_be_read_is_told_in_one_line(stage: Stage) -> None:
    bot = await stage.starts(desk_chat_id="the police")
    assert await bot.ends(10) == 1
    assert stage.log.startswith("settings: SAQBOL_DESK_CHAT_ID") and len(stage.log.splitlines()) == 1
