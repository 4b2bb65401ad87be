"""Against misuse: enough for anybody honest, a crawl for somebody who walks through numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from core.checks import Found
from core.limits import AN_HOUR, REPORTS_A_DAY, spent, walks
from core.refusal import No, Refusal
from storage.tables import Usage
from tests.conftest import Town
from tests.conversations.steps import CARD, reports

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tails", "expected"),
    [
        (range(100, 112), True),
        (range(112, 100, -1), True),
        (range(100, 1300, 100), True),
        ([105, 101, 108, 103, 110, 102, 107, 104, 111, 106, 109, 100], True),
        ([100, 102, 105, 106, 109, 110, 113, 115], True),
        ([100, 101, 102], False),  # three lines of one company
        ([100, 100, 100, 100, 100, 100, 100, 100], False),
        ([48211, 90177, 5, 33871, 70012, 61549, 12990, 85003, 27765, 44100, 3, 99999], False),
        ([], False),
    ],
)
def test_walking(tails: list[int], expected: bool) -> None:
    assert walks(list(tails)) is expected


def test_the_hour_and_the_day() -> None:
    state: dict[str, object] = {}
    one = Found("email", "a@b.kz", "a@b.kz")
    for _ in range(AN_HOUR):
        state = spent(state, [one], NOW)
    with pytest.raises(Refusal) as refused:
        spent(state, [one], NOW)
    assert (refused.value.kind, refused.value.until) == (No.too_many_checks, NOW + timedelta(hours=1))
    for hour in range(1, 4):
        for _ in range(AN_HOUR if hour < 3 else 20):
            state = spent(state, [one], NOW + timedelta(hours=hour))
    with pytest.raises(Refusal) as refused:
        spent(state, [one], NOW + timedelta(hours=3))
    assert refused.value.until == datetime(2026, 11, 24, tzinfo=UTC)
    assert spent(state, [one], NOW + timedelta(days=1))["daily"] == 1


async def test_walking_through_numbers_becomes_a_crawl_with_a_notice(town: Town) -> None:
    person = await town.citizen()
    for number in range(9):
        await town.passes(seconds=20)
        await person.says(f"+7 701 123 45 {60 + number}")
    assert "перебор номеров подряд" in person.sees
    assert "Следующая проверка возможна в" in person.sees
    assert await person.types_inline("+7 701 123 45 70") == []
    await town.restarts()
    await person.says("+7 747 000 11 22")
    assert "перебор номеров подряд" in person.sees
    await town.passes(minutes=11)
    await person.says("+7 747 000 11 22")
    assert "Сообщений нет" in person.sees
    await person.says("+7 747 000 11 23")
    assert "перебор номеров подряд" in person.sees
    await town.passes(days=2)
    await person.says("+7 747 000 11 23")
    assert "Сообщений нет" in person.sees


async def test_three_lines_of_one_company_are_no_walk_and_no_number_is_remembered(town: Town) -> None:
    person = await town.citizen("Гүлнар", "kk")
    for number in range(3):
        await person.says(f"+7 727 123 45 {60 + number}")
    assert "Ешкім хабарламаған" in person.sees
    async with town.world.app.db.read() as session:
        [usage] = (await session.exec(Usage.__table__.select())).all()  # type: ignore[attr-defined]
    assert "72712345" not in str(usage)


async def test_reports_of_a_day_and_losses_beyond_them(town: Town) -> None:
    person = await town.citizen()
    for number in range(REPORTS_A_DAY):
        await town.passes(seconds=30)
        await reports(person, f"+7 70{number % 8} {311 + 37 * number} {number}1 {99 - 7 * number:02d}")
    await person.says("+7 777 999 88 77")
    await person.taps("Сообщить")
    await person.taps("Звонок «из банка»")
    assert "Ничего не пропало" in "".join([person.sees, *person.popups])
    await reports(person, f"перевёл деньги мошеннику на карту {CARD}", "Безопасный счёт")
    await town.passes(days=1)
    await reports(person, "+7 777 999 88 77")


async def test_a_report_is_possible_in_the_middle_of_a_crawl(town: Town) -> None:
    person = await town.citizen()
    for number in range(9):
        await town.passes(seconds=20)
        await person.says(f"+7 701 123 45 {60 + number}")
    assert "перебор номеров подряд" in person.sees
    await person.says("/report +7 701 123 45 70")
    await person.taps("Звонок «из банка»")
    assert "Сохранено" in person.sees
