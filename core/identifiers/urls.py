"""Addresses: one canonical form, redirectors unwrapped, the tricks refused. Nothing is ever opened."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from core.reference import platform_of, redirectors, tracking

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_SPLIT = re.compile(r"^(?:(?P<scheme>[a-z][a-z0-9+.-]*)://+)?(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_PLAIN_IDN = re.compile(r"[a-zа-яёәіңғүұқөһ]+(?:[.-][a-zа-яёәіңғүұқөһ]+)+")
_IP = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_LABEL = re.compile(r"^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$")
_DEFAULT_PORT = {"http": "80", "https": "443"}
_SUBDOMAINS = ("www.", "m.", "mobile.", "touch.")


class Refused(Exception):
    """An address that different programs read as different hosts."""


@dataclass(frozen=True, slots=True)
class Address:
    scheme: str
    host: str
    """Lower-case ASCII (punycode), without www."""
    port: str
    path: str
    query: str
    fragment: str

    @property
    def canonical(self) -> str:
        port = f":{self.port}" if self.port else ""
        query = f"?{self.query}" if self.query else ""
        path = "" if self.path == "/" and not query else self.path
        return f"{self.host}{port}{path}{query}"

    @property
    def site(self) -> str:
        """The host as platforms are listed: the mobile and language editions are the same site."""
        host = self.host
        for prefix in _SUBDOMAINS:
            host = host.removeprefix(prefix)
        return host


@lru_cache(maxsize=1)
def _icann() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False, only_icann=True)


@lru_cache(maxsize=4096)
def registrable(host: str) -> str | None:
    """The part of a host that one buys, as bank.kz of pay.bank.kz; None when its ending is no real one."""
    domain = _icann().privatesuffix(host)
    return str(domain) if domain else None


def parse(raw: str) -> Address | None:
    """The address of a link in the text; None when it isn't one. Raises Refused for userinfo and backslashes."""
    match = _SPLIT.match(raw)
    if match is None:
        return None
    scheme, rest = (match["scheme"] or "").lower(), match["rest"]
    rest, _, fragment = rest.partition("#")
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    if "\\" in rest:
        raise Refused("backslash")
    if "@" in authority or "%40" in authority:
        raise Refused("userinfo")
    tail = rest[len(authority) :]
    host, _, port = authority.partition(":")
    ascii_host = to_ascii(host)
    if ascii_host is None or (port and not (port.isdigit() and int(port) < 65536)):
        return None
    path, _, query = tail.partition("?")
    port = "" if port == _DEFAULT_PORT.get(scheme) else port
    return Address(scheme, ascii_host.removeprefix("www."), port, path or "/", query, fragment)


@lru_cache(maxsize=4096)
def to_ascii(host: str) -> str | None:
    """A host in lower-case ASCII; None when it is none (a label that IDNA refuses, an ending that nobody sells)."""
    host = host.rstrip(".").lower()
    if _IP.match(host):
        return host if all(int(part) < 256 for part in host.split(".")) else None
    if not host.isascii() or "xn--" in host:
        host = _idna(host) or ""
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or not all(_LABEL.match(label) for label in labels):
        return None
    return host if registrable(host) else None


def _idna(host: str) -> str | None:
    if _PLAIN_IDN.fullmatch(host):  # letters that IDNA takes as they are: the library would only take longer
        return ".".join(
            label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in host.split(".")
        )
    import idna

    try:
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


@lru_cache(maxsize=4096)
def to_unicode(host: str) -> str:
    """A host as a browser might show it, where it has letters beyond ASCII."""
    if "xn--" not in host:
        return host
    import idna

    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def unwrapped(address: Address, depth: int = 3) -> Address:
    """The address behind known redirectors; Refused travels through."""
    for redirector in redirectors():
        if redirector.host != address.site or (redirector.path and redirector.path != address.path):
            continue
        target = _parameter(address.query, redirector.param)
        inner = parse(unquote(target)) if target else None
        if inner and depth and (inner.scheme in ("http", "https", "")):
            return unwrapped(inner, depth - 1)
    return address


def _parameter(query: str, name: str) -> str | None:
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return value
    return None


def cleaned(address: Address) -> Address:
    """Without tracking parameters, the others sorted, no fragment."""
    rules = tracking()
    on_platform = rules.on_platforms if platform_of(address.site) else frozenset[str]()
    kept = sorted(
        pair
        for pair in address.query.split("&")
        if pair
        and (key := pair.partition("=")[0].lower()) not in rules.everywhere
        and key not in on_platform
        and not key.startswith(rules.prefixes)
        and not _is_secret(pair.partition("=")[2])
    )
    return Address(address.scheme, address.host, address.port, address.path, "&".join(kept), "")


def _is_secret(value: str) -> bool:
    """A card number or an IIN in a parameter is never kept."""
    digits = re.sub(r"[\s+-]|%20", "", value)
    if not digits.isdigit() or not 12 <= len(digits) <= 19:
        return False
    from core.identifiers.checks import is_iin, luhn

    return is_iin(digits) if len(digits) == 12 else len(digits) >= 15 and luhn(digits)
