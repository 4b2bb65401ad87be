"""A report goes to a partner, the partner answers by the API, and everybody concerned hears it."""

from datetime import UTC, datetime, timedelta

import jsonschema_rs

from core import clocks
from storage.tables import BlockRequest, Person
from tests.conftest import Town
from tests.conversations.steps import CARD, NUMBER, OTHER, SHOWN, forwarded, reports
from tests.partners.calling import Api


def path(api: Api, partner: str, place: int = 0) -> str:
    """Where a partner answers about the n-th report it got."""
    came = [one["data"]["report_id"] for one in api.receiver.came[partner] if one["type"] == "report.received"]
    return f"/v1/reports/{came[place]}/dispositions"


async def test_the_reporters_and_the_desk_hear_what_the_operator_did(town: Town, api: Api) -> None:
    person, number = await forwarded(town, "Айгүл", f"звонили с {NUMBER}, просили код")
    kazakh, _ = await forwarded(town, "Болат", f"звонили с {NUMBER}, грозили судом", language="kk")
    assert "Kcell · доставлено, ответа пока нет × 2 · ответ до 25.11.2026 23:59" in town.desk.sees
    assert (await api("kcell", "POST", path(api, "kcell"), {"result": "accepted"}))[0] == 201
    await town.settle()
    assert f"Kcell проверяет ваше сообщение {number}." in person.sees
    assert "ответ до" in town.desk.sees  # that it arrived is no answer
    reason = f"своя проверка, карта {CARD}"
    suspended = {
        "result": "suspended",
        "reference": "K-77",
        "reason": reason,
        "identifier": {"kind": "phone", "value": NUMBER},
    }
    first = await api("kcell", "POST", path(api, "kcell"), suspended)
    again = await api("kcell", "POST", path(api, "kcell"), suspended)
    assert (first[0], again) == (201, (200, first[1]))
    assert (await api("kcell", "POST", path(api, "kcell", 1), {"result": "suspended"}))[0] == 201
    await town.passes(minutes=1)
    assert person.sees.count("оператор связи приостановил номер") == 1
    assert f"оператор связи приостановил номер {SHOWN}." in person.sees
    assert f"байланыс операторы {SHOWN} нөмірін уақытша тоқтатты." in kazakh.sees
    assert "✅ Kcell · приостановлено 23.11.2026 10:06 × 2" in town.desk.sees
    assert "своя проверка" in town.desk.sees and CARD not in town.desk.sees
    assert "№ K-77" in town.desk.sees and f"{number} · в работе" in town.desk.sees
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.settle()
    assert "Вашим сообщением" in person.last.text and number in person.last.text  # the police are news all the same
    await person.says("/my")
    await person.taps(number)
    assert "Kcell: получено, проверяется" in person.sees and "Kcell: приостановлено" in person.sees
    _, shape = await api(None, "GET", "/v1/schemas/scamreport-1.schema.json")
    _, report = await api("kcell", "GET", path(api, "kcell").removesuffix("/dispositions"))
    jsonschema_rs.validator_for(shape).validate(report)
    assert (report["number"], report["status"]) == (number, "taken")
    other = await town.citizen("Прохожий")
    await other.says(NUMBER)
    assert "Обслуживание приостановлено (23.11.2026)" in other.sees  # a fact is shown and moves no level
    assert "Сообщили 2 человека" in other.sees
    async with town.world.app.db.read() as session:
        assert (await session.get_one(Person, 1)).confirmed_reports == 1  # and the reporter is trusted more
    await api("kcell", "POST", path(api, "kcell"), {"result": "false_positive", "reason": "честный абонент"})
    await town.passes(minutes=1)
    assert "отмечено по ошибке" in town.desk.sees and "честный абонент" in town.desk.sees
    await other.says(NUMBER)
    assert "приостановлено" not in other.sees and "Сообщили 2 человека" in other.sees  # the desk decides, nobody else


async def test_the_desk_hears_whom_nothing_reaches(town: Town, api: Api) -> None:
    api.receiver.answers["kcell"] = lambda: 410
    await forwarded(town, "Айгүл", f"звонили с {NUMBER}, просили код")
    await forwarded(town, "Болат", f"звонили с {NUMBER}, грозили судом", language="kk")
    await town.passes(minutes=1)
    said = [one.text for one in town.desk.history if "их сервер нас не принимает" in one.text]
    assert len(said) == 1 and said[0].startswith("🔴 Kcell: не дошло ")


async def test_a_ported_number_goes_to_the_next_and_a_block_request_is_answered(town: Town, api: Api) -> None:
    person = await town.citizen()
    await reports(person, f"звонили с {NUMBER}, сказали перевести на карту мошенника {CARD}")
    await person.taps("Деньги ушли")
    await person.says("250 тыс")
    await town.passes(minutes=3)
    assert "beeline" not in api.receiver.came
    assert (await api("kcell", "POST", path(api, "kcell"), {"result": "not_ours"}))[0] == 201
    await town.settle()
    assert "ported" in api.receiver.data("beeline")["reason"]
    moved = "номер теперь у другого оператора.\nМы передали ваше сообщение туда: Beeline. От вас ничего не нужно."
    assert moved in person.sees and "+7 701 123-45-67: номер" in person.sees
    about = {"kind": "card", "value": "440043:7894"}  # as it was shown to the bank
    assert (await api("kaspi", "POST", path(api, "kaspi"), {"result": "accepted"}))[0] == 201
    async with town.world.app.db.read() as session:
        assert (await session.get_one(BlockRequest, 1)).state == "acknowledged"
    assert (await api("police", "POST", path(api, "police"), {"result": "blocked"}))[0] == 201
    found = (await api("olx", "POST", "/v1/lookup", {"identifiers": [{"kind": "card", "value": CARD}]}))[1]
    assert found["verdicts"][0]["signs"] == []  # the police run no cards: no fact about one
    stopped = {"result": "money_stopped", "identifier": about}
    assert (await api("kaspi", "POST", path(api, "kaspi"), stopped))[0] == 201
    await town.settle()
    assert "перевод остановлен" in person.sees and "Позвоните в свой банк" in person.sees
    async with town.world.app.db.read() as session:
        assert (await session.get_one(BlockRequest, 1)).state == "done"
    status, body = await api("beeline", "POST", path(api, "beeline"), {"result": "money_returned"})
    assert (status, body["type"]) == (403, "/v1/docs#not_for_kind")
    assert str([one.text for one in person.chat.history]).count("теперь у другого оператора") == 1
    bolat, _ = await forwarded(town, "Болат", f"звонили с {NUMBER}, грозили судом")
    await bolat.says("/my")
    await bolat.taps("SB-")
    await bolat.taps("Отозвать сообщение")
    await bolat.taps("Да, отозвать")
    await town.settle()
    status, body = await api("kcell", "POST", path(api, "kcell", 1), {"result": "suspended"})
    assert (status, body["type"]) == (409, "/v1/docs#report_closed")


async def test_the_operators_two_working_days(town: Town, api: Api) -> None:
    """From Tuesday, 15 December 2026, over Independence Day."""
    await town.passes(days=(datetime(2026, 12, 15, tzinfo=UTC) - town.world.clock()).days + 1)
    await forwarded(town, "Айгүл", f"звонили с {NUMBER}, просили код")
    await forwarded(town, "Болат", f"звонили с {OTHER}, просили код")
    assert any("ответ до 18.12.2026 23:59" in one.text for one in town.desk.history)  # the 16th is a holiday
    while town.world.clock().day < 18:
        await town.passes(days=1)
    await town.officer.says("/digest", chat=town.desk)
    await town.settle()
    assert "Сегодня ждём ответа партнёров\nKcell: 1" in town.desk.sees
    await town.passes(days=1)
    await town.officer.says("/digest", chat=town.desk)
    await town.settle()
    assert "Партнёры не ответили в срок\nKcell: " in town.desk.sees and "Сегодня ждём" not in town.desk.last.text
    reminders = [one["data"] for one in api.receiver.came["kcell"] if "reminder" in one["data"]]
    assert [one["reminder"]["due_at"] for one in reminders] == ["2026-12-18T18:59:00Z"]
    assert any(one.text == "🔴 Kcell: нет ответа в срок на 1 сообщение." for one in town.desk.history)
    app = town.world.app
    async with app.db.read() as session:
        [late] = await clocks.overdue(session, app.clock())
        assert (late.partner, late.count) == ("Kcell", 1)
        assert await clocks.overdue(session, app.clock() - timedelta(days=2)) == []
    _, metrics = await api(None, "GET", "/metrics")
    assert b'saqbol_partner_answers{partner="Kcell",term="overdue"} 1.0' in metrics
    assert (await api("kcell", "POST", path(api, "kcell"), {"result": "monitored"}))[0] == 201
    async with app.db.read() as session:
        assert await clocks.overdue(session, app.clock()) == []
