"""One message and two taps."""

import pytest

from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, MASKED, NUMBER, OTHER, OTHER_SHOWN, SHOWN, number_in, reports


async def test_one_message_and_two_taps(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.says(NUMBER)
    await person.taps("Сообщить")
    assert "Сообщение уйдёт в полицию. Ваше имя не передаётся. /privacy" in person.sees
    assert BANK_CALL in person.buttons
    await person.taps(BANK_CALL)
    assert number_in(person.sees)
    assert "Через 2 минуты сообщение уйдёт в полицию." in person.sees
    assert "Это не заявление в полицию." in person.sees
    assert "102" in person.sees
    assert {"Деньги ушли", "Что случилось", "Когда", "Город", "Отозвать сообщение"} <= set(person.buttons)
    assert len(person.history) == 4  # /start and its answer, the number and its answer


async def test_the_same_in_kazakh(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    await reports(person)
    assert "Бұл – полицияға берілген арыз емес." in person.sees


async def test_the_likely_scheme_is_first_and_the_rest_behind_more(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"{NUMBER} представился службой безопасности банка, просил код из смс")
    await person.taps("Сообщить")
    first = person.buttons
    assert len(first) <= 9
    assert first[0] in (BANK_CALL, "Просят код из SMS")
    await person.taps("Другие виды")
    rest = person.buttons
    assert not set(first[:-2]) & set(rest)
    assert len(first[:-2]) + len(rest[:-1]) == 22
    await person.taps("Назад")
    assert person.buttons == first
    await person.taps("Назад")
    assert person.buttons[0] == "Сообщить"


async def test_a_double_tap_saves_once(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Сообщить", times=2)
    await person.taps(BANK_CALL, times=2)
    number = number_in(person.sees)
    await person.says("/my")
    assert "У вас 1 сообщение." in person.sees
    assert number in person.buttons[0]


@pytest.mark.parametrize("back", [1, 2, 3])
async def test_a_redelivered_update_only_answers_again(town: Town, back: int) -> None:
    person = await town.citizen()
    await reports(person)
    seen = person.last.text
    for update in list(town.telegram.sent)[-back:]:  # as after a crash: all that was not confirmed, in order
        await town.telegram.redeliver(update)
    await person.says("/my")
    assert "У вас 1 сообщение." in person.sees
    await town.passes(minutes=3)
    assert len([one for one in town.desk.history if "Дело" in one.text]) == 1
    assert any(one.text == seen for one in person.history)


async def test_an_answer_that_comes_again_changes_nothing_that_is_newer(town: Town) -> None:
    """A webhook keeps no order: what was not confirmed may come behind what the person did since."""
    person = await town.citizen()
    await reports(person)
    tap = town.telegram.sent[-1]
    await person.taps("Деньги ушли")
    assert "Сколько денег ушло?" in person.last.text
    await town.telegram.redeliver(tap)
    assert "Сколько денег ушло?" in person.last.text


async def test_an_answer_that_was_delayed_changes_nothing_that_is_newer(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    town.telegram.fail(method="editMessageText", chat_id=person.id, error="429", retry_after=30)
    await person.taps("Подробнее")
    await person.taps("Сообщить")
    assert BANK_CALL in person.buttons
    await town.passes(seconds=50)
    assert BANK_CALL in person.buttons


async def test_a_redelivered_answer_never_lands_in_the_next_question(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Город")
    await person.says("Талдыкорган")
    answer = town.telegram.sent[-1]
    await person.taps("Что случилось")
    await town.telegram.redeliver(answer)
    await person.says("/my")
    await person.taps("SB-")
    assert "Город: Талдыкорган" in person.sees
    assert "Что случилось: Талдыкорган" not in person.sees


async def test_toggles_say_who_is_accused(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"звонили с {NUMBER} и с {OTHER}")
    await person.taps("Сообщить")
    assert person.buttons[:2] == [f"☑️ {SHOWN}", f"☑️ {OTHER_SHOWN}"]
    await person.taps(SHOWN)
    assert person.buttons[0] == f"⬜️ {SHOWN}"
    await person.taps(OTHER_SHOWN)
    assert await person.taps(BANK_CALL) == "Сначала отметьте, о чём сообщаете."
    await person.taps(OTHER_SHOWN)
    await person.taps(BANK_CALL)
    await town.passes(minutes=3)
    assert OTHER_SHOWN in town.desk.sees
    assert f"Телефон {SHOWN}" not in town.desk.sees


async def test_what_is_ones_own_or_official_starts_off(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"мой номер {OTHER}, звонили с {NUMBER}, сказали что с 1414")
    await person.taps("Сообщить")
    assert f"⬜️ {OTHER_SHOWN}" in person.buttons
    assert "⬜️ 1414" in person.buttons
    assert f"☑️ {SHOWN}" in person.buttons


async def test_the_same_again_joins_the_first_report(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person)
    await town.passes(minutes=5)
    await person.says(f"опять звонят с {NUMBER} и с {OTHER}")
    await person.taps("Сообщить")
    await person.taps(BANK_CALL, times=2)
    assert "Вы уже сообщали об этом. Новое добавлено к сообщению" in person.sees
    assert number_in(person.sees) == number
    await town.settle()
    assert OTHER_SHOWN in town.desk.sees
    assert len([one for one in town.desk.history if "Дело" in one.text]) == 1
    await town.passes(days=31)
    assert await reports(person) != number


async def test_a_stated_loss_ends_the_wait(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await town.settle()
    assert town.desk.sees == ""
    await person.taps("Деньги ушли")
    await person.says("250 тыс")
    assert "позвоните в свой банк" in person.sees
    await town.settle()
    assert "Ушло денег: 250 000 ₸" in town.desk.sees.replace("\xa0", " ")


async def test_the_message_itself_may_be_the_story(town: Town) -> None:
    person = await town.citizen()
    await reports(person, f"Звонили с {NUMBER}, представились службой безопасности банка")
    await town.passes(minutes=3)
    assert "представились службой безопасности банка" in town.desk.sees


async def test_a_card_reaches_the_desk_masked(town: Town) -> None:
    person = await town.citizen()
    await reports(person, "Просили перевести на карту 4400 4312 3456 7894")
    await town.passes(minutes=3)
    assert MASKED in town.desk.sees
    assert "3456" not in town.desk.sees


@pytest.mark.parametrize("count", [1, 4])
async def test_a_report_on_a_real_line_is_kept_as_a_forged_call(town: Town, count: int) -> None:
    for place in range(count):
        person = await town.citizen(f"Свидетель {place}")
        await reports(person, "9999")
        assert "Вам показали настоящий номер, но звонили не с него." in person.sees
        await town.passes(days=1)
    other = await town.citizen("Прохожий")
    await other.says("9999")
    assert "🔵" in other.sees
    assert "Отмечено" not in other.sees
    assert "полиция" in town.desk.sees.lower() or "C-100" in town.desk.sees
