"""Roles, the log and the search in the desk group."""

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
    assert "Сауле · audit" in town.desk.sees


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
        said = [str(row.data) async for row in audit.rows.walk(session)]
    assert actions == ["take", *["find"] * 5]
    assert not any("7011234567" in one or "4400" in one or "слова" in one for one in said)


async def test_find(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person, f"Обещали Вернуть Комиссию за перевод, звонили с {NUMBER}")
    await town.passes(minutes=3)
    await town.officer.says("/find +7 701 1234567", chat=town.desk)
    assert SHOWN in town.desk.sees
    assert "C-1001" in town.desk.sees
    await town.officer.says(f"/find {number.lower()}", chat=town.desk)
    assert f"{number} · 23.11.2026 10:00" in town.desk.sees
    await town.officer.says("/find вернуть комиссию", chat=town.desk)
    assert number in town.desk.sees
    await town.officer.says("/find 100% скидка_", chat=town.desk)
    assert "Ничего не найдено" in town.desk.sees
    await town.officer.says("/find", chat=town.desk)
    await town.officer.says("с-1001", chat=town.desk, reply_to=town.desk.last)
    assert "C-1001 · 1" in town.desk.sees
    assert "Айгүл" not in "".join(one.text for one in town.desk.history)
