"""The desk asks a reporter through the bot; the reporter answers, declines, or closes the line."""

from sqlmodel import select

from sandbox.telegram import Seen
from storage.tables import Answer, Evidence, Outbox, Question
from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, NUMBER, OTHER, OTHER_SHOWN, SHOWN, forwarded, reports
from tests.pictures import screens

THIRD = "8 777 321 00 11"
ASKED = "С какого номера вам звонили?"
PHOTO = screens.jpeg(screens.chat("Банк", [(False, "Переведите на безопасный счёт")]))


async def asks(town: Town, words: str = ASKED, whom: str = "0:", case: int = 1) -> Seen:
    """The officer's tap and words; returns the officer's message."""
    await town.officer.taps_data(f"case:ask:{case}:{whom}", chat=town.desk)
    said = await town.officer.says(words, chat=town.desk, reply_to=town.desk.last)
    await town.settle()
    return said


def below_card(town: Town) -> str:
    """The newest thing that came below the first card."""
    last = town.desk.history[-1]
    assert last.reply_to is town.desk.history[0]
    return last.text


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
    answer = below_card(town)
    assert f"C-1001, {number}" in answer
    assert "Kaspi, аты Асхат" in answer
    assert "556677" not in answer
    assert "Ерлан, вы спрашивали" in answer
    await town.passes(minutes=1)
    card = town.desk.history[0].text
    assert f"Ерлан · вопрос автору {number}: «{ASKED}" in card
    assert f"{number} · ответ: «Kaspi, аты Асхат" in card
    assert not any(secret in one.text for one in town.desk.history for secret in ("Айгүл", str(person.id)))
    await person.taps("Дайын")
    await person.says("/my")
    assert "❓" not in person.sees
    await person.taps(number)
    assert "сіз полицияға жауап бердіңіз" in person.sees
    await person.says(NUMBER)  # nothing is open any more
    assert SHOWN in person.sees


async def test_a_dropped_number_is_a_check_unless_it_replies(town: Town) -> None:
    person, _ = await forwarded(town)
    await asks(town)
    await person.taps("Ответить")
    await person.says(OTHER, reply_to=False)
    assert f"О номере {OTHER_SHOWN}" in person.sees or OTHER_SHOWN in person.sees
    assert "Сообщить" in person.buttons
    question = next(one for one in person.history if "Ответить" in one.labels)
    await person.taps("Ответить", message=question)
    await person.says(OTHER)  # the field was opened as a reply
    assert "Передано полиции" in person.sees
    await town.settle()
    assert OTHER_SHOWN in below_card(town) or OTHER in below_card(town)
    await person.says("и ещё с другого, не помню", reply_to=question)
    await town.settle()
    assert "и ещё с другого" in below_card(town)
    async with town.world.app.db.read() as session:
        assert len((await session.exec(select(Answer))).all()) == 2


async def test_an_answer_survives_days_restarts_other_talk_and_redelivery(town: Town) -> None:
    person, number = await forwarded(town)
    await asks(town, "Что они говорили?")
    await asks(town, "Сколько раз звонили?")
    first, second = (one for one in person.history if "Ответить" in one.labels)
    await town.passes(days=9)
    await town.restarts()
    await person.says("/my")
    assert "ждёт вашего ответа на 2 вопроса" in person.sees
    await person.taps(f"❓ {number}: Сколько раз")
    assert "Сколько раз звонили?" in person.sees
    await person.says("/help")
    await person.says("пугали кредитом", reply_to=first)
    await town.telegram.redeliver()
    await town.settle()
    assert "Что они говорили?" in below_card(town)
    assert "пугали кредитом" in below_card(town)
    await person.taps("Ответить", message=second)  # older than what Telegram shows of a message
    await person.sends_voice()
    assert "только слова и снимки" in person.sees
    await person.sends_sticker()
    assert "только слова и снимки" in person.sees
    await person.says("три раза за день")
    await town.settle()
    assert "Сколько раз звонили?" in below_card(town)
    async with town.world.app.db.read() as session:
        assert [one.words for one in await session.exec(select(Answer))] == ["пугали кредитом", "три раза за день"]


async def test_words_without_a_tap_are_passed_on_only_after_a_yes(town: Town) -> None:
    person, _ = await forwarded(town)
    await asks(town)
    await person.says("он назвался Асхатом, голос молодой")
    assert "Это ваш ответ полиции?" in person.sees
    await town.settle()
    assert "Асхатом" not in "".join(one.text for one in town.desk.history)
    await person.taps("Нет")
    assert "ничего не передал" in person.sees
    await person.says("он назвался Асхатом, голос молодой")
    await person.taps("Да, передать")
    await town.settle()
    assert "он назвался Асхатом" in below_card(town)
    assert await person.taps_data("asked:1:this") == "Этого здесь уже нет."


async def test_pictures_answer_and_become_evidence(town: Town) -> None:
    person, number = await forwarded(town)
    await asks(town, "Пришлите переписку")
    await person.taps("Ответить")
    other = screens.jpeg(screens.chat("Банк", [(False, "Второй снимок")]))
    await person.sends_album([PHOTO, other], "вот она, мой CVV 987")
    assert len([one for one in person.said if "Передано полиции" in one.text]) == 1
    await town.passes(minutes=1)
    shown = [one for one in town.desk.history if one.photo]
    assert len(shown) == 2
    assert all(one.reply_to is town.desk.history[0] for one in shown)
    assert f"C-1001 · {number}\n💬 Ответ на вопрос: Пришлите переписку" in shown[0].text
    assert any("вот она" in one.text and "Снимок придёт следом" in one.text for one in town.desk.history)
    assert "987" not in "".join(one.text for one in town.desk.history if "вот она" in one.text)
    await person.sends_document(b"MZ", "virus.exe", "application/octet-stream")
    assert "Я читаю картинки" in person.sees
    await person.sends_document(PHOTO, "a.jpg", "image/jpeg", size=21 * 1024 * 1024)
    assert "больше 20 МБ" in person.sees
    async with town.world.app.db.read() as session:
        assert [one.report_id for one in await session.exec(select(Evidence))] == [1, 1]


async def test_declining_and_closing_the_line(town: Town) -> None:
    person, number = await forwarded(town)
    await asks(town)
    await person.taps("Не хочу отвечать", times=2)
    await town.settle()
    assert "отвечать на вопрос не хотят" in below_card(town)
    assert ASKED in below_card(town)
    question = next(one for one in person.history if ASKED in one.text)
    assert await person.taps_data("asked:1:answer", message=question) == "Этот вопрос закрыт. От вас ничего не нужно."
    await asks(town, "Узнали бы вы голос?")
    await person.taps("Больше не спрашивать")
    await town.settle()
    assert "просит больше не задавать вопросов" in below_card(town)
    assert "просил больше не спрашивать" in str(await town.officer.taps_data("case:ask:1:0:", chat=town.desk))
    await person.says("/my")
    assert "❓" not in person.sees
    await person.taps(number)
    await person.taps("Разрешить полиции спрашивать")
    await town.settle()
    assert "снова готов отвечать" in below_card(town)
    await asks(town, "Спасибо. Узнали бы вы голос?")
    assert "Узнали бы вы голос?" in person.sees


async def test_who_blocked_the_bot_is_not_reachable_and_the_desk_hears_it(town: Town) -> None:
    person, number = await forwarded(town)
    await town.officer.taps_data("case:ask:1:0:", chat=town.desk)
    person.blocked = True  # before the question left, and nothing told us
    await town.officer.says(ASKED, chat=town.desk, reply_to=town.desk.last)
    await town.settle()
    assert f"{number}: вопрос не дошёл, автор сообщения недоступен" in below_card(town)
    assert "Автор недоступен" in str(await town.officer.taps_data("case:ask:1:0:", chat=town.desk))
    await person.unblocks_bot()
    await person.says("/my")
    assert "❓" not in person.sees
    await asks(town)
    assert ASKED in person.sees


async def test_nobody_is_pestered(town: Town) -> None:
    person, _ = await forwarded(town)
    await asks(town, "Первый вопрос")
    await asks(town, "Первый вопрос")
    await asks(town, "Второй вопрос")
    assert len([one for one in person.history if "Ответить" in one.labels]) == 2
    assert "Пока вопросов достаточно" in str(await town.officer.taps_data("case:ask:1:0:", chat=town.desk))
    for _ in range(3):
        await person.taps("Не хочу отвечать", message=next(one for one in person.history if "Ответить" in one.labels))
        await asks(town, f"Ещё вопрос {len(person.history)}")
    for question in [one for one in person.history if "Ответить" in one.labels]:
        await person.taps("Не хочу отвечать", message=question)
    assert "Пока вопросов достаточно" in str(await town.officer.taps_data("case:ask:1:0:", chat=town.desk))
    await town.passes(days=1, minutes=1)
    await asks(town, "Новый день")
    assert "Новый день" in person.sees


async def test_one_report_or_all_reporters_of_a_case(town: Town) -> None:
    first, _ = await forwarded(town)
    second, _ = await forwarded(town, "Тимур")
    await forwarded(town, "Вор", OTHER)
    gone, _ = await forwarded(town, "Ушедший")
    await gone.blocks_bot()
    await reports(first, THIRD)  # the same person twice in the case
    await town.passes(minutes=3)
    await reports(second, f"служба безопасности звонила с {NUMBER} и с {THIRD}")
    await town.settle()
    await asks(town, "Только вам", whom="2:")
    assert "Только вам" in second.sees
    assert "Только вам" not in "".join(one.text for one in first.history)
    card = town.desk.history[0]
    assert "4 сообщения, 3 человека" in card.text
    await town.officer.taps_data("case:ask:1:0:", message=card)
    assert len([label for label in card.labels if "SB-" in label]) == 4
    await town.officer.taps("Всех авторов", chat=town.desk)
    await town.officer.says("Вы записали разговор?", chat=town.desk, reply_to=town.desk.last)
    await town.settle()
    for person in (first, second):
        assert len([one for one in person.history if "Вы записали разговор?" in one.text]) == 1
    async with town.world.app.db.read() as session:
        asked = {one.report_id: one.closed_by for one in await session.exec(select(Question))}
    assert asked == {2: None, 4: "unreachable", 5: None}
    assert await town.officer.taps_data("case:ask:1:3:", chat=town.desk) == "Этого здесь уже нет."
    await first.taps("Ответить")
    await first.says("да, есть запись")
    await town.settle()
    assert "да, есть запись" in below_card(town)


async def test_the_answer_follows_a_report_into_another_case_and_a_question_is_not_undone(town: Town) -> None:
    await forwarded(town, "Тимур", OTHER)
    person, number = await forwarded(town)
    await town.officer.taps_data("case:take:2:0:", chat=town.desk)
    await asks(town, case=2)
    await town.officer.taps_data("case:merge:2:1:", chat=town.desk)
    await person.taps("Ответить")
    await person.says("с городского")
    await town.settle()
    assert f"C-1001, {number}" in below_card(town)
    await town.officer.taps_data("case:undo:1:0:", chat=town.desk)
    assert "взятие" in str(await town.officer.taps_data("case:undo:2:0:", chat=town.desk))  # and not the question
    assert "нечего" in str(await town.officer.taps_data("case:undo:2:0:", chat=town.desk)).lower()
    await person.taps_data("withdraw:1:1")


async def test_others_questions_are_refused(town: Town) -> None:
    person, _ = await forwarded(town)
    await asks(town)
    thief = await town.citizen("Вор")
    for verb in ("show", "answer", "decline", "close", "done", "this"):
        assert await thief.taps_data(f"asked:1:{verb}") == "Это принадлежит другому человеку."
    assert await thief.taps_data("line:1") == "Это принадлежит другому человеку."
    for data in ("asked:99:answer", "asked:1:nonsense", "asked:99999999999:answer", "line:99"):
        assert await person.taps_data(data) == "Этого здесь уже нет."
    await town.settle()
    async with town.world.app.db.read() as session:
        question = (await session.exec(select(Question))).one()
        assert question.closed_at is None
        assert not [one for one in await session.exec(select(Outbox)) if one.kind == "line"]
    await person.says("/my")
    await person.taps(BANK_CALL)
    await person.taps("Отозвать")
    await person.taps("Да")
    assert await person.taps_data("asked:1:answer") == "Это сообщение уже нельзя изменить."


async def test_a_stranger_reports_as_before(town: Town) -> None:
    """Nothing of this is in the way of who was never asked."""
    person = await town.citizen("Новый")
    await person.says("здравствуйте, как дела у вас")
    assert "ответ полиции" not in person.sees
    await reports(person)
