"""What an appeal must not do, and what must not be lost on the way to it."""

import asyncio

import pytest
from sqlmodel import col, select

from sandbox.telegram import Person, media
from storage.tables import Appeal
from tests.conftest import Town
from tests.conversations.appealing import OWN, appeals, confirmed, owner, verdict
from tests.conversations.steps import CARD, NUMBER, OTHER, OTHER_SHOWN, SHOWN, flagged
from tests.pictures import screens

WORDS = "это мой рабочий номер"


async def kept(town: Town) -> list[Appeal]:
    async with town.world.app.db.read() as session:
        return list(await session.exec(select(Appeal).order_by(col(Appeal.id))))


async def card_appealed(town: Town) -> Person:
    """A flagged card whose owner is asked for a paper."""
    await flagged(town, CARD, "перевели на карту {}", "Безопасный счёт")
    person = await owner(town)
    await person.says(f"/appeal перевели на мою карту, а это карта {CARD}")
    await person.says("/appeal")
    await person.says(f"вот карта {CARD}, перевели на неё")
    return person


async def test_another_number_in_the_middle_is_a_check_and_no_words(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.shares_own_contact()
    await person.says(OTHER)
    assert OTHER_SHOWN in person.sees
    assert await kept(town) == []
    await person.says(WORDS)
    assert "Ваше обращение" in person.sees
    assert [one.words for one in await kept(town)] == [WORDS]


async def test_another_number_instead_of_a_proof_is_appealed_itself(town: Town) -> None:
    await flagged(town)
    await confirmed(town, OTHER)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.says(OTHER)
    assert OTHER_SHOWN in person.sees
    await person.shares_own_contact()
    assert "на другом номере" in person.sees


async def test_started_anew_the_contact_proves_nothing(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.starts()
    await person.shares_own_contact()
    assert SHOWN in person.sees
    assert await kept(town) == []


async def test_a_command_in_the_middle_keeps_the_question(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.says("/help")
    await person.shares_own_contact()
    await person.says("/my")
    await person.says(WORDS)
    assert [one.words for one in await kept(town)] == [WORDS]


async def test_cancelled_at_the_last_step(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.shares_own_contact()
    await person.taps("Отмена")
    assert "не обращаемся" in person.sees
    await person.says(WORDS)
    assert await kept(town) == []


@pytest.mark.parametrize("back", [1, 2, 3])
async def test_redelivered_updates_make_one_appeal(town: Town, back: int) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person)
    seen = person.sees
    for update in list(town.telegram.sent)[-back:]:
        await town.telegram.redeliver(update)
    await town.settle()
    assert person.sees == seen or "Ваше обращение" in person.sees
    assert len(await kept(town)) == 1
    assert len([one for one in town.desk.history if "Обращение владельца" in one.text]) == 1


async def test_two_people_at_once_make_one_appeal(town: Town) -> None:
    await flagged(town)
    both = [await owner(town), await town.citizen("Второй")]
    for person in both:
        person.phone = OWN
        await person.says(f"/appeal {NUMBER}")
        await person.shares_own_contact()
    await asyncio.gather(*(person.says(WORDS) for person in both))
    await town.settle()
    assert len(await kept(town)) == 1
    said = sorted("Ваше обращение" in person.sees for person in both)
    assert said == [False, True]
    assert any("Это уже проверяется, до 11.12.2026" in person.sees for person in both)


async def test_a_changed_verdict_can_be_appealed_at_once(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person)
    await town.officer.taps("Оставить", chat=town.desk)
    await town.officer.taps("есть доказательства", chat=town.desk)
    await town.settle()
    await person.says(f"/appeal {NUMBER}")
    assert "меньше 30 дней" in person.last.text
    await person.says("/forget")
    await person.taps("Удалить всё")
    await person.says(f"/appeal {NUMBER}")
    assert "меньше 30 дней" in person.last.text, "being forgotten lets nobody appeal anew"
    card = next(one for one in town.desk.history if "Дело C-" in one.text)
    await town.officer.taps("✅", chat=town.desk, message=card)
    await town.officer.taps("собственная проверка", chat=town.desk, message=card)
    await town.settle()
    await person.says(f"/appeal {NUMBER}")
    assert "Покажите, что номер ваш" in person.sees


async def test_three_open_appeals_of_a_person_at_most(town: Town) -> None:
    numbers = [f"8 701 555 66 7{digit}" for digit in range(4)]
    person = await owner(town)
    for place, number in enumerate(numbers):
        await confirmed(town, number)
        await town.passes(days=1)
        await person.says(f"/appeal {number}")
        if place < 3:
            await person.says(f"ответ оператора {place}17")
            await person.taps("Отправить без пояснений")
            assert "Ваше обращение" in person.sees
    assert "Три ваших обращения" in person.sees
    await person.says("/appeal")
    assert person.sees.count("проверяется") >= 3


async def test_a_paper_that_cannot_be_opened_is_asked_for_again(town: Town) -> None:
    person = await card_appealed(town)
    await person.sends_document(b"%PDF-1.7 broken", "spravka.pdf")
    await person.taps("Отправить без пояснений")
    await town.passes(minutes=2)
    assert "Не получилось открыть ваш документ" in person.sees
    assert "документ не открылся" in town.desk.sees
    assert town.desk.last.labels == []
    assert "🟠" in await verdict(town, f"перевели на карту {CARD}")
    await person.says("/appeal")
    await person.says(f"вот карта {CARD}, перевели на неё")
    await person.says("ответ банка № 17-22")
    await person.taps("Отправить без пояснений")
    assert "Ваше обращение" in person.sees


async def test_a_paper_outlives_a_busy_telegram(town: Town) -> None:
    person = await card_appealed(town)
    await person.sends_photo(screens.jpeg(screens.chat("Банк", [(False, "Справка о счёте")])))
    await person.taps("Отправить без пояснений")
    town.telegram.fail(method="sendPhoto", chat_id=town.desk.id, error="429", retry_after=20)
    await town.passes(minutes=2)
    assert len([one for one in town.desk.history if one.files]) == 1
    async with town.world.app.db.read() as session:
        [appeal] = await session.exec(select(Appeal))
    assert appeal.sha256
    stored = (town.world.app.files.folder / appeal.sha256[:2] / appeal.sha256).read_bytes()
    assert stored[:3] != b"\xff\xd8\xff"  # encrypted


async def test_what_is_no_paper(town: Town) -> None:
    person = await card_appealed(town)
    await person.sends_document(b"PK", "spravka.docx", "application/msword")
    assert "Я читаю картинки" in person.sees or "JPEG" in person.sees
    await person.sends_document(b"%PDF", "big.pdf", size=21 * 1024 * 1024)
    assert "20 МБ" in person.sees
    await person.says("да")
    assert "слишком коротко" in person.sees.lower() or "чуть подробнее" in person.sees
    assert await kept(town) == []


async def test_an_album_is_one_paper(town: Town) -> None:
    person = await card_appealed(town)
    page = screens.jpeg(screens.chat("Банк", [(False, "Справка о счёте")]))
    await person.sends_album([page, page])
    assert [one.text for one in person.history].count(person.last.text) == 1
    await person.sends_photo(page)
    assert "Этого достаточно" in person.sees
    await person.taps("Отправить без пояснений")
    await town.passes(minutes=2)
    assert len([one for one in town.desk.history if one.files]) == 1


async def test_a_forwarded_own_contact_proves_nothing(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    contact = {"phone_number": OWN, "first_name": person.name, "user_id": person.id}
    await person.sends({"contact": contact, "forward_origin": media.origin(person, town.telegram.timestamp())})
    assert "Это чужой контакт" in person.sees
    assert await kept(town) == []


async def test_a_dead_button_opens_nothing(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    for data in ("appeal:skip:0:0", "appeal:begin:77:0", "appeal:begin:1:99", "appeal:nonsense:0:0", "appeal:"):
        assert await person.taps_data(data)
    assert await kept(town) == []
