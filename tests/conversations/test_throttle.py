"""A burst gets one polite line, then silence, then everything is normal again."""

from tests.conftest import Town
from tests.conversations.steps import NUMBER, SHOWN, reports


async def test_a_burst(town: Town) -> None:
    person, other = await town.citizen(), await town.citizen("Тимур")
    for _ in range(60):
        await person.says("привет")
    lines = [one.text for one in person.history if "Не успеваю за вами." in one.text]
    assert len(lines) == 1
    assert person.sees == ""
    await other.says(NUMBER)
    assert SHOWN in other.sees
    await town.passes(minutes=1)
    await person.says(NUMBER)
    assert SHOWN in person.sees


async def test_the_desk_is_not_slowed_down(town: Town) -> None:
    await reports(await town.citizen())
    await town.passes(minutes=3)
    for _ in range(20):
        await town.officer.taps("Взять в работу", chat=town.desk)
        await town.settle()
        await town.officer.taps("Вернуть", chat=town.desk)
        await town.settle()
        await town.passes(seconds=20)  # the card itself is edited as often as Telegram lets a group
    assert "дело возвращено" in town.desk.sees


async def test_a_slow_talk_is_never_slowed_down(town: Town) -> None:
    person = await town.citizen()
    for _ in range(50):
        await person.says("привет")
        await town.passes(seconds=3)
        assert "Не вижу здесь номера" in person.sees
