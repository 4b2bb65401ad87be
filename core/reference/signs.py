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
    country: str
    """Where it may be active."""
    signs: tuple[Sign, ...]


@lru_cache(maxsize=8)
def signs(set_id: str) -> SignSet:
    """The set of this id; KeyError when there is none."""
    return {row["id"]: _set(row) for row in load("signs")["sets"]}[set_id]


@lru_cache(maxsize=64)
def sign(code: str) -> Sign:
    """The sign or fact of this code, in the words of the first set that has it; KeyError when there is none."""
    return {one.code: one for one in (*reversed([one for each in sign_sets() for one in signs(each).signs]), *facts())}[
        code
    ]


@lru_cache(maxsize=1)
def facts() -> tuple[Sign, ...]:
    """What the organisation that runs a number, account or listing did about it; in no set, so without a number."""
    return tuple(_sign({"n": 0, "about": "recipient", **row}) for row in load("signs")["facts"])


@lru_cache(maxsize=1)
def client_texts() -> dict[str, dict[str, str]]:
    """What a bank may tell its client: suspended, suspended_by_law, clear; each in ru and kk."""
    texts: dict[str, dict[str, str]] = load("signs")["client"]
    return texts


@lru_cache(maxsize=1)
def transfer_days() -> tuple[int, int]:
    """(days that a suspended transfer waits, days in which a bank pays back after the client's application)."""
    document = load("signs")
    return document["cooling_off_days"], document["refund_days"]


@lru_cache(maxsize=1)
def sign_sets() -> tuple[str, ...]:
    return tuple(row["id"] for row in load("signs")["sets"])


def _set(row: dict[str, Any]) -> SignSet:
    return SignSet(row["id"], row["active_in"], tuple(_sign(each) for each in row["signs"]))


def _sign(row: dict[str, Any]) -> Sign:
    text = {language: row[language] for language in ("ru", "kk", "en")}
    return Sign(row["n"], row["code"], row["about"], text, row["status"])
