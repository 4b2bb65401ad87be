"""Somebody close who is told: both agree, the guarded one chooses what, either ends it."""

import re

from sqlmodel import select

from sandbox.telegram import Person
from storage.tables import Outbox, Trust
from tests.conftest import Town
from tests.conversations.steps import NUMBER, OTHER, SHOWN, flagged


async def invites(person: Person) -> str:
    """The token of a new invitation's link."""
    await person.says("/trusted")
    await person.taps("Пригласить")
    await person.taps("Создать приглашение")
    found = re.search(r"start=(trust_[\w-]+)", person.sees)
    assert found
    return found[1]


async def agreed(town: Town) -> tuple[Person, Person]:
    """(mother, son), of whom the second is trusted by the first and reads Kazakh."""
    mother, son = await town.citizen("Роза"), await town.citizen("Даурен", "kk")
    await son.starts(await invites(mother))
    await son.taps("Иә, келісемін")
    await town.settle()
    await mother.taps("Да, это")
    await town.settle()
    return mother, son


async def rows(town: Town) -> list[Trust]:
    async with town.world.app.db.read() as session:
        return list(await session.exec(select(Trust)))


async def begins_sos(town: Town, person: Person) -> None:
    await person.says("/sos")
    await town.settle()


async def test_both_agree_and_then_the_trusted_one_is_told_that_but_not_what(town: Town) -> None:
    await flagged(town)
    mother, son = await town.citizen("Роза <b>"), await town.citizen("Даурен", "kk")
    token = await invites(mother)
    assert "одному человеку" in mother.sees
    await mother.says(NUMBER)
    await town.settle()
    await son.starts(token)
    assert "<b>Роза &lt;b&gt;</b> сізден сенімді адамы болуды сұрайды." in son.last.html
    assert await mother.taps_data("trust:agree:1") == "Этого здесь уже нет."
    await son.taps("Иә, келісемін", times=2)
    await town.settle()
    assert "Даурен соглашается быть вашим доверенным человеком." in mother.sees
    await mother.says(NUMBER)
    await town.settle()
    assert "тексерген дерек" not in son.sees, "not before both agreed"
    await mother.taps("Да, это", times=2)
    await town.settle()
    assert son.sees.count("Сізді сенімді адам деп таңдаған: Роза") == 1
    await mother.says(OTHER)
    await town.settle()
    assert "тексерген дерек" not in son.sees, "nothing is known about that one"
    for _ in range(3):
        await mother.says(NUMBER)
    await town.settle()
    heard = son.last
    assert "<b>Роза &lt;b&gt;</b> тексерген дерек алаяқтық деп белгіленген" in heard.html
    assert SHOWN not in heard.text
    assert son.sees.count("тексерген дерек") == 1, "once an hour"
    await begins_sos(town, mother)
    assert "«Алданып қалдым» деп хабарлады" in son.last.text
    await town.passes(hours=1, minutes=1)
    await mother.says(NUMBER)
    await town.settle()
    assert "тексерген дерек" in son.last.text


async def test_the_guarded_one_chooses_what_is_told(town: Town) -> None:
    await flagged(town)
    mother, son = await agreed(town)
    await mother.says("/trusted")
    await mother.taps("Даурен")
    await mother.taps("Проверка нашла")
    assert "⬜ Проверка нашла отмеченный обман" in mother.buttons
    assert await mother.taps("Меня обманули") == "Оставьте включённой хотя бы одну строку."
    await son.says("/trusted")
    await son.taps("Роза")
    assert "тексергені" not in son.last.text
    await mother.says(NUMBER)
    await town.settle()
    assert "тексерген дерек" not in son.sees
    await begins_sos(town, mother)
    assert "«Алданып қалдым»" in son.last.text
    await mother.taps("Проверка нашла")
    await town.passes(hours=2)
    await mother.says(NUMBER)
    town.telegram.fail(method="sendMessage", error="502", chat_id=son.id)
    await town.settle()
    await mother.says("/trusted")
    await mother.taps("Даурен")
    await mother.taps("Проверка нашла")
    await town.passes(minutes=5)
    assert "тексерген дерек" not in son.sees, "switched off while it was on its way"


async def test_either_ends_it_and_the_other_hears_it_once(town: Town) -> None:
    mother, son = await agreed(town)
    await son.says("/trusted")
    await son.taps("Роза")
    await son.taps("Аяқтау", times=2)
    await town.settle()
    assert mother.sees.count("Даурен больше не ваш доверенный человек.") == 1
    assert await rows(town) == []
    await son.starts(await invites(mother))
    await son.taps("Иә, келісемін")
    await town.settle()
    await mother.taps("Нет, кто-то другой")
    await town.settle()
    assert "Роза келісімді аяқтады" in son.last.text
    await son.starts(await invites(mother))
    await son.taps("Жоқ")
    await town.settle()
    assert "ответили «нет»" in mother.last.text
    mother, son = await agreed(town)
    await mother.says("/forget")
    await mother.taps("Удалить всё")
    await town.settle()
    assert "өз деректерін жойды" in son.last.text
    await flagged(town)
    await mother.says(NUMBER)
    await town.settle()
    assert "тексерген дерек" not in son.sees
    assert await rows(town) == []


async def test_what_is_refused(town: Town) -> None:
    mother, son = await agreed(town)
    stranger = await town.citizen("Чужой")
    for step in ("show", "agree", "deny", "end", "flagged", "sos"):
        assert await stranger.taps_data(f"trust:{step}:1") == "Это принадлежит другому человеку.", step
    for step in ("agree", "flagged", "sos"):
        assert await son.taps_data(f"trust:{step}:1") == "Бұл – басқа адамдікі.", step
    for step in ("accept", "decline"):
        assert "больше не действует" in (await stranger.taps_data(f"trust:{step}:1") or "")
    assert await stranger.taps_data("trust:show:99") == "Этого здесь уже нет."
    assert await stranger.taps_data("trust_make:xy") == "Оставьте включённой хотя бы одну строку."
    assert await stranger.taps_data("trust_ask:") == "Оставьте включённой хотя бы одну строку."
    token = await invites(mother)
    await mother.starts(token)
    assert "собственное приглашение" in mother.sees
    await son.starts(token)
    assert "сенімді адамысыз" in son.last.text
    await invites(mother)
    await mother.taps("← Доверенный человек")
    await mother.taps("Пригласить")
    assert "трое" in (await mother.taps("Создать приглашение") or "")
    await town.passes(days=8)
    await stranger.starts(token)
    assert "больше не действует" in stranger.sees
    await town.world.app.housekeep()
    assert [one.trusted_id is not None for one in await rows(town)] == [True]
    await stranger.starts("trust_nothing")
    assert "больше не действует" in stranger.last.text


async def test_a_trusted_person_who_blocked_the_bot_holds_up_nothing(town: Town) -> None:
    await flagged(town)
    mother, son = await agreed(town)
    await son.blocks_bot()
    await mother.says(NUMBER)
    await town.settle()
    async with town.world.app.db.read() as session:
        assert not (await session.exec(select(Outbox).where(Outbox.failed_at != None))).all()  # noqa: E711
