"""Somebody about to pay, and a look-up in any chat."""

from itertools import product

import pytest

from core.deals import Advice, advice
from sandbox.telegram import Person
from storage.tables import HandledUpdate
from tests.conftest import Town
from tests.conversations.steps import CARD, NUMBER, OTHER, SHOWN, flagged

LISTING = "https://kolesa.kz/a/show/150594149"


@pytest.mark.parametrize(("called", "hurried", "code"), product([True, False], repeat=3))
def test_advice(called: bool, hurried: bool, code: bool) -> None:
    given = advice(called_first=called, hurried=hurried, asked_for_code=code)
    assert given is (Advice.stop if code else Advice.wait if called or hurried else Advice.careful)


async def test_a_clean_deal_is_one_answer_with_three_questions(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"{LISTING} продавец {NUMBER} перевести на карту {CARD}")
    assert "Ни о чём из 3 ничего не известно. Это не гарантия." in person.sees
    assert "Вместе о них пока никто не сообщал." in person.sees
    for place in ("1. ", "2. ", "3. "):
        assert place in person.sees
    assert "На чьё имя карта" in person.sees
    assert "kolesa" in person.sees
    assert SHOWN in person.sees


async def test_seen_together_in_kazakh(town: Town) -> None:
    teller = await town.citizen("Свидетель")
    await teller.says(f"звонили с {NUMBER}, перевёл на карту мошенника {CARD}")
    await teller.taps("Сообщить")
    await teller.taps("Безопасный счёт")
    await town.passes(minutes=5)
    person = await town.citizen("Гүлнар", "kk")
    await person.says(f"/check {NUMBER} карта мошенника {CARD}")
    assert "1 адам бұлардың екеуі туралы бірге хабарлады" in person.sees
    assert "Әзірге төлемеген дұрыс" in person.sees


async def test_a_listed_thing_stops_the_deal(town: Town) -> None:
    await flagged(town)
    person = await town.citizen()
    await person.says(f"/check {OTHER} {NUMBER}")
    assert f"Не платите. Есть отметка: Телефон {SHOWN}" in person.sees
    assert "Перед оплатой" not in person.buttons


async def test_a_story_about_a_scam_is_no_deal(town: Town) -> None:
    person = await town.citizen()
    await person.says(f"служба безопасности звонила с {NUMBER} и с {OTHER}")
    assert "Спросите до оплаты" not in person.sees


async def answers(person: Person, *given: str) -> None:
    await person.taps("Төлемес бұрын" if person.language == "kk" else "Перед оплатой")
    for one in given:
        await person.taps(one)


async def test_before_you_pay(town: Town) -> None:
    person = await town.citizen()
    await person.says(NUMBER)
    await person.taps("Перед оплатой")
    assert "Перед оплатой: 1 из 3" in person.sees
    await person.taps("Нет")
    await person.taps("Назад")
    assert "1 из 3" in person.sees
    await person.taps("Да")
    await town.restarts()
    await person.taps("Да")
    await person.taps("Нет")
    assert "Подождите два дня, до 25.11.2026." in person.sees
    await person.taps("Назад")
    assert SHOWN in person.sees
    await answers(person, "Нет", "Нет", "Да")
    assert "Остановитесь." in person.sees
    assert person.buttons[0] == "Сообщить"


async def test_before_you_pay_in_kazakh(town: Town) -> None:
    person = await town.citizen("Гүлнар", "kk")
    await person.says(NUMBER)
    await answers(person, "Жоқ", "Жоқ", "Жоқ")
    assert "Бұл кепілдік емес" in person.sees


async def test_not_under_a_listed_number_and_for_nobody_else(town: Town) -> None:
    await flagged(town)
    person = await town.citizen()
    await person.says(NUMBER)
    assert "Перед оплатой" not in person.buttons
    stranger = await town.citizen("Чужой")
    assert "принадлежит другому" in str(await stranger.taps_data("pay:1:yy"))
    for forged in ("pay:4:yyyy", "pay:4:x"):
        assert "больше нет" in str(await person.taps_data(forged)) or person.popups


async def test_inline_in_the_writers_language(town: Town) -> None:
    await flagged(town)
    person = await town.citizen("Гүлнар", "kk")
    [found] = await person.types_inline(NUMBER)
    assert found["title"] == f"🟠 {SHOWN}"
    assert "3 адам хабарлады" in found["description"]
    text = found["input_message_content"]["message_text"]
    assert "Бірнеше адамның хабарламасы бойынша белгіленген" in text
    for name in ("Свидетель", "Гүлнар", str(person.id)):
        assert name not in text
    asked = list(town.telegram.inline_queries.values())[-1]
    assert asked.personal
    assert asked.kept_seconds <= 30


async def test_inline_keeps_nothing_and_shows_no_card_number(town: Town) -> None:
    person = await town.citizen()
    async with town.world.app.db.read() as session:
        before = len((await session.exec(HandledUpdate.__table__.select())).all())  # type: ignore[attr-defined]
    [found] = await person.types_inline(f"перевели на карту {CARD}")
    assert "4400 43•• •••• 7894" in found["input_message_content"]["message_text"]
    assert "4400431234567894" not in str(found).replace(" ", "")
    async with town.world.app.db.read() as session:
        after = len((await session.exec(HandledUpdate.__table__.select())).all())  # type: ignore[attr-defined]
    assert before == after


@pytest.mark.parametrize("query", ["", "   ", "привет", "моя карта 4400 4312 3456 7894 cvv 123", "🙂" * 200])
async def test_inline_with_nothing_to_look_up_offers_the_bot(town: Town, query: str) -> None:
    person = await town.citizen()
    assert await person.types_inline(query) == []
    asked = list(town.telegram.inline_queries.values())[-1]
    assert asked.button
    assert asked.button["start_parameter"] == "inline"
    await person.starts("inline")
    assert "Сақ бол" in person.sees


async def test_inline_of_somebody_new(town: Town) -> None:
    stranger = town.telegram.person("Новый", language="kk")
    [found] = await stranger.types_inline("102")
    assert "🔵" in found["title"]
