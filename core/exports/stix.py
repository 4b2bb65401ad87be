"""STIX 2.1: identifiers are observables, listed ones indicators too, reports observed-data, cases groupings.

Written as plain JSON: the stix2 library takes longer and holds all of it in memory (bench/exports); the tests
read the files back with it. The extensions are defined here; docs/exports.md describes them.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from core import cases
from core.exports.rows import Named, Told, Worked
from core.exports.streaming import JsonList, filled
from core.reference import schemes
from core.verdicts import LISTED, Level
from storage.tables import Identifier

Thing = dict[str, Any]
OURS = UUID("9f0e35a8-2f0b-5d5c-9c57-0d3f3b6f7a11")  # the namespace of what only SaqBol names
SCO = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # of observables, by the STIX standard
AMBER = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"  # the standard's own TLP:AMBER
SINCE = "2026-11-01T00:00:00.000Z"  # when the definitions below were written
DESCRIBED = {
    "new-sco": "An observable of fraud that STIX does not have",
    "property-extension": "What reports and the police desk say about an object",
}
CONFIDENCE = {Level.flagged: 60, Level.confirmed: 90}


def our_id(kind: str, name: str) -> str:
    return f"{kind}--{uuid5(OURS, f'{kind}:{name}')}"


IDENTITY = our_id("identity", "SaqBol")
FACTS = our_id("extension-definition", "facts")
TYPES = {  # observables that STIX does not have, with what each says
    "saqbol-phone": ("value", "country", "range_holder"),
    "saqbol-bank-account": ("iban", "bank_code", "bank_name"),
    "saqbol-payment-card": ("token", "bin", "last4", "network", "bank_code", "bank_name"),
    "saqbol-wallet": ("service", "address"),
    "saqbol-listing": ("platform", "listing_id"),
    "saqbol-sms-sender": ("value",),
    "saqbol-company": ("bin",),
}
CONTRIBUTES = {  # what makes the id of an observable: by the standard, and for ours what tells two apart
    "saqbol-phone": ("value",),
    "saqbol-bank-account": ("iban",),
    "saqbol-payment-card": ("token",),
    "saqbol-wallet": ("service", "address"),
    "saqbol-listing": ("platform", "listing_id"),
    "saqbol-sms-sender": ("value",),
    "saqbol-company": ("bin",),
    "url": ("value",),
    "email-addr": ("value",),
    "user-account": ("account_type", "user_id", "account_login"),
}


SAYS = {  # the property extension, with JSON types; money in minor units
    "level": "string", "independent_reports": "integer", "reports": "integer", "people": "integer",
    "first_seen": "string", "last_seen": "string", "schemes": "array", "cases": "array", "loss_minor": "integer",
    "loss_currency": "string", "report": "string", "status": "string", "scheme": "string", "city": "string",
    "case": "string", "roles": "array",
}  # fmt: skip


def extension(type_: str) -> str:
    return our_id("extension-definition", type_)


class Stix:
    """One bundle; each part of a large export is one, complete in itself but for what earlier parts defined."""

    def __init__(self, path: Path, *, at: datetime) -> None:
        self.at = stamp(at)
        self.bundle = JsonList(path, f'{{"type":"bundle","id":"bundle--{uuid4()}","objects":[\n')
        self._add(prelude())

    def write(self, stage: str, entries: Sequence[Any]) -> None:
        make: dict[str, Callable[[Any, str], Iterator[Thing]]] = {"named": named, "told": told, "worked": worked}
        for one in entries:
            self._add(make[stage](one, self.at))

    def _add(self, things: Iterator[Thing]) -> None:
        for thing in things:
            self.bundle.add(thing)

    @property
    def size(self) -> int:
        return self.bundle.size

    def close(self) -> None:
        self.bundle.close("\n]}\n")


def prelude() -> Iterator[Thing]:
    """What everything else refers to."""
    yield _own("identity", "SaqBol", SINCE, name="SaqBol", identity_class="organization", marked=False,
               description="Reports of citizens about fraud, as the police desk has them")  # fmt: skip
    yield {
        "type": "marking-definition", "spec_version": "2.1", "id": AMBER, "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp", "name": "TLP:AMBER", "definition": {"tlp": "amber"},
    }  # fmt: skip
    for type_, properties in TYPES.items():
        yield _definition(type_, "new-sco", schema(dict.fromkeys(properties, "string"), CONTRIBUTES[type_]))
    yield _definition("facts", "property-extension", schema(SAYS))
    for scheme in schemes():
        yield _own("attack-pattern", scheme.code, SINCE, name=scheme.code, description=scheme.label["ru"],
                   external_references=[{"source_name": "saqbol-scheme", "external_id": scheme.code}])  # fmt: skip


def _definition(name: str, kind: str, defined: str) -> Thing:
    return _own("extension-definition", name, SINCE, name=f"SaqBol {name}", schema=defined, version="1.0.0",
                description=DESCRIBED[kind], extension_types=[kind], marked=False)  # fmt: skip


def schema(properties: Mapping[str, str], required: Sequence[str] = ()) -> str:
    """A JSON Schema in one line."""
    return json.dumps({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": [*required],
        "properties": {name: {"type": type_} for name, type_ in properties.items()},
    })  # fmt: skip


def _own(kind: str, of: str, created: str, *, modified: str | None = None, marked: bool = True, **more: Any) -> Thing:
    thing = {
        "type": kind, "spec_version": "2.1", "id": our_id(kind, of), "created": created,
        "modified": max(modified or created, created),
    }  # fmt: skip
    if kind != "identity":
        thing["created_by_ref"] = IDENTITY
    return thing | more | ({"object_marking_refs": [AMBER]} if marked else {})


def named(one: Named, at: str) -> Iterator[Thing]:
    """The observable; where it is listed, an indicator too, and what scheme it points to."""
    thing, verdict = observable(one.identifier), one.verdict
    facts = filled(
        level=str(verdict.level), independent_reports=verdict.people, reports=one.reports,
        first_seen=verdict.first_seen and stamp(verdict.first_seen),
        last_seen=verdict.last_seen and stamp(verdict.last_seen), schemes=sorted(verdict.schemes),
        loss_minor=one.loss_minor, cases=[cases.number(case) for case in one.cases],
    )  # fmt: skip
    yield thing | {"extensions": {**thing.get("extensions", {}), FACTS: _facts(facts)}}
    if verdict.level not in LISTED:
        return
    created, since = one.identifier.created_at, verdict.confirmed_at or verdict.first_seen
    yield _own(
        "indicator", thing["id"], stamp(created), modified=at, name=one.identifier.display, pattern=pattern(thing),
        pattern_type="stix", pattern_version="2.1", valid_from=stamp(since or created),
        indicator_types=["malicious-activity"], confidence=CONFIDENCE[verdict.level], labels=[str(verdict.level)],
    )  # fmt: skip
    if verdict.commonest in _codes():
        yield _own(
            "relationship", thing["id"], stamp(created), modified=at, relationship_type="indicates",
            source_ref=our_id("indicator", thing["id"]), target_ref=our_id("attack-pattern", verdict.commonest or ""),
        )  # fmt: skip


def told(one: Told, at: str) -> Iterator[Thing]:
    """A report without its words: they stay in the tables. One that names nothing has nothing to observe."""
    report, refs = one.report, [(sco_id(mention.identifier), mention) for mention in one.mentions]
    if not refs:
        return
    seen = stamp(report.occurred_at or report.created_at)
    facts = filled(
        report=report.number, status=report.status, scheme=report.scheme, city=report.city,
        loss_minor=report.loss_minor, loss_currency=report.loss_currency if report.loss_minor else None,
        case=cases.number(report.case_id) if report.case_id else None,
        roles=[{"ref": ref, "role": mention.role} for ref, mention in refs if mention.role],
    )  # fmt: skip
    yield _own(
        "observed-data", report.uid, stamp(report.created_at), modified=at, first_observed=seen,
        last_observed=seen, number_observed=1, object_refs=[ref for ref, _ in refs], extensions={FACTS: _facts(facts)},
    )  # fmt: skip


def worked(one: Worked, at: str) -> Iterator[Thing]:
    case = one.case
    facts = filled(case=cases.number(case), status=case.status, scheme=case.scheme, reports=one.reports,
                   people=one.people, loss_minor=one.loss_minor)  # fmt: skip
    yield _own(
        "grouping", cases.number(case), stamp(case.created_at), modified=at, name=cases.number(case),
        context="suspicious-activity", object_refs=[our_id("observed-data", uid) for uid in one.uids],
        extensions={FACTS: _facts(facts)},
    )  # fmt: skip


def _facts(values: Thing) -> Thing:
    return {"extension_type": "property-extension", **values}


def observable(one: Identifier) -> Thing:
    type_, says = _described(one)
    thing = {"type": type_, "spec_version": "2.1", "id": _sco_id(type_, says), **says, "object_marking_refs": [AMBER]}
    return thing | ({"extensions": {extension(type_): {"extension_type": "new-sco"}}} if type_ in TYPES else {})


def sco_id(one: Identifier) -> str:
    return _sco_id(*_described(one))


def _sco_id(type_: str, says: Thing) -> str:
    """The same for the same thing in every tool: the standard's rule, a UUID over what contributes."""
    contributes = {key: says[key] for key in sorted(CONTRIBUTES[type_]) if key in says}
    return f"{type_}--{uuid5(SCO, json.dumps(contributes, ensure_ascii=False, separators=(',', ':')))}"


def _described(one: Identifier) -> tuple[str, Thing]:
    """The type of observable and its properties. A card shows what a card may show."""
    first, _, rest = one.value.partition(":")
    attrs, bank = one.attrs, {"bank_code": one.attrs.get("bank"), "bank_name": one.attrs.get("bank_name")}
    match one.kind:
        case "phone" | "short_code":
            says = filled(value=one.value, country=attrs.get("country"), range_holder=attrs.get("range_holder"))
            return "saqbol-phone", says
        case "card":
            says = filled(token=str(uuid5(OURS, one.value)), bin=first, last4=rest[:4], network=attrs.get("network"))
            return "saqbol-payment-card", says | filled(**bank)
        case "iban":
            return "saqbol-bank-account", {"iban": one.value, **filled(**bank)}
        case "ewallet" | "crypto_wallet":
            return "saqbol-wallet", {"service": first, "address": rest}
        case "listing":
            return "saqbol-listing", {"platform": first, "listing_id": rest}
        case "account":
            type_, _, name = rest.partition(":")
            login = {"account_login": name} if type_ in ("user", "account") else {"user_id": rest}
            return "user-account", {"account_type": first, **login}
        case "email":
            return "email-addr", {"value": one.value}
        case "sender_id":
            return "saqbol-sms-sender", {"value": one.value}
        case "company_bin":
            return "saqbol-company", {"bin": one.value}
    return "url", {"value": f"https://{one.value}"}  # how it was spelled is not kept; https is what browsers try first


def pattern(thing: Thing) -> str:
    """`[saqbol-phone:value = '+7…']`: equal in what makes the id."""
    tests = [f"{thing['type']}:{key} = '{_quoted(thing[key])}'" for key in CONTRIBUTES[thing["type"]] if key in thing]
    return f"[{' AND '.join(tests)}]"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(scheme.code for scheme in schemes())


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
