"""Cities that have a topic of their own at the desk."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class City:
    id: str
    name: dict[str, str]


@lru_cache(maxsize=1)
def cities() -> dict[str, City]:
    """By id."""
    return {row["id"]: City(row["id"], {"ru": row["ru"], "kk": row["kk"]}) for row in load("cities")["cities"]}


@lru_cache(maxsize=1)
def _spelled() -> dict[str, str]:
    rows = load("cities")["cities"]
    return {_plain(name): row["id"] for row in rows for name in (row["ru"], row["kk"], *row["also"])}


def _plain(text: str) -> str:
    """Without what people put around a city: `г. Алматы`, `Алматы қ.`, `город Алматы`."""
    words = re.split(r"[\s,.]+", text.casefold().strip())
    return " ".join(word for word in words if word not in ("г", "гор", "город", "қ", "қаласы", ""))


def city_of(text: str) -> City | None:
    """The city a person named in any usual spelling; None where it is another or none."""
    found = _spelled().get(_plain(text))
    return cities()[found] if found else None
