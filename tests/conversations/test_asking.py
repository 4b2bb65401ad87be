"""The desk asks a reporter through the bot; the reporter answers, declines, or closes the line."""


from sandbox.telegram import Seen
from tests.conftest import Town
from tests.conversations.steps import forwarded

ASKED = "С какого банка вам представились?"


async def asks(town: Town, words: str = ASKED, case: int = 1, whom: str = "") -> Seen:
    """The officer's tap and words; returns the officer's message."""
    await town.officer.taps_data(f"case:ask:{case}:{whom or '0:'}", chat=town.desk)
    said = await town.officer.says(words, chat=town.desk, reply_to=town.desk.last)
    await town.settle()
    return said


async def test_a_question_and_its_answer(town: Town) -> None:
    person, number = await forwarded(town, language="kk")
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Спросить автора", chat=town.desk)
    assert number in town.desk.last.text
    said = await town.officer.says(f"{ASKED} Код 1234 говорили?", chat=town.desk, reply_to=town.desk.last)
    assert said.reactions == ["👍"]
    await town.settle()
    assert number in person.sees
    assert ASKED in person.sees
    assert "1234" not in person.sees
    assert "Ерлан" not in person.sees
    await person.taps("Жауап беру")
    await person.says("Kaspi, аты Асхат; картам 4400 4312 3456 7894, СМС коды 556677")
    assert "Полицияға жеткізілді" in person.sees
    await town.settle()
    answer = town.desk.history[-1]
    assert answer.reply_to is town.desk.history[0]
    assert f"C-1001, {number}" in answer.text
    assert "Kaspi, аты Асхат" in answer.text
    assert "556677" not in answer.text
    assert "Ерлан, вы спрашивали" in answer.text
    assert not {"Айгүл", str(person.id)} & set(answer.text.split())
    await town.passes(minutes=1)
    assert f"Ерлан · вопрос автору {number}" in town.desk.history[0].text
    assert f"{number} · ответ: «Kaspi, аты Асхат" in town.desk.history[0].text
    await person.taps("Дайын")
    await person.says("/my")
    assert "❓" not in person.sees
