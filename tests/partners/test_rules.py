"""Pure rules: terms on the calendar, signs of a planned transfer, the set of signs of a country."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from core import clocks
from core.assessments import Planned, judge
from core.checks import Found
from core.lookups import Ground, Known
from core.verdicts import Level, Verdict

NOW = datetime(2026, 11, 25, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arrived", "answered_by"),
    [
        ("2026-11-23 00:00", "2026-11-25"),  # Monday: the day itself does not count
        ("2026-11-23 23:59", "2026-11-25"),
        ("2026-11-27 10:00", "2026-12-01"),  # over a weekend
        ("2026-11-28 10:00", "2026-12-01"),  # on a Saturday
        ("2026-03-19 10:00", "2026-03-26"),  # Nauryz, 21 to 23 March, and the two days off for its weekend
        ("2026-03-22 10:00", "2026-03-27"),
        ("2026-05-08 10:00", "2026-05-13"),  # Victory Day on a Saturday: Monday is off
        ("2024-12-30 10:00", "2025-01-05"),  # a Sunday that was worked for 3 January
        ("2025-01-03 10:00", "2025-01-06"),
        ("2026-12-15 10:00", "2026-12-18"),
    ],
)
def test_two_working_days_in_kazakhstan(arrived: str, answered_by: str) -> None:
    at = datetime.fromisoformat(arrived).replace(tzinfo=clocks.ALMATY).astimezone(UTC)
    due = clocks.due("operator", "KZ", at)
    assert due and due.astimezone(clocks.ALMATY).strftime("%Y-%m-%d %H:%M") == f"{answered_by} 23:59"


def test_no_term_where_no_law_sets_one() -> None:
    assert clocks.due("bank", "KZ", NOW) is None
    assert clocks.due("operator", "RU", NOW) is None


def known(level: str = "none", *codes: str) -> Known:
    grounds = [Ground(None, code, "partner:x", NOW) for code in codes]
    return Known(Found("iban", "KZ64722S000001234567", "…"), Verdict(Level(level)), grounds)


@pytest.mark.parametrize(
    ("active", "one", "flags", "numbers", "suspend"),
    [
        ("saqbol-1", known(), [], [], False),
        ("saqbol-1", known("reported"), [], [], False),
        ("saqbol-1", known("flagged"), [], [], False),  # people's word alone is no sign
        ("saqbol-1", known("confirmed"), [], [], True),  # the desk's word is enough
        ("od-2506", known("confirmed"), [], [], False),  # the law knows its signs and no others
        ("saqbol-1", known("confirmed", "PAYEE_IN_CBR_DB", "CRIMINAL_CASE"), [], [1, 5], True),
        ("saqbol-1", known("none", "SUSPENDED"), [], [], False),  # a fact is no sign
        ("saqbol-1", known(), ["NFC_RELAY_TIMING"], [], False),  # not of this set
        ("od-1027", known("flagged", "PAYEE_IN_BANK_ANTIFRAUD"), ["ATYPICAL_OPERATION"], [3, 4], True),
        ("od-2506", known(), ["NFC_RELAY_TIMING", "ACCESS_CHANGED"], [8, 10], True),
        ("saqbol-1", None, ["THIRD_PARTY_SIGNAL"], [6], True),  # an unreadable recipient
    ],
)
def test_which_signs_hold(active: str, one: Known | None, flags: list[str], numbers: list[int], suspend: bool) -> None:
    planned = Planned([None], None, None, flags, NOW - timedelta(days=3))
    answer = judge([one], planned, active, NOW)
    russia = active != "saqbol-1"
    assert ([each["n"] for each in answer["signs"]], answer["suspend"]) == (numbers, suspend)
    assert answer["until"] == ((NOW + timedelta(days=2)).isoformat() if suspend else None)
    assert answer["by_law"] is russia  # in Kazakhstan no law makes a bank wait
    assert answer["refund_until"] == ((NOW + timedelta(days=27)).isoformat() if russia else None)
    assert ("По закону" in answer["client"]["ru"]) is (suspend and russia)
    assert ("27.11.2026 10:00" in answer["client"]["kk"]) is suspend


def test_a_set_of_signs_that_is_not_the_countrys_is_refused_at_start() -> None:
    assert Settings(_env_file=None, country="RU", signs="od-2506").signs == "od-2506"
    for country, signs in (("KZ", "od-2506"), ("RU", "saqbol-1"), ("KZ", "none")):
        with pytest.raises(ValidationError, match="no set of signs for SAQBOL_COUNTRY"):
            Settings(_env_file=None, country=country, signs=signs)
