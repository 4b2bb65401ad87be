"""The first words, the language, the commands."""

from tests.conftest import Town
from tests.conversations.steps import NUMBER


async def test_greeted_in_russian(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    assert "в два нажатия" in person.sees
    assert "Я никогда не прошу коды, CVV или деньги." in person.sees
    assert person.buttons == ["Қазақша"]


async def test_greeted_in_kazakh_where_telegram_says_so(town: Town) -> None:
    person = await town.citizen("Айгүл", "kk")
    assert "Мен ешқашан код, CVV немесе ақша сұрамаймын." in person.sees
    assert person.buttons == ["Русский"]


async def test_any_other_language_is_greeted_in_russian(town: Town) -> None:
    person = await town.citizen("Aigul", "en")
    assert "Я никогда не прошу коды, CVV или деньги." in person.sees


async def test_no_start_is_needed(town: Town) -> None:
    person = town.telegram.person("Айгүл", language="kk")
    await person.says(NUMBER)
    assert "Ешкім хабарламаған." in person.sees
    assert "Русский" in person.buttons  # the other language, once, for somebody new
    await town.passes(minutes=1)
    await person.says(NUMBER)
    assert "Русский" not in person.buttons


async def test_a_language_is_chosen_and_remembered_and_the_menu_follows(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    commands = {one["command"] for one in person.commands}
    assert commands >= {"start", "check", "report", "my", "language", "privacy", "help"}
    assert "Проверить номер, карту, ссылку" in {one["description"] for one in person.commands}
    await person.says("/language")
    await person.taps("Қазақша")
    assert "Енді қазақша жазамын." in person.sees
    assert "Нөмір, карта, сілтеме тексеру" in {one["description"] for one in person.commands}
    await town.restarts()
    await person.says("/help")
    assert "Не істей аламын" in person.sees


async def test_kazakh_letters_switch_until_a_language_was_chosen(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.says("Қоңырау шалып, код сұрады: 8 701 123 45 67")
    assert "Ешкім хабарламаған." in person.sees
    await person.says("/language")
    await person.taps("Русский")
    await person.says("Қоңырау шалып, код сұрады: 8 701 123 45 67")
    assert "Ешкім" not in person.sees
    assert "Сообщений нет." in person.sees


async def test_somebody_elses_kazakh_words_do_not_switch(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.forwards("Қоңырау шалыңыз: 8 701 123 45 67", origin="Белгісіз")
    assert "Сообщений нет." in person.sees


async def test_help_and_privacy(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    await person.says("/help")
    for command in ("/check", "/report", "/my", "/language", "/privacy"):
        assert command in person.sees
    await person.says("/privacy")
    assert "имя – только пока у вас есть доверенный человек" in person.sees


async def test_every_command_of_the_menu_answers(town: Town) -> None:
    person = await town.citizen("Айгүл", "ru")
    for one in person.commands:
        await person.says(f"/{one['command']}")
        assert person.sees, one
