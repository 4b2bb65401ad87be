"""The data files: complete, consistent, both languages, every example holds."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from core import reference
from core.identifiers import read

FOLDER = Path(reference.__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))
FACT = {"status", "verified_at"}
# The keys of each kind of row: first those it must have, then those it may have.
ROWS: dict[tuple[str, str], tuple[set[str], set[str]]] = {
    ("schemes", "schemes"): (
        {"code", "core", "order", "label", "short", "advice", "evidence", "kk_unsure", "external"},
        set(),
    ),
    ("schemes", "tags"): ({"tag", "ru", "kk"}, {"gsma_fraud"}),
    ("banks", "banks"): ({"code", "bic", "name", "short"}, {"hotlines", "bins", "old_bic", "note"}),
    ("banks", "historic"): ({"code", "bic", "name"}, set()),
    ("banks", "networks"): ({"name", "patterns", "lengths"}, {"note"}),
    ("operators", "ranges"): ({"prefix", "holder", "brand"}, set()),
    ("operators", "mnc"): ({"mnc", "name"}, set()),
    ("operators", "cities"): ({"prefix", "name"}, set()),
    ("operators", "short_codes"): ({"code", "name"}, set()),
    ("operators", "operator_lines"): ({"operator", "lines"}, set()),
    ("platforms", "redirectors"): ({"host", "param"}, {"path"}),
    ("platforms", "platforms"): (
        {"id", "title", "kind", "hosts", "canonical_url", "rules", "examples"},
        {"names", "keep_params", "note"},
    ),
    ("broadcasts", "messages"): ({"id", "scheme", "ru", "kk"}, set()),
    ("cities", "cities"): ({"id", "ru", "kk", "also"}, set()),
    ("terms", "terms"): ({"kind", "country", "working_days", "by_law"}, {"note"}),
    ("brands", "brands"): ({"id", "hosts"}, {"words", "tokens", "user_content"}),
}
OTHER = {
    "schemes": {"axes"},
    "operators": {"zones"},
    "platforms": {"tracking", "tracking_on_platforms"},
    "signs": {"sets", "cooling_off_days", "refund_days", "law_369_fz", "facts", "client"},
}


def document(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def both_languages(texts: dict[str, Any]) -> bool:
    return all(texts.get(language) for language in ("ru", "kk"))


@pytest.mark.parametrize(("file", "rows"), ROWS)
def test_rows_have_known_keys_only(file: str, rows: str) -> None:
    must, may = ROWS[file, rows]
    for row in document(file)[rows]:
        assert must | FACT <= set(row) <= must | may | FACT, row


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_unknown_part_in_a_file(path: Path) -> None:
    known = {rows for file, rows in ROWS if file == path.stem} | OTHER.get(path.stem, set())
    assert set(document(path.stem)) == known


def facts(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [fact for each in node for fact in facts(each)]
    if not isinstance(node, dict):
        return []
    return [*([node] if "verified_at" in node else []), *(fact for each in node.values() for fact in facts(each))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fact_has_a_status_and_a_day(path: Path) -> None:
    found = facts(document(path.stem))
    assert found
    for fact in found:
        assert fact["status"] in ("sourced", "unverified")
        assert isinstance(fact["verified_at"], datetime.date)


def test_schemes_speak_both_languages_and_fit_a_button() -> None:
    for scheme in reference.schemes():
        assert both_languages(scheme.label)
        assert both_languages(scheme.short)
        assert all(len(text) <= 40 for text in scheme.short.values())
        assert all(len(scheme.advice[language]) == 2 for language in ("ru", "kk"))
        assert reference.scheme(scheme.code) is scheme
    orders = [scheme.order for scheme in reference.schemes()]
    assert orders == sorted(set(orders))
    assert len(reference.schemes()) == 22


def test_an_unknown_scheme_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        reference.scheme("NO_SUCH")


def test_broadcasts_name_known_schemes_and_carry_no_links() -> None:
    codes = {scheme.code for scheme in reference.schemes()}
    assert len(reference.broadcasts()) == 20
    for message in reference.broadcasts():
        assert message.scheme in codes
        assert both_languages(message.text)
        for text in message.text.values():
            assert {each.kind.value for each in read(text).identifiers} <= {"short_code"}


def test_a_city_is_known_in_each_of_its_spellings() -> None:
    for city, *spellings in (
        ("almaty", "Алматы", "г. Алматы", "алматы қаласы", "Алма-Ата"),
        ("karaganda", "Караганда", "ҚАРАҒАНДЫ", "город Караганда"),
        ("oskemen", "Усть-Каменогорск", "Өскемен қ."),
    ):
        found = [reference.city_of(one) for one in spellings]
        assert found == [reference.cities()[city]] * len(spellings)
    assert reference.city_of("Балхаш") is None
    assert reference.city_of("") is None


def test_banks() -> None:
    codes = [bank.code for bank in reference.banks()]
    assert len(codes) == len(set(codes))
    for bank in reference.banks():
        assert re.fullmatch(r"\d{3}", bank.code)
        assert re.fullmatch(r"[A-Z]{4}KZ[0-9A-Z]{2}", bank.bic)
        assert both_languages(bank.name)
        assert both_languages(bank.short)
        assert all(re.fullmatch(r"\d{6}", prefix) for prefix in bank.bins)
        assert all(re.fullmatch(r"\d{3,5}|\+7\d{10}", line) for line in bank.hotlines)
    kaspi = reference.bank_by_bin("440043")
    assert kaspi is not None
    assert kaspi.code == "722"
    assert kaspi.hotline == "9999"
    assert reference.bank_by_code("999") is None


def test_a_bank_of_today_wins_over_the_one_that_had_its_code() -> None:
    bereke, gone = reference.bank_by_code("914"), reference.bank_by_code("926")
    assert bereke is not None
    assert gone is not None
    assert (bereke.historic, gone.historic) == (False, True)


@pytest.mark.parametrize(
    ("number", "network"),
    [
        ("4400430000000000", "visa"),
        ("5169490000000000", "mastercard"),
        ("2200700000000000", "mir"),
        ("9860010000000000", "humo_uz"),
        ("340000000000000", "amex"),
        ("1234567890123456", None),
    ],
)
def test_networks(number: str, network: str | None) -> None:
    found = reference.network_of(number)
    assert (found.name if found else None) == network


def test_numbering() -> None:
    held = reference.range_holder("+77011234567")
    assert held is not None
    assert held.brand == "Kcell / activ"
    assert reference.range_holder("+79161234567") is None
    assert {"102", "1414", "9999", "7111"} <= set(reference.short_codes())
    full = reference.official_line("77273327722")
    assert full is not None
    assert full.group == "bank"
    assert reference.official_line("+77011234567") is None
    assert all(both_languages(line.name) for line in reference.short_codes().values())


def test_signs() -> None:
    assert reference.sign_sets() == ("saqbol-1", "od-1027", "od-2506")
    assert [len(reference.signs(name).signs) for name in reference.sign_sets()] == [6, 6, 12]
    for name in reference.sign_sets():
        numbers = [sign.n for sign in reference.signs(name).signs]
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(sign.about in ("recipient", "device", "operation") for sign in reference.signs(name).signs)
        assert all(both_languages(sign.text) and sign.text["en"] for sign in reference.signs(name).signs)


EXAMPLES = [example for platform in reference.platforms() for example in platform.examples]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.url[:60])
def test_every_example_of_a_platform(example: reference.Example) -> None:
    assert [each.value for each in read(example.url).identifiers] == [example.value]


@pytest.mark.parametrize("platform", reference.platforms(), ids=lambda platform: platform.id)
def test_platforms(platform: reference.Platform) -> None:
    assert platform.rules
    assert platform.examples
    assert both_languages(platform.title)
    for rule in platform.rules:
        named = set(re.findall(r"{(\w+)}", rule.value + (rule.parent or "")))
        assert named <= set(rule.regex.groupindex) | {"numeric"}
        assert set(rule.lower) <= set(rule.regex.groupindex)


def test_hosts_match_exactly() -> None:
    for host in ("olx.kz.evil.ru", "evil-olx.kz", "notolx.kz", "kaspi.kz.evil.ru"):
        assert reference.platform_of(host) is None
    shop = reference.platform_of("alash.satu.kz")
    assert shop is not None
    assert shop.id == "satu_kz"


def test_brands_own_their_domains_alone() -> None:
    hosts = [host for brand in reference.brands() for host in brand.hosts]
    assert len(hosts) == len(set(hosts))
    assert all(brand.words or brand.tokens for brand in reference.brands())
