"""Telegram does not always do what it is told: nothing is lost, nobody waits for ever."""

import pytest

from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, NUMBER, SHOWN, forwarded, number_in, reports

PASSING = ["429", "502", "html", "silence", "network"]


@pytest.mark.parametrize("error", PASSING)
async def test_an_answer_that_telegram_does_not_take_now_comes_later(town: Town, error: str) -> None:
    person = await town.citizen()
    town.telegram.fail(method="sendMessage", chat_id=person.id, error=error, retry_after=30)
    await person.says(NUMBER)
    assert SHOWN not in person.sees
    await town.passes(seconds=50)
    assert SHOWN in person.sees
    assert "Сообщить" in person.buttons


@pytest.mark.parametrize("error", PASSING)
async def test_a_report_is_safe_before_telegram_hears_of_it(town: Town, error: str) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Сообщить")
    town.telegram.fail(method="editMessageText", chat_id=person.id, error=error, times=2, retry_after=20)
    await person.taps(BANK_CALL)
    await town.passes(minutes=10)
    assert number_in(person.sees) in town.desk.sees


@pytest.mark.parametrize("error", PASSING)
async def test_a_card_is_delayed_and_not_lost(town: Town, error: str) -> None:
    person = await town.citizen()
    number = await reports(person)
    town.telegram.fail(chat_id=town.desk.id, error=error, times=4, retry_after=60)
    await town.passes(minutes=20)
    assert number in town.desk.sees
    assert len(town.desk.history) == 1


async def test_a_card_whose_answer_was_lost_may_come_twice_and_never_not(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    town.telegram.fail(method="sendMessage", chat_id=town.desk.id, error="silence", after=True)
    await town.passes(minutes=5)
    assert 1 <= len(town.desk.history) <= 2
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    assert "дело взято в работу" in town.desk.history[-1].text


async def test_one_person_out_of_reach_delays_nobody_else(town: Town) -> None:
    person, other = await town.citizen(), await town.citizen("Тимур")
    town.telegram.fail(chat_id=person.id, error="502", times=100)
    await person.says(NUMBER)
    await other.says(NUMBER)
    assert SHOWN in other.sees


async def test_somebody_who_blocked_the_bot_is_only_out_of_reach(town: Town) -> None:
    alarms = town.telegram.group("Админы", members=[town.officer])
    await town.restarts(admin_chat_id=alarms.id)
    person, number = await forwarded(town)
    await person.blocks_bot()
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.passes(hours=3)
    calls = len([call for call in town.telegram.calls if call.chat_id == person.id])
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.passes(hours=3)
    assert len([call for call in town.telegram.calls if call.chat_id == person.id]) == calls
    assert "подтверждено" in town.desk.sees
    assert alarms.history == []
    await person.unblocks_bot()
    await person.says("/my")
    assert number in person.buttons[0]
    await town.officer.taps("Закрыть", chat=town.desk)
    await town.officer.taps("приняты меры", chat=town.desk)
    await town.settle()
    assert "приняты меры" in person.sees


async def test_what_can_never_be_delivered_raises_an_alarm(town: Town) -> None:
    alarms = town.telegram.group("Админы", members=[town.officer])
    await town.restarts(admin_chat_id=alarms.id)
    person, number = await forwarded(town)
    town.telegram.fail(method="sendMessage", chat_id=person.id, error="400")
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    assert "failed for good" in alarms.sees
    assert number not in alarms.sees  # ids only
    assert str(person.id) not in alarms.sees


async def test_after_many_failures_it_is_given_up_with_an_alarm(town: Town) -> None:
    alarms = town.telegram.group("Админы", members=[town.officer])
    await town.restarts(admin_chat_id=alarms.id)
    person, _ = await forwarded(town)
    town.telegram.fail(method="sendMessage", chat_id=person.id, error="502", times=1000)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.passes(days=2)
    assert "failed for good" in alarms.sees


async def test_a_desk_group_that_threw_the_bot_out_gets_its_cards_when_it_is_back(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person)
    await town.desk.sets_bot("kicked", town.second)
    await town.passes(hours=2)
    await town.desk.sets_bot("administrator", town.second)
    await town.passes(minutes=6)
    assert number in town.desk.sees


async def test_a_defect_costs_one_apology_with_a_number(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Город")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr("core.reports.enrich", broken)
        await person.says("Алматы")
    assert "У нас произошла ошибка." in person.sees
    await person.says("Алматы")
    assert "Город: Алматы" in person.sees


async def test_a_tap_that_is_too_old_to_be_answered_still_counts(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Сообщить")
    town.telegram.fail(method="answerCallbackQuery", error="400",
                       description="query is too old and response timeout expired or query ID is invalid")  # fmt: skip
    await person.taps(BANK_CALL)
    assert number_in(person.sees)
