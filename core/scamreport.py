"""What a partner is told, as data of events: `scamreport/1` and its small relatives. Pure; see partners/README.md.

The JSON Schema is `partners/scamreport-1.schema.json`. A copy carries what its `Share` allows and nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.keys import Keys
from core.routing import Partner, PartnerKind, Share
from storage.tables import BlockRequest, Case, Evidence, Identifier, Report, ReportIdentifier

SCHEMA = "scamreport/1"
MOST_BYTES = 20_000
ALMATY = ZoneInfo("Asia/Almaty")
FIRST_CASE, FIRST_BLOCK = 1000, 1000
VOLATILE = frozenset({"version", "case", "level", "independent_reports"})
"""What changes without the reporter: it goes along, and is no reason for an event of its own."""
CUT = "…"
NOTICE = {
    True: "Urgent notice: one person states a loss within the last 24 hours. Nobody has verified it. You decide.",
    False: "An officer of the police desk asks for this. You decide by your own rules.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A report with everything that hangs on it, for any partner."""

    report: Report
    links: Sequence[tuple[Identifier, ReportIdentifier]]
    evidence: Sequence[Evidence] = ()
    case: Case | None = None


def report(
    told: Told, share: Share, keys: Keys, base: str, pans: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """`scamreport/1` for one partner. `base`: public address of the API; `pans`: full card numbers by identifier."""
    one = told.report
    links = [(row, link) for row, link in told.links if row.id in share.identifiers]
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "report_id": one.uid,
        "number": one.number,
        "version": one.version,
        "status": one.status,
        "created_at": stamp(one.created_at),
        "language": one.language,
        "channel": "telegram",
        "place": {"country": "KZ", **({"city": one.city} if one.city else {})},
        "scheme": {"primary": one.scheme, "tags": []},
        "identifiers": [identifier(row, link.role, (pans or {}).get(row.id)) for row, link in links],
        "reporter": reporter(one, share.partner, keys),
        "tlp": "AMBER",
        "reason": share.reason,
    }
    if one.occurred_at:
        data["occurred_at"] = {"value": local(one.occurred_at), "precision": one.occurred_precision or "day"}
    if one.loss_minor:
        data["loss"] = loss(one)
    if told.case:
        data["case"] = {"id": f"C-{FIRST_CASE + told.case.id}", "reports": told.case.reports}
    if share.words and one.story:
        data["narrative"] = {"text": one.story, "redacted": True}
    if share.words and told.evidence:
        data["evidence"] = [file(each, base) for each in told.evidence]
    return data


def withdrawn(told: Told, share: Share, keys: Keys) -> dict[str, Any]:
    """What is taken back: enough to find it, none of the words."""
    silent = Share(share.partner, share.identifiers, share.reason)
    return report(told, silent, keys, "")


def identifier(row: Identifier, role: str | None = None, pan: str | None = None) -> dict[str, Any]:
    attrs = {name: value for name, value in row.attrs.items() if isinstance(value, str)}
    return {
        "kind": row.kind,
        **({"role": role} if role else {}),
        "value": public_value(row),
        "display": row.display,
        "attrs": attrs | ({"pan": pan} if pan else {}),
        "level": row.level,
        "independent_reports": row.independent_reports,
    }


def public_value(row: Identifier) -> str:
    """Canonical; of a card only the first six and the last four digits, never our keyed hash."""
    return ":".join(row.value.split(":")[:2]) if row.kind == "card" else row.value


def reporter(one: Report, partner: Partner, keys: Keys) -> dict[str, Any]:
    """Who told, without telling who: a token of this partner alone."""
    whose = one.reporter_id or one.uid  # somebody who is forgotten is nobody's neighbour
    contact = bool(one.contact) and partner.kind is PartnerKind.police
    return {
        "token": f"r_{keys.digest('partner token', partner.id, whose)}",
        "kind": "victim" if one.loss_minor else "witness",
        "consent": {"police": True, "contact": contact},
    }


def loss(one: Report) -> dict[str, Any]:
    told = {
        "amount_minor": one.loss_minor,
        "currency": one.loss_currency or "KZT",
        "at": local(one.loss_at) if one.loss_at else None,
        "method": one.loss_method,
        "from_bank": one.loss_bank,
    }
    return {name: value for name, value in told.items() if value is not None}


def file(one: Evidence, base: str) -> dict[str, Any]:
    return {
        "sha256": one.sha256, "mime": one.mime, "bytes": one.size, "url": f"{base}/v1/evidence/{one.sha256}",
    }  # fmt: skip


def level(row: Identifier, was: str, reports: Sequence[str], at: datetime) -> dict[str, Any]:
    """`identifier.flagged`, `identifier.cleared`. `reports`: ids of those that this partner holds."""
    return {
        "identifier": identifier(row),
        "was": was,
        "grounds": [one["code"] for one in row.grounds],
        "schemes": sorted(row.schemes),
        "reports": list(reports),
        "as_of": stamp(at),
    }


def block_number(request: BlockRequest) -> str:
    return f"B-{FIRST_BLOCK + request.id}"


def block(request: BlockRequest, told: Told, share: Share, keys: Keys, pan: str | None = None) -> dict[str, Any]:
    """`block.requested`: what is asked and what speaks for it. Asking again with `state` recalled takes it back."""
    by_itself = request.officer_id is None
    row, link = next((row, link) for row, link in told.links if row.id == request.identifier_id)
    one = told.report
    return {
        "request_id": block_number(request),
        "state": "recalled" if request.state == "recalled" else "requested",
        "report_id": one.uid,
        "number": one.number,
        "identifier": identifier(row, link.role, pan),
        "urgent": by_itself,
        "asked_by": "reporter" if by_itself else "police",
        "asked_at": stamp(request.requested_at),
        "notice": NOTICE[by_itself],
        **({"loss": loss(one)} if one.loss_minor else {}),
        "speaks_for_it": {
            "independent_reports": row.independent_reports,
            "level": row.level,
            "signs": [sign["code"] for sign in row.grounds],
            "evidence_files": len(told.evidence),
            "details": link.details,
        },
        "reporter": reporter(one, share.partner, keys),
    }


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def local(at: datetime) -> str:
    return at.astimezone(ALMATY).isoformat(timespec="seconds")


def unchanging(data: Any) -> Any:
    """The data without what changes by itself."""
    if isinstance(data, dict):
        return {name: unchanging(value) for name, value in data.items() if name not in VOLATILE}
    return [unchanging(one) for one in data] if isinstance(data, list) else data


def body(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    """An event's bytes, under 20 kB: the story is cut with a mark; lists that are too long leave their tail out."""
    event = {"type": kind, "timestamp": stamp(at), "data": data}
    content = _bytes(event)
    if len(content) >= MOST_BYTES and "narrative" in data:
        content = _bytes(event | {"data": (data := _cut_story(data, len(content) - MOST_BYTES))})
    while len(content) >= MOST_BYTES and (shorter := _shorter(data)):
        content = _bytes(event | {"data": (data := shorter)})
    return content


def _bytes(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _cut_story(data: dict[str, Any], too_much: int) -> dict[str, Any]:
    text = data["narrative"]["text"]
    kept = text.encode()[: max(len(text.encode()) - too_much - 100, 200)].decode(errors="ignore")
    return data | {"narrative": {"text": kept + CUT, "redacted": True, "cut": True}}


def _shorter(data: dict[str, Any]) -> dict[str, Any] | None:
    """Without the last of the longest list; the whole is at `GET /v1/reports/{id}`. None where nothing can go."""
    lists = [name for name in ("evidence", "identifiers", "reports") if len(data.get(name, ())) > 1]
    if not lists:
        return None
    longest = max(lists, key=lambda name: len(_bytes(data[name])))
    left_out = data.get("left_out", {})
    return data | {
        longest: data[longest][:-1],
        "left_out": left_out | {longest: left_out.get(longest, 0) + 1},
    }
