"""From evidence to verdict: tables of cases, and what must hold for any evidence."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import verdicts
from core.verdicts import Evidence, Level, Sign, Testimony, judge, score

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
PAGE = Path(__file__).parents[1] / "docs" / "verdicts.md"


def told(*testimonies: Testimony, kind: str = "phone", **more: object) -> Evidence:
    newest = sorted(testimonies, key=lambda one: one.at, reverse=True)
    first = newest[-1].at if newest else None
    return Evidence(kind, testimonies=newest, people=len(newest), first_seen=first, **more)  # type: ignore[arg-type]


def several(count: int, every: timedelta = DAY, **facts: object) -> list[Testimony]:
    return [Testimony(NOW - place * every, **facts) for place in range(count)]  # type: ignore[arg-type]


def level(evidence: Evidence, now: datetime = NOW) -> Level:
    return judge(evidence, threshold=3, now=now).level


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (told(), Level.none),
        (told(*several(1)), Level.reported),
        (told(*several(2, details=1)), Level.reported),
        (told(*several(3, details=1)), Level.flagged),
        (told(*several(3)), Level.reported),  # nothing but the number, thrice
        (told(*several(8)), Level.flagged),
        (told(*several(50, timedelta(minutes=1))), Level.reported),  # a burst of newcomers
        (told(*several(50, timedelta(minutes=1), details=1)), Level.reported),
        (told(*several(50, timedelta(minutes=1), proof=True)), Level.reported),
        (told(*several(3, timedelta(minutes=1), confirmed=1)), Level.reported),
        (told(*several(4, timedelta(minutes=1), confirmed=1)), Level.flagged),  # people the desk knows
        (told(*several(3, details=1, rejected=1)), Level.reported),
        (told(official=True, confirmed_at=NOW), Level.official),
        (told(*several(300, details=1), signs=[Sign("OFFICIAL", NOW)]), Level.official),
        (told(confirmed_at=NOW), Level.confirmed),
        (told(confirmed_at=NOW - YEAR + DAY), Level.confirmed),
        (told(confirmed_at=NOW - YEAR - DAY), Level.none),
        (told(Testimony(NOW - DAY), confirmed_at=NOW - YEAR - DAY), Level.confirmed),  # new evidence keeps it
        (told(confirmed_at=NOW - YEAR - DAY, kind="account"), Level.none),
        (told(confirmed_at=NOW - 5 * YEAR, kind="card"), Level.confirmed),
        (told(signs=[Sign("PAYEE_IN_CBR_DB", NOW)]), Level.confirmed),
        (told(signs=[Sign("CRIMINAL_CASE", NOW)]), Level.confirmed),
        (told(signs=[Sign("CRIMINAL_CASE", NOW - YEAR - DAY)]), Level.none),
        (told(signs=[Sign("PAYEE_IN_BANK_ANTIFRAUD", NOW)], kind="iban"), Level.flagged),
        (told(signs=[Sign("PAYEE_IN_BANK_ANTIFRAUD", NOW - DAY, until=NOW)], kind="iban"), Level.none),
        (told(signs=[Sign("PAYEE_IN_CBR_DB", NOW - DAY, until=NOW + DAY)], kind="card"), Level.confirmed),
        (told(*several(3, details=1), appealed=True), Level.flagged),  # saying so is no proof
        (told(*several(3, details=1), appealed=True, proven_appeal=True), Level.under_review),
        (told(confirmed_at=NOW, appealed=True, proven_appeal=True), Level.confirmed),
    ],
)
def test_level(evidence: Evidence, expected: Level) -> None:
    assert level(evidence) is expected


@pytest.mark.parametrize(("threshold", "expected"), [(1, Level.flagged), (2, Level.flagged), (4, Level.reported)])
def test_the_threshold_is_a_setting(threshold: int, expected: Level) -> None:
    assert judge(told(*several(2, details=1)), threshold=threshold, now=NOW).level is expected


def test_a_burst_is_said_for_a_day_only() -> None:
    burst = told(*several(5, timedelta(minutes=1)))
    assert judge(burst, threshold=3, now=NOW).burst
    later = judge(burst, threshold=3, now=NOW + DAY)
    assert (later.level, later.burst, later.people) == (Level.reported, False, 5)


def test_rejected_accounts_make_no_burst() -> None:
    assert not judge(told(*several(50, timedelta(minutes=1), rejected=1)), threshold=3, now=NOW).burst


def test_call_times_that_spread_raise_a_burst() -> None:
    def at(hour: int) -> Testimony:
        return Testimony(NOW, details=1, called_at=NOW - timedelta(hours=hour))

    assert score([at(hour) for hour in range(6)]) > score([at(0) for _ in range(6)])


def test_a_contested_confirmation_says_so() -> None:
    verdict = judge(told(confirmed_at=NOW, appealed=True), threshold=3, now=NOW)
    assert (verdict.level, verdict.contested) == (Level.confirmed, True)


def test_grounds_are_the_signs_that_hold_oldest_first() -> None:
    signs = [Sign("CRIMINAL_CASE", NOW), Sign("PAYEE_IN_CBR_DB", NOW - DAY), Sign("OFFICIAL", NOW, until=NOW - DAY)]
    grounds = judge(told(signs=signs, kind="card"), threshold=3, now=NOW).grounds
    assert [ground.code for ground in grounds] == ["PAYEE_IN_CBR_DB", "CRIMINAL_CASE"]


def test_the_commonest_scheme() -> None:
    schemes = ("RENT", "INVEST", "INVEST", "BANK_CALL", "BANK_CALL")
    verdict = judge(told(*(Testimony(NOW, scheme=code) for code in schemes)), threshold=3, now=NOW)
    assert verdict.commonest == "BANK_CALL"
    assert judge(told(), threshold=3, now=NOW).commonest is None


testimonies = st.builds(
    Testimony,
    at=st.integers(0, 364 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    details=st.integers(0, 4),
    proof=st.booleans(),
    backed=st.booleans(),
    confirmed=st.integers(0, 5),
    rejected=st.integers(0, 3),
    called_at=st.none() | st.integers(0, 72).map(lambda hours: NOW - timedelta(hours=hours)),
)
signs = st.builds(
    Sign,
    code=st.sampled_from(["CRIMINAL_CASE", "PAYEE_IN_CBR_DB", "PAYEE_IN_BANK_ANTIFRAUD", "OFFICIAL"]),
    at=st.integers(0, 400).map(lambda days: NOW - days * DAY),
    until=st.none() | st.integers(-50, 400).map(lambda days: NOW + days * DAY),
)
RANK = [Level.none, Level.reported, Level.flagged]


@given(st.lists(testimonies, max_size=12), testimonies)
def test_one_more_person_never_lowers_the_level(known: list[Testimony], one: Testimony) -> None:
    assert RANK.index(level(told(*known, one))) >= RANK.index(level(told(*known)))


@given(testimonies, st.integers(1, 5))
def test_one_person_flags_nobody(one: Testimony, threshold: int) -> None:
    assert judge(told(one), threshold=threshold, now=NOW).level is Level.reported


@given(st.lists(testimonies, max_size=8).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_order_does_not_matter(both: tuple[list[Testimony], list[Testimony]]) -> None:
    assert score(both[0]) == score(both[1])


@given(st.lists(testimonies, max_size=8))
def test_a_bad_record_never_helps(known: list[Testimony]) -> None:
    worse = [replace(one, rejected=one.rejected + 1) for one in known]
    assert score(worse) <= score(known)


@given(
    st.lists(testimonies, max_size=6), st.lists(signs, max_size=3), st.none() | st.integers(0, 700), st.floats(0, 0.999)
)
def test_nothing_changes_by_itself_before_it_says_so(
    known: list[Testimony], facts: list[Sign], confirmed: int | None, part: float
) -> None:
    """Until `until`, time alone changes nothing of what is said."""
    at = None if confirmed is None else NOW - confirmed * DAY
    evidence = told(*known, signs=facts, confirmed_at=at)
    verdict = judge(evidence, threshold=3, now=NOW)
    until = verdict.until or NOW + 5 * YEAR
    assert until > NOW
    assert judge(evidence, threshold=3, now=NOW + (until - NOW) * part) == verdict


def test_the_page_for_lawyers_has_the_constants_in_force() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", PAGE.read_text(), re.MULTILINE))
    assert f"version {verdicts.VERSION}" in PAGE.read_text()
    assert set(rows) == {
        name for name, value in vars(verdicts).items() if name.isupper() and isinstance(value, int | float | timedelta)
    } - {"VERSION"}
    for name, text in rows.items():
        value = getattr(verdicts, name)
        if isinstance(value, timedelta):
            value = value.days * 24 if text.endswith("hours") else value.days
        assert float(text.split()[0]) == value, name
