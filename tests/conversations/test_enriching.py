"""What is added to a saved report: each can be given, changed, removed or skipped."""

import pytest

from sandbox.telegram import Person
from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, OTHER_SHOWN, reports


async def own_report(person: Person) -> str:
    """What the report says now, as its owner reads it."""
    await person.says("/my")
    await person.taps("SB-")
    return person.sees


async def test_money_by_what_from_which_bank_and_when(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Деньги ушли")
    assert "Сколько денег ушло?" in person.sees
    await person.says("1,5 млн")
    assert "Сохранено: 1 500 000 ₸." in person.sees.replace("\xa0", " ")
    await person.taps("На карту")
    assert "Из какого банка?" in person.sees
    await person.taps("Kaspi")
    assert "Когда ушли деньги?" in person.sees
    await person.taps("В последний час")
    assert "Ушло денег: 1 500 000 ₸" in person.sees.replace("\xa0", " ")
    assert "Позвоните сейчас: Kaspi, 9999" in person.sees  # the road begins by itself
    told = await own_report(person)
    assert "1 500 000 ₸" in told.replace("\xa0", " ")
    assert "Kaspi" in told
    assert told.count("вы добавили сумму") == 1


async def test_another_currency(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Деньги ушли")
    await person.says("300")
    await person.taps("$")
    assert "Сохранено: 300 $." in person.sees
    await person.taps("Пропустить")
    await person.taps("Пропустить")
    await person.taps("Пропустить")
    assert "Ушло денег: 300 $" in await own_report(person)


async def test_cash_came_from_no_bank(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Деньги ушли")
    await person.says("50000")
    await person.taps("Наличными")
    assert "Когда ушли деньги?" in person.sees
    await person.taps("Раньше")
    assert person.buttons == ["Назад"]
    await person.says("завтра")
    assert "Не понимаю время." in person.sees
    await person.says("20.11 18:40")
    assert "20.11.2026 18:40" in await own_report(person)


@pytest.mark.parametrize("wrong", ["много", "-", "100 или 200", "0", "9" * 30])
async def test_a_sum_that_is_none_is_asked_for_again(town: Town, wrong: str) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Деньги ушли")
    await person.says(wrong)
    assert "Не понимаю сумму." in person.sees
    await person.says("70 000 тг")
    assert "Сохранено: 70 000 ₸." in person.sees.replace("\xa0", " ")


async def test_the_sum_is_changed_and_removed(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    for amount in ("1000", "2000"):
        await person.taps("Деньги ушли")
        await person.says(amount)
        assert f"Сохранено: {amount[0]} 000 ₸" in person.sees.replace("\xa0", " ")
        await person.taps("Назад")
    await person.taps("Деньги ушли")
    await person.taps("Удалить")
    assert "Ушло денег" not in await own_report(person)


async def test_the_story_is_given_changed_and_removed(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    for story in ("Представились банком", "Сказали, что мой счёт взломан"):
        await person.taps("Что случилось")
        await person.says(story)
    assert "Что случилось: Сказали, что мой счёт взломан" in person.sees
    await person.taps("Что случилось")
    await person.taps("Удалить")
    assert "Что случилось:" not in await own_report(person)


async def test_secrets_in_a_story_are_not_kept(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Что случилось")
    said = await person.says("Я назвала код 482913 из смс, моя карта 4400 4312 3456 7894, cvv 321")
    assert said.deleted
    assert "Из вашего сообщения не сохранено" in person.sees
    told = await own_report(person)
    assert not [secret for secret in ("482913", "321", "3456") if secret in told]


async def test_the_longest_message_is_a_whole_story(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Что случилось")
    await person.says("а" * 4096)
    assert f"Что случилось: {'а' * 500}…" in person.sees


async def test_when_and_where(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Когда")
    await person.says("25.11.2026")
    assert "Это время ещё не наступило." in person.sees
    await person.says("вчера 18:40")
    assert "Когда: 22.11.2026 18:40" in person.sees
    await person.taps("Когда")
    await person.taps("Вчера")
    assert "Когда: 22.11.2026\n" in person.sees
    await person.taps("Когда")
    await person.taps("Удалить")
    await person.taps("Город")
    await person.says("Я")
    assert "Слишком коротко." in person.sees
    await person.says("х" * 70)
    assert "Слишком длинно." in person.sees
    await person.taps("Шымкент")
    told = await own_report(person)
    assert "Город: Шымкент" in told
    assert "Когда:" not in told
    await person.taps("Город")
    await person.taps("Удалить")
    assert "Город:" not in await own_report(person)


async def test_a_contact_by_name(town: Town) -> None:
    person = await town.citizen("Айгүл", username="aigul_k")
    await reports(person)
    await person.taps("Со мной можно связаться")
    await person.taps("@aigul_k")
    assert "Полиция может связаться с вами: @aigul_k" in person.sees
    await town.passes(minutes=3)
    assert "Контакт, с согласия: @aigul_k" in town.desk.sees
    await person.taps("Со мной можно связаться")
    await person.taps("Удалить")
    await town.settle()
    assert "@aigul_k" not in town.desk.sees


async def test_a_contact_by_phone(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Со мной можно связаться")
    assert person.buttons[0] == "Да, по телефону"
    await person.taps("Да, по телефону")
    assert person.chat.keyboard is not None
    await person.sends_contact("77017778899", "Сосед", 5)
    assert "Это не ваш номер." in person.sees
    await person.taps("Поделиться номером")
    assert f"Полиция может связаться с вами: +{person.phone}" in person.sees
    assert person.chat.keyboard is None


async def test_not_now_is_taken_for_an_answer(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Со мной можно связаться")
    await person.taps("Да, по телефону")
    await person.taps("Не сейчас")
    assert "Хорошо, без контакта." in person.sees
    assert person.chat.keyboard is None
    assert "может связаться" not in await own_report(person)


@pytest.mark.parametrize("question", ["Деньги ушли", "Что случилось", "Скриншот", "Когда", "Город", "Со мной"])
async def test_an_identifier_dropped_meanwhile_is_a_new_check(town: Town, question: str) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps(question)
    if question == "Со мной":
        await person.taps("Да, по телефону")
    await person.says(OTHER)
    assert f"Телефон {OTHER_SHOWN}" in person.sees
    assert "Сообщить" in person.buttons


async def test_the_question_is_still_open_after_a_dropped_identifier(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Что случилось")
    await person.says(OTHER)
    await person.says("Сказали, что из банка")
    assert "Что случилось: Сказали, что из банка" in person.sees


async def test_a_number_told_within_a_story_stays_in_it(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Что случилось")
    await person.says(f"Сначала звонили с {OTHER}, потом представились следователем и требовали денег")
    assert "Что случилось: Сначала звонили" in person.sees


async def test_a_voice_is_no_answer_and_keeps_the_question(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Что случилось")
    await person.sends_voice()
    assert "Слушать и смотреть видео пока не умею" in person.sees
    await person.says("Сказали, что из банка")
    assert "Что случилось: Сказали" in person.sees


async def test_back_closes_the_question(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Что случилось")
    await person.taps("Назад")
    await person.says("привет")
    assert "Не вижу здесь номера" in person.sees


async def test_additions_reach_the_card(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await town.passes(minutes=3)
    await person.taps("Город")
    await person.taps("Астана")
    await town.settle()
    assert "Город: Астана" in town.desk.sees
    assert len(town.desk.history) == 1


async def test_a_restart_in_the_middle_loses_nothing(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    await person.says(NUMBER)
    await town.restarts()
    await person.taps("Хабарлау")
    await town.restarts()
    await person.taps("Банк атынан қоңырау")
    await person.taps("Не болғанын жазу")
    await town.restarts()
    await person.says("Банктенбіз деп қоңырау шалды")
    assert "Не болғаны: Банктенбіз деп қоңырау шалды" in person.sees
    await town.restarts()
    await town.passes(minutes=3)
    assert "Банктенбіз деп қоңырау шалды" in town.desk.sees
    assert "хабарламаңыз полицияға жетті." in person.sees
