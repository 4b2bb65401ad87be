"""`/sos`: a victim's road, as victims walk it: in both languages, stopping in the middle, at night."""

from datetime import timedelta
from io import BytesIO

import pytest
from docx import Document

from core.road import Kind
from sandbox.telegram import Person
from tests.conftest import Town
from tests.conversations.steps import CARD, NUMBER, OTHER, OTHER_SHOWN, SHOWN, reports

# what is typed at the stops that ask for it, and the button that goes on everywhere else
TYPED = {
    "ru": (("номер обращения, который", "KZ-4821"), ("Кто вас обманул", NUMBER), ("Сколько денег ушло", "250 000"),
           ("Деньги уже ушли", "250 000"),
           ("сумма кредита", "1,5 млн"), ("Когда ушли", "9:40"), ("Когда взяли", "9:10")),
    "kk": (("айтқан өтініш нөмірін", "KZ-4821"), ("Сізді кім алдады", NUMBER), ("Қанша ақшаңыз", "250 000"),
           ("Ақша кетіп", "250 000"),
           ("Несие қанша", "1,5 млн"), ("ақша қашан", "9:40"), ("Несие қашан", "9:10")),
}  # fmt: skip
GOES_ON = {
    "ru": (
        "В последний час",
        "Kaspi",
        "Нет, это всё",
        "Подготовить: Русский",
        "Готово",
        "Да, это они",
        "Заявление подано",
    ),
    "kk": (
        "Соңғы бір сағатта",
        "Kaspi",
        "Жоқ, болғаны осы",
        "Дайындау: Қазақша",
        "Дайын",
        "Иә, солар",
        "Арызды бердім",
    ),
}
BACK = {"ru": "Назад", "kk": "Артқа"}
THE_END = {"ru": "Сейчас сделано всё", "kk": "бәрі істелді"}
RETURN = {"ru": "Вернуться к шагам", "kk": "Тоқтаған жеріме оралу"}
ANEW = {"ru": "Произошло другое", "kk": "Басқа жағдай болды"}


def screen(person: Person) -> str:
    """The newest message with buttons: the road's, or a reminder."""
    shown = person.chat.with_buttons
    return shown.text if shown else ""


async def goes_on(person: Person) -> bool:
    """One step as the screen asks for it; False at the end."""
    text, language = screen(person), person.language
    typed = next((answer for part, answer in TYPED[language] if part in text), None)
    if typed:
        await person.says(typed)
        return True
    label = next((one for part in GOES_ON[language] for one in person.buttons if one.startswith(part)), None)
    if label:
        await person.taps(label)
    return bool(label)


async def walks(town: Town, person: Person, until: str = "") -> None:
    """On, until the screen says so or the road ends."""
    for _ in range(30):
        if until and until in screen(person):
            return
        town.world.clock.moved += timedelta(seconds=3)  # nobody reads and taps within the same second
        assert BACK[person.language] in person.buttons, screen(person)
        assert len(screen(person)) < 600
        if not await goes_on(person):
            return
    raise AssertionError(screen(person))


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_each_kind_of_loss_leads_to_the_end(town: Town, language: str) -> None:
    person = await town.citizen("Айгүл", language)
    await person.says("/sos")
    for place, _ in enumerate(Kind):
        await person.taps(person.buttons[place])
        await walks(town, person)
        assert THE_END[language] in screen(person)
        assert "25.11.2026" in screen(person)  # two working days of the operator
        await town.settle()
        paper = next(message for message in reversed(person.chat.history) if message.files)
        words = "\n".join(one.text for one in Document(BytesIO(paper.files[0].data)).paragraphs)
        assert ("АРЫЗ" if language == "kk" else "ЗАЯВЛЕНИЕ") in words
        assert ("ЖСН: ____" if language == "kk" else "ИИН: ____") in words
        assert "23.11.2026 09:" in words
        await person.taps(RETURN[language])  # under the files, the place once more
        await person.taps(ANEW[language])
    assert "SB-" in town.desk.sees
    assert "⚡" in town.desk.sees


async def test_it_begins_by_itself_where_a_report_tells_of_a_loss_and_the_desk_sees_the_minutes(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Деньги ушли")
    await person.says("250 000")
    assert "Что делать сейчас" in person.buttons  # also before the questions are answered
    for answer in ("На карту", "Halyk", "В последний час"):
        await person.taps(answer)
    assert "Позвоните сейчас: Halyk, 7111" in screen(person)
    assert "к ним ушло 250 000 ₸" in screen(person).replace("\xa0", " ")
    await town.settle()
    assert "⏱ 30 минут, как ушли деньги; остановить можно до 11:30" in town.desk.sees
    await town.passes(minutes=11)
    assert "⏱ 40 минут" in town.desk.sees
    assert len([one for one in town.desk.history if "⏱" in (one.text or "")]) == 1  # edited, not posted again
    await town.passes(hours=3)
    assert "⏱" not in (town.desk.history[0].text or "")


async def test_the_place_is_found_again_the_next_day(town: Town) -> None:
    person = await town.citizen()
    await person.says("/sos")
    await person.taps("На меня взяли кредит")
    await walks(town, person, "номер обращения, который")
    await person.says("/my")
    assert "Что делать сейчас" in person.buttons
    await town.passes(days=1)
    await town.restarts()
    await person.says("/sos")
    assert screen(person).startswith("С возвращением. Вы остановились здесь.\n\nНапишите номер обращения")
    await person.taps("Назад")
    assert "Позвоните сейчас: Kaspi, 9999" in screen(person)
    await person.taps("Назад")
    assert "Кто выдал кредит?" in screen(person)
    await person.taps("Другой банк")
    await person.taps("Нурбанк")
    assert "Позвоните сейчас: Нурбанк, 2552" not in screen(person)  # the call is made already: on to the number
    await person.says("12345")
    assert "Стоп-кредит" in screen(person)
    await town.passes(minutes=1)
    await person.taps("Не получается")
    assert "близкий человек" in screen(person)
    await person.taps("Назад")
    assert "Включите «Стоп-кредит»" in screen(person)
    await person.taps("Не получается")
    await person.taps("Дальше")
    await person.says(f"звонили с {NUMBER}, деньги ушли на {CARD}")
    assert "Сообщено: SB-" in screen(person)
    await walks(town, person)
    assert "○ Включить «Стоп-кредит»" in screen(person)
    await person.taps("Включить «Стоп-кредит»")
    await person.taps("Готово")
    assert "Сейчас сделано всё" in screen(person)
    await town.settle()
    await person.says("/my")
    await person.taps("SB-")
    told = [line.partition(" · ")[2] for line in person.sees.splitlines() if line.startswith("24.11.2026")]
    assert told[0] == "номер обращения в банке: 12345"
    assert {"вы сообщили", "отправлено в полицию", "сделано: подать заявление"} <= set(told)
    assert told.index("вы сообщили") < told.index("сделано: подать заявление")


async def test_under_a_verdict_one_tap_says_who_it_was(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"звонили с {NUMBER} и просили код")
    await person.taps("Меня обманули")
    await person.taps("Они узнали код из SMS")
    await walks(town, person, "Это были они?")
    assert SHOWN in screen(person)
    await person.taps("Нет, другие")
    assert "Кто вас обманул?" in screen(person)
    refused = "Не вижу номера, карты, счёта или ссылки."
    await person.says("не знаю их")
    assert refused in person.sees
    await person.says(NUMBER)
    assert "Деньги уже ушли? Сколько?" in screen(person)
    await person.taps("Деньги не ушли")
    assert "Стоп-кредит" in screen(person)  # neither police nor statement where nothing is gone
    await town.settle()
    assert "SB-" not in town.desk.sees  # an attempt waits its two minutes like any report
    await person.taps("Назад")
    await person.says("80 000")
    await person.taps("Не помню")
    await person.taps("Да, было ещё")
    await person.says("20 000")
    await person.says("вчера 18:40")
    assert "• 20 000 ₸, 22.11.2026 18:40" in screen(person).replace("\xa0", " ")
    await town.settle()
    assert "Ушло денег: 100 000 ₸" in town.desk.sees.replace("\xa0", " ")
    await person.taps("Нет, это всё")
    assert "Позвоните в полицию: 102" in screen(person)


async def test_money_is_gone_and_nobody_knows_how_much(town: Town) -> None:
    person = await town.citizen()
    await person.says("/sos")
    await person.taps("Деньги ушли мошенникам")
    await walks(town, person, "Кто вас обманул")
    await person.says(CARD)
    assert "Сколько денег ушло?" in screen(person)
    await person.taps("Не знаю")
    await town.settle()
    assert "⏱ 30 минут" in town.desk.sees
    assert "Деньги ушли, сумма пока не известна" in town.desk.sees
    await person.taps("Назад")
    await person.says("много")
    assert "Не понимаю сумму." in person.sees
    await person.says("70 тыс")
    await person.taps("10 минут назад")
    assert "• 70 000 ₸, 23.11.2026 09:50" in screen(person).replace("\xa0", " ")
    await town.passes(minutes=1)
    assert "⏱ 10 минут, как ушли деньги; остановить можно до 11:50" in town.desk.sees


async def test_reminders_come_one_by_one_and_never_pile_up(town: Town) -> None:
    person = await town.citizen()
    await person.says("/sos")
    await person.taps("Деньги ушли мошенникам")
    await walks(town, person, "Позвоните сейчас")
    await person.taps("Не получается")
    await person.taps("Дальше")
    await town.passes(minutes=9)
    assert "Получилось дозвониться" not in person.sees
    await town.passes(minutes=1)
    assert "Получилось дозвониться? (Kaspi)" in person.sees
    await person.taps("Напомнить позже")
    assert "спрошу 23.11.2026 в 10:40" in screen(person)
    await town.passes(minutes=30)
    assert "Получилось дозвониться? (Kaspi)" in screen(person)
    await town.passes(hours=5)
    await person.taps("Да, получилось")
    assert "Напишите номер обращения" in screen(person)
    await person.says("KZ-77")
    await town.restarts()
    before = len(person.chat.history)
    await town.passes(hours=18)  # 09:40 of the next day
    assert "Заявление в полицию подано?" in screen(person)
    assert len(person.chat.history) == before + 1
    await person.taps("Заявление подано")
    assert "Кто вас обманул?" in screen(person)  # where they stood, not behind it
    await town.passes(days=1)
    assert len(person.chat.history) == before + 1
    await town.passes(days=1)  # the two working days are over
    assert "На ваше обращение ответили? (Kaspi)" in person.sees
    assert "Ваше обращение: KZ-77" in person.sees
    await town.passes(days=1)
    assert "Это снова обман" in person.sees  # once: those who promise the money back
    await person.taps("Да, ответили")
    assert "Национальный Банк: 1477" in person.sees
    await town.passes(days=60)
    assert len(person.chat.history) == before + 3


async def test_stop_is_stop_and_night_is_quiet_but_for_the_bank(town: Town) -> None:
    await town.passes(hours=13, minutes=30)  # 23:30
    person = await town.citizen("Айгүл", "kk")
    await person.says("/sos")
    await person.taps("Алаяқтарға ақша аудардым")
    await walks(town, person, "Қазір қоңырау шалыңыз")
    await town.passes(minutes=10)
    assert "Қоңырау шала алдыңыз ба? (Kaspi)" in person.sees
    await person.taps("Кейін еске салыңыз")
    assert "24.11.2026 күні сағат 09:00" in screen(person)
    await person.taps("Тоқтаған жеріме оралу")
    assert "Қазір қоңырау шалыңыз" in screen(person)
    await town.passes(hours=10)
    assert person.sees.count("Қоңырау шала алдыңыз ба?") == 1
    assert "Полицияға арыз" not in person.sees
    await town.passes(hours=3)
    assert "Полицияға арыз бердіңіз бе?" in person.sees
    await person.taps("Енді еске салмаңыз")
    assert "енді еске салмаймын" in screen(person)
    assert "Бұл – сол алаяқтықтың жалғасы" in screen(person)  # the one warning is given now
    heard = len(person.chat.history)
    await town.passes(days=60)
    assert len(person.chat.history) == heard


WRONG = """
    sos:1:pick:when:never sos:1:pick:bank:999x sos:1:pick:nowhere:1 sos:1:pick:statement:en sos:1:pick:sum:nothing
    sos:1:pick:at:5 sos:1:go:papers: sos:1:fly:: sos:1:done:offline: sos:1:told::soon sos:1:cant:what: sos:9:show::
    sos:0:begin:moon:1 sos:0:begin:report:99
""".split()


async def test_what_is_refused(town: Town) -> None:
    person, other = await town.citizen(), await town.citizen("Дана")
    await person.says("/sos")
    await person.taps("Деньги ушли мошенникам")
    assert await other.taps_data("sos:1:pick:when:hour") == "Это принадлежит другому человеку."
    for data in WRONG:
        assert await person.taps_data(data), data
    await walks(town, person, "номер обращения, который")
    for secret in (CARD, "960101300008", "обращение без номера", "KZ37722S999999999999"):
        await person.says(secret)
        assert "только номер обращения" in person.sees, secret
    await person.says("/sos")
    assert "Напишите номер обращения" in person.sees
    old = person.chat.last
    await person.taps("Произошло другое")
    assert await person.taps_data("sos:1:done:number:", message=old) == "Это старая кнопка. Где вы сейчас: /sos"
    assert "Что произошло?" in screen(person)
    await person.taps("Не сейчас")
    assert "/sos поможет в любое время" in person.sees


async def test_a_report_that_is_taken_back_is_no_dead_end(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Отозвать")
    await person.taps("Да, отозвать")
    await person.says(NUMBER)
    await person.taps("Меня обманули")
    await person.taps("Курьер забрал наличные")
    await walks(town, person)
    assert "Сейчас сделано всё" in screen(person)


async def test_another_verdict_on_the_way_begins_anew_only_if_they_say_so(town: Town) -> None:
    person = await town.citizen()
    await person.says("/sos")
    await person.taps("Деньги ушли мошенникам")
    await walks(town, person, "Позвоните сейчас")
    await person.says(OTHER)
    await person.taps("Меня обманули")
    assert "С возвращением" in screen(person)
    assert "Позвоните сейчас: Kaspi" in screen(person)
    await person.taps("Произошло другое")
    await person.taps("Курьер забрал наличные")
    await walks(town, person, "Это были они?")
    assert OTHER_SHOWN in screen(person)
    await person.taps("Да, это они")
    assert "Сообщено: SB-" in screen(person)


async def test_under_a_verdict_that_is_forgotten_it_begins_too(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await town.passes(days=31)
    await town.world.app.housekeep()
    await person.taps("Меня обманули")
    await person.taps("Курьер забрал наличные")
    await walks(town, person, "Кто вас обманул?")
    await person.taps("Ничего нет")
    assert "Сколько денег ушло?" in screen(person)
