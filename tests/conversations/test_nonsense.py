"""What is nothing of ours: a short helpful answer, or silence where silence is right."""

import pytest

from tests.conftest import Town
from tests.conversations.steps import NUMBER, SHOWN, reports


@pytest.mark.parametrize("text", ["привет", "???", "Сколько стоит 250 000 тг?", "🙂", "/nosuchcommand", "<b>&lt;"])
async def test_nonsense_is_told_what_helps(town: Town, text: str) -> None:
    person = await town.citizen()
    await person.says(text)
    assert "Не вижу здесь номера" in person.sees
    assert "8 701 123 45 67" in person.sees


async def test_stickers_places_and_voices(town: Town) -> None:
    person = await town.citizen()
    await person.sends_sticker()
    assert "Пришлите номер, карту, ссылку или скриншот" in person.sees
    await person.sends_location()
    assert "Пришлите номер, карту, ссылку или скриншот" in person.sees
    await person.sends_voice()
    assert "Слушать и смотреть видео пока не умею" in person.sees


async def test_a_contact_without_a_real_number(town: Town) -> None:
    person = await town.citizen()
    await person.sends_contact("0", "Никто")
    assert "Не вижу здесь номера" in person.sees


async def test_a_text_too_long_for_one_message(town: Town) -> None:
    person = await town.citizen()
    await person.says("история " * 900 + NUMBER)
    assert SHOWN in person.sees
    assert len(person.last.text) < 1000


async def test_a_file_of_a_wrong_type(town: Town) -> None:
    person = await town.citizen()
    await person.sends_document(b"PK", "list.docx", "application/msword")
    assert "Я читаю картинки (JPEG, PNG, WebP) и PDF." in person.sees


async def test_an_unknown_kind_of_message_is_met_with_silence(town: Town) -> None:
    person = await town.citizen()
    await person.sends({"pinned_message": person.last.as_json()})
    assert person.sees == ""


async def test_dead_buttons(town: Town) -> None:
    person = await town.citizen()
    for data in (
        "report:999999", "report:", "report:x", "nosuch:1", "scheme:1:NO_SUCH", "enrich:77:amount", "withdraw:77:1",
        "my:77", "more:12345678901234567890", "report:99999999999", "case:take:1:0:", "watch:1:99", "lang:xx",
        "fill:1:x:y",
    ):  # fmt: skip
        popup = await person.taps_data(data)
        assert popup, data
        assert "ошибка" not in popup, data


async def test_another_persons_buttons(town: Town) -> None:
    person, thief = await town.citizen(), await town.citizen("Вор")
    await reports(person)
    for data in ("report:1", "more:1", "watch:1:0", "scheme:1:BANK_CALL", "pick:1:0:toggle", "enrich:1:amount",
                 "fill:1:place:Алматы", "withdraw:1:1", "my:1"):  # fmt: skip
        assert await thief.taps_data(data) == "Это принадлежит другому человеку.", data
    await person.says("/my")
    await person.taps("SB-")
    assert "Алматы" not in person.sees
    assert "отозвано" not in person.sees


async def test_a_button_of_an_unknown_scheme(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    assert await person.taps_data("scheme:1:NO_SUCH") == "Этого здесь уже нет."


async def test_a_tap_on_a_message_of_long_ago_is_answered_below(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await town.passes(days=3)
    await person.taps("Сообщить")
    assert "Что это за обман?" in person.sees
    assert len(person.said) == 1


async def test_in_a_group_commands_are_led_to_private_and_talk_is_left_alone(town: Town) -> None:
    person = await town.citizen()
    group = town.telegram.group("Соседи", members=[person])
    await person.says(f"звонили {NUMBER}", chat=group)
    assert group.sees == ""
    await person.says(f"/check {NUMBER}", chat=group)
    assert "@saqbol_bot" in group.sees
    assert SHOWN not in group.sees


async def test_added_to_a_group_it_says_where_it_works(town: Town) -> None:
    person = await town.citizen()
    group = town.telegram.group("Соседи", members=[person], bot_admin=False)
    group.bot_status = "left"
    await group.sets_bot("member", person)
    assert "@saqbol_bot" in group.sees
    await group.sets_bot("kicked", person)


async def test_blocking_and_coming_back(town: Town) -> None:
    person = await town.citizen()
    await person.blocks_bot()
    await person.unblocks_bot()
    await person.says(NUMBER)
    assert SHOWN in person.sees


async def test_something_newer_than_the_library_blocks_nobody(town: Town) -> None:
    person = await town.citizen()
    await town.telegram.emit("message", {"message_id": "not a number", "from": 5})
    await town.telegram.emit("brand_new_kind", {"id": 1})
    await person.says(NUMBER)
    assert SHOWN in person.sees


@pytest.mark.parametrize(
    ("text", "ru", "kk"),
    [
        ("карта 4400 4301 2345 6783", "Похоже на номер карты", "Карта нөміріне ұқсайды"),  # 4301 2345 6783 is no IIN
        ("4400430123456784", "Похоже на номер карты", "Карта нөміріне ұқсайды"),
        ("8 701 123 4", "Похоже на номер телефона", "Телефон нөміріне ұқсайды"),
        ("+7 (701) 123-45-678", "Похоже на номер телефона", "Телефон нөміріне ұқсайды"),
        ("KZ12 722C 0000 1234 567", "Похоже на номер счёта", "Шот нөміріне"),
        ("в 2024 году взяли 25 000 000 тенге", "Не вижу здесь номера", "таппадым"),
    ],
)
async def test_what_was_meant_is_said_where_a_digit_is_wrong(town: Town, text: str, ru: str, kk: str) -> None:
    for language, words in (("ru", ru), ("kk", kk)):
        person = await town.citizen(f"{language}", language=language)
        await person.says(text)
        assert words in person.sees
