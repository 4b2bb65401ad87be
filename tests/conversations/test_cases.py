"""Reports that share a payee, a phone or a listing are one case; the desk's moves on it."""

import random
from datetime import timedelta

import pytest
from sqlmodel import select

from core import joining, summaries
from core.joining import components
from core.verdicts import judge
from storage.tables import Case, CasePair, Identifier, Outbox, Report
from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, OTHER_SHOWN, SHOWN, forwarded, number_in, reports

THIRD, FOURTH = "8 777 321 00 11", "8 702 321 00 22"


async def tells(town: Town, name: str, text: str) -> str:
    person = await town.citizen(name)
    number = await reports(person, text)
    await town.passes(minutes=3)
    return number


async def cases_of(town: Town) -> list[frozenset[int]]:
    async with town.world.app.db.read() as session:
        parts: dict[int | None, set[int]] = {}
        for report in await session.exec(select(Report)):
            parts.setdefault(report.case_id, set()).add(report.id)
    return sorted(map(frozenset, parts.values()), key=min)


async def test_one_card_for_a_crew(town: Town) -> None:
    await tells(town, "Айгүл", NUMBER)
    await tells(town, "Тимур", f"служба безопасности звонила с {NUMBER} и с {OTHER}")
    await town.passes(minutes=1)
    assert len(town.desk.history) == 1
    card = town.desk.sees
    assert "2 сообщения, 2 человека" in card
    assert f"Телефон {SHOWN} × 2" in card
    assert OTHER_SHOWN in card


async def test_two_cases_become_one_by_a_third_report_and_undone(town: Town) -> None:
    await tells(town, "Айгүл", NUMBER)
    await tells(town, "Тимур", OTHER)
    assert len(await cases_of(town)) == 2
    await tells(town, "Гүлнар", f"служба безопасности звонила с {NUMBER} и с {OTHER}")
    await town.passes(minutes=1)
    assert len(await cases_of(town)) == 1
    texts = [one.text for one in town.desk.history]
    assert any("присоединено к C-1001" in text for text in texts)


async def test_merge_and_undo_by_an_officer(town: Town) -> None:
    await tells(town, "Айгүл", NUMBER)
    await tells(town, "Тимур", OTHER)
    await town.officer.taps_data("case:merge:1:2:", chat=town.desk)
    await town.settle()
    assert await cases_of(town) == [frozenset({1, 2})]
    await town.officer.taps_data("case:undo:1:0:", chat=town.desk)
    await town.settle()
    assert await cases_of(town) == [frozenset({1}), frozenset({2})]
    await tells(town, "Гүлнар", f"служба безопасности звонила с {NUMBER} и с {OTHER}")
    assert len(await cases_of(town)) == 2  # parted by an officer: never joined by themselves again


async def test_split_and_undo(town: Town) -> None:
    await tells(town, "Айгүл", NUMBER)
    await tells(town, "Тимур", f"служба безопасности звонила с {NUMBER} и с {OTHER}")
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Разделить", chat=town.desk)
    assert "нечего" in str(await town.officer.taps(SHOWN, chat=town.desk))
    await town.officer.taps(OTHER_SHOWN, chat=town.desk)
    await town.settle()
    assert len(await cases_of(town)) == 2
    await town.officer.taps_data("case:undo:1:0:", chat=town.desk)
    await town.settle()
    assert len(await cases_of(town)) == 1


async def test_a_wrong_decision_is_undone_and_the_reporter_hears_it(town: Town) -> None:
    person, number = await forwarded(town)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.settle()
    assert "Полиция подтвердила" in person.sees
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Отменить последний шаг", chat=town.desk)
    await town.settle()
    assert f"Полиция исправила последний шаг по вашему сообщению {number}" in person.sees
    other = await town.citizen("Прохожий")
    await other.says(NUMBER)
    assert "Пока не подтверждено" in other.sees
    await town.passes(minutes=11)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.passes(minutes=11)
    assert "десять минут прошли" in str(await town.officer.taps_data("case:undo:1:0:", chat=town.desk))


async def test_a_closed_case_is_opened_again(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("Закрыть", chat=town.desk)
    await town.officer.taps_data("case:close:1:0:no_grounds", chat=town.desk)
    await town.settle()
    await town.officer.taps("Отменить последний шаг", chat=town.desk)
    await town.settle()
    assert "Дело C-1001 · ждёт" in town.desk.sees
    await tells(town, "Тимур", NUMBER)
    assert len(await cases_of(town)) == 1


async def test_a_late_report_hears_what_the_desk_did_before(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("собственная проверка", chat=town.desk)
    await town.settle()
    late = await town.citizen("Тимур")
    await reports(late)
    await town.passes(minutes=3)
    assert "полиция подтвердила" in late.sees.lower()


async def test_numbers_of_a_statement_and_of_a_criminal_case(town: Town) -> None:
    person, number = await forwarded(town)
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Номер КУИ", chat=town.desk)
    await town.officer.says("нет номера", chat=town.desk, reply_to=town.desk.last)
    assert "не похоже на номер" in town.desk.sees
    await town.officer.taps("Номер КУИ", chat=town.desk)
    await town.officer.says("26 7516 0311 00123", chat=town.desk, reply_to=town.desk.last)
    await town.settle()
    assert "Ваше заявление зарегистрировано. Его номер (КУИ): 267516031100123" in person.sees
    await town.passes(minutes=1)
    await town.officer.taps_data("case:erdr:1:0:", chat=town.desk)
    await town.officer.says("267500031000456", chat=town.desk, reply_to=town.desk.last)
    await town.passes(minutes=1)
    card = next(one for one in town.desk.history if "Дело C-1001" in one.text)
    assert "Уголовное дело (ЕРДР) 267500031000456, видно только дежурной группе" in card.text
    passer = await town.citizen("Прохожий")
    await passer.says(NUMBER)
    assert "расследует дело" not in passer.sees
    await town.officer.taps_data("case:erdr:1:0:publish", chat=town.desk)
    await town.settle()
    await passer.says(NUMBER)
    assert "Полиция расследует дело, связанное с этими реквизитами (23.11.2026)" in passer.sees
    assert "полиция открыла уголовное дело" in person.sees
    assert number_in(person.sees) == number


async def test_the_queue_shows_running_loss_first_and_rejects_several(town: Town) -> None:
    first = await town.citizen("Айгүл")
    await reports(first, NUMBER)
    await town.passes(minutes=3)
    robbed = await town.citizen("Тимур")
    await reports(robbed, OTHER)
    await robbed.taps("Деньги ушли")
    await robbed.says("250 000")
    await town.passes(minutes=1)
    third = await town.citizen("Сергей")
    await reports(third, THIRD)
    await town.passes(minutes=3)
    assert any("деньги уходят сейчас" in one.text for one in town.desk.history)
    await town.officer.says("/queue", chat=town.desk)
    lines = town.desk.sees.splitlines()
    assert lines[0] == "Ждут 3 дела, сначала самые срочные"
    assert lines[2].startswith("⚡ C-1002")
    await town.officer.taps("C-1001", chat=town.desk)
    await town.officer.taps("C-1003", chat=town.desk)
    await town.officer.taps("Отклонить отмеченные", chat=town.desk)
    await town.officer.taps("сообщили по ошибке", chat=town.desk)
    await town.passes(minutes=1)
    for person in (first, third):
        assert "Не подтвердилось" in "".join(one.text for one in person.history)
    assert "Не подтвердилось" not in "".join(one.text for one in robbed.history)
    await town.officer.says("/queue", chat=town.desk)
    assert "Ждёт 1 дело" in town.desk.sees


async def test_nobody_answers_a_running_loss(town: Town) -> None:
    person = await town.citizen()
    await reports(person, NUMBER)
    await person.taps("Деньги ушли")
    await person.says("250 000")
    await town.passes(minutes=40)
    calls = [one.text for one in town.desk.history if "⚡ Дело C-1001" in one.text and "Дело C-1001 ·" not in one.text]
    assert len(calls) == 3
    assert "всё ещё ждёт" in calls[1]
    assert "ждёт полчаса" in calls[2]


async def test_a_taken_case_is_not_called_again(town: Town) -> None:
    person = await town.citizen()
    await reports(person, NUMBER)
    await person.taps("Деньги ушли")
    await person.says("250 000")
    await town.passes(minutes=1)
    await town.officer.taps("Взять в работу", chat=town.desk)
    await town.passes(minutes=40)
    assert not any("всё ещё ждёт" in one.text or "полчаса" in one.text for one in town.desk.history)


async def test_hand_over(town: Town) -> None:
    await forwarded(town)
    await town.officer.taps("Подробнее", chat=town.desk)
    await town.officer.taps("Передать", chat=town.desk)
    await town.officer.taps("Сауле", chat=town.desk)
    await town.settle()
    assert "передано: Сауле" in town.desk.sees
    assert "в работе" in town.desk.sees


async def test_a_storm_stays_below_what_telegram_allows_a_group(town: Town) -> None:
    for place in range(28):
        person = await town.citizen(f"Свидетель {place}")
        await reports(person, f"+7 70{place % 8} {200 + place * 17} {10 + place % 80} {place:02d}")
    sent: list[float] = []
    for _ in range(40):
        before = len(town.desk.history)
        await town.passes(seconds=10)
        sent += [town.world.clock().timestamp()] * (len(town.desk.history) - before)
    assert len(await cases_of(town)) == 28
    assert sum("Дело C-" in one.text for one in town.desk.history) == 28
    for moment in sent:
        assert sum(moment - 60 < other <= moment for other in sent) <= 20


@pytest.mark.parametrize("seed", range(2))
async def test_the_union_is_exact_in_any_order(town: Town, seed: int) -> None:
    dice = random.Random(seed)
    phones = [f"+7 70{place % 8} 3{place}{place} 4{place} 5{place}" for place in range(9)]
    named = [dice.sample(phones, dice.choice((1, 1, 2, 3))) for _ in range(12)]
    for place, those in enumerate(named):
        await reports(await town.citizen(f"Свидетель {place}"), "служба безопасности звонила с " + " и с ".join(those))
    await town.passes(minutes=10)
    edges = {place + 1: [phones.index(one) for one in those] for place, those in enumerate(named)}
    assert await cases_of(town) == sorted(map(frozenset, components(edges)), key=min)


async def test_a_hub_joins_no_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "HUB_NEIGHBOURS", 2)
    for place, other in enumerate((OTHER, THIRD)):
        await tells(town, f"Свидетель {place}", f"служба безопасности звонила с {NUMBER} и с {other}")
    assert len(await cases_of(town)) == 1
    await tells(town, "Третий", f"служба безопасности звонила с {NUMBER} и с {FOURTH}")
    assert len(await cases_of(town)) == 3
    await tells(town, "Четвёртый", NUMBER)
    await tells(town, "Пятый", NUMBER)
    assert len(await cases_of(town)) == 4


async def test_a_report_that_was_taken_back_makes_no_hub(town: Town) -> None:
    await tells(town, "Айгүл", f"служба безопасности звонила с {NUMBER} и с {OTHER}")
    person = await town.citizen("Вор")
    await reports(person, f"служба безопасности звонила с {NUMBER}, {OTHER}, {THIRD} и {FOURTH}")
    await town.passes(minutes=3)
    async with town.world.app.db.read() as session:
        assert len((await session.exec(select(CasePair))).all()) == 6
    await person.taps("Отозвать")
    await person.taps("Да, отозвать")
    async with town.world.app.db.read() as session:
        assert [(one.low, one.high) for one in await session.exec(select(CasePair))] == [(1, 2)]


async def test_the_sums_are_those_of_the_reports(town: Town) -> None:
    for place, money in enumerate(("100 000", "250 000", None)):
        person = await town.citizen(f"Свидетель {place}")
        await reports(person, NUMBER)
        if money:
            await person.taps("Деньги ушли")
            await person.says(money)
        await town.passes(minutes=3)
    async with town.world.app.db.begin() as session:
        [case] = (await session.exec(select(Case))).all()
        counted = (case.reports, case.loss_minor)
        await joining.recount(session, case)
        assert counted == (case.reports, case.loss_minor) == (3, 350_000_00)


async def test_the_stored_summary_is_what_the_rows_say(town: Town) -> None:
    """After all kinds of doings, and again a day, a month and a year later."""
    dice = random.Random(7)
    people = [await town.citizen(f"Свидетель {place}") for place in range(8)]
    for step in range(30):
        person, what = dice.choice(people), dice.choice((NUMBER, OTHER, THIRD))
        words = dice.choice(("", f"просили код номер {step} и спешили", "обещали вернуть комиссию за перевод"))
        await town.passes(hours=dice.randint(1, 30))
        await person.says(f"{words} звонили с {what}")
        await person.taps("Сообщить")
        await person.taps("Звонок «из банка»")
        if dice.random() < 0.2:
            await person.taps("Отозвать сообщение")
            await person.taps("Да, отозвать")
        if town.desk.history and dice.random() < 0.3:
            verb = dice.choice(("confirm", "reject"))
            await town.officer.taps_data(f"case:{verb}:1:1:own_check", chat=town.desk)
            await town.officer.taps_data(f"case:{verb}:1:1:mistake", chat=town.desk)
    for span in (timedelta(), timedelta(days=1), timedelta(days=30), timedelta(days=370)):
        await town.passes(seconds=span.total_seconds())
        await town.world.app.housekeep()
        now = town.world.clock()
        async with town.world.app.db.read() as session:
            for row in await session.exec(select(Identifier)):
                told = judge(await summaries.evidence(session, row, now), threshold=3, now=now)
                assert summaries.stored(row) == told
            assert not (await session.exec(select(Outbox).where(Outbox.failed_at.is_not(None)))).all()  # type: ignore[union-attr]
