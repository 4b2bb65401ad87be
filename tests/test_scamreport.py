"""The data of events: fits the shipped schema, stays under 20 kB, says nothing it must not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import scamreport
from core.keys import Keys
from core.routing import Partner, PartnerKind, Share
from core.scamreport import MOST_BYTES, Told
from storage.tables import Case, Evidence, Identifier, Report, ReportIdentifier

ROOT = Path(__file__).parents[1]
SCHEMA = jsonschema_rs.validator_for(json.loads((ROOT / "partners/scamreport-1.schema.json").read_text()))
AT = datetime(2026, 11, 21, 14, 2, 11, tzinfo=UTC)
KEYS = Keys("a secret of the tests, long enough for its purpose")
PAN = "4400431234567894"


def told(phones: int = 1, **more: Any) -> Told:
    report = Report(
        id=7, uid="0193a1c2-0000-7000-8000-000000000000", number="SB-7K3M9Q", reporter_id=1, scheme="BANK_CALL",
        status="forwarded", language="kk", created_at=AT, updated_at=AT, forward_at=AT, occurred_at=AT,
        occurred_precision="hour", city="Алматы", story="Звонили из банка", loss_minor=25_000_000, loss_currency="KZT",
        loss_at=AT, loss_method="card", loss_bank="722", contact="@aigul",
    )  # fmt: skip
    for name, value in more.items():
        setattr(report, name, value)
    rows = [
        Identifier(id=one, kind="phone", value=f"+7701{one:07}", display="+7 701", attrs={"line": "mobile"},
                   level="reported", independent_reports=2, created_at=AT)
        for one in range(1, phones + 1)
    ]  # fmt: skip
    rows.append(
        Identifier(id=999, kind="card", value="440043:7894:0123456789abcdef", display="4400 43•• •••• 7894",
                   level="reported", created_at=AT)
    )  # fmt: skip
    links = [
        (row, ReportIdentifier(report_id=7, identifier_id=row.id, role="payee", reporter_key="k", reported_at=AT))
        for row in rows
    ]
    file = Evidence(id=1, report_id=7, telegram_file_id="f", telegram_unique_id="u", sha256="a" * 64,
                    mime="image/jpeg", size=81234, created_at=AT)  # fmt: skip
    return Told(report, links, [file], Case(id=42, created_at=AT, reports=37))


def share(kind: str = "police", identifiers: tuple[int, ...] = (1, 999), **more: Any) -> Share:
    return Share(Partner(more.pop("id", kind), kind, PartnerKind(kind)), identifiers, "your range 701", **more)


def test_the_whole_of_a_report_fits_the_schema() -> None:
    data = scamreport.report(told(), share(words=True), KEYS, "https://saqbol.example", {999: PAN})
    SCHEMA.validate(data)
    assert data["occurred_at"] == {"value": "2026-11-21T19:02:11+05:00", "precision": "hour"}
    assert data["identifiers"][1]["value"] == "440043:7894" and data["identifiers"][1]["attrs"]["pan"] == PAN
    assert data["evidence"][0]["url"] == f"https://saqbol.example/v1/evidence/{'a' * 64}"
    assert data["reporter"]["consent"] == {"police": True, "contact": True}
    assert data["case"] == {"id": "C-1042", "reports": 37}
    assert "@aigul" not in json.dumps(data)


@pytest.mark.parametrize("kind", ["bank", "operator", "marketplace", "wallet", "regulator"])
def test_others_get_neither_words_nor_contact(kind: str) -> None:
    data = scamreport.report(told(), share(kind, identifiers=(1,)), KEYS, "")
    SCHEMA.validate(data)
    assert not {"narrative", "evidence"} & set(data) and len(data["identifiers"]) == 1
    assert not data["reporter"]["consent"]["contact"] and "банка" not in json.dumps(data, ensure_ascii=False)
    assert data["reporter"]["token"] != scamreport.report(told(), share(), KEYS, "")["reporter"]["token"]


def test_what_is_taken_back_carries_no_words() -> None:
    data = scamreport.withdrawn(told(status="withdrawn"), share(words=True), KEYS)
    SCHEMA.validate(data)
    assert data["status"] == "withdrawn" and not {"narrative", "evidence"} & set(data)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=8000), st.integers(1, 150))
def test_an_event_stays_below_20_kB(story: str, phones: int) -> None:
    data = scamreport.report(told(phones, story=story or None), share(identifiers=(*range(1, 151), 999), words=True),
                             KEYS, "")  # fmt: skip
    body = scamreport.body("report.received", AT, data)
    event = json.loads(body)
    assert len(body) < MOST_BYTES and event["timestamp"] == "2026-11-21T14:02:11Z"
    SCHEMA.validate(event["data"])
    left_out = event["data"].get("left_out", {}).get("identifiers", 0)
    assert len(event["data"]["identifiers"]) + left_out == len(data["identifiers"])


def test_a_long_story_is_cut_with_a_mark() -> None:
    data = scamreport.report(told(60, story="ж" * 9000), share(identifiers=(*range(1, 61),), words=True), KEYS, "")
    event = json.loads(scamreport.body("report.received", AT, data))
    assert event["data"]["narrative"]["cut"] and event["data"]["narrative"]["text"].endswith("жж…")
    assert len(event["data"]["identifiers"]) == 60
