"""`partners.toml`: who is connected, by which door. A broken file is refused at start with line and reason."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from core.routing import SEES_ALL, Connected, Partner, PartnerKind, Routes

ID = re.compile(r"[a-z0-9-]{1,40}")
KEYS = frozenset({
    "id", "name", "kind", "endpoint", "secret_env", "api_key_env", "routes", "networks", "ca_file", "client_cert",
    "client_key",
})  # fmt: skip
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SHAPES: Mapping[str, re.Pattern[str]] = {
    "bank_codes": re.compile(r"[0-9A-Z]{3}"),
    "bins": re.compile(r"[0-9]{6,8}"),
    "ranges": re.compile(r"[0-9]{3}"),
    "platforms": re.compile(r"[a-z0-9_]+"),
    "systems": re.compile(r"[a-z0-9_]+"),
}


class BadRegistry(ValueError):
    """One line for people: where in the file, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Door:
    """How a partner is reached and how it is known when it comes to us. Secrets never appear in a repr."""

    partner: Partner
    endpoint: str | None = None
    secrets: tuple[str, ...] = ()
    """`whsec_…`, the newest first; two while rotating."""
    api_key_digest: str | None = None
    """SHA-256 of its API key in hex: the key itself is not kept."""
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Private ranges that the endpoint may resolve to."""
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None

    def __repr__(self) -> str:
        return f"Door({self.partner.id})"


@dataclass(frozen=True, slots=True)
class Registry:
    doors: Mapping[str, Door]

    @property
    def partners(self) -> tuple[Partner, ...]:
        return tuple(door.partner for door in self.doors.values())

    def by_api_key(self, key: str) -> Door | None:
        digest = digest_of(key)
        return next((door for door in self.doors.values() if door.api_key_digest == digest), None)


EMPTY = Registry({})


class Live:
    """The registry of the running program. A broken file on reload keeps the one in use."""

    def __init__(self, path: Path, connected: Connected) -> None:
        """Raises BadRegistry."""
        self.path, self.connected, self.registry = path, connected, EMPTY
        self.reload()

    def reload(self) -> None:
        """Raises BadRegistry, and nothing has changed then: also where the file is gone, a slip of the hand."""
        if self.registry.doors and not self.path.exists():
            raise BadRegistry(f"{self.path}: the file is gone; an empty one disconnects everybody")
        self.registry = load(self.path)
        self.connected.partners = self.registry.partners

    def door(self, partner_id: str) -> Door | None:
        return self.registry.doors.get(partner_id)


def surroundings() -> Mapping[str, str]:
    """The environment and, below it, `.env`: that alone can change while the program runs."""
    written = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**written, **os.environ}


def digest_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def load(path: Path, environment: Mapping[str, str] | None = None) -> Registry:
    """The registry of a file; an absent file connects nobody. Raises BadRegistry."""
    if not path.exists():
        return EMPTY
    environment = surroundings() if environment is None else environment
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, ValueError) as error:  # no right to read it, not UTF-8, not TOML
        raise BadRegistry(f"{path}: {error}") from None
    if unknown := set(document) - {"partner"}:
        raise BadRegistry(f"{path}: unknown table {min(unknown)}")
    listed = document.get("partner", [])
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise BadRegistry(f"{path}: each partner begins with [[partner]]")
    doors: dict[str, Door] = {}
    for number, row in enumerate(listed, 1):
        try:
            door = _door(row, environment, path.parent)
            if door.partner.id in doors:
                raise ValueError(f"id {door.partner.id} is there twice")
        except ValueError as error:
            raise BadRegistry(f"{path}, line {_line(text, number)}: {error}") from None
        doors[door.partner.id] = door
    return Registry(doors)


def _line(text: str, number: int) -> int:
    """Where the n-th [[partner]] begins."""
    starts = [at for at, line in enumerate(text.splitlines(), 1) if line.strip().startswith("[[partner]]")]
    return starts[number - 1] if number <= len(starts) else 1


def _door(row: Mapping[str, Any], environment: Mapping[str, str], folder: Path) -> Door:
    if unknown := set(row) - KEYS:
        raise ValueError(f"unknown key {min(unknown)}")
    for name in sorted(KEYS - {"routes", "networks"}):
        if name in row and not (isinstance(row[name], str) and row[name]):
            raise ValueError(f"{name} must be a text")
    for name in ("id", "name", "kind"):
        if name not in row:
            raise ValueError(f"{name} is missing")
    if not ID.fullmatch(row["id"]):
        raise ValueError("id must be of a-z, 0-9 and -")
    if row["kind"] not in PartnerKind.__members__:
        raise ValueError(f"kind must be one of {', '.join(PartnerKind)}")
    endpoint = _endpoint(row.get("endpoint"))
    kind, routes = PartnerKind(row["kind"]), _routes(row.get("routes", {}))
    if routes.all and kind not in SEES_ALL:
        raise ValueError(f"routes.all is for {' and '.join(sorted(SEES_ALL))} alone")
    partner = Partner(row["id"], row["name"], kind, routes, events=endpoint is not None)
    secrets = _secrets(row.get("secret_env"), environment) if endpoint else ()
    key = _from(environment, row["api_key_env"]) if "api_key_env" in row else None
    files = {name: _file(folder, row.get(name)) for name in ("ca_file", "client_cert", "client_key")}
    if (files["client_cert"] is None) != (files["client_key"] is None):
        raise ValueError("client_cert and client_key go together")
    return Door(
        partner, endpoint, secrets, digest_of(key) if key else None, _networks(row.get("networks", ())), **files
    )


def _routes(row: Any) -> Routes:
    if not isinstance(row, dict):
        raise ValueError("routes must be a table")
    if unknown := set(row) - {*SHAPES, "all"}:
        raise ValueError(f"unknown route {min(unknown)}")
    if not isinstance(row.get("all", False), bool):
        raise ValueError("routes.all must be true or false")
    return Routes(**{name: _values(name, row.get(name, ())) for name in SHAPES}, all=row.get("all", False))


def _values(name: str, values: Any) -> frozenset[str]:
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise ValueError(f"routes.{name} must be a list of texts")
    for one in values:
        if not SHAPES[name].fullmatch(one):
            raise ValueError(f"routes.{name}: {one} is not one")
    return frozenset(values)


def _endpoint(url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise ValueError("endpoint is no address") from None
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or "\\" in url:
        raise ValueError("endpoint must be an https:// address without a user name")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError("endpoint: http:// only to this machine itself, else https://")
    return url


def _secrets(name: str | None, environment: Mapping[str, str]) -> tuple[str, ...]:
    if name is None:
        raise ValueError("secret_env is missing: events must be signed")
    secrets = tuple(_from(environment, name).split())
    if not 1 <= len(secrets) <= 2 or not all(re.fullmatch(r"whsec_[A-Za-z0-9+/=]{32,}", one) for one in secrets):
        raise ValueError(f"{name} must hold one whsec_… secret, or two while rotating")
    return secrets


def _from(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise ValueError(f"{name} is not set in the environment")
    return value


def _networks(values: Any) -> tuple[IPv4Network | IPv6Network, ...]:
    if not isinstance(values, list | tuple):
        raise ValueError("networks must be a list")
    try:
        return tuple(ip_network(one) for one in values)
    except (ValueError, TypeError):
        raise ValueError("networks must be ranges as 10.20.0.0/16") from None


def _file(folder: Path, name: str | None) -> Path | None:
    if name is None:
        return None
    path = folder / name
    if not path.is_file():
        raise ValueError(f"{name} is not there")
    return path
