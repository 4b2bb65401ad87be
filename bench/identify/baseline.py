"""The named peer: what one writes in an afternoon. phonenumbers' own matcher for phones, a plain regex for the rest."""

import re

import phonenumbers

_REGEXES = {
    "card": re.compile(r"\b(?:\d[ -]?){15}\d\b"),
    "iban": re.compile(r"\bKZ\d{2}[0-9A-Z ]{16,20}\b"),
    "url": re.compile(r"https?://\S+"),
    "email": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "account": re.compile(r"(?<!\w)@(\w{4,32})"),
    "crypto_wallet": re.compile(
        r"\b(?:T[1-9A-HJ-NP-Za-km-z]{33}|0x[0-9a-fA-F]{40}|(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,62})\b"
    ),
    "company_bin": re.compile(r"\b\d{12}\b"),
    "short_code": re.compile(r"\b(?:101|102|103|112|1414|9999|7111)\b"),
}


def identify(text: str) -> set[tuple[str, str]]:
    found = {
        ("phone", phonenumbers.format_number(match.number, 0)) for match in phonenumbers.PhoneNumberMatcher(text, "KZ")
    }
    for kind, regex in _REGEXES.items():
        found |= {(kind, _canonical(kind, match[0])) for match in regex.finditer(text)}
    return found


def _canonical(kind: str, raw: str) -> str:
    if kind == "card":
        digits = re.sub(r"\D", "", raw)
        return f"{digits[:6]}:{digits[-4:]}"
    if kind == "account":
        return f"telegram:user:{raw[1:].lower()}"
    if kind == "url":
        return re.sub(r"^https?://(?:www\.)?", "", raw).rstrip("/.,)")
    if kind == "crypto_wallet":
        return {"T": "tron:", "0": "ethereum:"}.get(raw[0], "bitcoin:") + raw
    return raw.replace(" ", "")
