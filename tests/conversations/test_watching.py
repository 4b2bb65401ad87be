"""Tell me if this changes: next morning, five things at most."""

from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, OTHER_SHOWN, SHOWN, reports


async def test_news_come_next_morning(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    await person.says(NUMBER)
    assert SHOWN in str(await person.taps("Өзгерсе, хабарлаңыз"))
    await reports(await town.citizen("Тимур"))
    await town.passes(hours=12)
    assert "жаңалық" not in person.sees
    await town.passes(hours=12)
    assert "Өзіңіз қадағалауды сұраған дерек туралы жаңалық бар." in person.sees
    assert SHOWN in person.sees
    assert "Тимур" not in person.sees
    assert await person.taps("Қадағалауды тоқтату") == "Енді бұл туралы хабар бермеймін."
    for name in ("Гүлнар", "Марат"):
        await reports(await town.citizen(name))
    await town.passes(days=2)
    assert person.sees == ""


async def test_no_news_where_it_changed_back(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Следить")
    other = await town.citizen("Тимур")
    await reports(other)
    await other.taps("Отозвать сообщение")
    await other.taps("Да, отозвать")
    await town.passes(days=1)
    assert "Есть новости" not in person.sees


async def test_a_second_tap_stops(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Следить")
    assert await person.taps("Следить") == "Больше за этим не слежу."
    await reports(await town.citizen("Тимур"))
    await town.passes(days=1)
    assert "Есть новости" not in person.sees


async def test_one_of_several_is_chosen(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"{NUMBER} и {OTHER}")
    await person.taps("Следить")
    assert person.buttons == [SHOWN, OTHER_SHOWN, "Назад"]
    await person.taps(OTHER_SHOWN)
    assert OTHER_SHOWN in person.popups[-1]
    await person.taps("Назад")
    assert person.buttons[0] == "Сообщить"


async def test_five_at_most(town: Town) -> None:
    person = await town.citizen()
    for last in range(5):
        await person.says(f"8 701 123 45 6{last}")
        await person.taps("Следить")
    await person.says(NUMBER)
    assert await person.taps("Следить") == "Следить можно за пятью записями. Сначала откажитесь от одной."


async def test_a_popup_shows_an_address_as_it_is(town: Town) -> None:
    person = await town.citizen()
    await person.says("https://kaspi-bonus.top/win?a=1&b=2")
    assert "kaspi-bonus.top/win?a=1&b=2" in str(await person.taps("Следить"))
