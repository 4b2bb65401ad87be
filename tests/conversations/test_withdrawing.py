"""Taking a report back."""

from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, NUMBER, forwarded, reports


async def test_within_the_grace_period_nothing_is_forwarded(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person)
    await person.taps("Отозвать сообщение")
    await person.taps("Нет, оставить")
    assert number in person.sees
    await person.taps("Отозвать сообщение")
    await person.taps("Да, отозвать")
    assert f"Сообщение {number} отозвано. Никому ничего не отправлено." in person.sees
    assert person.last.labels == []
    await town.passes(hours=1)
    assert town.desk.history == []
    other = await town.citizen("Тимур")
    await other.says(NUMBER)
    assert "Сообщений нет." in other.sees


async def test_later_the_desk_is_told(town: Town) -> None:
    person, _ = await forwarded(town)
    await person.taps("Отозвать сообщение")
    await person.taps("Да, отозвать", times=2)
    assert "Полиция об этом знает." in person.sees
    await town.settle()
    assert "сообщение отозвано" in town.desk.sees
    assert town.desk.buttons == []
    await person.says("/my")
    assert "отозвано" in person.buttons[0]


async def test_once_taken_it_is_too_late(town: Town) -> None:
    person, _ = await forwarded(town)
    await person.taps("Отозвать сообщение")
    await town.officer.taps("Взять в работу", chat=town.desk)
    assert "Сообщение уже взято в работу" in str(await person.taps("Да, отозвать"))
    await town.settle()
    assert "в работе" in town.desk.sees


async def test_a_withdrawn_report_takes_nothing_more(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Город")
    await person.taps_data("withdraw:1:1")
    await person.says("Алматы")
    assert "Это сообщение уже нельзя изменить." in person.sees
    await person.says("Алматы")  # the question was closed with it
    assert "Не вижу здесь номера" in person.sees
    assert "нельзя изменить" in str(await person.taps_data(f"scheme:1:{'BANK_CALL'}"))
    assert BANK_CALL not in person.buttons


async def test_reported_again_after_taking_back_is_a_new_report(town: Town) -> None:
    person = await town.citizen()
    first = await reports(person)
    await person.taps("Отозвать сообщение")
    await person.taps("Да, отозвать")
    assert await reports(person) != first
