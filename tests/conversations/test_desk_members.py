"""Roles, the log and the search in the desk group."""

import pytest

from core import audit
from tests.conftest import Town
from tests.conversations.steps import CARD, NUMBER, SHOWN, forwarded, reports


async def test_an_administrator_appoints_and_nobody_else(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.officer.says("/roles", chat=town.desk)
    assert "Ерлан · сотрудник" in town.desk.sees
    assert "администратор группы" in str(await town.officer.taps("Ерлан: сделать старшим", chat=town.desk))
    await town.second.taps("Ерлан: сделать старшим", chat=town.desk)
    assert "Ерлан · старший" in town.desk.sees


async def test_an_officer_is_refused_what_seniors_do(town: Town) -> None:
    await forwarded(town)
    await town.second.says("/roles", chat=town.desk)
    await town.second.taps("Сауле: сделать старшим", chat=town.desk)
    await town.officer.says("/audit", chat=town.desk)
    assert "Это делает старший дежурный" in town.desk.sees
    await town.second.says("/audit", chat=town.desk)
    assert "Сауле · роли: Сауле" in town.desk.sees


async def test_who_left_the_group_can_do_nothing(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    await town.desk.removes(town.officer, town.second)
    await town.desk.adds(town.officer)
    assert await town.officer.taps("Вернуть", chat=town.desk)
    await town.desk.removes(town.officer, town.second)
    town.desk.members.append(town.officer)  # as Telegram would not let them, but a forged tap might
    assert "больше не состоите" in str(await town.officer.taps_data("case:take:1:0:", chat=town.desk))


async def test_every_move_and_look_up_is_in_the_log_and_the_chain_holds(town: Town) -> None:
    _, number = await forwarded(town)
    await town.officer.taps("Взять в работу", chat=town.desk)
    for what in (NUMBER, "C-1001", number, "нет такого слова", f"карта {CARD}"):
        await town.officer.says(f"/find {what}", chat=town.desk)
    async with town.world.app.db.read() as session:
        assert await audit.verify(session) is None
        actions = [row.action async for row in audit.rows.walk(session)]
        subjects = [row.subject async for row in audit.rows.walk(session)]
        said = [str(row.data) async for row in audit.rows.walk(session)]
    assert actions == ["take", *["find"] * 5]
    assert subjects[1:4] == ["identifier:1", "case:1", f"report:{number}"]
    assert not any("7011234567" in one or "4400" in one or "слова" in one for one in said)


async def test_find(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person, f"Обещали Вернуть Комиссию за перевод, звонили с {NUMBER}")
    await town.passes(minutes=3)
    await town.officer.says("/find +7 701 1234567", chat=town.desk)
    assert SHOWN in town.desk.sees
    assert "C-1001" in town.desk.sees
    assert town.desk.last.links == [f"https://t.me/c/{str(town.desk.id)[4:]}/{town.desk.history[0].id}"]
    await town.officer.says(f"/find {number.lower()}", chat=town.desk)
    assert f"{number} · 23.11.2026 10:00" in town.desk.sees
    await town.officer.says("/find вернуть комиссию", chat=town.desk)
    assert number in town.desk.sees
    await town.officer.says("/find 100% скидка_", chat=town.desk)
    assert "Ничего не найдено" in town.desk.sees
    await town.officer.says("/find", chat=town.desk)
    await town.officer.says("с-1001", chat=town.desk, reply_to=town.desk.last)
    assert "C-1001 · Звонок «из банка»\n   1 сообщение · ждёт" in town.desk.sees
    assert "Айгүл" not in "".join(one.text for one in town.desk.history)


async def test_find_turns_pages_by_the_message_that_asked(town: Town) -> None:
    numbers = []
    for place in range(12):
        person = await town.citizen(f"Свидетель {place}")
        words = f"{'обещали вернуть КОМИССИЮ' if place else 'просили перевести комиссию'}, звонили {place} раз"
        numbers.append(await reports(person, f"{words} с 8 701 123 45 {place + 10}"))
    await town.passes(minutes=3)
    asked = await town.officer.says("/find комиссию", chat=town.desk)
    assert town.desk.last.labels == ["›"]
    assert town.desk.sees.count("SB-") == 10
    assert numbers[-1] in town.desk.sees
    assert town.desk.last.buttons[0][0].data == "find:1"  # what was looked for stands in no button
    await town.second.taps("›", chat=town.desk)
    assert [number in town.desk.sees for number in numbers] == [True, True, *[False] * 10]
    await town.second.taps("‹", chat=town.desk)
    assert town.desk.sees.count("SB-") == 10
    town.desk.last.reply_to = None  # the message that asked was deleted
    town.officer.deletes(asked)
    assert await town.officer.taps("›", chat=town.desk) == "Этого здесь уже нет."


async def test_find_in_kazakh(town: Town) -> None:
    await town.officer.says("/language", chat=town.desk)
    await town.officer.taps("Қазақша", chat=town.desk)
    person = await town.citizen("Айгүл", "kk")
    number = await reports(person, f"Ғимараттан шыққан ӘМИЯН иесі {NUMBER} нөмірінен қоңырау шалды")
    await town.passes(minutes=3)
    await town.officer.says("/find ғИМАРАТТАН ШЫҚҚАН әмиян", chat=town.desk)
    assert number in town.desk.sees
    await town.officer.says(f"/find {NUMBER}", chat=town.desk)
    assert f"Телефон {SHOWN}" in town.desk.sees
    assert "1 хабарлама · күтіп тұр" in town.desk.sees
    await town.officer.says("/find", chat=town.desk)
    assert town.desk.last.force_reply
    await town.officer.says("мұндай сөз жоқ", chat=town.desk, reply_to=town.desk.last)
    assert "Ештеңе табылмады." in town.desk.sees


async def test_find_asks_for_more_than_two_letters(town: Town) -> None:
    await town.officer.says("/find да", chat=town.desk)
    assert "Слишком коротко" in town.desk.sees
    await town.officer.says("/find 8 747 000 00 00", chat=town.desk)
    assert "Ничего не найдено." in town.desk.sees


async def test_find_shows_a_card_only_masked(town: Town) -> None:
    await forwarded(town, text=f"просят перевести на карту {CARD}")
    await town.officer.says(f"/find {CARD.replace(' ', '')}", chat=town.desk)
    assert "4400 43•• •••• 7894" in town.desk.sees
    assert "C-1001" in town.desk.sees
    assert CARD[5:14] not in town.desk.sees


async def test_the_log_reads_like_sentences_and_is_narrowed_by_officer_and_case(town: Town) -> None:
    await forwarded(town)
    await forwarded(town, "Тимур", "8 747 555 66 77")
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    await town.second.says(f"/find {NUMBER}", chat=town.desk)
    await town.second.says("/audit", chat=town.desk)
    lines = town.desk.sees.splitlines()
    assert lines[0] == "Кто что делал"
    assert lines[1].endswith(f"Сауле · поиск: Телефон {SHOWN}, C-1001")
    assert lines[2].endswith("Ерлан · взятие в работу: C-1002")
    assert any(link.startswith("https://t.me/c/") for link in town.desk.last.links)
    narrowed = (
        ("ерл", "Ерлан", "Сауле"),
        ("C-1002", "C-1002", "C-1001"),
        ("с-1002", "Ерлан", "поиск"),
    )
    for about, there, not_there in narrowed:
        await town.second.says(f"/audit {about}", chat=town.desk)
        assert there in town.desk.sees
        assert not_there not in town.desk.sees
    await town.second.says("/audit C-9999", chat=town.desk)
    assert "Записей нет." in town.desk.sees
    await town.second.says("/audit Никто: такой", chat=town.desk)
    assert "Такого имени в дежурной группе нет" in town.desk.sees


async def test_the_log_turns_pages(town: Town) -> None:
    for number in range(14):
        await town.officer.says(f"/find C-{1001 + number}", chat=town.desk)
    await town.officer.says(f"/audit {town.officer.id}", chat=town.desk)
    assert town.desk.last.labels == ["›"]
    assert town.desk.sees.count("поиск") == 12
    await town.officer.taps("›", chat=town.desk)
    assert town.desk.last.labels == ["«"]
    assert town.desk.sees.count("поиск") == 2
    await town.officer.taps("«", chat=town.desk)
    assert "просмотр журнала" in town.desk.sees


@pytest.mark.parametrize(
    "data",
    ["role:1:senior", "role:99999999999999999999:senior", "role:-1:senior", "role:1:chief", "audit:0:x5",
     "audit:99999999999:", "audit:0:c99999999999999999999", "find:0", "find:999999", "find:-1"],
)  # fmt: skip
async def test_a_forged_tap_changes_nothing(town: Town, data: str) -> None:
    await town.second.says("/roles", chat=town.desk)
    before = town.desk.sees
    await town.second.taps_data(data, chat=town.desk)
    await town.settle()
    assert before in town.desk.history[-1].text
    assert not [one for one in town.telegram.calls if "incident" in str(one.params) or "№" in str(one.params)]
    stranger = await town.citizen("Чужой")
    await stranger.taps_data(data)
    assert stranger.popups[-1] in ("Это работает только в группе полиции.", "Этого здесь уже нет.")


async def test_what_happened_in_the_group_while_the_bot_was_away(town: Town) -> None:
    await town.second.says("/roles", chat=town.desk)
    await town.officer.says("/roles", chat=town.desk)
    town.desk.admins.remove(town.second)  # no update came of it
    town.desk.members.remove(town.officer)
    await town.restarts()
    await town.second.says("/roles", chat=town.desk)
    assert "Ерлан" not in town.desk.sees
    assert "администратор группы" in str(await town.second.taps("Сауле: сделать старшим", chat=town.desk))
    town.desk.members.append(town.officer)
    assert "больше не состоите" in str(await town.officer.taps_data("role:1:senior", chat=town.desk))


async def test_a_promoted_administrator_appoints_a_demoted_one_does_not(town: Town) -> None:
    third = town.telegram.person("Дархан")
    await town.desk.adds(third, town.second, admin=True)
    await third.says("/roles", chat=town.desk)
    await third.taps("Сауле: сделать старшим", chat=town.desk)
    assert "Сауле · старший" in town.desk.sees
    old = town.desk.member(third)
    town.desk.admins.remove(third)
    await town.desk._member_changed(town.second.as_json(), old, town.desk.member(third))
    assert "администратор группы" in str(await third.taps("Дархан: сделать старшим", chat=town.desk))


async def test_a_senior_who_left_comes_back_as_an_officer(town: Town) -> None:
    await town.second.says("/roles", chat=town.desk)
    await town.second.taps("Сауле: сделать старшим", chat=town.desk)
    await town.officer.says("/roles", chat=town.desk)
    await town.desk.removes(town.second)
    await town.desk.adds(town.second)
    await town.officer.says("/roles", chat=town.desk)
    assert "Сауле · сотрудник" in town.desk.sees
