"""Spans of days in Almaty: what is typed, what the period before is, where days begin."""

from datetime import UTC, date, datetime

import pytest

from core import periods
from core.periods import decode, midnight, parse, week_to
from core.refusal import No, Refusal

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # Wednesday, 14:30 in Almaty


def local(moment: datetime) -> str:
    return f"{moment.astimezone(periods.ALMATY):%d.%m.%Y %H:%M}"


@pytest.mark.parametrize(
    ("typed", "span", "before"),
    [
        ("", "19.11.2026 00:00 25.11.2026 14:30", "12.11.2026 00:00 18.11.2026 14:30"),
        ("Сегодня", "25.11.2026 00:00 25.11.2026 14:30", "24.11.2026 00:00 24.11.2026 14:30"),
        ("ай", "27.10.2026 00:00 25.11.2026 14:30", "27.09.2026 00:00 26.10.2026 14:30"),
        ("год", "01.01.2026 00:00 25.11.2026 14:30", "01.01.2025 00:00 25.11.2025 14:30"),
        ("2025", "01.01.2025 00:00 01.01.2026 00:00", "01.01.2024 00:00 01.01.2025 00:00"),
        ("2026-11", "01.11.2026 00:00 25.11.2026 14:30", "01.10.2026 00:00 25.10.2026 14:30"),
        ("02.2026", "01.02.2026 00:00 01.03.2026 00:00", "01.01.2026 00:00 01.02.2026 00:00"),
        ("2026-3", "01.03.2026 00:00 01.04.2026 00:00", "01.02.2026 00:00 01.03.2026 00:00"),
        ("01.11.2026-15.11.2026", "01.11.2026 00:00 16.11.2026 00:00", "17.10.2026 00:00 01.11.2026 00:00"),
        ("15.11.2026 – 01.11.2026", "01.11.2026 00:00 16.11.2026 00:00", "17.10.2026 00:00 01.11.2026 00:00"),
        ("2026-11-01 2026-11-15", "01.11.2026 00:00 16.11.2026 00:00", "17.10.2026 00:00 01.11.2026 00:00"),
        ("20.11-30.11.2026", "20.11.2026 00:00 25.11.2026 14:30", "09.11.2026 00:00 14.11.2026 14:30"),
        ("26.11", "26.11.2025 00:00 27.11.2025 00:00", "25.11.2025 00:00 26.11.2025 00:00"),
    ],
)
def test_what_is_typed(typed: str, span: str, before: str) -> None:
    period = parse(typed, NOW)
    assert " ".join(map(local, period.span)) == span
    assert " ".join(map(local, period.before)) == before
    again = decode(period.code, NOW)
    assert (again.span, again.before) == (period.span, period.before)


@pytest.mark.parametrize(
    ("typed", "no"),
    [
        ("вчерашнее", No.bad_period), ("31.02.2026", No.bad_period), ("2026-13", No.bad_period),
        ("0000", No.bad_period), ("1999", No.bad_period), ("01.01.2001-01.01.2026", No.bad_period),
        ("1-2-3", No.bad_period), ("9999999", No.bad_period), ("01.11.2026-", No.bad_period),
        ("2027", No.period_to_come), ("26.11.2026", No.period_to_come), ("01.12.2026-31.12.9999", No.period_to_come),
        ("01.11.2026-31.12.9999", No.bad_period),
    ],
)  # fmt: skip
def test_nonsense_is_refused(typed: str, no: No) -> None:
    with pytest.raises(Refusal) as refused:
        parse(typed, NOW)
    assert refused.value.kind is no


@pytest.mark.parametrize(
    "code", ["", "decade", "day2026110", "year2024022920240229", "month2026111520261120", "day2026130120261301",
             "day9999123099991231", "day2026111520261101", "day0001010100010101"]
)  # fmt: skip
def test_a_button_that_is_none_of_ours(code: str) -> None:
    with pytest.raises(Refusal) as refused:
        decode(code, NOW)
    assert refused.value.kind is No.gone


def test_where_steps_begin() -> None:
    hours = parse("сегодня", NOW)
    assert [local(edge)[11:] for edge in hours.edges(hours.span)][-3:] == ["13:00", "14:00", "14:30"]
    week = week_to(date(2026, 11, 25), NOW)
    assert [local(edge) for edge in week.edges(week.span)] == [f"{day}.11.2026 00:00" for day in range(18, 26)]
    year = parse("год", NOW)
    assert [local(edge)[:10] for edge in year.edges(year.span)][-2:] == ["01.11.2026", "25.11.2026"]
    assert len(year.edges(year.span)) == len(year.edges(year.before)) == 12


def test_days_begin_at_midnight_in_almaty_also_before_the_clocks_were_put_back() -> None:
    assert midnight(date(2026, 11, 25)) == datetime(2026, 11, 24, 19, tzinfo=UTC)
    assert midnight(date(2024, 2, 29)) == datetime(2024, 2, 28, 18, tzinfo=UTC)  # an hour more until March 2024
