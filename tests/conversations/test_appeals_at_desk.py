"""Who judges an appeal, and what becomes of the listing."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from core import summaries
from storage.tables import Appeal, Identifier, Person, Sign
from tests.conftest import START, Town
from tests.conversations.appealing import appeals, confirmed, owner, verdict
from tests.conversations.steps import NUMBER, flagged, reports


def card_of(town: Town) -> str:
    return next(one.text for one in reversed(town.desk.history) if "Обращение владельца" in one.text)


async def listed_by_regulator(town: Town) -> None:
    async with town.world.app.db.begin() as session:
        row = (await session.exec(select(Identifier))).one()
        session.add(Sign(identifier_id=row.id, code="PAYEE_IN_CBR_DB", source="АРРФР", at=START, created_at=START))
        await session.flush()
        await summaries.refresh(session, row, threshold=3, now=town.world.clock())


async def test_the_card_says_who_confirmed(town: Town) -> None:
    await confirmed(town)
    await appeals(town, await owner(town))
    assert "Подтверждено дежурной группой 23.11.2026: Ерлан" in town.desk.sees
    case = next(one for one in town.desk.history if "Дело C-" in one.text)
    assert town.desk.last.reply_to is case


async def test_buttons_work_in_the_desk_group_alone(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person)
    for data in ("case:appeal:1:0:clear", "case:appeal:1:0:clear.owner"):
        assert "только в группе" in str(await person.taps_data(data))
    other = town.telegram.group("Чужая группа", members=[person])
    assert await person.taps_data("case:appeal:1:0:clear.owner", chat=other, message=person.last)
    assert "🕓" in await verdict(town)


@pytest.mark.parametrize(
    "data", ["case:appeal:1:0:nonsense", "case:appeal:1:0:clear.nonsense", "case:appeal:99:0:clear", "case:appeal:1:0:"]
)
async def test_taps_that_no_card_offers(town: Town, data: str) -> None:
    await flagged(town)
    await appeals(town, await owner(town))
    assert await town.officer.taps_data(data, chat=town.desk)
    assert "🕓" in await verdict(town)


async def test_an_officer_leaves_it_to_the_senior(town: Town) -> None:
    await flagged(town)
    await town.second.says("/roles", chat=town.desk)
    await town.second.taps("Сауле: сделать старшим", chat=town.desk)
    await appeals(town, await owner(town))
    await town.officer.taps("Снять отметку", chat=town.desk)
    assert "старший" in str(await town.officer.taps("сообщили по ошибке", chat=town.desk)).lower()
    assert "🕓" in await verdict(town)


async def test_the_only_senior_judges_what_they_confirmed_and_the_card_says_so(town: Town) -> None:
    await town.officer.says("/queue", chat=town.desk)
    await town.second.says("/roles", chat=town.desk)
    await town.second.taps("Сауле: сделать старшим", chat=town.desk)
    await confirmed_by_second(town)
    await appeals(town, await owner(town))
    await town.second.taps("Оставить", chat=town.desk)
    await town.second.taps("есть доказательства", chat=town.desk)
    await town.settle()
    assert "Решил один тот же сотрудник" in card_of(town)
    assert "🔴" in await verdict(town)


async def confirmed_by_second(town: Town) -> None:
    town.officer, town.second = town.second, town.officer
    await confirmed(town)
    town.officer, town.second = town.second, town.officer


async def test_undoing_the_confirmation_leaves_what_the_appeal_found(town: Town) -> None:
    await confirmed(town)
    await appeals(town, await owner(town))
    await town.second.taps("Снять отметку", chat=town.desk)
    await town.second.taps("владелец показал", chat=town.desk)
    await town.settle()
    case = next(one for one in town.desk.history if "Дело C-" in one.text)
    await town.officer.taps("Подробнее", chat=town.desk, message=case)
    await town.officer.taps("Отменить последний шаг", chat=town.desk, message=case)
    await town.settle()
    assert "Сообщений нет" in await verdict(town)


async def test_signs_of_others_stay(town: Town) -> None:
    await confirmed(town)
    await listed_by_regulator(town)
    person = await owner(town)
    await appeals(town, person)
    assert "АРРФР" in town.desk.sees
    await town.second.taps("Снять отметку", chat=town.desk)
    await town.second.taps("сообщили по ошибке", chat=town.desk)
    await town.settle()
    assert "Полиция сняла свою отметку" in person.sees
    assert "Отметка банка или регулятора пока остаётся" in person.sees
    assert "Признаки выше остаются" in card_of(town)
    assert "🔴" in await verdict(town)


async def test_a_deleted_card_is_posted_anew(town: Town) -> None:
    await flagged(town)
    await appeals(town, await owner(town))
    card = town.desk.last
    await town.officer.taps("Снять отметку", chat=town.desk)
    town.officer.deletes(card)
    await town.second.taps_data("case:appeal:1:0:clear.owner", chat=town.desk, message=card)
    await town.settle()
    assert "отметка снята" in card_of(town)


async def test_typed_reasons_are_for_the_question_that_is_open(town: Town) -> None:
    await flagged(town)
    await appeals(town, await owner(town))
    card = town.desk.last
    await town.officer.taps("Оставить", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    question = town.desk.last
    await town.officer.says("просто ответ", chat=town.desk, reply_to=card)
    assert "На этот вопрос уже не нужно отвечать" in town.desk.sees
    await town.second.taps("Назад", chat=town.desk, message=card)
    await town.second.taps("Снять отметку", chat=town.desk, message=card)
    await town.second.taps("владелец показал", chat=town.desk, message=card)
    await town.settle()
    await town.officer.says("есть запись", chat=town.desk, reply_to=question)
    await town.settle()
    assert "уже рассмотрено" in town.desk.sees
    assert "отметка снята" in card_of(town)


async def test_without_a_proof_a_flag_outlives_the_deadline(town: Town) -> None:
    await flagged(town)
    person = await owner(town, phone="77475556677")
    await person.says(f"/appeal {NUMBER}")
    await person.says("ответ оператора № 17-22")
    await person.taps("Отправить без пояснений")
    await town.passes(days=16)
    await town.world.app.housekeep()
    await town.settle()
    assert "просрочено" in town.desk.sees
    assert "просрочено" in card_of(town)
    assert "🟠" in await verdict(town)
    await town.officer.taps("Снять отметку", chat=town.desk)
    await town.officer.taps("владелец показал", chat=town.desk)
    await town.settle()
    assert "Хорошая новость" in person.sees


async def test_a_lifted_flag_costs_the_reporters_nothing_and_may_be_appealed_again(town: Town) -> None:
    await flagged(town)
    person = await owner(town)
    await appeals(town, person)
    await town.passes(days=16)
    await town.world.app.housekeep()
    await town.settle()
    assert "Сообщений нет" in await verdict(town)
    async with town.world.app.db.read() as session:
        assert set(await session.exec(select(Person.rejected_reports))) == {0}
    await town.passes(days=1)
    for words in ("лекарство для суставов за полцены", "курьер требовал доплату", "брокер сулил доход от акций"):
        await reports(await town.citizen(words), f"{words} {NUMBER}")
        await town.passes(days=1)
    assert "🟠" in await verdict(town)
    await person.says(f"/appeal {NUMBER}")
    assert "Покажите, что номер ваш" in person.sees


async def test_the_deadline_is_an_evening_in_almaty(town: Town) -> None:
    await flagged(town)
    await appeals(town, await owner(town))
    async with town.world.app.db.read() as session:
        appeal = (await session.exec(select(Appeal))).one()
    assert appeal.deadline == datetime(2026, 12, 11, 13, 0, tzinfo=UTC)
