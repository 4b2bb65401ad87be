"""SIGTERM: what is in flight is finished, confirmed, and the process ends in time."""

import asyncio

import pytest

from tests.process.stage import Stage, both_modes, with_button


@both_modes
async def test_a_stop_in_the_middle_of_work(stage: Stage) -> None:
    bot = await stage.starts()
    citizens = [await stage.citizen(f"Citizen {index}") for index in range(8)]
    dropped = [await person.says(f"+7701300{index:04}") for index, person in enumerate(citizens)]

    def answered() -> list[int]:
        return [len(with_button(person, told, "report:")) for person, told in zip(citizens, dropped, strict=True)]

    await stage.until(lambda: sum(answered()) >= 2)
    assert await bot.stopped() == 0
    await stage.starts()
    await stage.until(lambda: all(answered()) and not stage.telegram.updates.pending)
    assert answered() == [1] * len(citizens)


@pytest.mark.parametrize("after_start", [True, False], ids=["later", "from the start"])
async def test_a_stop_while_telegram_is_silent(stage: Stage, after_start: bool) -> None:
    if not after_start:
        stage.telegram.fail(error="silence", times=1000)
    bot = await stage.starts()
    if after_start:
        citizen = await stage.citizen()
        stage.telegram.fail(error="silence", times=1000)
        await citizen.says("8 701 123 45 67")
        calls = stage.telegram.calls
        await stage.until(lambda: calls[-1].method == "getUpdates" and calls[-1].error)
    else:
        await stage.until(lambda: stage.telegram.calls)
    assert await bot.stopped() == 0


async def test_what_a_stop_aborts_stays_due(stage: Stage) -> None:
    """A card that Telegram does not take when the process stops is there soon after the next start."""
    bot = await stage.starts()
    citizen = await stage.citizen()
    stage.telegram.fail(method="sendMessage", chat_id=stage.desk.id, error="silence")
    number, _ = await stage.reports(citizen, "8 701 123 45 67")
    tried = [stage.desk.id, "silence"]
    await stage.until(lambda: tried in [[call.chat_id, call.error] for call in stage.telegram.calls])
    stopping = asyncio.create_task(bot.stopped())
    assert await stopping == 0
    await stage.starts()
    await stage.until(lambda: stage.cards(number), 10)
    assert len(stage.cards(number)) == 1
