"""What an address names: a listing, an account, a phone, or only itself."""

import re
from collections.abc import Iterator

from core.identifiers import lookalike
from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind
from core.identifiers.numbering import linked_phone
from core.identifiers.urls import Address, cleaned, registrable, to_unicode, unwrapped
from core.reference import Platform, Rule, platform_of, platforms

_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KINDS = {"listing": Kind.listing, "post": Kind.listing, "account": Kind.account, "group": Kind.account}
_UNSURE_ENDINGS = frozenset({"zip", "mov", "py", "sh", "rs", "md", "ps", "so"})


def base62(code: str) -> int:
    """OLX: the code of an address as the number on the page."""
    number = 0
    for char in code:
        number = number * 62 + _BASE62.index(char)
    return number


def base62_code(number: int) -> str:
    code = ""
    while number:
        number, rest = divmod(number, 62)
        code = _BASE62[rest] + code
    return code or "0"


def place_of(address: Address) -> Identifier:
    """The identifier behind an address; redirectors are unwrapped first (Refused travels through)."""
    address = unwrapped(address)
    platform = platform_of(address.site)
    found = _on_platform(address, platform) if platform else None
    return found or _plain(address)


def _on_platform(address: Address, platform: Platform) -> Identifier | None:
    scheme = address.scheme if address.scheme not in ("", "http") else "https"
    whole = f"{scheme}://{address.site}{address.path}" + (f"?{address.query}" if address.query else "")
    for rule in platform.rules:
        match = rule.regex.search(whole) if rule.whole_url else rule.regex.match(address.path)
        if match:
            groups = {name: value for name, value in match.groupdict().items() if value is not None}
            return _by_rule(address, platform, rule, groups)
    return None


def _by_rule(address: Address, platform: Platform, rule: Rule, groups: dict[str, str]) -> Identifier | None:
    groups |= {name: groups[name].lower() for name in rule.lower if name in groups}
    if rule.type == "phone":
        return linked_phone(groups["phone"], platform.id)
    if "code" in groups:
        groups["numeric"] = str(base62(groups["code"]))
    value = rule.value.format_map(groups)
    attrs = {"platform": platform.id, "type": rule.type, **_kept(address, platform)}
    if rule.parent and "parent" in groups:
        attrs["account"] = rule.parent.format_map(groups)
    kind = _KINDS.get(rule.type, Kind.url)
    return Identifier(kind, value, _display(address, platform, kind, groups, value), attrs=attrs)


def _kept(address: Address, platform: Platform) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in address.query.split("&"))
    kept = {platform.keep_params[key]: value for key, _, value in pairs if key in platform.keep_params}
    shop = address.site.removesuffix(registrable(address.site) or "").rstrip(".")
    if shop and f"*.{registrable(address.site)}" in platform.hosts:
        kept["shop"] = shop
    return kept


def _display(address: Address, platform: Platform, kind: Kind, groups: dict[str, str], value: str) -> str:
    """Short, and read again as the same thing."""
    if value.startswith("telegram:user:"):
        return f"@{groups['user']}"
    if kind is Kind.url:
        return value
    try:
        return platform.canonical_url.format_map(groups).removeprefix("https://").removeprefix("www.")
    except KeyError:
        return cleaned(address).canonical


def _plain(address: Address) -> Identifier:
    address = cleaned(address)
    attrs: dict[str, str] = {}
    doubts: set[Doubt] = set()
    shown = to_unicode(address.host)
    if shown != address.host:
        attrs["unicode"] = shown
    own = lookalike.genuine(address.host)
    if own and not own.user_content:
        doubts.add(Doubt.official)
        attrs["brand"] = own.id
    brand = None if own else lookalike.imitated(address.host)
    if brand:
        attrs["brand"] = brand.id
    if brand or lookalike.mixed_scripts(address.host):
        doubts.add(Doubt.lookalike)
    value = address.canonical
    bare = address.host.replace(".", "").isdigit() or address.host.rpartition(".")[2] in _UNSURE_ENDINGS
    return Identifier(Kind.url, value, f"http://{value}" if bare else value, doubts=frozenset(doubts), attrs=attrs)


_NUMBER = re.compile(
    r"(?:\bid\b|\bайди\b|№|объявлени\w*|хабарландыру\w*|жарнама\w*|\bномер\w*|нөмірі)(?:\s*(?:id|айди|№|#|"
    r"номер\w*|:|-|под|объявления))*\s*"
    r"(?P<n>\d{6,10})(?![\d-])"
)


def find_listing_numbers(page: Page) -> Iterator[tuple[int, int, Identifier]]:
    """A listing given by its number and the platform's name: "объявление 401214632 на OLX"."""
    for match in _NUMBER.finditer(page.low):
        near = page.plain[max(0, match.start() - 40) : match.start()] + " " + page.plain[match.end() : match.end() + 25]
        for platform in platforms():
            if any(re.search(rf"(?<!\w){name}(?!\w*@)", near) for name in platform.names):
                yield match.start("n"), match.end("n"), _numbered(platform, match["n"])
                break


def _numbered(platform: Platform, number: str) -> Identifier:
    rule = next(rule for rule in platform.rules if rule.type == "listing")
    groups = {"id": number, "numeric": number, "code": base62_code(int(number))}
    value = rule.value.format_map(groups)
    attrs = {"platform": platform.id, "type": "listing"}
    display = platform.canonical_url.format_map(groups).removeprefix("https://").removeprefix("www.")
    return Identifier(Kind.listing, value, display, attrs=attrs)


def telegram_user(name: str) -> Identifier:
    low = name.lower()
    return Identifier(
        Kind.account, f"telegram:user:{low}", f"@{low}", attrs={"platform": "telegram", "type": "account"}
    )
