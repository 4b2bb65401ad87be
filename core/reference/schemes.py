"""Schemes: the kinds of fraud people report, with labels and advice in both languages."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Scheme:
    code: str
    core: bool
    """Core schemes carry codes that partners know; the others begin with X_."""
    order: int
    label: dict[str, str]
    short: dict[str, str]
    """What fits a button."""
    advice: dict[str, tuple[str, ...]]
    """First what to do now, then what to do when it already happened."""
    evidence: tuple[str, ...]
    external: dict[str, Any]
    """The nearest terms of other taxonomies (MISP, RSIT, IC3 and others), for exports."""
    status: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A technique seen together with a scheme, as number spoofing."""

    code: str
    label: dict[str, str]


@lru_cache(maxsize=1)
def schemes() -> tuple[Scheme, ...]:
    """All schemes in the order they are shown."""
    return tuple(sorted((_scheme(row) for row in load("schemes")["schemes"]), key=lambda scheme: scheme.order))


@lru_cache(maxsize=64)
def scheme(code: str) -> Scheme:
    """The scheme with this code; KeyError when there is none."""
    return {scheme.code: scheme for scheme in schemes()}[code]


@lru_cache(maxsize=1)
def tags() -> tuple[Tag, ...]:
    return tuple(Tag(row["tag"], {"ru": row["ru"], "kk": row["kk"]}) for row in load("schemes")["tags"])


@lru_cache(maxsize=1)
def axes() -> dict[str, tuple[str, ...]]:
    """The closed lists a report may be described by: channel, persona, requested_action, outcome."""
    return {axis: tuple(values) for axis, values in load("schemes")["axes"].items()}


def _scheme(row: dict[str, Any]) -> Scheme:
    return Scheme(
        code=row["code"],
        core=row["core"],
        order=row["order"],
        label=row["label"],
        short=row["short"],
        advice={language: tuple(lines) for language, lines in row["advice"].items()},
        evidence=tuple(row["evidence"]),
        external=row["external"],
        status=row["status"],
    )
