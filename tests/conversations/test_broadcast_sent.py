"""A broadcast on its way: to whom, at which pace, stopped, resumed, once."""

from datetime import datetime, timedelta
from typing import Any

from core import sending
from core.sending import Batch, Outcome
from sandbox.telegram import Limits
from storage import broadcasts as rows
from storage.tables import Audit, BroadcastDelivery, BroadcastRun
from tests.conftest import Town
from tests.conversations.broadcasting import approved, code_in, draft, studio, submitted, subscribers, warned
from tests.conversations.steps import BANK_CALL, NUMBER, number_in, reports


async def run_of(town: Town) -> BroadcastRun:
    async with town.world.app.db.read() as session:
        return await session.get_one(BroadcastRun, 1)


async def test_from_a_template_to_the_report(town: Town) -> None:
    author, approver = await studio(town)
    russian, kazakh = await subscribers(town, 14), await subscribers(town, 3, "kk")
    silent = await town.citizen("Без подписки")
    gone = russian[0]
    await gone.blocks_bot()
    broadcast = await draft(author)
    assert "63/70 зн., 1 SMS (UCS-2)" in author.sees and "56/70" in author.sees
    assert "17 человек · займёт: 1 секунда" in author.sees
    await author.taps("Как увидят люди")
    assert [one.text.splitlines()[2][:4] for one in author.said] == ["Банк", "Банк"]
    await author.taps("Уже знаю")  # a preview is nobody's answer
    await author.taps_data(f"bcast:test:{broadcast}:")
    await town.settle()
    assert len(warned(author)) == 4
    await submitted(town, author, broadcast)
    assert "Прочтите и одобрите" in approver.sees and "Банк SMS-код сұрамайды" in approver.sees
    await approver.taps("Одобрить")
    await town.passes(seconds=1)
    assert [len(warned(one)) for one in (*russian, *kazakh, silent)] == [0, *[1] * 16, 0]
    assert "Банк не просит код" in warned(russian[1])[0] and "Банк SMS-код" in warned(kazakh[0])[0]
    assert russian[1].last.labels == ["Уже знаю", "Не знал(а)", "Со мной так было", "Больше не присылать"]
    assert "Отписаться: /subscribe" in russian[1].sees
    await town.passes(seconds=5)
    for one in (author, approver):
        assert "▓▓▓▓▓▓▓▓▓▓▓▓ 100 %" in one.sees and "доставлено 16" in one.sees
        assert one.last.photo  # the report's chart
    # what people answer
    await russian[1].taps("Уже знаю", times=2)
    await russian[1].taps("Не знал(а)")
    await russian[2].taps("Со мной так было")
    assert "О чём хотите сообщить?" in russian[2].sees
    await russian[2].says(NUMBER)
    await russian[2].taps(BANK_CALL)
    assert number_in(russian[2].sees)
    await russian[3].taps("Больше не присылать")
    assert "Больше предупреждений не пришлю" in russian[3].sees
    await town.passes(days=1, minutes=1)
    assert "знали 0 · не знали 1 · было с ними 1" in author.sees
    assert "После неё отписался 1 человек" in author.sees
    await approver.says("/stats")
    assert "Подписаны 15 человек (Русский: 12, Қазақша: 3)" in approver.sees
    async with town.world.app.db.read() as session:
        done = [one.action for one in (await session.exec(rows.select(Audit))).all() if one.action[:9] == "broadcast"]
    assert done == ["broadcast_compose", "broadcast_submit", "broadcast_approve"]


async def test_pace_storms_and_errors(town: Town) -> None:
    """Telegram takes 30 a second, we send 25. A 429 stops everybody; what failed is counted with its reason."""
    author, approver = await studio(town)
    people = await subscribers(town, 60)
    telegram = town.telegram
    broadcast = await draft(author)
    await submitted(town, author, broadcast)
    telegram.limits = Limits()
    telegram.fail(method="sendMessage", chat_id=people[20].id, error="429", retry_after=7)
    telegram.fail(
        method="sendMessage", chat_id=people[30].id, error="400", description="Bad Request: message is too long"
    )
    telegram.fail(method="sendMessage", chat_id=people[31].id, error="502")
    telegram.fail(method="sendMessage", chat_id=people[32].id, error="network", after=True)
    telegram.fail(method="sendMessage", chat_id=people[33].id, error="html")
    people[34].deactivated = True
    ids = {one.id for one in people}
    await approver.taps("Одобрить")
    await town.passes(minutes=3)
    assert [len(warned(one)) for one in people] == [0 if place in (30, 33, 34) else 1 for place in range(60)]
    run = await run_of(town)
    assert (run.status, run.delivered, run.blocked, run.failed, run.unknown) == ("done", 56, 1, 1, 2)
    assert "too long: 1" in author.sees and "неизвестно 2" in author.sees
    sent = [
        one.at
        for one in telegram.calls
        if one.method == "sendMessage" and one.chat_id in ids and "SQ-" in one.params["text"]
    ]
    fullest = max(sum(at <= other < at + timedelta(seconds=1) for other in sent) for at in sent)
    assert fullest <= 26
    stopped = next(one.at for one in telegram.calls if one.error and "retry after 7" in one.error)
    assert not [at for at in sent if stopped + timedelta(seconds=0.2) < at < stopped + timedelta(seconds=7)]
    assert not [one for one in telegram.calls if one.error and "Too Many" in one.error and one.at > stopped]


async def test_waiting_when_asked_is_not_a_failure(town: Town) -> None:
    """A person whom seven storms met still has all the attempts that a failing network needs."""
    author, approver = await studio(town)
    [person] = await subscribers(town, 1)
    broadcast = await draft(author)
    await submitted(town, author, broadcast)
    town.telegram.fail(method="sendMessage", chat_id=person.id, error="429", retry_after=1, times=7)
    town.telegram.fail(method="sendMessage", chat_id=person.id, error="502", times=4)
    await approver.taps("Одобрить")
    await town.passes(minutes=5)
    assert len(warned(person)) == 1
    assert (await run_of(town)).delivered == 1


async def test_quiet_hours_pause_and_cancel(town: Town) -> None:
    author, approver, third = await studio(town, 3, broadcast_rate=5)
    people = await subscribers(town, 6)
    await town.passes(hours=13)  # 23:00
    broadcast = await draft(author)
    assert "отправка 24.11.2026 08:00" in author.sees
    await approved(town, author, approver, broadcast)
    await town.passes(hours=8, minutes=59)
    assert not any(warned(one) for one in people)
    # the kill switch: what was in hand leaves, nothing more
    step = town.world.app.broadcaster.step
    town.world.clock.moved += timedelta(minutes=1)
    assert await step() is True
    await third.taps_data(f"bcast:pause:{broadcast}:")
    assert "приостановлена" in third.sees
    assert await step() is None
    assert sum(len(warned(one)) for one in people) == 1
    await town.passes(hours=1)
    assert sum(len(warned(one)) for one in people) == 1
    assert "Состояние рассылки уже другое" in str(await third.taps_data(f"bcast:pause:{broadcast}:"))
    await author.taps_data(f"bcast:resume:{broadcast}:")
    town.world.clock.moved += timedelta(seconds=1)
    assert await step() is True
    await author.taps_data(f"bcast:cancel:{broadcast}:")
    await author.taps("Да, отменить")
    await town.passes(hours=1)
    assert sum(len(warned(one)) for one in people) == 2
    assert "Состояние рассылки уже другое" in str(await third.taps_data(f"bcast:resume:{broadcast}:"))
    # an emergency goes at night, to those who had theirs as well, and two approve
    await town.passes(hours=13)
    urgent = await draft(author, "B02")
    await author.taps_data(f"bcast:urgent:{urgent}:")
    await submitted(town, author, urgent)
    await approver.taps("Одобрить")
    assert "Вы уже одобрили" in str(await approver.taps_data(str(approver.last.inline[0][0].data)))
    await town.settle()
    assert not any("счетов" in text for one in people for text in warned(one))
    await third.taps("Одобрить")
    await town.passes(minutes=1)
    assert all("счетов" in warned(one)[-1] for one in people)


async def test_two_a_week_over_all_broadcasts(town: Town) -> None:
    author, approver = await studio(town)
    [person] = await subscribers(town, 1)
    for template in ("B01", "B02", "B03"):
        await approved(town, author, approver, await draft(author, template))
        await town.passes(hours=2)
    assert len(warned(person)) == 2
    assert "1 человек уже получил два предупреждения за неделю" in author.sees
    await town.passes(days=7)
    await approved(town, author, approver, await draft(author, "B04"))
    await town.settle()
    assert len(warned(person)) == 3


async def test_a_dead_process_leaves_unknown_and_nobody_gets_it_twice(town: Town) -> None:
    """Claimed by a process that dies; two replicas go on."""
    author, approver = await studio(town, broadcast_rate=10)
    people = await subscribers(town, 20)
    app = town.world.app
    await approved(town, author, approver, await draft(author))

    async def claim(**more: Any) -> Any:
        async with app.db.begin() as session:
            return await sending.claim(session, rate=10, debt=0, clock=town.world.clock, **more)

    dead = await claim()
    assert isinstance(dead, Batch) and len(dead.people) == 2  # a fifth of a second's worth
    other = await claim()
    assert isinstance(await claim(), datetime)  # further ahead nobody takes any
    assert isinstance(other, Batch) and not {one.person for one in other.people} & {one.person for one in dead.people}
    async with app.db.begin() as session:
        sent = {one.person: Outcome("delivered") for one in other.people}
        await sending.record(session, other, sent, now=town.world.clock())
    await town.passes(minutes=1)
    assert sum(len(warned(one)) for one in people) == 16
    await town.passes(minutes=3)
    run = await run_of(town)
    assert (run.status, run.delivered, run.unknown) == ("done", 18, 2)
    assert all(len(warned(one)) <= 1 for one in people)
    async with app.db.begin() as session:  # its answer comes after all: too late to be counted
        await sending.record(session, dead, {one.person: Outcome("delivered") for one in dead.people}, now=app.clock())
    assert (await run_of(town)).delivered == 18
    async with app.db.read() as session:
        states = [one.state for one in (await session.exec(rows.select(BroadcastDelivery))).all()]
    assert sorted(set(states)) == ["delivered", "unknown"]


async def test_a_message_that_always_fails_stops_by_itself(town: Town) -> None:
    author, approver = await studio(town)
    people = await subscribers(town, 30)
    broadcast = await draft(author)
    await submitted(town, author, broadcast)
    for person in people:
        town.telegram.fail(method="sendMessage", chat_id=person.id, error="400", description="Bad Request: wrong")
    await approver.taps("Одобрить")
    await town.passes(minutes=1)
    run = await run_of(town)
    assert run.failed == 10
    assert "приостановлена" in author.sees


async def test_audience(town: Town) -> None:
    author, approver = await studio(town)
    kazakh, [almaty, told, active, other] = await subscribers(town, 1, "kk"), await subscribers(town, 4)
    everybody = [*kazakh, almaty, told, active, other]
    await town.passes(days=40)
    await almaty.says("/subscribe")
    await almaty.taps("Выбрать город")
    await almaty.taps("Алматы")
    await reports(told, NUMBER)
    await active.says("8 747 555 66 77")
    broadcast = await draft(author)
    await author.taps("Кому")
    for narrowed, who in {"language=kk": 1, "city=Алматы": 1, "scheme=BANK_CALL": 1, "active=1": 2}.items():
        await author.taps_data(f"bcast:to:{broadcast}:{narrowed}")
        assert f"{who} человек" in author.sees
        await author.taps_data(f"bcast:to:{broadcast}:{narrowed}")  # a second tap widens again
        assert "5 человек" in author.sees
    await author.taps_data(f"bcast:to:{broadcast}:active=1")
    await approved(town, author, approver, broadcast)
    await town.passes(seconds=2)
    assert [one for one in everybody if warned(one)] == [told, active]
    assert code_in(warned(told)[0])
