"""Within how many working days a kind of partner answers."""

from dataclasses import dataclass
from functools import lru_cache

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Term:
    working_days: int
    by_law: bool


@lru_cache(maxsize=32)
def term(kind: str, country: str) -> Term | None:
    """None where nothing sets a term."""
    rows = [row for row in load("terms")["terms"] if (row["kind"], row["country"]) == (kind, country)]
    return Term(rows[0]["working_days"], rows[0]["by_law"]) if rows else None
