"""Banks of Kazakhstan and the card networks."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Bank:
    code: str
    """Three digits, the bank's part of a Kazakh IBAN."""
    bic: str
    name: dict[str, str]
    short: dict[str, str]
    """The everyday name."""
    hotlines: tuple[str, ...]
    """Short codes and E.164 numbers of the bank itself."""
    hotlines_status: str | None
    bins: tuple[str, ...]
    """First six digits of its cards: a hint for people and routing, never a ground."""
    bins_status: str | None
    status: str
    historic: bool = False
    """The bank is gone, or has another name now; its code still stands in old account numbers."""

    @property
    def hotline(self) -> str | None:
        return self.hotlines[0] if self.hotlines else None


@dataclass(frozen=True, slots=True)
class Network:
    name: str
    ranges: tuple[tuple[str, str], ...]
    """First and last prefix of each range, of equal length."""
    lengths: frozenset[int]
    status: str


@lru_cache(maxsize=1)
def banks() -> tuple[Bank, ...]:
    """The banks of today."""
    return tuple(_bank(row) for row in load("banks")["banks"])


@lru_cache(maxsize=1)
def historic_banks() -> tuple[Bank, ...]:
    return tuple(_historic(row) for row in load("banks")["historic"])


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Bank]:
    return {bank.code: bank for bank in (*historic_banks(), *banks())}


@lru_cache(maxsize=1)
def _by_bin() -> dict[str, Bank]:
    return {prefix: bank for bank in banks() for prefix in bank.bins}


def bank_by_code(code: str) -> Bank | None:
    """The bank of an IBAN's three digits; one that is gone when no bank of today has them."""
    return _by_code().get(code)


def bank_by_bin(bin6: str) -> Bank | None:
    """The bank that probably issued a card (more digits than six are fine)."""
    return _by_bin().get(bin6[:6])


@lru_cache(maxsize=1)
def networks() -> tuple[Network, ...]:
    return tuple(_network(row) for row in load("banks")["networks"])


def network_of(number: str) -> Network | None:
    """The card network whose prefix and length fit, the most specific first."""
    fitting = [
        (len(low), network)
        for network in networks()
        if len(number) in network.lengths
        for low, high in network.ranges
        if low <= number[: len(low)] <= high
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _bank(row: dict[str, Any]) -> Bank:
    hotlines, bins = row.get("hotlines", {}), row.get("bins", {})
    return Bank(
        code=row["code"],
        bic=row["bic"],
        name=row["name"],
        short=row["short"],
        hotlines=tuple(hotlines.get("values", ())),
        hotlines_status=hotlines.get("status"),
        bins=tuple(bins.get("values", ())),
        bins_status=bins.get("status"),
        status=row["status"],
    )


def _historic(row: dict[str, Any]) -> Bank:
    name = {"ru": row["name"], "kk": row["name"]}
    return Bank(row["code"], row["bic"], name, name, (), None, (), None, row["status"], historic=True)


def _network(row: dict[str, Any]) -> Network:
    ranges = [pattern.split("-") for pattern in row["patterns"]]
    bounds = tuple((ends[0], ends[-1]) for ends in ranges)
    return Network(row["name"], bounds, frozenset(row["lengths"]), row["status"])
