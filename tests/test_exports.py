"""What foreign programs make of every kind of identifier, and what no spreadsheet takes for a formula."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stix2
from pymisp import MISPEvent, MISPObject
from stix2 import properties as kinds

from bot.i18n import catalogues
from core.exports.misp import TEMPLATES, Misp
from core.exports.rows import Mention, Named, Told, Worked
from core.exports.stix import CONTRIBUTES, FACTS, SAYS, TYPES, Stix, extension
from core.exports.tables import harmless
from core.identifiers import Kind
from handlers.desk.sheets import sheets
from storage.exports import Period
from storage.tables import Case, Identifier, Report

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
KEYED = "440043:7894:0f3a5c"  # a card's value ends in the keyed hash of its number
VALUES = {
    Kind.phone: ("+77011234567", "+7 701 123-45-67"), Kind.short_code: ("1414", "1414"),
    Kind.card: (KEYED, "4400 43•• •••• 7894"), Kind.iban: ("KZ86125KZT5004100100", "KZ86 125K ZT50 0410 0100"),
    Kind.ewallet: ("qiwi:+77011234567", "QIWI"), Kind.crypto_wallet: ("bitcoin:bc1qar0", "bc1qar0"),
    Kind.listing: ("kolesa.kz:150594149", "kolesa.kz/a/show/150594149"),
    Kind.account: ("telegram:user:scam_kz", "@scam_kz"), Kind.url: ("evil.kz/o'neil?a=\\1", "evil.kz/o'neil?a=\\1"),
    Kind.email: ("a@b.kz", "a@b.kz"), Kind.sender_id: ("KASPIBANK", "SMS KASPIBANK"),
    Kind.company_bin: ("990340005977", "БИН 990340005977"),
}  # fmt: skip
OTHERS = [("telegram:chat:123", "t.me/c/123"), ("instagram:account:a", "@a"), ("vk:club1", "vk.com/club1")]


def everything() -> list[Named]:
    rows = [(str(kind), *VALUES[kind]) for kind in Kind] + [("account", *one) for one in OTHERS]
    rows += [("crypto_wallet", "tron:TJR", "TJR"), ("listing", "olx.kz:4", "OLX 4")]
    return [
        Named(
            Identifier(
                id=number, kind=kind, value=value, display=display, attrs={"bank": "722", "bank_name": "Kaspi"},
                created_at=AT, level="confirmed", independent_reports=4, first_seen=AT, last_seen=AT,
                schemes={"BANK_CALL": 4, "GONE": 1}, confirmed_at=AT,
            ), None, 5, 25_000_000, [1, 2],
        ) for number, (kind, value, display) in enumerate(rows, 1)
    ]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def known_to_stix2() -> None:
    """The extensions as docs/exports.md defines them, so that the library checks them strictly."""
    checked = {"string": kinds.StringProperty(), "integer": kinds.IntegerProperty(),
               "array": kinds.ListProperty(kinds.StringProperty)}  # fmt: skip
    facts = {name: checked[type_] for name, type_ in SAYS.items() if name != "roles"}
    facts["roles"] = kinds.ListProperty(kinds.DictionaryProperty)
    stix2.v21.CustomExtension(extension("facts"), list(facts.items()))(
        type("Facts", (), {"extension_type": "property-extension"})
    )
    for name, says in TYPES.items():
        properties = [(one, kinds.StringProperty(required=one in CONTRIBUTES[name])) for one in says]
        stix2.v21.CustomObservable(name, properties, list(CONTRIBUTES[name]), extension(name))(type(name, (), {}))


def written(path: Path, file: Stix | Misp, **stages: list[Any]) -> dict[str, Any]:
    for stage, entries in stages.items():
        file.write(stage, entries)
    file.close()
    said: dict[str, Any] = json.loads(path.read_text())
    return said


def test_stix2_reads_every_kind_strictly_and_gives_it_the_same_id(tmp_path: Path) -> None:
    things, path = everything(), tmp_path / "bundle.json"
    report = Report(
        id=1, uid="0193a1c2", number="SB-7K3M9Q", scheme="BANK_CALL", language="kk", created_at=AT, updated_at=AT,
        forward_at=AT, case_id=1, city="Алматы", loss_minor=100, loss_currency="KZT", story="secret words",
    )  # fmt: skip
    told = Told(report, ("open", None), [Mention(one.identifier, "payee", None) for one in things])
    case = Worked(Case(id=1, created_at=AT), 1, 1, AT, AT, 100, [], [("260000011", False)], ["0193a1c2"])
    said = written(path, Stix(path, at=AT + timedelta(days=1)), named=things, told=[told], worked=[case])
    bundle = stix2.parse(said, allow_custom=False)
    parsed = {one["id"]: one for one in bundle.objects}
    assert all(not isinstance(one, dict) for one in bundle.objects)  # nothing was let through unread
    [seen] = [one for one in bundle.objects if one["type"] == "observed-data"]
    assert len(seen.object_refs) == len(things) and all(one in parsed for one in seen.object_refs)
    for reference in seen.object_refs:  # the library makes the id anew from what contributes
        raw = next(one for one in said["objects"] if one["id"] == reference)
        assert stix2.parse({key: value for key, value in raw.items() if key != "id"}).id == reference
    for indicator in (one for one in bundle.objects if one["type"] == "indicator"):
        assert stix2.pattern_visitor.create_pattern_object(indicator.pattern, version="2.1")
    [grouping] = [one for one in bundle.objects if one["type"] == "grouping"]
    assert grouping.object_refs == [seen.id]
    text = path.read_text()
    assert KEYED not in text and "secret words" not in text and "260000011" not in text


def test_pymisp_reads_every_kind_by_its_own_templates(tmp_path: Path) -> None:
    things, path = everything(), tmp_path / "event.json"
    said = written(path, Misp(path, period=Period(None, AT), part=1), named=things)
    event = MISPEvent(strict_validation=True)
    event.load(said)
    assert len(event.objects) + len(event.attributes) == len(things)
    assert {one.name for one in event.objects} == set(TEMPLATES)
    for one in event.objects:
        strict = MISPObject(one.name, strict=True)
        assert (strict.template_uuid, str(strict.template_version)) == (one.template_uuid, str(one.template_version))
        for field in one.attributes:
            assert strict.add_attribute(field.object_relation, value=field.value).type == field.type
        strict.to_dict()  # what a template requires is there
    tags = {tag.name for one in event.attributes for tag in one.tags}
    assert {"tlp:amber", 'saqbol:scheme="BANK_CALL"', 'rsit:fraud="masquerade"', 'saqbol:scheme="GONE"'} <= tags
    assert "440043******7894" in [one.value for one in event.attributes]
    assert "0f3a5c" not in path.read_text()


def test_every_column_and_extension_stands_in_the_documentation() -> None:
    text = (Path(__file__).parents[1] / "docs" / "exports.md").read_text()
    i18n = catalogues()
    with i18n.context(), i18n.use_locale("en"):
        headings = [column.heading for sheet in sheets().values() for column in sheet.columns]
    wanted = [*headings, *map(extension, TYPES), FACTS, *SAYS, *TEMPLATES]
    assert [one for one in wanted if one not in text] == []


@pytest.mark.parametrize(
    "text",
    ["+7 701 123-45-67", "+77011234567", "звонили с +77011234567, потом молчали", "a+b=c", "KZ86 125K", "",
     "вчера – и сегодня", "номер: +7 (701) 123-45-67"],
)  # fmt: skip
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1+1", "'=1+1"), ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"),
     ("  =1", "  '=1"), ("\t=1", "\t'=1"), ("\r=1", "\r'=1"), ("да;=1", "да;'=1"), ("да, =1", "да, '=1"),
     ("да\n=1", "да\n'=1"), ("＝1", "'＝1"), ("+7701=1", "'+7701=1"), ("+77011234567=cmd()", "'+77011234567=cmd()"),
     ("|calc", "'|calc")],
)  # fmt: skip
def test_what_could_be_a_formula_is_text(text: str, safe: str) -> None:
    assert harmless(text) == safe
