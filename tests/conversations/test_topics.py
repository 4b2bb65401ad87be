"""Cards sorted into topics of the desk group: by kind of scam, by city, opened anew, or not allowed."""

from datetime import timedelta

import pytest

from bot import doctor
from core import topics
from sandbox.telegram import Seen
from storage.engine import Database
from storage.migrate import migrate
from tests.conftest import START, Town
from tests.conversations.steps import BANK_CALL, NUMBER, OTHER, OTHER_SHOWN, SHOWN, forwarded, number_in, reports
from tests.pictures import screens

PHONES = (SHOWN, OTHER_SHOWN, "+7 777 321-00-11", "+7 702 321-00-22", "+7 705 321-00-33")
PHOTO = screens.jpeg(screens.chat("Банк", [(False, "Переведите на безопасный счёт")]))


@pytest.fixture
async def forum(town: Town) -> Town:
    town.desk.topics = {}
    return town


async def sorts(town: Town, way: str = "По виду обмана") -> None:
    await town.second.says("/topics", chat=town.desk)
    await town.second.taps(way, chat=town.desk)


def names(town: Town) -> list[str]:
    assert town.desk.topics is not None
    return [one.name for one in town.desk.topics.values()]


def topic_of(town: Town, message: Seen) -> str | None:
    assert town.desk.topics is not None
    return town.desk.topics[message.thread_id].name if message.thread_id else None


def cards(town: Town) -> list[Seen]:
    """In the order of their reports, whichever came first."""
    found = [one for one in town.desk.history if one.text.startswith("Дело C-")]
    return sorted(found, key=lambda one: PHONES.index(next(shown for shown in PHONES if shown in one.text)))


async def test_a_topic_for_each_scheme_and_everything_of_a_case_in_it(forum: Town) -> None:
    town = forum
    await town.officer.says("/topics", chat=town.desk)
    assert "администратор группы" in str(await town.officer.taps("По городу", chat=town.desk))
    await sorts(town)
    assert "✓ По виду обмана" in town.desk.buttons
    people = [await town.citizen(name) for name in ("Айгүл", "Тимур", "Дана")]
    for person, (text, scheme) in zip(
        people, ((NUMBER, ""), (OTHER, ""), ("8 777 321 00 11", "Инвестиции, пирамида")), strict=True
    ):
        await reports(person, text, scheme)
    await town.passes(minutes=3)
    assert sorted(names(town)) == [BANK_CALL, "Инвестиции, пирамида"]
    assert [topic_of(town, one) for one in cards(town)] == [BANK_CALL, BANK_CALL, "Инвестиции, пирамида"]
    card = cards(town)[0]
    await people[0].taps("Деньги ушли")
    await people[0].says("2 млн")
    await people[0].says("/my")
    await people[0].taps(BANK_CALL)
    await people[0].taps("Скриншот")
    await people[0].sends_photo(PHOTO)
    await town.settle()
    await town.officer.taps("Подробнее", message=card)
    await town.officer.taps("Спросить автора", message=card)
    asked = town.desk.last
    await town.officer.says("коллеги, я спрошу", chat=town.desk, topic=card.thread_id, reply_to=False)  # to nobody
    assert town.desk.last is asked
    await town.officer.says("Кто звонил?", chat=town.desk, reply_to=asked)
    await town.settle()
    await people[0].taps("Ответить")
    await people[0].says("Асхат")
    await town.settle()
    came = [one for one in town.desk.history if one.reply_to is card]
    assert len(came) >= 4  # an alert, a picture, the question to the officer, the answer
    assert {topic_of(town, one) for one in came} == {BANK_CALL}
    await town.officer.says(f"/find {card.text[5:11]}", chat=town.desk, topic=card.thread_id)
    assert topic_of(town, town.desk.last) == BANK_CALL
    assert town.desk.last.links == [f"https://t.me/c/{str(town.desk.id)[4:]}/{card.thread_id}/{card.id}"]


async def test_a_deleted_topic_is_opened_anew(forum: Town) -> None:
    town = forum
    await sorts(town)
    person, number = await forwarded(town)
    await town.telegram.call(
        "deleteForumTopic", {"chat_id": town.desk.id, "message_thread_id": cards(town)[0].thread_id}
    )
    assert not cards(town)
    await person.taps("Деньги ушли")
    await person.says("2 млн")
    await town.passes(minutes=1)
    assert number_in(cards(town)[0].text) == number
    assert [topic_of(town, one) for one in cards(town)] == [BANK_CALL]
    assert any(one.reply_to is cards(town)[0] for one in town.desk.history)
    await forwarded(town, "Тимур", OTHER)
    assert [topic_of(town, one) for one in cards(town)] == [BANK_CALL] * 2
    assert len(names(town)) == 1


async def test_without_the_right_cards_go_to_general_and_it_is_said_once(forum: Town) -> None:
    town = forum
    await town.desk.sets_bot("administrator", town.second, can_manage_topics=False)
    await sorts(town)
    await forwarded(town)
    await forwarded(town, "Тимур", OTHER)
    assert [topic_of(town, one) for one in cards(town)] == [None, None]
    assert "without the right to manage topics" in await doctor._desk(town.world.app)
    assert sum("не могу создавать здесь темы" in one.text for one in town.desk.history) == 1
    await town.desk.sets_bot("administrator", town.second, can_manage_topics=True)
    await forwarded(town, "Дана", "8 777 321 00 11")
    assert [topic_of(town, one) for one in cards(town)] == [None, None, BANK_CALL]


async def test_by_city_and_a_card_stays_where_it_is(forum: Town) -> None:
    town = forum
    await sorts(town, "По городу")
    for text, city in (
        (NUMBER, "г. Алматы"),
        (OTHER, "Қарағанды"),
        ("8 777 321 00 11", "Балхаш"),
        ("8 702 321 00 22", ""),
    ):
        person = await town.citizen(city or "Айгүл")
        await reports(person, text)
        if city:
            await person.taps("Город")
            await person.says(city)
    await town.passes(minutes=3)
    assert [topic_of(town, one) for one in cards(town)] == ["Алматы", "Караганда", "Другие города", "Город не указан"]
    await person.taps("Город")
    await person.says("Астана")
    await town.passes(minutes=1)
    assert [topic_of(town, one) for one in cards(town)][-1] == "Город не указан"
    assert "Город: Астана" in cards(town)[-1].text
    await sorts(town, "Все в одном месте")
    await forwarded(town, "Дана", "8 705 321 00 33")
    assert topic_of(town, cards(town)[-1]) is None


async def test_a_group_without_topics_says_what_to_turn_on(town: Town) -> None:
    await town.second.says("/topics", chat=town.desk)
    assert "включите темы в настройках группы" in town.desk.sees
    assert "включите темы" in str(await town.second.taps_data("topics:city", chat=town.desk))
    stranger = await town.citizen("Чужой")
    assert await stranger.taps_data("topics:city") == "Это работает только в группе полиции."
    town.desk.topics = {}
    assert await town.second.taps_data("topics:nonsense", chat=town.desk) == "Этого здесь уже нет."


async def test_a_topic_is_opened_once_also_where_somebody_died_opening_it(database_url: str) -> None:
    await migrate(database_url)
    db = Database(database_url)

    async def claims(seconds: int) -> tuple[int | None, bool]:
        async with db.begin() as session:
            return await topics.claim(session, chat=-100, key="city:", now=START + timedelta(seconds=seconds))

    assert [await claims(moment) for moment in (0, 1, 59)] == [(None, True), (None, False), (None, False)]
    assert [await claims(moment) for moment in (61, 62)] == [(None, True), (None, False)]
    async with db.begin() as session:
        await topics.opened(session, chat=-100, key="city:", thread=7)
    assert await claims(63) == (7, False)
    await db.close()
