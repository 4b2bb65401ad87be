"""Who gets what of a report, and what they must not get."""

import pytest

from core.routing import Connected, Named, Partner, PartnerKind, Routes, has_own_bin, holder, recipients, route


def partner(id_: str, kind: str, **routes: object) -> Partner:
    sets = {name: one if name == "all" else frozenset(one) for name, one in routes.items()}  # type: ignore[call-overload]
    return Partner(id_, id_.title(), PartnerKind(kind), Routes(**sets))  # type: ignore[arg-type]


CIRCLE = [
    partner("police", "police", all=True),
    partner("kaspi", "bank", bank_codes=["722"], bins=["440043", "51694912"]),
    partner("halyk", "bank", bank_codes=["601"], bins=["440563"]),
    partner("kcell", "operator", ranges=["701", "702"]),
    partner("beeline", "operator", ranges=["705", "777"]),
    partner("tele2", "operator", ranges=["747"]),
    partner("olx", "marketplace", platforms=["olx_kz"]),
    partner("qiwi", "wallet", systems=["qiwi"]),
    partner("regulator", "regulator", all=True),
]
PHONE = Named(1, "phone", "+77011234567", "contacted_from")
PAID_BY_PHONE = Named(1, "phone", "+77011234567", "payee")
CARD = Named(2, "card", "440043:7894:keyed", "payee")
LONG_BIN = Named(2, "card", "516949:7894:keyed", "payee")
IBAN = Named(3, "iban", "KZ86601KZT5004100100", "payee")
LISTING = Named(4, "listing", "olx.kz:401214632", "listing", "olx_kz")
SELLER = Named(4, "account", "olx.kz:user:1x2", None, "olx_kz")
WALLET = Named(5, "ewallet", "qiwi:+77011234567", "payee")
LINK = Named(6, "url", "kazpost.example.com/pay", "landing_page")
ABROAD = Named(7, "phone", "+79011234567", "contacted_from")
REAL = Named(8, "phone", "+77012345678", "impersonated", None, True)
SEE_ALL = {"police": "all reports", "regulator": "all reports"}


@pytest.mark.parametrize(
    ("named", "more", "gets"),
    [
        ([PHONE], {}, {"kcell": "your range 701"}),
        ([CARD], {}, {"kaspi": "your BIN 440043"}),
        ([LONG_BIN], {}, {"kaspi": "your BIN 51694912"}),
        ([IBAN], {}, {"halyk": "your bank code 601"}),
        ([LISTING], {}, {"olx": "your platform olx_kz"}),
        ([SELLER], {}, {"olx": "your platform olx_kz"}),
        ([WALLET], {}, {"qiwi": "your system qiwi"}),
        ([LINK], {}, {}),
        ([ABROAD], {}, {}),
        ([REAL], {"from_bank": "722"}, {}),
        ([CARD], {"from_bank": "601"}, {"kaspi": "your BIN 440043", "halyk": "money left your bank 601"}),
        ([CARD], {"from_bank": "722"}, {"kaspi": "your BIN 440043"}),
        ([PAID_BY_PHONE], {"from_bank": "722"}, {"kaspi": "money left your bank 722", "kcell": "your range 701"}),
        ([PHONE], {"from_bank": "722"}, {"kcell": "your range 701"}),
        ([PHONE], {"declined": {("kcell", 1)}}, {"beeline": "ported: not Kcell's any more"}),
        ([PHONE], {"declined": {("kcell", 1), ("beeline", 1)}}, {"tele2": "ported: not Kcell's any more"}),
        ([PHONE], {"declined": {("kcell", 1), ("beeline", 1), ("tele2", 1)}}, {}),
        ([ABROAD], {"declined": {("kcell", 7)}}, {}),
        ([CARD], {"declined": {("kaspi", 2)}, "from_bank": "601"}, {"halyk": "money left your bank 601"}),
    ],
)
def test_each_gets_its_own(named: list[Named], more: dict, gets: dict[str, str]) -> None:
    shares = {share.partner.id: share.reason for share in route(named, CIRCLE, **more)}
    assert shares == SEE_ALL | gets


def test_of_many_each_sees_what_it_can_act_on() -> None:
    everything = [PHONE, CARD, IBAN, LISTING, WALLET, LINK, REAL]
    shares = {share.partner.id: share for share in route(everything, CIRCLE)}
    assert {id_: share.identifiers for id_, share in shares.items()} == {
        "police": (1, 2, 3, 4, 5, 6, 8), "regulator": (1, 2, 3, 4, 5, 6, 8),
        "kaspi": (2,), "halyk": (3,), "kcell": (1,), "olx": (4,), "qiwi": (5,),
    }  # fmt: skip
    assert [id_ for id_, share in shares.items() if share.words] == ["police"]
    with_consent = route(everything, CIRCLE, bank_reads=True)
    assert {share.partner.id for share in with_consent if share.words} == {"police", "kaspi", "halyk"}
    assert recipients(Connected(True, CIRCLE), [PHONE, CARD]) == ["Kaspi", "Kcell", "Regulator"]


def test_who_can_block_and_who_may_see_a_whole_card() -> None:
    found = [holder(one, CIRCLE) for one in (PHONE, CARD, IBAN, LISTING, WALLET, LINK, REAL)]
    assert [one and one.id for one in found] == ["kcell", "kaspi", "halyk", "olx", "qiwi", None, None]
    ported = holder(PHONE, CIRCLE, {("kcell", 1)})
    assert ported and ported.id == "beeline"
    whole = [one.id for one in CIRCLE if has_own_bin(one, "5169499934567890")]
    assert whole == [] and [one.id for one in CIRCLE if has_own_bin(one, "5169491234567890")] == ["kaspi"]
