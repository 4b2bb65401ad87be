"""Tell me if this changes: next morning, five things at most."""

from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, OTHER_SHOWN, SHOWN, reports


async def test_news_come_next_morning(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    await person.says(NUMBER)
    assert SHOWN in str(await person.taps("Tell me if this changes"))
    await reports(await town.citizen("Тимур"))
    await town.passes(hours=12)
    assert "There is news" not in person.sees
    await town.passes(hours=12)
    assert "KK There is news about what you asked me to watch." in person.sees
    assert SHOWN in person.sees
    assert "Тимур" not in person.sees
    assert "no longer" not in str(await person.taps("Stop telling me"))
    for name in ("Гүлнар", "Марат"):
        await reports(await town.citizen(name))
    await town.passes(days=2)
    assert person.sees.count("There is news") == 1


async def test_no_news_where_it_changed_back(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Tell me if this changes")
    other = await town.citizen("Тимур")
    await reports(other)
    await other.taps("Take the report back")
    await other.taps("Yes, take it back")
    await town.passes(days=1)
    assert "There is news" not in person.sees


async def test_a_second_tap_stops(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Tell me if this changes")
    assert await person.taps("Tell me if this changes") == "I will not tell you about this any more."
    await reports(await town.citizen("Тимур"))
    await town.passes(days=1)
    assert "There is news" not in person.sees


async def test_one_of_several_is_chosen(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"{NUMBER} и {OTHER}")
    await person.taps("Tell me if this changes")
    assert person.buttons == [SHOWN, OTHER_SHOWN, "Back"]
    await person.taps(OTHER_SHOWN)
    assert OTHER_SHOWN in person.popups[-1]
    await person.taps("Back")
    assert person.buttons[0] == "Report"


async def test_five_at_most(town: Town) -> None:
    person = await town.citizen()
    for last in range(5):
        await person.says(f"8 701 123 45 6{last}")
        await person.taps("Tell me if this changes")
    await person.says(NUMBER)
    assert await person.taps("Tell me if this changes") == "I can watch five things for you. Stop one first."


async def test_a_popup_shows_an_address_as_it_is(town: Town) -> None:
    person = await town.citizen()
    await person.says("https://kaspi-bonus.top/win?a=1&b=2")
    assert "kaspi-bonus.top/win?a=1&b=2" in str(await person.taps("Tell me if this changes"))
