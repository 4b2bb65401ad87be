"""The police desk in its group."""

import pytest

from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, NUMBER, OTHER, OTHER_SHOWN, SHOWN, forwarded, number_in, reports

BOTH = f"служба безопасности банка звонила с {NUMBER} и с {OTHER}"


async def test_a_card_comes_after_the_grace_period(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    number = await reports(person, f"Қоңырау шалды {NUMBER}, банктің қауіпсіздік қызметіменмін деді")
    await town.passes(minutes=1)
    assert town.desk.history == []
    await town.passes(minutes=2)
    card = town.desk.sees
    assert "Дело C-1001 · ждёт" in card
    assert number in card
    assert f"Телефон {SHOWN}" in card
    assert "Сообщил 1 человек" in card
    assert "Звонок" in card  # the desk reads Russian
    assert "банктің қауіпсіздік қызметіменмін" in card
    assert "Айгүл" not in card
    assert str(person.id) not in card
    assert town.desk.buttons == [
        "Взять в работу", "Закрыть", f"✅ {SHOWN}", f"❌ {SHOWN}", "Подробнее",
    ]  # fmt: skip


async def test_take_confirm_close_told_once_in_order_in_the_reporters_language(town: Town) -> None:
    person, number = await forwarded(town, language="kk")
    await town.officer.taps("Взять в работу", chat=town.desk, times=2)
    await town.settle()
    assert "Дело C-1001 · в работе" in town.desk.sees
    assert "10:03 Ерлан · дело взято в работу" in town.desk.sees
    await town.second.taps("✅", chat=town.desk)
    assert "собственная проверка" in town.desk.buttons
    await town.second.taps("заявление пострадавшего", chat=town.desk)
    await town.settle()
    assert f"10:03 Сауле · подтверждено: Телефон {SHOWN} (заявление пострадавшего)" in town.desk.sees
    assert "Полиция подтвердила это 23.11.2026." in town.desk.sees
    await town.officer.taps("Закрыть", chat=town.desk)
    await town.officer.taps("нужно заявление в полицию", chat=town.desk)
    await town.settle()
    assert "Дело C-1001 · закрыто: нужно заявление в полицию" in town.desk.sees
    assert town.desk.buttons == ["Отменить последний шаг"]
    told = [one.text for one in person.history if one.by_bot][-4:]
    assert all(number in text for text in told)
    assert "полицияға жетті" in told[0]
    assert "полиция қызметкері айналысып жатыр" in told[1]
    assert "Полиция растады" in told[2]
    assert "жұмысын аяқтады" in told[3]
    assert "eOtinish" in told[3]
    assert len(town.desk.history) == 1


async def test_the_next_citizen_reads_what_the_police_confirmed(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    person = await town.citizen("Тимур")
    await person.says(NUMBER)
    assert "Полиция подтвердила это 23.11.2026." in person.sees


async def test_rejected_with_a_typed_reason(town: Town) -> None:
    person, _ = await forwarded(town)
    await town.officer.taps("❌", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    question = town.desk.last
    assert f"почему не подтверждаете: Телефон {SHOWN}?" in question.text
    assert question.force_reply
    said = await town.officer.says("ошиблись <b>одной</b> цифрой", chat=town.desk, reply_to=question)
    assert said.reactions == ["👍"]
    await town.settle()
    assert f"Ерлан · не подтверждено: Телефон {SHOWN} (ошиблись <b>одной</b> цифрой)" in town.desk.sees
    assert "Не подтвердилось" in person.sees
    assert "ошиблись" not in person.sees
    other = await town.citizen("Тимур")
    await other.says(NUMBER)
    assert "Сообщений нет." in other.sees
    await person.says("/my")
    assert "не подтвердилось" in person.buttons[0]


async def test_a_typed_reason_answers_the_question_it_replies_to(town: Town) -> None:
    await forwarded(town, text=BOTH)
    await town.officer.taps(f"✅ {SHOWN}", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    first = town.desk.last
    await town.officer.taps("Назад", chat=town.desk)
    await town.officer.taps(f"❌ {OTHER_SHOWN}", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    second = town.desk.last
    await town.officer.says("проверили сами", chat=town.desk, reply_to=first)
    assert "Ответьте, пожалуйста, на последний." in town.desk.sees
    await town.officer.says("ошибка", chat=town.desk, reply_to=second)
    await town.settle()
    assert "✅ подтверждено" not in town.desk.sees
    assert f"не подтверждено: Телефон {OTHER_SHOWN} (ошибка)" in town.desk.history[0].text


async def test_only_the_officer_who_was_asked_answers(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    question = town.desk.last
    await town.second.says("потому что", chat=town.desk, reply_to=question)
    await town.officer.says("д", chat=town.desk, reply_to=question)
    assert "Слишком коротко" in town.desk.sees
    await town.officer.says("д" * 400, chat=town.desk, reply_to=question)
    assert "Слишком длинно" in town.desk.sees
    await town.officer.says("проверили сами", chat=town.desk, reply_to=question)
    await town.settle()
    assert "Ерлан · подтверждено" in town.desk.history[0].text
    assert "потому что" not in town.desk.history[0].text


async def test_return_and_another_officer(town: Town) -> None:
    await forwarded(town)
    take = "case:take:1:0:"
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    assert await town.second.taps_data(take, chat=town.desk) == "Это дело взял другой сотрудник."
    assert await town.second.taps("Вернуть", chat=town.desk) == "Сначала возьмите это дело в работу."
    await town.officer.taps("Вернуть", chat=town.desk)
    await town.settle()
    assert "Ерлан · дело возвращено" in town.desk.sees
    await town.second.taps("Взять в работу", chat=town.desk)
    await town.settle()
    assert "Сауле · дело взято в работу" in town.desk.sees


async def test_each_identifier_is_judged_by_itself(town: Town) -> None:
    person, _ = await forwarded(town, text=BOTH)
    await town.officer.taps(f"✅ {SHOWN}", chat=town.desk)
    await town.officer.taps("несколько похожих сообщений", chat=town.desk)
    await town.settle()
    await town.officer.taps(f"❌ {OTHER_SHOWN}", chat=town.desk)
    await town.officer.taps("добросовестный владелец", chat=town.desk)
    await town.settle()
    assert "✅ подтверждено: несколько похожих сообщений" in town.desk.sees
    assert "❌ не подтверждено: добросовестный владелец" in town.desk.sees
    assert SHOWN in person.sees
    await person.says("/my")
    assert "· подтверждено" in person.buttons[0]


async def test_a_changed_mind_counts(town: Town) -> None:
    person, _ = await forwarded(town, text=BOTH)
    await town.officer.taps(f"✅ {SHOWN}", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.settle()
    await town.officer.taps(f"❌ {SHOWN}", chat=town.desk)
    await town.officer.taps("номер подменили", chat=town.desk)
    await town.settle()
    await person.says("/my")
    assert "· в полиции" in person.buttons[0]
    await person.says(NUMBER)
    assert "Сообщений нет." in person.sees


async def test_taps_from_elsewhere_change_nothing(town: Town) -> None:
    person, _ = await forwarded(town)
    thief = await town.citizen("Вор")
    group = town.telegram.group("Не полиция", members=[thief])
    await thief.says("/help", chat=group)
    for move in ("take:1:0:", "return:1:0:", "close:1:0:measures", "confirm:1:1:own_check", "reject:1:1:mistake",
                 "next:1:0:"):  # fmt: skip
        data = f"case:{move}"
        assert await thief.taps_data(data) == "Это работает только в группе полиции."
        assert await thief.taps_data(data, chat=group) == "Это работает только в группе полиции."
    await town.settle()
    assert "ждёт" in town.desk.history[0].text
    assert "занимается сотрудник полиции" not in person.sees


async def test_a_move_that_is_not_on_the_card(town: Town) -> None:
    await forwarded(town)
    for data in ("case:take:99:0:", "case:confirm:1:99:own_check", "case:confirm:1:1:nonsense", "case:close:1:0:x",
                 "case:fly:1:0:"):  # fmt: skip
        popup = await town.officer.taps_data(data, chat=town.desk)
        assert popup == "Этого здесь уже нет.", data
    await town.officer.taps_data("case:close:1:0:measures", chat=town.desk)
    assert await town.officer.taps_data("case:take:1:0:", chat=town.desk) == "Это дело закрыто."


async def test_a_deleted_card_is_posted_anew(town: Town) -> None:
    await forwarded(town)
    town.second.deletes(town.desk.last)
    assert town.desk.history == []
    await town.officer.taps_data("case:take:1:0:", message=next(iter(town.desk.messages.values())))
    await town.settle()
    assert "Ерлан · дело взято в работу" in town.desk.sees
    await town.officer.taps("Вернуть", chat=town.desk)
    await town.settle()
    assert len(town.desk.history) == 1


@pytest.mark.parametrize("told", [True, False])
async def test_the_group_becomes_a_supergroup(town: Town, told: bool) -> None:
    group = town.telegram.group("Дежурка", members=[town.officer], supergroup=False)
    await town.restarts(desk=group)
    person, _ = await forwarded(town)
    assert "ждёт" in group.sees
    deliver = town.telegram.deliver
    town.telegram.deliver = deliver if told else None  # the bot may have been away while it happened
    await group.migrate()
    town.telegram.deliver = deliver
    await person.taps("Город")
    await person.taps("Астана")
    await town.settle()
    assert "Город: Астана" in group.history[-1].text
    await town.officer.taps("Взять в работу", chat=group)
    await town.settle()
    assert "Ерлан · дело взято в работу" in group.history[-1].text
    await reports(await town.citizen("Тимур"), OTHER)
    await town.passes(minutes=3)
    assert OTHER_SHOWN in group.history[-1].text


async def test_without_a_desk_reports_wait_and_say_so(town: Town) -> None:
    await town.restarts(desk=None)
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Сообщить")
    assert "Сообщение хранится для полиции." in person.sees
    await person.taps(BANK_CALL)
    assert "Сообщение подождёт здесь, пока полиция не подключится." in person.sees
    await town.passes(hours=1)
    await town.restarts(desk=town.desk)
    await town.passes(minutes=6)
    assert number_in(person.history[-1].text) in town.desk.sees


async def test_names_and_stories_are_only_text(town: Town) -> None:
    officer = town.telegram.person("<b>Ерлан</b> & Ко", language="ru")
    town.desk.members.append(officer)
    person = await town.citizen("<i>Айгүл</i>")
    await reports(person)
    await person.taps("Что случилось")
    await person.says("<script>alert(1)</script> & <b>жирно")
    await person.taps("Город")
    await person.says("<u>Алматы</u>")
    await town.passes(minutes=3)
    assert "<script>alert(1)</script> & <b>жирно" in town.desk.sees
    assert "Город: <u>Алматы</u>" in town.desk.sees
    await officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    assert "<b>Ерлан</b> & Ко · дело взято в работу" in town.desk.sees
    await officer.taps("✅", chat=town.desk)
    await officer.taps("Другая причина", chat=town.desk)
    assert "<b>Ерлан</b> & Ко" in town.desk.last.text


async def test_a_long_story_fits_the_card(town: Town) -> None:
    person = await town.citizen()
    await reports(person, " ".join(f"8 701 123 45 {10 + n}" for n in range(10)))
    await person.taps("Что случилось")
    await person.says("<&>" * 1300)
    await town.passes(minutes=3)
    assert len(town.desk.last.text) <= 4096
    assert town.desk.buttons[0] == "Взять в работу"


async def test_the_desk_chooses_its_language(town: Town) -> None:
    await town.officer.says("/language", chat=town.desk)
    await town.officer.taps("Қазақша", chat=town.desk)
    await forwarded(town)
    assert "күтіп тұр" in town.desk.sees
    assert "Банк" in town.desk.sees


async def test_talk_in_the_desk_group_is_left_alone(town: Town) -> None:
    await town.officer.says(f"коллеги, кто знает {NUMBER}?", chat=town.desk)
    assert town.desk.sees == ""
