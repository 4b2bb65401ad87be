"""Texts of awareness messages that operators may start from."""

from dataclasses import dataclass
from functools import lru_cache

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Broadcast:
    id: str
    scheme: str
    text: dict[str, str]


@lru_cache(maxsize=1)
def broadcasts() -> tuple[Broadcast, ...]:
    return tuple(
        Broadcast(row["id"], row["scheme"], {"ru": row["ru"], "kk": row["kk"]})
        for row in load("broadcasts")["messages"]
    )
