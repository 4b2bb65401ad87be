"""Writing, approving and planning a broadcast; every refusal on the way."""

from datetime import datetime

from core import suggestions
from storage.tables import Broadcast
from tests.conftest import Town
from tests.conversations.broadcasting import approved, draft, number_of, studio, submitted, subscribers, warned
from tests.conversations.steps import NUMBER, reports


async def stored(town: Town, broadcast: int) -> Broadcast:
    async with town.world.app.db.read() as session:
        return await session.get_one(Broadcast, broadcast)


async def test_own_words_in_both_languages_with_a_picture(town: Town) -> None:
    author, approver = await studio(town)
    [person] = await subscribers(town, 1)
    await author.says("/broadcast")
    await author.taps("Свой текст")
    broadcast = number_of(author)
    assert "Русский: текста ещё нет" in author.sees
    assert "на обоих языках" in str(await author.taps("Отправить на одобрение"))
    await author.taps("✏️ Русский")
    await author.says("Срочно")
    assert "Слишком коротко" in author.sees
    await author.says("Звонят с 8 701 123 45 67, зовут на kaspi-bonus.example.com. Кладите трубку и звоните 102 сами.")
    assert "не из официальных: +7 701 123-45-67, kaspi-bonus.example.com" in author.sees
    assert "2 SMS (UCS-2)" in author.sees
    await author.taps("✏️ Русский")
    await author.says("Банк не звонит в WhatsApp. Кладите трубку и звоните 102.")
    assert "официальных" not in author.sees
    await author.taps("✏️ Қазақша")
    await author.says("Банк WhatsApp-та қоңырау шалмайды. Тұтқаны қойып, 102-ге хабарласыңыз.")
    await author.taps("Картинка")
    await author.says("вот")
    await author.sends_photo(b"\xff\xd8\xff" + b"0" * 100)
    assert "С картинкой" in author.sees
    await author.taps_data(f"bcast:preview:{broadcast}:")
    assert all(one.photo and one.labels for one in author.said)
    await approved(town, author, approver, broadcast)
    await town.settle()
    assert person.last.photo and "Банк не звонит" in person.last.text and len(person.last.labels) == 4


async def test_who_may_not(town: Town) -> None:
    author, approver, third = await studio(town, 3)
    [citizen] = await subscribers(town, 1)
    for command in ("/broadcast", "/broadcasts", "/stats"):
        await citizen.says(command)
        assert "Это для редакторов рассылок." in citizen.sees
    broadcast = await draft(author)
    for verb in ("submit", "approve", "schedule", "test", "pause", "resume", "cancel", "card", "write", "new"):
        assert "для редакторов" in str(await citizen.taps_data(f"bcast:{verb}:{broadcast}:yes"))
    for verb in ("write", "to", "schedule", "submit", "picture", "urgent", "audience"):
        assert "только автор" in str(await approver.taps_data(f"bcast:{verb}:{broadcast}:ru"))
    for gone in ("card:999:", f"nonsense:{broadcast}:", f"to:{broadcast}:city=Лондон", "new:0:B99"):
        assert "уже нет" in str(await author.taps_data(f"bcast:{gone}"))
    state = "Состояние рассылки уже другое"
    assert state in str(await approver.taps_data(f"bcast:approve:{broadcast}:"))  # a draft
    assert state in str(await approver.taps_data(f"bcast:take:{broadcast}:"))
    await submitted(town, author, broadcast)
    seen = str(approver.last.inline[0][0].data)
    assert "Это ваш текст" in str(await author.taps_data(seen))
    assert state in str(await author.taps_data(f"bcast:submit:{broadcast}:"))
    # an edit after it was read: the old button approves nothing
    await author.taps("Изменить (нужно новое одобрение)")
    await author.taps_data(f"bcast:to:{broadcast}:language=kk")
    await submitted(town, author, broadcast)
    assert "После того как вы прочли" in str(await approver.taps_data(seen))
    assert "После того как вы прочли" in str(await approver.taps_data(f"bcast:approve:{broadcast}:"))
    await third.taps("Вернуть автору")
    await town.settle()
    assert "Второй редактор вернул текст" in author.sees
    assert state in str(await approver.taps("Одобрить"))
    # what began to go out stays as it is
    await author.taps_data(f"bcast:to:{broadcast}:language=kk")
    await approved(town, author, approver, broadcast)
    await town.passes(seconds=2)  # what the bot said to people meanwhile goes first
    assert "Рассылка уже пошла" in str(await author.taps_data(f"bcast:write:{broadcast}:ru"))
    assert state in str(await approver.taps_data(seen))
    assert state in str(await approver.taps_data(f"bcast:cancel:{broadcast}:"))
    assert warned(citizen)


async def test_one_operator_alone_approves_nothing(town: Town) -> None:
    [author] = await studio(town, 1)
    broadcast = await draft(author)
    assert "Одобрить некому: в SAQBOL_OPERATOR_IDS нужен ещё 1 редактор" in author.sees
    assert "Вы единственный редактор" in str(await author.taps("Отправить на одобрение"))
    await town.restarts(operator_ids=(author.id, 5))
    await author.taps_data(f"bcast:urgent:{broadcast}:")
    assert "Срочную одобряют двое" in str(await author.taps("Отправить на одобрение"))
    assert (await stored(town, broadcast)).status == "draft"


async def test_once_weekly_monthly_and_missed(town: Town) -> None:
    """It is Monday 23.11.2026, 10:00 in Almaty."""
    author, approver = await studio(town)
    [person] = await subscribers(town, 1)
    broadcast = await draft(author)
    await author.taps("Когда")
    await author.taps("В назначенное время")
    for wrong, told in (
        ("22.11.2026 10:00", "уже прошло"),
        ("скоро", "Не понял время"),
        ("1.1.2029 10:00", "больше года"),
    ):
        await author.says(wrong)
        assert told in author.sees
    await author.says("завтра 9:30")
    assert "Когда: 24.11.2026 09:30" in author.sees
    await author.taps_data(f"bcast:schedule:{broadcast}:")
    await author.taps_data(f"bcast:schedule:{broadcast}:w2")
    await author.taps("пт")
    await author.says("18:00 30.11")
    assert "ср, пт в 18:00, до 30.11.2026" in author.sees
    await approved(town, author, approver, broadcast)
    await town.passes(days=2, hours=7, minutes=59)
    assert not warned(person)
    await town.passes(minutes=1, seconds=1)
    assert len(warned(person)) == 1
    # the bot is down on Friday, four hours: too late
    town.world.clock.moved += datetime(2026, 11, 27, 17, 1, tzinfo=town.world.clock().tzinfo) - town.world.clock()
    await town.settle()
    await town.passes(minutes=1)
    assert len(warned(person)) == 1
    assert "не ушла 27.11.2026 18:00" in author.sees and "Пропущен 1 запуск" in approver.sees
    assert (await stored(town, broadcast)).status == "done"  # Wednesday would be behind its last day
    monthly = await draft(author, "B02")
    await author.taps_data(f"bcast:schedule:{monthly}:monthly")
    await author.says("31 12:00")
    assert "каждый месяц, 31-го числа в 12:00" in author.sees
    await approved(town, author, approver, monthly)
    town.world.clock.moved += datetime(2026, 11, 30, 8, 30, tzinfo=town.world.clock().tzinfo) - town.world.clock()
    await town.settle()  # an hour and a half late: within its window
    assert len(warned(person)) == 2
    assert (await stored(town, monthly)).next_at == datetime(2026, 12, 31, 7, tzinfo=town.world.clock().tzinfo)
    await author.says("/broadcasts")
    assert len(author.buttons) == 2 and "одобрена" in author.buttons[0] and "разослана" not in author.buttons[0]


async def test_a_rising_scheme_brings_a_draft_once_a_week(town: Town) -> None:
    operators = await studio(town)
    for place in range(5):
        await reports(await town.citizen(f"Житель {place}"), f"8 701 123 4{place} 67")
    await town.world.app.housekeep()
    await town.passes(hours=2)
    await town.world.app.housekeep()
    await town.settle()
    for one in operators:
        assert one.sees.count("Вот черновик предупреждения") == 1
        assert "Звонок «из банка», 5 за сутки, обычно 0.0" in one.sees
    await operators[1].taps("Взять в работу")
    assert "Банк не просит код" in operators[1].sees and "Отправить на одобрение" in str(operators[1].buttons)
    assert "уже другое" in str(await operators[0].taps("Взять в работу"))
    assert not suggestions.rises(5, 60) and suggestions.rises(7, 60) and not suggestions.rises(4, 0)


async def test_asked_once_after_a_first_check(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await town.settle()
    assert "Присылать вам" not in person.sees
    await town.passes(minutes=1)
    assert "Присылать вам короткие предупреждения" in person.sees
    assert person.last.labels == ["Да", "Нет, спасибо"]
    await person.taps("Нет, спасибо")
    assert "выключены" in person.sees
    await person.says(NUMBER)
    await town.passes(days=40)
    await person.says("8 747 555 66 77")
    await town.passes(days=1)
    assert "Присылать вам" not in person.sees
    await person.says("/subscribe")
    await person.taps("Включить")
    await person.taps("Выбрать город")
    await person.taps("Астана")
    assert "Ваш город: Астана." in person.sees
    assert "нет" in str(await person.taps_data("subscribe:77"))
    await person.taps("Выключить")
    decided = await town.citizen("Решила сама")
    await decided.says(NUMBER)
    await decided.says("/subscribe")
    await decided.taps("Включить")
    await town.passes(minutes=2)
    assert "Присылать вам" not in decided.sees


async def test_whose_warning_is_it(town: Town) -> None:
    author, approver = await studio(town)
    [person] = await subscribers(town, 1)
    await approved(town, author, approver, await draft(author))
    await town.passes(seconds=2)
    warning = person.last.text
    code = warning.split("SQ-")[1][:5]
    original = ["Банк не просит код", "23.11.2026", "хоть слово или есть ссылка, это подделка"]
    for asked in (f"SQ-{code}", f"sq {code.lower()}"):
        await person.says(asked)
        assert all(one in person.sees for one in original) and "В вашем есть" not in person.sees
    await person.forwards(warning, origin="Кто-то")
    assert all(one in person.sees for one in original) and "Сообщить" not in str(person.last.labels)
    await person.forwards(warning, origin=town.telegram.person("Клон", username="saqbol_bot1"))
    assert "это подделка" in person.sees and "@saqbol_bot1" in person.sees  # who sent it can be reported too
    await person.says("SQ-22222")
    assert "С кодом SQ-22222 я ничего не отправлял" in person.sees
    await person.says(f"Банк ждёт вас на kaspi-bonus.example.com SQ-{code}")
    assert all(one in person.sees for one in ("В вашем есть kaspi-bonus.example.com", "ваше – подделка"))
    assert not [link for one in person.said for link in one.links if "kaspi" in link]
    # the fake can be reported at once; telling of a code is then an answer, not a question
    await person.taps("Сообщить")
    await person.taps_data(next(one.data for row in person.last.inline for one in row if "scheme:" in str(one.data)))
    await person.taps("Что случилось")
    await person.says(f"Пришло сообщение с кодом SQ-{code} и чужой ссылкой внутри")
    assert "С кодом" not in person.sees
