"""Telephone numbering: who was given which range, and the numbers that are official."""

from dataclasses import dataclass
from functools import lru_cache

from core.reference.banks import banks
from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Range:
    prefix: str
    """Three national digits, as 701."""
    holder: str | None
    """To whom the range was allocated. Numbers move between operators, so this never names today's operator."""
    brand: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Official:
    """A genuine line of a bank, the state or an operator. It can be spoofed, and it can't be listed."""

    value: str
    """A short code's digits, or E.164."""
    name: dict[str, str]
    group: str
    """emergency, state, bank or operator"""
    status: str


@dataclass(frozen=True, slots=True)
class Zones:
    """How +7 is divided between Kazakhstan and Russia (national digits)."""

    kz: tuple[str, ...]
    ru: tuple[str, ...]
    ru_eight: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def ranges() -> tuple[Range, ...]:
    return tuple(
        Range(row["prefix"], row["holder"], row["brand"], row["status"]) for row in load("operators")["ranges"]
    )


@lru_cache(maxsize=1)
def _by_prefix() -> dict[str, Range]:
    return {row.prefix: row for row in ranges()}


def range_holder(e164: str) -> Range | None:
    """The mobile range of Kazakhstan a number lies in."""
    if not e164.startswith("+7") or len(e164) != 12:
        return None
    return _by_prefix().get(e164[2:5])


@lru_cache(maxsize=1)
def zones() -> Zones:
    row = load("operators")["zones"]
    eight = tuple((ends[0], ends[-1]) for ends in (part.split("-") for part in row["ru_eight"]))
    return Zones(tuple(row["kz"]), tuple(row["ru"]), eight)


@lru_cache(maxsize=1)
def short_codes() -> dict[str, Official]:
    """Every known short code: emergency, state, banks, operators."""
    return {value: line for value, line in _official().items() if not value.startswith("+")}


def official_line(number: str) -> Official | None:
    """The official line behind a short code or a full number (E.164, or its digits)."""
    known = _official()
    return known.get(number) or (known.get(f"+{number}") if len(number) > 6 else None)


@lru_cache(maxsize=1)
def _official() -> dict[str, Official]:
    document = load("operators")
    lines = [
        Official(value, {"ru": row["operator"], "kk": row["operator"]}, "operator", row["status"])
        for row in document["operator_lines"]
        for value in row["lines"]
    ]
    lines += [
        Official(value, bank.short, "bank", bank.hotlines_status or "unverified")
        for bank in banks()
        for value in bank.hotlines
    ]
    lines += [
        Official(row["code"], row["name"], "emergency" if len(row["code"]) == 3 else "state", row["status"])
        for row in document["short_codes"]
    ]
    return {line.value: line for line in lines}
