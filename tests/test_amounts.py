"""Sums and times as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import parse_moment, parse_money

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # Monday, 10:00 in Almaty


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("250 000", 25_000_000, "KZT"),
        ("250\u00a0000 тг", 25_000_000, "KZT"),
        ("250000₸", 25_000_000, "KZT"),
        ("250.000", 25_000_000, "KZT"),
        ("1 250 000,50 тенге", 125_000_050, "KZT"),
        ("250 тыс", 25_000_000, "KZT"),
        ("250к", 25_000_000, "KZT"),
        ("250 мың теңге", 25_000_000, "KZT"),
        ("1,5 млн", 150_000_000, "KZT"),
        ("полтора? нет, 2 миллиона тенге", 200_000_000, "KZT"),
        ("$300", 30_000, "USD"),
        ("300 долларов", 30_000, "USD"),
        ("5000 рублей", 500_000, "RUB"),
        ("100 евро", 10_000, "EUR"),
        ("1000 сом", 100_000, "KGS"),
        ("50 usdt", 5_000, "USDT"),
        ("99.90", 9_990, "KZT"),
        ("１２３", 12_300, "KZT"),
    ],
)
def test_money(text: str, minor: int, currency: str) -> None:
    found = parse_money(text)
    assert found is not None
    assert (found.minor, found.currency) == (minor, currency)


@pytest.mark.parametrize(
    "text", ["", "много", "0", "0,00", "-", "100 или 200", "9" * 20, "1" * 80, "тысяча", "1000001 млн"]
)
def test_no_money(text: str) -> None:
    assert parse_money(text) is None


def test_the_default_currency_is_the_report_s() -> None:
    found = parse_money("300", "USD")
    assert found is not None
    assert found.currency == "USD"


@pytest.mark.parametrize(
    ("text", "local", "precision"),
    [
        ("вчера 18:40", "2026-11-22 18:40", "minute"),
        ("кеше 18.40", "2026-11-22 18:40", "minute"),
        ("вчера 18.10", "2026-11-22 18:10", "minute"),
        ("вчера", "2026-11-22 12:00", "day"),
        ("сегодня в 9", "2026-11-23 09:00", "hour"),
        ("позавчера", "2026-11-21 12:00", "day"),
        ("18:40", "2026-11-23 18:40", "minute"),
        ("21.11", "2026-11-21 12:00", "day"),
        ("21.11 18:40", "2026-11-21 18:40", "minute"),
        ("21.11.2025", "2025-11-21 12:00", "day"),
        ("21/11/25 около 7", "2025-11-21 07:00", "hour"),
        ("24.11", "2025-11-24 12:00", "day"),
    ],
)
def test_moments(text: str, local: str, precision: str) -> None:
    found = parse_moment(text, now=NOW, zone=ALMATY)
    assert found is not None
    assert (f"{found.at.astimezone(ALMATY):%Y-%m-%d %H:%M}", found.precision) == (local, precision)
    assert found.at.utcoffset() is not None


@pytest.mark.parametrize("text", ["", "давно", "31.02", "99.99", "завтра", "25:00", "00.00", "1.13.2026"])
def test_no_moments(text: str) -> None:
    assert parse_moment(text, now=NOW, zone=ALMATY) is None


@given(st.text(max_size=80))
def test_nothing_raises(text: str) -> None:
    parse_money(text)
    parse_moment(text, now=NOW, zone=ALMATY)


@given(st.integers(1, 10**12), st.sampled_from(["{}", "{} тг", "{} ₸", "₸ {}"]))
def test_any_whole_sum_however_it_is_grouped(amount: int, frame: str) -> None:
    for grouped in (str(amount), f"{amount:,}".replace(",", " ")):
        found = parse_money(frame.format(grouped))
        assert found is not None
        assert found.minor == amount * 100
