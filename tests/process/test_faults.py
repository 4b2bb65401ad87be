"""Telegram that answers with refusals, rubbish, or not at all."""

from sandbox.telegram import Person, Seen
from tests.process.stage import Stage, with_button

FAULTS = ("429", "502", "html", "network", "silence")


async def test_answers_come_later_and_once(stage: Stage) -> None:
    await stage.starts()
    people = {error: await stage.citizen(f"Citizen {error}") for error in FAULTS}
    blocking, lucky = await stage.citizen("Blocking"), await stage.citizen("Lucky")
    for error, person in people.items():
        stage.telegram.fail(method="sendMessage", chat_id=person.id, error=error, retry_after=1)
    stage.telegram.fail(method="sendMessage", chat_id=blocking.id, error="403")
    told = {error: await drop(person) for error, person in people.items()}
    unheard, heard = await drop(blocking), await drop(lucky)
    await stage.until(lambda: with_button(lucky, heard, "report:"), 5)
    await stage.until(lambda: all(with_button(people[error], told[error], "report:") for error in FAULTS))
    waiting = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND kind NOT IN ('optin', 'digest')"
    await stage.until(lambda: stage.rows(waiting) == [(0,)])
    assert {error: len(with_button(people[error], told[error], "report:")) for error in FAULTS} == dict.fromkeys(
        FAULTS, 1
    )
    assert not with_button(blocking, unheard, "report:")
    assert stage.rows("SELECT telegram_id FROM person WHERE unreachable_at IS NOT NULL") == [(blocking.id,)]
    await stage.drops(blocking, "8 701 123 45 67")
    assert stage.rows("SELECT telegram_id FROM person WHERE unreachable_at IS NOT NULL") == []


async def drop(person: Person) -> Seen:
    return await person.says("8 701 123 45 67")


async def test_polling_goes_on(stage: Stage) -> None:
    for error in ("html", "network"):
        stage.telegram.fail(method="getUpdates", error=error)
    await stage.starts()
    await stage.drops(await stage.citizen(), "8 701 123 45 67")


async def test_a_start_waits_for_telegram(stage: Stage) -> None:
    stage.telegram.fail(method="getMe", error="502")
    stage.telegram.fail(method="setMyCommands", error="502", times=2)
    await stage.starts()
    await stage.drops(await stage.citizen(), "8 701 123 45 67")
