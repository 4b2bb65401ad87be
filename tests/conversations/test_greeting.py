"""The first words, the language, the commands."""

from tests.conftest import Town
from tests.conversations.steps import NUMBER


async def test_greeted_in_russian(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    assert "in two taps" in person.sees
    assert "I never ask for codes, CVV or money." in person.sees
    assert person.buttons == ["Қазақша"]


async def test_greeted_in_kazakh_where_telegram_says_so(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    assert "KK I never ask for codes, CVV or money." in person.sees
    assert person.buttons == ["Русский"]


async def test_any_other_language_is_greeted_in_russian(town: Town) -> None:
    person = await town.citizen("Aigul", "en")
    assert "I never ask for codes, CVV or money." in person.sees


async def test_no_start_is_needed(town: Town) -> None:
    person = town.telegram.person("Айгүл", language="kk")
    await person.says(NUMBER)
    assert "KK No reports." in person.sees
    assert "Русский" in person.buttons  # the other language, once, for somebody new
    await person.says(NUMBER)
    assert "Русский" not in person.buttons


async def test_a_language_is_chosen_and_remembered_and_the_menu_follows(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    assert {one["command"] for one in person.commands} >= {"start", "check", "report", "my", "language", "privacy", "help"}
    assert "Check a number, card or link" in {one["description"] for one in person.commands}
    await person.says("/language")
    await person.taps("Қазақша")
    assert "KK From now on I write in English." in person.sees
    assert "KK Check a number, card or link" in {one["description"] for one in person.commands}
    await town.restarts()
    await person.says("/help")
    assert "KK What I can do" in person.sees


async def test_kazakh_letters_switch_until_a_language_was_chosen(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.says("Қоңырау шалып, код сұрады: 8 701 123 45 67")
    assert "KK No reports." in person.sees
    await person.says("/language")
    await person.taps("Русский")
    await person.says("Қоңырау шалып, код сұрады: 8 701 123 45 67")
    assert "KK" not in person.sees
    assert "No reports." in person.sees


async def test_somebody_elses_kazakh_words_do_not_switch(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.forwards("Қоңырау шалыңыз: 8 701 123 45 67", origin="Белгісіз")
    assert "KK" not in person.sees


async def test_help_and_privacy(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.says("/help")
    for command in ("/check", "/report", "/my", "/language", "/privacy"):
        assert command in person.sees
    await person.says("/privacy")
    assert "Your name is not kept" in person.sees


async def test_every_command_of_the_menu_answers(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    for one in person.commands:
        await person.says(f"/{one['command']}")
        assert person.sees, one
