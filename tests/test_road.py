"""The road of the first hour as a pure table: its stops for each loss, forward and back, what is asked later."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from core import road as roads
from core import terms
from core.road import ACTIONS, LATE, MAYBE_NOTHING_GONE, Ago, Kind, Outcome, Reminder, Stop
from storage.tables import Road

NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # Monday, 12:00 in Almaty
S = Stop


def made(kind: Kind, ago: Ago = Ago.hour, lost: bool | None = True, **more: object) -> Road:
    transfers = [{"minor": 100, "currency": "KZT"}] if lost else []
    fields = {"person_id": 1, "began_at": NOON, "kind": kind, "ago": ago, "lost": lost, "transfers": transfers}
    return Road(**{**fields, **more})


def settled(road: Road, *stops: Stop, outcome: Outcome = Outcome.done, at: datetime = NOON) -> Road:
    road.steps = {**road.steps, **{stop: roads.step(outcome, at) for stop in stops}}
    return road


@pytest.mark.parametrize("kind", Kind)
def test_every_road_leads_to_its_end_and_back_to_its_beginning(kind: Kind) -> None:
    for ago, lost, outcome in product(Ago, (True, False, None), Outcome):
        road, stop, seen = made(kind, ago, lost), S.what, [S.what]
        while stop is not S.end:
            settled(road, stop, outcome=outcome)
            stop = roads.following(road, stop)
            assert stop not in seen
            seen.append(stop)
        assert tuple(seen) == roads.path(road)
        back = [stop]
        while before := roads.preceding(road, back[-1]):
            back.append(before)
        assert back[::-1] == seen
        left = roads.left(road)
        assert set(left) == (ACTIONS & set(seen) if outcome is Outcome.cant else set())
        places = [roads.progress(road, one) for one in seen if one in ACTIONS]
        assert places == [(place, len(places)) for place in range(1, len(places) + 1)]


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        (Kind.sent, [S.call, S.police, S.hand_in, S.credit]),
        (Kind.code, [S.call, S.operator, S.secure, S.police, S.hand_in, S.credit]),
        (Kind.card, [S.call, S.police, S.hand_in]),
        (Kind.app, [S.offline, S.call, S.secure, S.police, S.hand_in, S.credit]),
        (Kind.loan, [S.call, S.credit, S.police, S.hand_in, S.papers, S.secure]),
        (Kind.cash, [S.police, S.hand_in]),
        (Kind.account, [S.operator, S.secure, S.call, S.police, S.hand_in, S.credit]),
    ],
)
def test_what_is_done_first_depends_on_what_happened_and_when(kind: Kind, actions: list[Stop]) -> None:
    def done(road: Road) -> list[Stop]:
        return [stop for stop in roads.path(road) if stop in ACTIONS]

    assert done(made(kind)) == actions
    later = [stop for stop in actions if stop is not S.police]
    assert all(done(made(kind, ago)) == later for ago in LATE)  # the written statement does the same
    if kind in MAYBE_NOTHING_GONE:
        assert done(made(kind, lost=False)) == [one for one in later if one is not S.hand_in]


def test_the_number_is_asked_of_who_reached_the_bank_and_the_scammer_where_no_report_names_one() -> None:
    road = made(Kind.sent)
    assert S.number in roads.path(settled(road, S.call))
    assert S.number not in roads.path(settled(road, S.call, outcome=Outcome.cant))
    assert S.details in roads.path(road)
    assert S.details not in roads.path(made(Kind.sent, report_id=7))


def test_the_loss_is_the_sum_of_the_transfers_in_one_currency() -> None:
    told = [{"minor": 100, "currency": "KZT"}, {"minor": 50, "currency": "KZT"}, {"minor": 9, "currency": "USD"}, {}]
    assert roads.loss(made(Kind.sent, transfers=told)) == (150, "KZT")
    assert roads.loss(made(Kind.sent, lost=None)) is None


MINUTES, DAY = timedelta(minutes=1), timedelta(days=1)
NIGHT = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)  # 00:30 of Tuesday in Almaty
MORNING = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("road", "country", "what", "at"),
    [
        (made(Kind.sent, called_at=NOON), "KZ", Reminder.bank, NOON + 10 * MINUTES),
        (made(Kind.sent, called_at=NIGHT, began_at=NIGHT), "KZ", Reminder.bank, NIGHT + 10 * MINUTES),
        (made(Kind.sent, called_at=NOON, asked=["bank"]), "KZ", Reminder.statement, MORNING),
        (made(Kind.sent, began_at=NIGHT), "KZ", Reminder.statement, MORNING),
        (settled(made(Kind.sent, called_at=NOON), S.call), "KZ", Reminder.statement, MORNING),
        (settled(made(Kind.sent), S.call, S.hand_in), "KZ", Reminder.answer, MORNING + 2 * DAY),
        (settled(made(Kind.sent), S.call, S.hand_in, at=NOON + 4 * DAY), "KZ", Reminder.answer, MORNING + 8 * DAY),
        (settled(made(Kind.sent), S.call, S.hand_in), "RU", Reminder.answer, MORNING + 30 * DAY),
        (made(Kind.sent, called_at=NOON, postponed={"bank": str(NOON + DAY)}), "KZ", Reminder.statement, MORNING),
        (made(Kind.cash), "KZ", Reminder.statement, MORNING),
        (settled(made(Kind.code, lost=False), S.call), "KZ", Reminder.answer, MORNING + 2 * DAY),
        (made(Kind.sent, called_at=NOON, quiet=True), "KZ", None, None),
        (made(Kind.sent, called_at=NOON, ended_at=NOON), "KZ", None, None),
        (settled(made(Kind.cash), S.hand_in), "KZ", None, None),
        (Road(person_id=1, began_at=NOON), "KZ", None, None),
    ],
)
def test_one_reminder_waits(road: Road, country: str, what: Reminder | None, at: datetime | None) -> None:
    due = roads.next_reminder(road, country, NOON)
    assert (due and due.what, due and due.at) == (what, at)


def test_later_is_never_at_night() -> None:
    assert roads.later(Reminder.bank, NOON, "KZ") == NOON + 30 * MINUTES
    assert roads.later(Reminder.bank, NIGHT, "KZ") == MORNING
    assert roads.later(Reminder.statement, MORNING + 5 * MINUTES, "KZ") == MORNING + DAY
    friday = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    assert roads.later(Reminder.answer, friday, "KZ") == datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
    assert roads.warn_at(NIGHT) == MORNING + 3 * DAY


@pytest.mark.parametrize(
    ("day", "country", "terms_"),
    [
        ("2026-11-23", "KZ", [("operator", "2026-11-25")]),
        ("2026-11-27", "KZ", [("operator", "2026-12-01")]),  # over a weekend
        ("2026-12-15", "KZ", [("operator", "2026-12-18")]),  # Independence Day between
        ("2026-12-31", "KZ", [("operator", "2027-01-06")]),  # the new year's days, moved ones too
        ("2026-11-23", "RU", [("cooling_off", "2026-11-25"), ("refund", "2026-12-23")]),
    ],
)
def test_the_clocks_of_the_law(day: str, country: str, terms_: list[tuple[str, str]]) -> None:
    since = terms.morning_of(date.fromisoformat(day))
    assert [(one, str(until)) for one, until in terms.of_law(since, country)] == terms_
