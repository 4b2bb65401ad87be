"""The rule of levels, as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from core.verdicts import Evidence, Level, judge

NOW = datetime(2026, 11, 23, tzinfo=UTC)
YEAR, DAY = timedelta(days=365), timedelta(days=1)


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        (Evidence("phone"), Level.none),
        (Evidence("phone", people=1), Level.reported),
        (Evidence("phone", people=2), Level.reported),
        (Evidence("phone", people=3), Level.flagged),
        (Evidence("phone", people=300), Level.flagged),
        (Evidence("phone", official=True, people=300, confirmed_at=NOW), Level.official),
        (Evidence("phone", confirmed_at=NOW), Level.confirmed),
        (Evidence("phone", people=5, confirmed_at=NOW - YEAR + DAY), Level.confirmed),
        (Evidence("phone", confirmed_at=NOW - YEAR - DAY), Level.none),
        (Evidence("phone", people=1, last_seen=NOW - YEAR - DAY, confirmed_at=NOW - YEAR - DAY), Level.reported),
        (Evidence("phone", people=1, last_seen=NOW - DAY, confirmed_at=NOW - YEAR - DAY), Level.confirmed),
        (Evidence("account", confirmed_at=NOW - YEAR - DAY), Level.none),
        (Evidence("card", confirmed_at=NOW - 5 * YEAR), Level.confirmed),
        (Evidence("url", confirmed_at=NOW - 5 * YEAR), Level.confirmed),
    ],
)
def test_levels(evidence: Evidence, level: Level) -> None:
    verdict = judge(evidence, threshold=3, now=NOW)
    assert verdict.level is level
    assert verdict.people == evidence.people
    assert (verdict.confirmed_at is not None) == (level is Level.confirmed)


@pytest.mark.parametrize(("threshold", "level"), [(1, Level.flagged), (2, Level.flagged), (3, Level.reported)])
def test_the_threshold_is_a_setting(threshold: int, level: Level) -> None:
    assert judge(Evidence("card", people=2), threshold=threshold, now=NOW).level is level


def test_the_commonest_scheme() -> None:
    assert judge(Evidence("phone"), threshold=3, now=NOW).commonest is None
    told = Evidence("phone", people=4, schemes={"RENT": 1, "INVEST": 2, "BANK_CALL": 2})
    assert judge(told, threshold=3, now=NOW).commonest == "BANK_CALL"
