"""`/stats`, `/digest` and the morning at the desk, against a small town counted by hand."""

import asyncio
from datetime import timedelta

import pytest

from core import audit
from core.periods import ALMATY
from handlers.desk import digest
from sandbox.telegram import Seen
from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, SHOWN, forwarded, reports

RELATIVE = "Родственник в беде"


def told(message: Seen) -> str:
    return message.text.replace("\xa0", " ")


async def said(town: Town, text: str) -> str:
    await town.officer.says(text, chat=town.desk)
    await town.settle()
    return told(town.desk.last)


async def loses(town: Town, name: str, amount: str, *more: str) -> None:
    person = await town.citizen(name)
    await reports(person)
    await person.taps("Деньги ушли")
    await person.says(amount)
    for label in more:
        await person.taps(label)
    await person.taps("Назад" if "Назад" in person.buttons else "Пропустить")


async def lives(town: Town, name: str, city: str) -> None:
    person = await town.citizen(name)
    await reports(person, OTHER, RELATIVE)
    await person.taps("Город")
    await person.says(city)


async def two_weeks(town: Town) -> None:
    """Monday 23.11: one reports, one takes it back. Monday 30.11: four, the last at 23:59. Tuesday, 00:01: one."""
    await reports(await town.citizen("Айгүл"))
    back = await town.citizen("Бота")
    await reports(back)
    await back.taps("Отозвать сообщение")
    await back.taps("Да, отозвать")
    await town.passes(days=7)
    await loses(town, "Дана", "250 000")
    await loses(town, "Ерке", "300", "$")
    await lives(town, "Зере", "Қарағанды")
    await town.passes(minutes=40)
    await town.officer.taps_data("case:take:1:0:", chat=town.desk)
    await town.passes(hours=13, minutes=19)
    await lives(town, "Жан", "г. караганда")
    await town.passes(minutes=2)
    await reports(await town.citizen("Иса"), OTHER)
    await town.passes(minutes=1)


async def test_the_figures_are_those_counted_by_hand(town: Town) -> None:
    await two_weeks(town)
    day = await said(town, "/stats 30.11.2026")
    assert day.startswith("30.11, в скобках 29.11\nСообщений: 4 (0), людей: 4 (0)\nПотеряно: 250 000 ₸ + 300 $ (0)\n")
    assert "Дела: открыто 1 (0), закрыто 0 (0), подтверждено 0 (0)" in day
    assert "Половину взяли в работу за 40 мин (–)\nПоловина людей получила первый ответ за 40 мин (–)" in day
    assert "Звонок «из банка»: 2 (0)\nРодственник в беде: 2 (0)" in day
    assert "Города\nКараганда: 2 (0)\nне указан: 2 (0)" in day
    await town.officer.taps("Сегодня", chat=town.desk)
    assert told(town.desk.last).startswith("01.12 до 00:02, в скобках 30.11 до 00:02\nСообщений: 1 (0)")
    await town.passes(hours=10)
    week = await said(town, "/digest")
    assert week.startswith(
        "Сводка на 01.12.2026\nВчера 4 сообщения, неделей раньше 1\nПотеряно вчера: 250 000 ₸ + 300 $\n\n"
        "24.11–30.11, в скобках 17.11–23.11\nСообщений: 4 (1), людей: 4 (1)\n"
    )
    assert "Растут" not in week  # two people on each are no rise
    assert "1 дело ждёт: /queue" in week
    assert town.desk.last.photo and town.desk.last.reply_to
    async with town.world.app.db.read() as session:
        noted = [(row.action, row.data) async for row in audit.rows.walk(session)]
    days = [{"first": f"2026-{one}", "last": f"2026-{one}"} for one in ("11-30", "12-01")]
    assert noted[1:] == [("stats", days[0]), ("stats", days[1]), ("digest", {})]


async def test_rising_is_what_more_people_report_than_usual_and_never_a_real_line(town: Town) -> None:
    for place in range(3):
        await reports(await town.citizen(f"Раньше {place}"))
        await town.passes(days=10)
    for place in range(4):
        await reports(await town.citizen(f"Теперь {place}"), f"{NUMBER} и {OTHER}" if place else NUMBER, RELATIVE)
    await town.passes(days=1)
    week = await said(town, "/digest")
    assert f"Растут\n🟡 Телефон {SHOWN}: 4 человека, обычно 0,4 в неделю" in week.replace("🟠", "🟡")
    assert "+7 747 555-66-77: 3 человека, впервые за 8 недель" in week


async def test_who_does_not_belong_and_what_is_nonsense_is_refused(town: Town) -> None:
    assert "Не понимаю период" in await said(town, "/stats вздор")
    assert "ещё не наступил" in await said(town, "/stats 2031")
    assert "сообщений не было" in await said(town, "/stats 2025")
    stats = town.desk.last
    assert "уже нет" in str(await town.officer.taps_data("stats:show:day99999999", message=stats))
    await town.desk.removes(town.officer, town.second)
    town.desk.members.append(town.officer)  # a forged tap of somebody who left
    for data in ("stats:show:week", "stats:chart:week"):
        assert "больше не состоите" in str(await town.officer.taps_data(data, message=stats))
    for command in ("/stats", "/digest"):
        await town.officer.says(command, chat=town.desk)
        assert "больше не состоите" in town.desk.sees
    thief = await town.citizen("Вор")
    for command in ("/stats", "/digest"):
        before = len(town.desk.history)
        await thief.says(command)
        assert "Сводка" not in thief.sees and "скобках" not in thief.sees
    assert "только в группе полиции" in str(await thief.taps_data("stats:show:week"))
    await town.settle()
    assert len(town.desk.history) == before


def mornings(town: Town) -> list[str]:
    """When the group was told in Almaty, and of which day."""
    return [f"{one.date.astimezone(ALMATY):%d.%m %H:%M} {one.text.splitlines()[0][7:]}" for one in town.desk.history
            if one.text.startswith("Сводка")]  # fmt: skip


async def test_the_morning_comes_once_for_all_replicas_and_late_on_the_same_day_only(town: Town) -> None:
    await forwarded(town)
    await town.passes(days=20, hours=6)  # the case waits; two quiet weeks need no chart
    await town.world.app.plan()
    await town.settle()
    assert mornings(town) == ["13.12 16:03 на 13.12.2026"]  # nobody was there at nine
    await town.passes(hours=16)
    await asyncio.gather(town.world.app.plan(), town.world.app.plan())
    town.world.clock.moved += timedelta(hours=1)
    await asyncio.gather(town.world.app.deliver_due(), town.world.app.deliver_due())
    await town.restarts()
    await town.world.app.plan()
    await town.settle()
    assert mornings(town)[1:] == ["14.12 09:03 на 14.12.2026"]
    assert "1 дело ждёт: /queue" in town.desk.sees
    assert town.desk.last.thread_id is None
    town.world.clock.moved += timedelta(days=2)  # for a whole day nobody was there
    await town.settle()
    await town.world.app.plan()
    await town.settle()
    assert mornings(town)[2:] == ["16.12 09:03 на 16.12.2026"]
    await town.passes(days=2)
    assert mornings(town)[3:] == ["17.12 09:00 на 17.12.2026", "18.12 09:00 на 18.12.2026"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_morning_without_news_is_silent_and_one_without_a_desk_waits(town: Town) -> None:
    await town.world.app.plan()
    await town.passes(days=1)
    assert town.desk.history == []
    await forwarded(town)
    await town.restarts(desk=None)
    town.world.clock.moved += timedelta(days=20)
    await town.world.app.plan()
    await town.settle()
    town.world.clock.moved += timedelta(hours=23)
    await town.settle()
    assert mornings(town) == []
    await town.restarts()
    await town.passes(minutes=10)
    assert mornings(town) == ["15.12 09:08 на 15.12.2026"]  # and nobody hears of the days before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_where_the_picture_cannot_be_sent_the_text_goes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await forwarded(town)
    no = "Bad Request: not enough rights to send photos to the chat"
    town.telegram.fail(method="sendPhoto", chat_id=town.desk.id, error="400", description=no)
    assert (await said(town, "/digest")).startswith("Сводка на 23.11.2026")
    assert not town.desk.last.photo
    monkeypatch.setattr(digest, "MOST_CAPTION", 50)  # a text too long for a picture comes below it
    await said(town, "/stats")
    town.telegram.fail(method="sendMessage", chat_id=town.desk.id, error="502")
    await town.officer.taps("📊", chat=town.desk)
    await town.passes(seconds=10)
    picture, text = town.desk.history[-2:]
    assert picture.photo and picture.text.startswith("17.11–23.11")
    assert "Звонок «из банка»: 1 (0)" in text.text and not text.photo
    assert sum(bool(one.photo) for one in town.desk.history) == 1
