"""`/my`: pages, a report with its history."""

from tests.conftest import Town
from tests.conversations.steps import forwarded, reports


async def test_none_yet(town: Town) -> None:
    person = await town.citizen()
    await person.says("/my")
    assert "У вас пока нет сообщений." in person.sees


async def test_page_by_page_the_newest_first(town: Town) -> None:
    person = await town.citizen()
    numbers = []
    for last in range(14):
        numbers.append(await reports(person, f"8 701 {321 + 17 * last} 45 {10 + last}"))
        await town.passes(hours=3)
    await person.says("/my")
    assert "У вас 14 сообщений." in person.sees
    assert [label[:9] for label in person.buttons[:6]] == numbers[:7:-1]
    assert person.buttons[6:] == ["Старее →"]
    await person.taps("Старее")
    assert person.buttons[6:] == ["← Новее", "Старее →"]
    await person.taps("Старее")
    assert [label[:9] for label in person.buttons[:2]] == numbers[1::-1]
    assert person.buttons[2:] == ["← Новее"]
    await person.taps_data("mypage:99")
    assert person.buttons[2:] == ["← Новее"]
    await person.taps_data("mypage:-5")
    assert person.buttons[6:] == ["Старее →"]


async def test_the_history_of_a_report(town: Town) -> None:
    person, number = await forwarded(town)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.settle()
    await town.officer.taps("Закрыть", chat=town.desk)
    await town.officer.taps("приняты меры", chat=town.desk)
    await town.settle()
    await person.says("/my")
    assert "подтверждено" in person.buttons[0]
    await person.taps(number)
    steps = [line.partition(" · ")[2] for line in person.sees.splitlines() if line.startswith("23.11.2026 10:0")]
    assert steps == [
        "вы сообщили",
        "отправлено в полицию",
        "сотрудник полиции взял в работу",
        "полиция подтвердила: Телефон +7 701 123-45-67",
        "полиция завершила работу: приняты меры",
    ]
    assert "Ерлан" not in person.sees
    await person.taps("Все мои сообщения")
    assert number in person.buttons[0]


async def test_half_a_year_without_news_closes_a_report(town: Town) -> None:
    person, number = await forwarded(town)
    await town.passes(days=181)
    await town.world.app.housekeep()
    await town.settle()
    assert f"Ваше сообщение {number} закрыто: полгода ничего нового." in person.sees
    assert "закрыто" in town.desk.sees
