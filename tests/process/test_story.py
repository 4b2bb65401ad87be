"""From the citizen's message to the outcome the citizen reads, through a real process."""

import os
import signal

from tests.process.stage import Stage, answers, both_modes, data


@both_modes
async def test_a_report_in_kazakh_and_its_outcome_with_a_crash_in_between(stage: Stage) -> None:
    async with stage.cold() as process:
        citizen = await stage.citizen("Айгүл", language="kk")
        number, shown = await stage.reports(citizen, "8 701 123 45 67")
        assert f"Сақталды: {number}" in shown.text
        await stage.until(lambda: stage.rows("SELECT 1 FROM desk_case WHERE card_message_id IS NOT NULL"))
        os.kill(process.pid, signal.SIGKILL)
    taken = await stage.officer.says("Беру", chat=stage.desk)  # something said there, to see what comes below it
    await stage.starts()
    card = stage.cards(number)[0]
    assert "+7 701 123-45-67" in card.text
    await stage.presses(stage.officer, card, "case:take:")
    await stage.until(lambda: "Ерлан" in card.text)
    await stage.presses(stage.officer, card, "case:confirm:")
    await stage.until(lambda: data(card, "case:confirm:", "own_check"))
    await stage.presses(stage.officer, card, "case:confirm:", "own_check")
    outcome = f"{number} хабарламаңыз туралы жаңалық. Полиция растады: "
    await stage.until(lambda: outcome in citizen.last.text)
    assert "+7 701 123-45-67" in citizen.last.text
    assert stage.cards(number) == [card], "edited, not posted again"
    assert not answers(stage.desk, taken)
    assert sum(outcome in one.text for one in citizen.history) == 1


@both_modes
async def test_a_question_survives_a_restart(stage: Stage) -> None:
    bot = await stage.starts()
    citizen = await stage.citizen()
    number, shown = await stage.reports(citizen, "8 701 123 45 67")
    await stage.asks_for_amount(citizen, shown)
    assert await bot.stopped() == 0
    message = await citizen.says("250 000")
    await stage.starts()
    await stage.until(lambda: answers(citizen, message))
    assert "250\xa0000 ₸" in answers(citizen, message)[0].text
    assert stage.rows("SELECT number, loss_minor FROM report") == [(number, 25_000_000)]
