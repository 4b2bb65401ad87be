"""Sums of money and points in time, as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

CURRENCIES = {
    "KZT": ("₸", "тг", "тенге", "теңге", "kzt", "tenge"),
    "RUB": ("₽", "руб", "рубль", "рубля", "рублей", "rub"),
    "USD": ("$", "доллар", "usd", "бакс"),
    "EUR": ("€", "евро", "eur", "еуро"),
    "KGS": ("сом", "kgs"),
    "USDT": ("usdt", "юсдт"),
}
SCALES = {
    "тыс": 1_000, "тысяч": 1_000, "к": 1_000, "k": 1_000, "мың": 1_000, "т": 1_000,
    "млн": 1_000_000, "миллион": 1_000_000, "лям": 1_000_000, "м": 1_000_000, "m": 1_000_000,
    "млрд": 1_000_000_000, "миллиард": 1_000_000_000,
}  # fmt: skip
MOST = Decimal(10) ** 12
_NUMBER = re.compile(r"\d[\d\s.,'’]*")
_WORD = re.compile(r"[^\W\d_]+|[₸₽$€]")


@dataclass(frozen=True, slots=True)
class Money:
    minor: int  # hundredths
    currency: str  # ISO 4217, or USDT


def parse_money(text: str, default: str = "KZT") -> Money | None:
    """`250 000`, `250 тыс`, `1,5 млн тг`, `$300`: one sum, else None. No currency named: `default`."""
    plain = unicodedata.normalize("NFKC", text).lower()
    numbers = _NUMBER.findall(plain)
    words = _WORD.findall(plain)
    if len(numbers) != 1 or len(plain) > 60:
        return None
    scale = next((SCALES[word.rstrip("аоыеу")] for word in words if word.rstrip("аоыеу") in SCALES), None)
    scale = scale or next((SCALES[word] for word in words if word in SCALES), 1)
    value = _decimal(numbers[0], scaled=scale > 1)
    amount = value * scale if value is not None else None
    if amount is None or not 0 < amount <= MOST:
        return None
    return Money(int(amount * 100), _currency(words) or default)


def _decimal(number: str, *, scaled: bool) -> Decimal | None:
    """Two digits after the last comma or point are a fraction; three are thousands, unless a scale word follows."""
    compact = re.sub(r"[\s'’]", "", number).strip(".,")
    match = re.fullmatch(r"(\d+)[.,](\d+)", compact)
    if match and (len(match[2]) in (1, 2) or (scaled and len(match[2]) != 3)):
        return Decimal(f"{match[1]}.{match[2]}")
    digits = re.sub(r"[.,]", "", compact)
    return Decimal(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


def _currency(words: list[str]) -> str | None:
    for word in words:
        for code, names in CURRENCIES.items():
            if word in names or any(len(name) > 3 and word.startswith(name) for name in names):
                return code
    return None


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime  # aware UTC
    precision: str  # day, hour, minute


_DATE = re.compile(r"\b(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.](\d{2})\b|\b(?:в|сағат|около)\s+([01]?\d|2[0-3])\b")
_DAYS_AGO = {
    "сегодня": 0, "бүгін": 0, "бугин": 0, "today": 0,
    "вчера": 1, "кеше": 1, "позавчера": 2, "алдыңгүні": 2, "алдыңғы": 2,
}  # fmt: skip


def parse_moment(text: str, *, now: datetime, zone: ZoneInfo) -> Moment | None:
    """`вчера 18:40`, `21.11`, `21.11.2026 18:40`, `кеше`: a past moment in `zone`, else None."""
    plain = unicodedata.normalize("NFKC", text).lower().strip()
    local = now.astimezone(zone)
    date = _date(plain)
    clock = _CLOCK.search(plain[: date.start()] + " " + plain[date.end() :] if date else plain)
    day = _day(date, local) if date else _named_day(plain, local, clock is not None)
    if day is None:
        return None
    if clock is None:
        return Moment(day.replace(hour=12, minute=0, second=0, microsecond=0).astimezone(now.tzinfo), "day")
    hour, minute = int(clock[1] or clock[3]), int(clock[2] or 0)
    if minute > 59:
        return None
    at = day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(now.tzinfo)
    return Moment(at, "minute" if clock[2] else "hour")


def _date(plain: str) -> re.Match[str] | None:
    """A date, unless it is a clock with a point: `кеше 18.40`, `вчера 18.10`."""
    date = _DATE.search(plain)
    if date and not date[3] and (int(date[2]) > 12 or any(word in _DAYS_AGO for word in _WORD.findall(plain))):
        return None
    return date


def _day(date: re.Match[str], local: datetime) -> datetime | None:
    """A date without a year is the latest one that is not in the future."""
    year = int(date[3]) + (2000 if date[3] and len(date[3]) == 2 else 0) if date[3] else local.year
    try:
        day = local.replace(year=year, month=int(date[2]), day=int(date[1]))
    except ValueError:
        return None
    if not date[3] and day.date() > local.date():
        day = day.replace(year=year - 1)
    return day


def _named_day(plain: str, local: datetime, has_clock: bool) -> datetime | None:
    for word in re.findall(r"[^\W\d_]+", plain):
        if word in _DAYS_AGO:
            return local - timedelta(days=_DAYS_AGO[word])
    return local if has_clock else None
