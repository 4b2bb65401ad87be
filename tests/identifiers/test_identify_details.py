"""What stands beside the value: doubts, roles, attributes, displays, and what is kept."""

import subprocess
import sys

import pytest

from core.identifiers import Doubt, Identifier, Kind, Role, from_contact, from_forward, read
from core.identifiers.redaction import spans


def only(text: str) -> Identifier:
    (found,) = read(text).identifiers
    return found


def by_value(text: str) -> dict[str, Identifier]:
    return {each.value: each for each in read(text).identifiers}


def test_a_phone_tells_its_range_and_looks_nice() -> None:
    phone = only("8 701 123 45 67")
    assert phone.display == "+7 701 123-45-67"
    assert phone.attrs == {"country": "KZ", "line": "mobile", "range_holder": "Kcell / activ"}
    assert not phone.starts_off


@pytest.mark.parametrize(
    ("text", "country", "line"),
    [
        ("8 916 123 45 67", "RU", "mobile"),
        ("8 727 250 11 22", "KZ", "fixed"),
        ("+44 20 7946 0958", "GB", "fixed"),
        ("+996 555 340 128", "KG", "mobile"),
    ],
)
def test_countries(text: str, country: str, line: str) -> None:
    attrs = only(text).attrs
    assert (attrs["country"], attrs["line"]) == (country, line)


def test_the_shared_toll_free_zone_has_no_country() -> None:
    assert "country" not in only("8 800 555 35 35").attrs


def test_an_unassigned_range_is_a_doubt_and_still_accused() -> None:
    phone = only("звонили с +7 703 111 22 33")
    assert phone.doubts == {Doubt.unassigned_range}
    assert not phone.starts_off


def test_official_lines_start_off() -> None:
    for text in ("звонили с 9999", "звонили с +7 727 332 77 22", "позвоните 102", "пришло смс от 1414"):
        found = only(text)
        assert Doubt.official in found.doubts
        assert found.starts_off


def test_the_writers_own_number_starts_off_and_the_callers_does_not() -> None:
    found = by_value("мой номер 87015554433, звонили с 87022223344")
    assert found["+77015554433"].starts_off
    assert not found["+77022223344"].starts_off
    kazakh = by_value("Менің нөмірім 8 701 555 44 33, ал алаяқ 8 747 111 00 99 нөмірінен хабарласты")
    assert kazakh["+77015554433"].doubts == {Doubt.own}
    assert not kazakh["+77471110099"].starts_off


def test_being_called_on_my_number_does_not_make_the_caller_mine() -> None:
    assert not only("на мой номер позвонили с 87022223344").starts_off


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("звонили с 87022223344", Role.contacted_from),
        ("87022223344 нөмірінен қоңырау шалды", Role.contacted_from),
        ("перезвоните по 87022223344", Role.asked_to_call),
        ("87022223344 нөміріне хабарласыңыз", Role.asked_to_call),
        ("скинь на каспи 87022223344", Role.payee),
        ("87022223344 нөміріне аударыңыз", Role.payee),
        ("курьер 87022223344", Role.courier),
        ("ватсап 87022223344", Role.messenger),
        ("87022223344", None),
        ("https://evil.top/a", Role.landing_page),
        ("krisha.kz/a/show/761891663", Role.listing),
        ("карта получателя 4400435260181595", Role.payee),
    ],
)
def test_roles(text: str, role: Role | None) -> None:
    assert only(text).role is role


def test_a_card_without_direction_is_asked_about() -> None:
    assert Doubt.direction_unknown in only("4400 4352 6018 1595").doubts
    assert not only("продавец дал карту 4400 4352 6018 1595").starts_off


def test_a_card_keeps_its_number_to_itself() -> None:
    reading = read("переведи на карту 4400 4352 6018 1595")
    (card,) = reading.identifiers
    assert (card.value, card.secret) == ("440043:1595", "4400435260181595")
    assert card.display == "4400 43•• •••• 1595"
    assert card.attrs == {"network": "visa", "bank": "722", "bank_name": "Kaspi"}
    assert "4400435260181595" not in repr(reading)
    assert "5260" not in reading.text
    assert reading.text == "переведи на карту 440043…1595"


def test_equal_cards_are_one_and_cards_that_only_look_equal_are_two() -> None:
    assert len(read("карта 4400435260181595, повторю 4400 4352 6018 1595").identifiers) == 1
    assert len(read("карта 4400435260181595 и карта 4400430000001595").identifiers) <= 2


def test_the_writers_own_card_is_no_identifier() -> None:
    reading = read("с моей карты 4400 4352 6018 1595 сняли деньги, cvv 123")
    assert reading.identifiers == ()
    assert set(reading.redacted) == {"card", "cvv"}
    assert reading.text == "с моей карты [card] сняли деньги, cvv [cvv]"


THEIRS, OWN = "5169 4999 3518 1909", "4400 4352 6018 1595"


@pytest.mark.parametrize(
    "text",
    [
        "Просили перевести на карту {theirs}. Моя карта {own}",
        "Просили перевести на карту {theirs}, моя карта {own}",
        "Просили перевести на карту {theirs}\nМоя карта {own}",
        "моя карта {own}, перевёл на карту {theirs}",
        "Моя карта {own}. Перевёл на карту {theirs}",
        "перевела с моей карты {own} на карту {theirs}",
        "перевела на карту {theirs} с моей карты {own}",
        "с карты {own} (моя) на карту {theirs}",
        "Перевод на {theirs} (моя карта {own})",
        "{theirs} — карта мошенника, {own} — моя карта",
        "{own} — моя карта, {theirs} — карта мошенника",
        "карта мошенника {theirs} моя карта {own}",
        "менің картам {own}, ал ақшаны {theirs} картасына аудардым",
        "ақшаны {theirs} картасына аудардым, менің картам {own}",
        "Маған {theirs} картасына аудар деді. Менің картам {own}",
        "Менің {own} картамнан {theirs} картасына ақша кетті",
        "{theirs}-ке аудардым, менің картам {own}",
        "алаяқтың картасы {theirs}, менікі {own}",
    ],
)
def test_a_possessive_reaches_only_its_own_card(text: str) -> None:
    for theirs, own in ((THEIRS, OWN), (OWN, THEIRS)):
        given = text.format(theirs=theirs, own=own)
        reading = read(given)
        assert [each.secret for each in reading.identifiers] == [theirs.replace(" ", "")]
        assert reading.redacted == ("card",)
        assert [given[start:end] for start, end, _ in spans(given)] == [own]
        assert own not in reading.text


@pytest.mark.parametrize(
    "text",
    [
        "Перевёл на карту {}, моя карта теперь заблокирована",
        "Перевёл на карту {}. Моя карта пустая",
        "с моей карты ушло всё на {}",
        "Моя карта Халык.\nПеревела на {}",
        "Менің картамнан ақша {} картасына кетті",
    ],
)
def test_a_possessive_about_a_card_without_a_number_takes_no_other(text: str) -> None:
    assert only(text.format(THEIRS)).secret == THEIRS.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "моя карта {}, мошенники сняли всё",
        "{}. Это моя карта",
        "менің {} картамнан алып кетті",
        "Моя карта {0}. Списали с карты {0} дважды",
    ],
)
def test_ones_own_card_stays_own_whatever_follows(text: str) -> None:
    reading = read(text.format(OWN))
    assert reading.identifiers == ()
    assert OWN not in reading.text


def test_spans_are_places_in_the_given_text() -> None:
    text = "моя\u200b карта 4400\u200b 4352 6018 1595, код\u200b 482193"
    assert [(text[start:end], name) for start, end, name in spans(text)] == [
        ("4400\u200b 4352 6018 1595", "card"),
        ("482193", "otp"),
    ]


def test_marks_stand_where_the_secrets_stood() -> None:
    reading = read("ИИН 900101300582, код 482193, пароль: Qwerty12, пин 1234, срок 09/29")
    assert reading.text == "ИИН [iin], код [otp], пароль: [password], пин [pin], срок [expiry]"
    assert reading.redacted == ("iin", "otp", "password", "pin", "expiry")


def test_lookalikes_name_the_brand_and_are_accused() -> None:
    for host, brand in (
        ("kaspi-pay.top", "kaspi"),
        ("olx.kz.order-pay.site", "olx"),
        ("haiykbank.com", "halyk"),
        ("0lx.kz", "olx"),
    ):
        found = only(f"https://{host}/a")
        assert Doubt.lookalike in found.doubts
        assert found.attrs["brand"] == brand
        assert not found.starts_off


def test_letters_of_another_alphabet_are_shown_as_what_they_are() -> None:
    found = only("https://kаspi.kz/login")
    assert found.value == "xn--kspi-53d.kz/login"
    assert found.display == "xn--kspi-53d.kz/login"
    assert found.attrs == {"unicode": "kаspi.kz", "brand": "kaspi"}
    assert Doubt.lookalike in found.doubts


def test_a_genuine_bank_address_starts_off() -> None:
    found = only("https://kaspi.kz/promo")
    assert found.doubts == {Doubt.official}
    assert not only("https://docs.google.com/forms/d/abc").starts_off


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://kaspi.kz@evil.top/a", "userinfo"),
        ("https://user:pw@evil.com\\@kaspi.kz/", "backslash"),
        ("kaspi.kz@evil.top/pay", "userinfo"),
        ("http://evil.top\\@kaspi.kz", "backslash"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fkaspi.kz%40evil.top%2F", "userinfo"),
    ],
)
def test_tricks_are_refused(text: str, reason: str) -> None:
    reading = read(text)
    assert reading.identifiers == ()
    assert reading.refused == (reason,)


def test_an_address_does_not_keep_a_card_number() -> None:
    assert only("https://evil.top/p?a=1&card=4400435260181595").value == "evil.top/p?a=1"


def test_a_shop_and_a_merchant_are_kept_beside_the_listing() -> None:
    assert only("https://alash.satu.kz/p122739713-a.html").attrs["shop"] == "alash"
    assert only("https://kaspi.kz/shop/p/a-104024603/?m=2910006").attrs["merchant"] == "2910006"


def test_where_a_number_was_seen() -> None:
    assert only("wa.me/77011234567").attrs["seen_on"] == "whatsapp"
    assert Doubt.ambiguous in only("wa.me/7011234567").doubts


def test_an_iban_names_its_bank() -> None:
    found = only("счет получателя KZ18722S000012345678")
    assert found.display == "KZ18 722S 0000 1234 5678"
    assert found.attrs == {"country": "KZ", "bank": "722", "bank_name": "Kaspi"}


def test_shared_contacts() -> None:
    contact = from_contact("77011234567")
    assert contact is not None
    assert contact.value == "+77011234567"
    foreign = from_contact("996555340128")
    assert foreign is not None
    assert foreign.value == "+996555340128"
    assert from_contact("") is None
    assert from_contact("12") is None


def test_the_origin_of_a_forward_is_never_accused_by_itself() -> None:
    origin = from_forward(username="Warn_Kz", title="Осторожно", kind="channel")
    assert origin is not None
    assert origin.value == "telegram:user:warn_kz"
    assert origin.doubts == {Doubt.forward_origin}
    assert origin.starts_off
    assert from_forward(username=None, title="Айгуль", kind="user") is None


def test_the_country_decides_on_bare_numbers() -> None:
    assert [each.value for each in read("916 123 45 67", country="RU").identifiers] == ["+79161234567"]


def test_ton_has_one_value_for_all_its_forms() -> None:
    bounceable = only("EQBukXVAA5k7hzr546JqcvtvokPWsqJIi8NVurQcsTZ1GTF_")
    plain = only("UQBukXVAA5k7hzr546JqcvtvokPWsqJIi8NVurQcsTZ1GWy6")
    assert bounceable.value == plain.value
    assert bounceable.kind is Kind.crypto_wallet


def test_importing_is_light() -> None:
    code = "import sys; from core.identifiers import read; read('8 701 123 45 67'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"aiogram", "sqlalchemy", "pydantic", "fastapi", "schwifty"}.isdisjoint(done.stdout.split())


def test_an_iin_behind_a_year_goes_and_the_rest_of_a_card_is_none() -> None:
    assert read("родился в 1943 4301 2345 6783").redacted == ("iin",)
    assert read("карта 4400 4301 2345 6783").redacted == ()
