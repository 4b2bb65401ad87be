"""Platforms: which address names which listing or account. Also how addresses are cleaned."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.reference.loading import load


@dataclass(frozen=True, slots=True)
class Rule:
    type: str
    """listing, post, account, group, phone or short_link"""
    whole_url: bool
    """Matched with scheme, host, path and query; otherwise with the path alone."""
    regex: re.Pattern[str]
    value: str
    """The canonical value, to be filled from the groups of the regex."""
    parent: str | None
    """The account a post belongs to, likewise."""
    lower: tuple[str, ...]
    """Groups whose case means nothing."""


@dataclass(frozen=True, slots=True)
class Example:
    url: str
    value: str
    status: str


@dataclass(frozen=True, slots=True)
class Platform:
    id: str
    title: dict[str, str]
    kind: str
    hosts: tuple[str, ...]
    names: tuple[str, ...]
    """What people call it when they give only a listing's number."""
    keep_params: dict[str, str]
    """Query parameters worth keeping, each with the attribute it becomes."""
    canonical_url: str
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Redirector:
    host: str
    path: str | None
    param: str


@dataclass(frozen=True, slots=True)
class Tracking:
    prefixes: tuple[str, ...]
    everywhere: frozenset[str]
    on_platforms: frozenset[str]


@lru_cache(maxsize=1)
def platforms() -> tuple[Platform, ...]:
    return tuple(_platform(row) for row in load("platforms")["platforms"])


@lru_cache(maxsize=1)
def _by_host() -> dict[str, Platform]:
    return {host: platform for platform in platforms() for host in platform.hosts}


def platform_of(host: str) -> Platform | None:
    """The platform of a host in lower case, without `www.` and the like. Never by substring."""
    known = _by_host()
    return known.get(host) or known.get("*." + host.partition(".")[2])


@lru_cache(maxsize=1)
def redirectors() -> tuple[Redirector, ...]:
    return tuple(Redirector(row["host"], row.get("path"), row["param"]) for row in load("platforms")["redirectors"])


@lru_cache(maxsize=1)
def tracking() -> Tracking:
    document = load("platforms")
    everywhere, on_platforms = document["tracking"], document["tracking_on_platforms"]
    return Tracking(
        tuple(everywhere["drop_prefixes"]), frozenset(everywhere["drop"]), frozenset(map(str, on_platforms["drop"]))
    )


def _platform(row: dict[str, Any]) -> Platform:
    return Platform(
        id=row["id"],
        title=row["title"],
        kind=row["kind"],
        hosts=tuple(row["hosts"]),
        names=tuple(row.get("names", ())),
        keep_params=row.get("keep_params", {}),
        canonical_url=row["canonical_url"],
        rules=tuple(_rule(rule) for rule in row["rules"]),
        examples=tuple(Example(each["url"], each["value"], each["status"]) for each in row["examples"]),
        status=row["status"],
    )


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        type=row["type"],
        whole_url=row.get("scope") == "url",
        regex=re.compile(row["regex"]),
        value=row["value"],
        parent=row.get("parent"),
        lower=tuple(row.get("lower", ())),
    )
