"""Updates that come again, and updates that nobody can read."""

from tests.process.stage import Stage, both_modes, data, with_button


@both_modes
async def test_an_unreadable_update_is_set_aside(stage: Stage) -> None:
    await stage.starts()
    citizen = await stage.citizen()
    stage.telegram.updates.allowed = []
    await stage.telegram.emit("telepathy", {"thought": "of a newer Bot API"})
    await stage.telegram.emit("message", {"message_id": 1, "chat": "of another shape"})
    await stage.drops(citizen, "8 701 123 45 67")
    await stage.until(lambda: not stage.telegram.updates.pending)
    assert stage.rows("SELECT count(*) FROM set_aside") == [(2,)]
    assert stage.rows("SELECT count(*) FROM outbox WHERE kind = 'alarm'") == [(2,)]
    assert "telepathy" not in stage.log


async def test_an_update_that_comes_again_is_only_answered_again(stage: Stage) -> None:
    bot = await stage.starts()
    citizen = await stage.citizen()
    _, shown = await stage.reports(citizen, "8 701 123 45 67")
    scheme = stage.telegram.sent[-1]
    answer = await stage.states_loss(citizen, shown, "250 000")
    amount = stage.telegram.sent[-1]
    await stage.presses(citizen, answer, "fill:", "skip")
    await stage.until(lambda: data(answer, "fill:", "965") or not data(answer, "fill:", "cash"))
    await stage.presses(citizen, shown, "enrich:", "done")
    await stage.until(lambda: data(shown, "enrich:", "story"))
    await stage.presses(citizen, shown, "enrich:", "story")
    await stage.until(lambda: not data(shown, "enrich:", "story"))
    await bot.killed()
    await stage.telegram.redeliver(scheme)
    await stage.telegram.redeliver(amount)
    await stage.starts()
    question = citizen.history[-1]
    await stage.until(lambda: with_button(citizen, question, "fill:"))
    assert stage.rows("SELECT loss_minor, story FROM report") == [(25_000_000, None)]
    await citizen.says("Сказали, что из банка, и просили код")
    await stage.until(lambda: stage.rows("SELECT story FROM report") == [("Сказали, что из банка, и просили код",)])
