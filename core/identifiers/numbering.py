"""What the numbering plan says of a number."""

import re
from dataclasses import replace
from typing import NamedTuple

from core.identifiers.model import Doubt, Identifier, Kind
from core.reference import official_line, range_holder


class Plan(NamedTuple):
    """What the numbering plan says of a number."""

    country: str
    line: str
    known: bool
    display: str


def _plan(e164: str) -> Plan | None:
    """None where no number can look like this."""
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    try:
        seventh = e164.startswith("+7") and len(e164) == 12
        number = phonenumbers.PhoneNumber(7, int(e164[2:])) if seventh else phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    kind = phonenumbers.number_type(number)
    lines = {
        PhoneNumberType.MOBILE: "mobile",
        PhoneNumberType.FIXED_LINE: "fixed",
        PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
        PhoneNumberType.TOLL_FREE: "toll_free",
        PhoneNumberType.PREMIUM_RATE: "premium",
        PhoneNumberType.VOIP: "voip",
    }
    country = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )
    display = "" if seventh else phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return Plan("" if country == "ZZ" else str(country), lines.get(kind, ""), kind != PhoneNumberType.UNKNOWN, display)


def describe(e164: str) -> Identifier | None:
    """The phone behind E.164, with what is known of its range; None where it can't be one."""
    plan = _plan(e164)
    if plan is None:
        return None
    attrs = {"country": plan.country, "line": plan.line}
    doubts: set[Doubt] = set() if plan.known else {Doubt.unassigned_range}
    display = plan.display
    if e164.startswith("+7") and len(e164) == 12:
        attrs["country"] = _seventh_zone(e164[2:], plan.country)
        display = f"+7 {e164[2:5]} {e164[5:8]}-{e164[8:10]}-{e164[10:]}"
        holder = range_holder(e164)
        if holder:
            attrs["line"] = plan.line or ("voip" if holder.prefix == "751" else "mobile")
            attrs["range_holder"] = holder.brand or holder.holder or ""
    line = official_line(e164)
    if line:
        doubts.add(Doubt.official)
        attrs["official"] = line.name["ru"]
    attrs = {name: value for name, value in attrs.items() if value}
    return Identifier(Kind.phone, e164, display, doubts=frozenset(doubts), attrs=attrs)


def _seventh_zone(national: str, country: str) -> str:
    """Kazakhstan or Russia by the first digits; the shared toll-free zone is neither."""
    if national[0] in "067":
        return "KZ"
    if national[0] in "23459":
        return "RU"
    return "" if national[:2] == "80" else country


def linked_phone(digits: str, seen_on: str) -> Identifier | None:
    """The phone of a wa.me, viber or t.me/+ link, which carries the country code (some forget it)."""
    digits = re.sub(r"\D", "", digits)
    if len(digits) == 11 and digits.startswith("87"):
        digits = "7" + digits[1:]
    found = describe(f"+{digits}")
    if found is None and len(digits) == 10 and digits[0] == "7":
        found = Identifier(Kind.phone, f"+{digits}", f"wa.me/{digits}", doubts=frozenset({Doubt.ambiguous}))
    return replace(found, attrs={**found.attrs, "seen_on": seen_on}) if found else None
