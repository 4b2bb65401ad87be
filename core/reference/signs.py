"""Signs: the grounds shown with a verdict, as versioned sets of which one is active."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Sign:
    n: int
    code: str
    about: str
    """recipient, device or operation"""
    text: dict[str, str]
    status: str


@dataclass(frozen=True, slots=True)
class SignSet:
    id: str
    signs: tuple[Sign, ...]


@lru_cache(maxsize=8)
def signs(set_id: str) -> SignSet:
    """The set of this id; KeyError when there is none."""
    return {row["id"]: _set(row) for row in load("signs")["sets"]}[set_id]


@lru_cache(maxsize=64)
def sign(code: str) -> Sign:
    """The sign of this code, in the neutral words of the first set that has it; KeyError when there is none."""
    return next(one for each in sign_sets() for one in signs(each).signs if one.code == code)


@lru_cache(maxsize=1)
def sign_sets() -> tuple[str, ...]:
    return tuple(row["id"] for row in load("signs")["sets"])


def _set(row: dict[str, Any]) -> SignSet:
    return SignSet(row["id"], tuple(_sign(each) for each in row["signs"]))


def _sign(row: dict[str, Any]) -> Sign:
    text = {language: row[language] for language in ("ru", "kk", "en")}
    return Sign(row["n"], row["code"], row["about"], text, row["status"])
