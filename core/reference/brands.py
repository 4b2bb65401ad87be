"""Brands that phishing addresses imitate, with the domains that are truly theirs."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Brand:
    id: str
    words: tuple[str, ...]
    """Telling even inside a longer label."""
    tokens: tuple[str, ...]
    """Telling only as a whole part of a label."""
    hosts: tuple[str, ...]
    """Registrable domains of its own."""
    user_content: bool
    """Anybody can publish there: genuine says nothing about a page."""
    status: str


@lru_cache(maxsize=1)
def brands() -> tuple[Brand, ...]:
    return tuple(_brand(row) for row in load("brands")["brands"])


@lru_cache(maxsize=1)
def _genuine() -> dict[str, Brand]:
    return {host: brand for brand in brands() for host in brand.hosts}


def brand_of(domain: str) -> Brand | None:
    """The brand that a registrable domain truly belongs to."""
    return _genuine().get(domain)


def _brand(row: dict[str, Any]) -> Brand:
    return Brand(
        id=row["id"],
        words=tuple(row.get("words", ())),
        tokens=tuple(row.get("tokens", ())),
        hosts=tuple(row["hosts"]),
        user_content=row.get("user_content", False),
        status=row["status"],
    )
