"""The owner of a listed number answers."""

import pytest
from sqlmodel import col, select

from sandbox.telegram import Impossible
from storage.tables import Appeal, Change
from tests.conftest import Town
from tests.conversations.appealing import OWN, appeals, confirmed, owner, verdict
from tests.conversations.steps import CARD, NUMBER, flagged
from tests.pictures import screens


async def test_a_flag_is_under_review_and_cleared_with_a_tombstone(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person)
    assert "Ваше обращение у дежурной группы полиции" in person.sees
    assert "Решение будет до 11.12.2026" in person.sees
    assert "отметка проверяется" in person.sees
    assert "🕓" in await verdict(town)
    assert "Владелец не согласен. Отметка проверяется." in await verdict(town)
    card = town.desk.sees
    assert "Обращение владельца 1 · решить до 11.12.2026" in card
    assert "поделился своим контактом" in card
    assert "это мой рабочий номер" in card
    assert "Владелец" not in card.replace("Владелец поделился", "").replace("Владелец не согласен", "")
    assert str(person.id) not in card
    await town.officer.taps("Снять отметку", chat=town.desk)
    await town.officer.taps("владелец показал", chat=town.desk)
    await town.settle()
    assert "Ерлан · ✅ отметка снята" in town.desk.sees
    assert town.desk.last.labels == []
    assert "Хорошая новость: отметка снята" in person.sees
    assert "Сообщений нет" in await verdict(town)
    async with town.world.app.db.read() as session:
        changes = (await session.exec(select(Change).order_by(col(Change.id)))).all()
    assert [one.level for one in changes] == ["reported", "flagged", "under_review", "none"]


async def test_kept_in_kazakh_and_not_again_for_thirty_days(town: Town) -> None:
    await flagged(town)
    person = await owner(town, "kk")
    await appeals(town, person, words="бұл менің нөмірім")
    assert "Өтінішіңіз полицияның кезекші тобында" in person.sees
    await town.officer.taps("Оставить", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    await town.officer.says("есть запись разговора", chat=town.desk, reply_to=town.desk.last)
    await town.settle()
    assert "Белгі қалады" in person.sees
    assert "есть запись разговора" in person.sees
    assert "🟠" in await verdict(town)
    await person.says(f"/appeal {NUMBER}")
    assert "30 күн болған жоқ" in person.sees
    await town.passes(days=31)
    await person.says(f"/appeal {NUMBER}")
    assert "Нөмір сіздікі екенін көрсетіңіз" in person.sees


async def test_a_confirmation_stays_and_says_that_it_is_contested(town: Town) -> None:
    await confirmed(town)
    person = await owner(town)
    await appeals(town, person)
    assert "владелец не согласен" in person.sees
    seen = await verdict(town)
    assert "🔴" in seen
    assert "Полиция подтвердила" in seen
    assert "Владелец с этим не согласен. Это проверяется." in seen
    assert "Подтверждено дежурной группой" in town.desk.sees


async def test_who_confirmed_does_not_judge_unless_alone(town: Town) -> None:
    await confirmed(town)
    await appeals(town, await owner(town))
    for way in ("Снять отметку", "Оставить"):
        await town.second.taps(way, chat=town.desk)
        await town.second.taps("Назад", chat=town.desk)
    await town.desk.removes(town.second, town.officer)
    await town.officer.taps("Снять отметку", chat=town.desk)
    await town.officer.taps("сообщили по ошибке", chat=town.desk)
    await town.settle()
    assert "Решил один тот же сотрудник" in town.desk.sees


async def test_who_confirmed_is_refused_where_there_is_another(town: Town) -> None:
    await confirmed(town)
    await town.second.taps("Взять в работу", chat=town.desk)
    await town.settle()
    await appeals(town, await owner(town))
    await town.officer.taps("Снять отметку", chat=town.desk)
    assert "решает другой сотрудник" in str(await town.officer.taps("сообщили по ошибке", chat=town.desk))
    await town.second.taps("сообщили по ошибке", chat=town.desk)
    await town.settle()
    assert "Сауле · ✅ отметка снята" in town.desk.sees
    assert "Решил один" not in town.desk.sees


async def test_two_officers_decide_once(town: Town) -> None:
    await flagged(town)
    await appeals(town, await owner(town))
    card = town.desk.last
    await town.officer.taps("Снять отметку", chat=town.desk)
    await town.officer.taps("владелец показал", chat=town.desk, message=card)
    said = await town.second.taps_data("case:appeal:1:0:keep.evidence", chat=town.desk)
    assert "уже рассмотрено" in str(said)


async def test_another_contact_and_another_number_prove_nothing(town: Town) -> None:
    await flagged(town)
    person = await owner(town, phone="77475556677")
    await person.says(f"/appeal {NUMBER}")
    await person.sends_contact(OWN, "Чужой", 5)
    assert "Это чужой контакт" in person.sees
    await person.sends_contact(OWN, "Без владельца")
    assert "Это чужой контакт" in person.sees
    await person.shares_own_contact()
    assert "на другом номере" in person.sees
    await person.says("ответ оператора № 17-22")
    await person.taps("Отправить без пояснений")
    await town.settle()
    assert "сначала посмотрят ваш документ" in person.sees
    assert "🟠" in await verdict(town)  # a paper for a phone is looked at first
    assert "Это ещё не показывает" in town.desk.sees


async def test_a_card_with_a_paper(town: Town) -> None:
    await flagged(town, CARD, "перевели на карту {}", "Безопасный счёт")
    person = await owner(town)
    await person.says("/appeal")
    await person.says(f"вот карта {CARD}, перевели на неё")
    assert "пришлите документ" in person.sees
    await person.sends_photo(screens.jpeg(screens.chat("Банк", [(False, "Справка о счёте")])))
    await person.taps("Отправить без пояснений")
    await town.passes(minutes=1)
    assert "🕓" in await verdict(town, f"перевели на карту {CARD}")
    assert any(one.files for one in town.desk.history)


async def test_from_the_button_under_a_verdict(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(NUMBER)
    await person.taps("Подробнее")
    await person.taps("Это моё")
    await person.shares_own_contact()
    await person.taps("Отправить без пояснений")
    assert "Ваше обращение" in person.sees
    stranger = await town.citizen("Чужой")
    assert "принадлежит другому" in str(await stranger.taps_data("appeal:begin:1:0"))


@pytest.mark.parametrize(
    ("what", "said"),
    [("8 747 555 66 77", "Там нет отметки"), ("привет", "Не вижу здесь номера"), ("102", "Там нет отметки")],
)
async def test_what_cannot_be_appealed(town: Town, what: str, said: str) -> None:
    person = await owner(town)
    await person.says("/appeal")
    await person.says(what)
    assert said in person.sees


async def test_one_open_appeal_for_a_number(town: Town) -> None:
    await flagged(town)
    await appeals(town, await owner(town))
    other = await town.citizen("Второй")
    await other.says(f"/appeal {NUMBER}")
    assert "Это уже проверяется" in other.sees


async def test_secrets_in_the_words_are_not_kept(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person, words="мой номер, код из смс 4821, cvv 123")
    assert "не сохранено: код, CVV" in person.sees
    async with town.world.app.db.read() as session:
        [appeal] = (await session.exec(select(Appeal))).all()
    assert "4821" not in (appeal.words or "")
    assert "4821" not in town.desk.sees


async def test_cancelled_and_gone_on_with_after_a_restart(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.says("Отмена")
    assert "не обращаемся" in person.sees
    await person.says(f"/appeal {NUMBER}")
    await town.restarts()
    await person.shares_own_contact()
    await town.restarts()
    await person.taps("Отправить без пояснений")
    assert "Ваше обращение" in person.sees
    with pytest.raises(Impossible):
        await person.taps("нет такой кнопки")


async def test_a_deadline_lifts_a_flag(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person)
    await town.passes(days=13)
    assert "надо решить до 11.12.2026" in town.desk.sees
    await town.passes(days=3)
    await town.world.app.housekeep()
    await town.settle()
    assert "не рассмотрели в срок" in person.sees
    assert "отметка снята сама" in "".join(one.text for one in town.desk.history)
    assert "Сообщений нет" in await verdict(town)


async def test_a_deadline_leaves_a_confirmation_and_calls_the_seniors(town: Town) -> None:
    await confirmed(town)
    await town.second.says("/roles", chat=town.desk)
    await town.second.taps("Сауле: сделать старшим", chat=town.desk)
    person = await owner(town)
    await appeals(town, person)
    await town.passes(days=16)
    for _ in range(2):
        await town.world.app.housekeep()
        await town.settle()
    calls = [one for one in town.desk.history if "просрочено. Сауле" in one.text]
    assert len(calls) == 1
    assert "🔴" in await verdict(town)
    await town.passes(days=1)
    await town.world.app.housekeep()
    await town.settle()
    assert len([one for one in town.desk.history if "просрочено. Сауле" in one.text]) == 2


async def test_another_number_in_the_middle_is_no_reference(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await person.says(f"/appeal {NUMBER}")
    await person.says("8 747 555 66 77")
    assert "Там нет отметки" in person.sees
