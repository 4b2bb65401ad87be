"""A MISP event: identifiers as the objects and attributes that MISP knows, schemes and levels as tags. No stories.

Written as plain JSON: pymisp takes longer and holds all of it in memory (bench/exports); the tests read the files
back with it. Which object and tag says what: docs/exports.md.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID, uuid5

from core import cases
from core.exports.rows import Named, shown
from core.exports.stix import stamp
from core.exports.streaming import JsonList, compact, filled
from core.exports.tables import ALMATY
from core.reference import scheme
from core.verdicts import LISTED
from storage.exports import Period
from storage.tables import Identifier

OURS = UUID("3a6b1f0e-52a0-5b1a-8a43-6e0c7f1d2b90")  # the namespace of our events, objects and attributes
AMBER = {"name": "tlp:amber"}
TEMPLATES = {  # uuid and version, as MISP publishes them
    "phone-number": ("c4b5a67c-63d2-11ec-90d6-0242ac120003", "1", "mobile"),
    "bank-account": ("b4712203-95a8-4883-80e9-b566f5df11c9", "3", "financial"),
    "coin-address": ("d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", "7", "financial"),
    "url": ("60efb77b-40b5-4c46-871b-ed1ed999fce5", "10", "network"),
    "telegram-account": ("06f02ecf-5afb-42c5-9cb0-b362e222f52c", "2", "misc"),
    "user-account": ("49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6", "misc"),
}
SYMBOLS = {"bitcoin": "BTC", "ethereum": "ETH", "tron": "TRX"}
TAXONOMIES = {"gsma_fraud": "gsma-fraud", "rsit": "rsit"}  # as the schemes name them, and as MISP does
MONEY, NETWORK, SOCIAL, OTHER = "Financial fraud", "Network activity", "Social network", "Other"
Field = tuple[str, str, str, str]  # relation, type, category, value; the first of several is what is accused


class Misp:
    """One event; each part of a large export is an event of its own."""

    def __init__(self, path: Path, *, period: Period, part: int) -> None:
        self.event = uuid5(OURS, f"{period.since}:{period.until}:{part}")
        self.spool = TemporaryFile(dir=path.parent)  # attributes, which stand behind the objects
        self.objects = JsonList(path, f'{{"Event":{compact(head(self.event, period, part))[:-1]},"Object":[\n')

    def write(self, _stage: str, entries: Sequence[Named]) -> None:
        for one in entries:
            template, fields = described(one.identifier)
            if template:
                self.objects.add(as_object(one, template, fields, self.event))
            else:
                self._spool(attribute(one, fields[0], self.event, main=True))

    def _spool(self, thing: dict[str, Any]) -> None:
        self.spool.write(f"{',' if self.spool.tell() else ''}{compact(thing)}\n".encode())

    @property
    def size(self) -> int:
        return self.objects.size + self.spool.tell()

    def close(self) -> None:
        self.objects.file.write(b'\n],"Attribute":[\n')
        self.spool.seek(0)
        copyfileobj(self.spool, self.objects.file)
        self.spool.close()
        self.objects.close("]}}\n")


def head(event: UUID, period: Period, part: int) -> dict[str, Any]:
    days = [f"{at.astimezone(ALMATY):%d.%m.%Y}" for at in (period.since, period.until) if at]
    return {
        "uuid": str(event), "info": f"SaqBol: fraud reported by citizens, {' – '.join(days)}, part {part}",
        "date": f"{period.until.astimezone(ALMATY):%Y-%m-%d}", "timestamp": str(int(period.until.timestamp())),
        "threat_level_id": "2", "analysis": "1", "distribution": "0", "published": False, "Tag": [AMBER],
        "Orgc": {"name": "SaqBol", "uuid": str(OURS)},
    }  # fmt: skip


def as_object(one: Named, template: str, fields: Sequence[Field], event: UUID) -> dict[str, Any]:
    uuid, version, category = TEMPLATES[template]
    return {
        "uuid": str(uuid5(event, f"object:{one.id}")), "name": template, "template_uuid": uuid,
        "template_version": version, "meta-category": category, "comment": comment(one), **seen(one),
        "Attribute": [attribute(one, field, event, main=not place) for place, field in enumerate(fields)],
    }  # fmt: skip


def attribute(one: Named, field: Field, event: UUID, *, main: bool) -> dict[str, Any]:
    """What is accused carries the tags; what only describes it is kept out of MISP's comparing."""
    relation, type_, category, value = field
    said = {
        "uuid": str(uuid5(event, f"attribute:{one.id}:{relation}")), "type": type_, "category": category,
        "value": value, **filled(object_relation=relation), "to_ids": main and one.verdict.level in LISTED,
    }  # fmt: skip
    if not main:
        return {**said, "disable_correlation": True}
    return {**said, "Tag": tags(one), **({} if relation else {"comment": comment(one), **seen(one)})}


def described(one: Identifier) -> tuple[str | None, list[Field]]:
    """(template or None, fields). A card shows what a card may show."""
    first, _, rest = one.value.partition(":")
    bank = one.attrs.get("bank_name")
    match one.kind:
        case "phone" | "short_code":
            return "phone-number", [("phone-number", "phone-number", OTHER, one.value)]
        case "iban":
            return "bank-account", [("iban", "iban", MONEY, one.value), *_text("institution-name", bank)]
        case "ewallet":
            return "bank-account", [
                ("account", "bank-account-nr", MONEY, one.value),
                *_text("institution-name", first.upper()),
            ]
        case "crypto_wallet":
            bitcoin = ("address", "btc", MONEY, rest)
            address = bitcoin if first == "bitcoin" else ("address-crypto", "text", MONEY, rest)
            return "coin-address", [address, *_text("symbol", SYMBOLS.get(first))]
        case "account":
            return _account(first, rest)
        case "url":
            return "url", [("url", "url", NETWORK, f"https://{one.value}")]
        case "listing" if "/" in one.display:
            return "url", [("url", "url", NETWORK, f"https://{one.display}"), *_text("text", one.value)]
        case "email":
            return None, [("", "email", SOCIAL, one.value)]
    value = shown(one).replace(":", "******") if one.kind == "card" else one.value
    return None, [("", "text", MONEY, value)]


def _account(platform: str, rest: str) -> tuple[str, list[Field]]:
    type_, _, name = rest.partition(":")
    named = type_ in ("user", "account")
    if platform == "telegram":
        return "telegram-account", [("username" if named else "id", "text", SOCIAL, name if named else rest)]
    login = ("username", "text", SOCIAL, name) if named else ("user-id", "text", SOCIAL, rest)
    return "user-account", [login, *_text("account-type", platform)]


def _text(relation: str, value: str | None) -> list[Field]:
    return [(relation, "text", OTHER, value)] if value else []


def tags(one: Named) -> list[dict[str, str]]:
    verdict = one.verdict
    names = [f'saqbol:level="{verdict.level}"', f'saqbol:kind="{one.identifier.kind}"']
    for code in sorted(verdict.schemes):
        names += _scheme_tags(code)
    return [AMBER, *({"name": name} for name in dict.fromkeys(names))]


@lru_cache(maxsize=128)
def _scheme_tags(code: str) -> tuple[str, ...]:
    """Ours, and the nearest terms of MISP's own taxonomies."""
    try:
        external = scheme(code).external
    except KeyError:
        external = {}
    others = [f"{theirs}:{term}" for ours, theirs in TAXONOMIES.items() for term in external.get(ours) or ()]
    return (f'saqbol:scheme="{code}"', *others)


def comment(one: Named) -> str:
    listed = ", ".join(map(cases.number, one.cases))
    bank = one.identifier.attrs.get("bank_name") if one.identifier.kind == "card" else None
    said = [bank, f"people: {one.verdict.people}", f"reports: {one.reports}", listed and f"cases: {listed}"]
    return "; ".join(part for part in said if part)


def seen(one: Named) -> dict[str, str]:
    first, last = one.verdict.first_seen, one.verdict.last_seen
    return {"first_seen": stamp(first), "last_seen": stamp(max(first, last))} if first and last else {}
