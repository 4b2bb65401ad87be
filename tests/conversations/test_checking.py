"""Drop anything: what was understood, what is known, one piece of advice, the buttons."""

import pytest

from tests.conftest import Town
from tests.conversations.steps import CARD, MASKED, NUMBER, OTHER, OTHER_SHOWN, SHOWN, reports

UNKNOWN = "Сообщений нет. Это не значит, что можно верить."


@pytest.mark.parametrize(
    ("dropped", "shown"),
    [
        (NUMBER, f"Телефон {SHOWN}"),
        (f"карта {CARD}", f"Карта {MASKED}"),
        ("KZ86 125K ZT50 0410 0100", "Счёт (IBAN) KZ86 125K ZT50 0410 0100"),
        ("https://olx-kz.pay-dostavka.top/order?id=7", "Ссылка olx-kz.pay-dostavka.top/order?id=7"),
        ("https://www.olx.kz/d/obyavlenie/prodam-IDr9sfK.html", "Объявление olx.kz"),
        ("@easy_money_kz", "Аккаунт @easy_money_kz"),
        ("help@kaspi-secure.top", "Эл. почта help@kaspi-secure.top"),
        ("TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "Криптокошелёк TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"),
    ],
)
async def test_any_identifier_is_answered_in_one_message(town: Town, dropped: str, shown: str) -> None:
    person = await town.citizen()
    await person.says(dropped)
    assert len(person.said) == 1
    assert shown in person.sees
    assert UNKNOWN in person.sees
    assert "👉" in person.sees
    assert person.buttons[:3] == ["Сообщить", "Следить", "Подробнее"]


async def test_nothing_that_is_shown_can_be_tapped_open(town: Town) -> None:
    person = await town.citizen()
    await person.says("https://olx-kz.pay-dostavka.top/order?id=7")
    assert person.last.links == []
    assert person.last.preview is None


async def test_several_in_one_message_get_one_answer(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"звонили {NUMBER}, потом {OTHER}, просили на карту {CARD}")
    assert len(person.said) == 1
    assert person.sees.count(UNKNOWN) == 3
    assert all(shown in person.sees for shown in (SHOWN, OTHER_SHOWN, MASKED))


async def test_a_contact_and_a_forward(town: Town) -> None:
    person = await town.citizen()
    await person.sends_contact("77011234567", "Банк")
    assert SHOWN in person.sees
    stranger = town.telegram.person("Менеджер", username="kaspi_manager")
    await person.forwards(f"Срочно перезвоните {OTHER}", origin=stranger)
    assert OTHER_SHOWN in person.sees
    assert "@kaspi_manager" in person.sees
    assert "Возможно, он вас предупреждает" in person.sees


async def test_where_a_forward_comes_from_is_not_accused_by_itself(town: Town) -> None:
    person = await town.citizen()
    await person.forwards(f"Срочно перезвоните {OTHER}", origin=("Новости", "news_kz"))
    await person.taps("Сообщить")
    assert f"☑️ {OTHER_SHOWN}" in person.buttons
    assert "⬜️ @news_kz" in person.buttons


async def test_a_hidden_address_behind_words_is_read(town: Town) -> None:
    person = await town.citizen()
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "https://kaspi-bonus.top/win"}
    await person.sends({"text": "Сюда!", "entities": [link]})
    assert "kaspi-bonus.top/win" in person.sees


async def test_a_real_line_is_called_real_and_forgeable(town: Town) -> None:
    person = await town.citizen()
    await person.says("звонили с 1414")
    assert "Это настоящий номер" in person.sees
    assert "наберите его сами" in person.sees


async def test_what_others_reported_is_told_without_names(town: Town) -> None:
    await reports(await town.citizen("Тимур"))
    await town.passes(days=1)
    await reports(await town.citizen("Гүлнар", "kk"))
    await town.passes(days=1)
    person = await town.citizen()
    await person.says(NUMBER)
    assert "Сообщили 2 человека, последний раз вчера." in person.sees
    assert "Чаще всего: Звонок «из банка»." in person.sees
    assert "Пока не подтверждено." in person.sees
    assert "Тимур" not in person.sees


async def test_three_people_mark_a_number_one_alone_cannot(town: Town) -> None:
    loud = await town.citizen("Громкий")
    for _ in range(4):
        await reports(loud)
    person = await town.citizen()
    await person.says(NUMBER)
    assert "Сообщил 1 человек" in person.sees
    told = ("обещали вернуть налог, просили код", "сказали, что на меня оформляют кредит в банке", "назвались полицией")
    for name, words in zip(("Тимур", "Гүлнар", "Сергей"), told, strict=True):
        await town.passes(days=1)
        await reports(await town.citizen(name), f"{words}, звонили с {NUMBER}")
    await person.says(NUMBER)
    assert "Отмечено по сообщениям нескольких человек" in person.sees


async def test_a_burst_of_bare_reports_neither_lists_nor_is_swallowed(town: Town) -> None:
    for place in range(6):
        await reports(await town.citizen(f"Новичок {place}"))
    person = await town.citizen()
    await person.says(NUMBER)
    assert "Сообщили 6 человек" in person.sees
    assert "Сегодня много новых сообщений. Они проверяются." in person.sees
    await town.passes(minutes=3)
    assert any("Много новых сообщений за сутки" in one.text for one in town.desk.history)
    await town.passes(days=2)
    await person.says(NUMBER)
    assert "Они проверяются" not in person.sees
    assert "Пока не подтверждено." in person.sees


async def test_more_shows_details_and_a_link_for_others(town: Town) -> None:
    await reports(await town.citizen("Тимур"))
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Подробнее")
    assert "Впервые сообщили: 23.11.2026." in person.sees
    assert "Диапазон номеров выделен: Kcell" in person.sees
    await person.taps("Скопировать ссылку")
    other = town.telegram.person("Марат")
    assert person.clipboard is not None
    await other.starts(person.clipboard.partition("start=")[2])
    assert SHOWN in other.sees
    await person.taps("Назад")
    assert person.buttons[0] == "Сообщить"


async def test_deep_links(town: Town) -> None:
    person = town.telegram.person("Марат")
    await person.starts("check_77011234567")
    assert SHOWN in person.sees
    assert person.buttons[0] == "Сообщить"
    await person.starts("report_77011234567")
    assert "Что это за обман?" in person.sees
    for wrong in ("check_AAAAAAAAAAAAAAAA", "check_1", "report_", "nothing", "check_" + "9" * 50):
        await person.starts(wrong)
        assert "Эта ссылка больше не действует" in person.sees


async def test_a_link_for_others_tells_nothing_of_its_maker(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"мой номер {OTHER}, мне звонил мошенник {NUMBER}")
    assert OTHER_SHOWN in person.sees
    await person.taps("Подробнее")
    await person.taps("Скопировать ссылку")
    other = town.telegram.person("Марат")
    await other.starts(str(person.clipboard).partition("start=")[2])
    assert SHOWN in other.sees
    assert OTHER_SHOWN not in other.sees


async def test_links_grow_old(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Подробнее")
    await person.taps("Скопировать ссылку")
    await town.passes(days=31)
    other = town.telegram.person("Марат")
    await other.starts(str(person.clipboard).partition("start=")[2])
    assert "Эта ссылка больше не действует" in other.sees


async def test_commands_ask_for_what_is_missing(town: Town) -> None:
    person = await town.citizen()
    await person.says("/check")
    assert "Что проверить?" in person.sees
    await person.says("не знаю")
    assert "Не вижу здесь номера" in person.sees
    await person.says(NUMBER)
    assert SHOWN in person.sees
    await person.says(f"/check {OTHER}")
    assert OTHER_SHOWN in person.sees


async def test_report_asks_and_goes_straight_to_the_schemes(town: Town) -> None:
    person = await town.citizen()
    await person.says("/report")
    assert "О чём хотите сообщить?" in person.sees
    await person.says(NUMBER)
    assert "Что это за обман?" in person.sees
    await person.says(OTHER)  # the question was answered: this is a check again
    assert UNKNOWN in person.sees
    await person.says(f"/report {NUMBER}")
    assert "Что это за обман?" in person.sees


async def test_a_card_without_a_direction_asks_whose_it_is(town: Town) -> None:
    person = await town.citizen()
    await person.says(CARD)
    assert "Непонятно, чьё это" in person.sees
    await person.taps("Сообщить")
    assert person.buttons[:2] == [f"{MASKED}: это их", f"{MASKED}: это моё"]
    assert await person.taps("Звонок «из банка»") == "Сначала отметьте, чьё это: их или ваше."
    await person.taps("это их")
    await person.taps("Звонок «из банка»")
    assert "Сохранено: SB-" in person.sees


async def test_ones_own_card_is_forgotten_on_the_spot(town: Town) -> None:
    person = await town.citizen()
    await person.says(CARD)
    await person.taps("Сообщить")
    await person.taps("это моё")
    assert MASKED not in person.sees
    assert await person.taps("Звонок «из банка»") == "Сначала отметьте, о чём сообщаете."


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"моя карта {CARD}, срок 12/27, cvv 917, звонил {NUMBER}", "917"),
        (f"пришёл код 482913 от банка, звонил {NUMBER}", "482913"),
    ],
)
async def test_secrets_are_redacted_and_their_message_goes(town: Town, text: str, secret: str) -> None:
    person = await town.citizen()
    said = await person.says(text)
    assert "Из вашего сообщения не сохранено" in person.sees
    assert "Никому это не отправляйте." in person.sees
    assert said.deleted
    assert secret not in person.sees
    assert SHOWN in person.sees


async def test_a_secret_alone_is_warned_about(town: Town) -> None:
    person = await town.citizen()
    said = await person.says("cvv 123")
    assert "не сохранено: CVV" in person.sees
    assert said.deleted


async def test_an_iin_is_no_identifier(town: Town) -> None:
    person = await town.citizen()
    await person.says("мой ИИН 900101300017")
    assert "900101300017" not in person.sees
    assert "Сообщить" not in person.buttons


async def test_an_edit_with_another_number_is_checked_again(town: Town) -> None:
    person = await town.citizen()
    said = await person.says("8 701 123 45 6")
    await person.edits(said, NUMBER)
    assert SHOWN in person.sees
    other = await person.says("привет")
    await person.edits(other, "привет!")
    assert "Правки я не вижу" in person.sees


async def test_a_check_is_forgotten_after_thirty_days(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await town.passes(days=31)
    assert "Прошло много времени" in str(await person.taps("Сообщить"))
    await town.world.app.housekeep()
    assert "уже нет" in str(await person.taps("Сообщить"))
