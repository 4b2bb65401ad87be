"""Posts signed events to partners: Standard Webhooks 1.0.0, each attempt signed anew, nothing but the status read.

Where an endpoint leads is checked at connect time, for every address: a name that resolves into a private network is
refused unless the registry names that network, so that no partner's DNS can turn us against our own machines.
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from standardwebhooks import Webhook

from partners.registry import LOOPBACK, Door

TIMEOUT = aiohttp.ClientTimeout(total=15)
AT_ONCE = 16  # connections to one partner
MOST_ANSWER = 2048  # bytes; read only so that the connection can be used again
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `status` is None where no answer came; `why` has no address and no content in it."""

    status: int | None
    why: str = ""

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == 410


class RefusedAddress(OSError):
    """The endpoint's name leads where it must not."""


class Client:
    """Keeps one session per partner, with its own connections and trust."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[Door, aiohttp.ClientSession]] = {}

    async def post(self, door: Door, webhook_id: str, body: bytes) -> Outcome:
        """One attempt, at most 15 s."""
        assert door.endpoint
        try:
            session = await self._session(door)
            headers = signed(door.secrets, webhook_id, body, datetime.now(UTC))
            async with session.post(door.endpoint, data=body, headers=headers, allow_redirects=False) as answer:
                with suppress(aiohttp.ClientError, TimeoutError):  # a status is an answer, whatever follows it
                    await answer.content.read(MOST_ANSWER)
                return Outcome(answer.status, f"HTTP {answer.status}")
        except TimeoutError:
            return Outcome(None, "no answer in 15 s")
        except ssl.SSLError:
            return Outcome(None, "TLS failed")
        except Exception as error:  # whatever it is, it must not end the others of its batch
            return Outcome(None, _why(error))

    async def _session(self, door: Door) -> aiohttp.ClientSession:
        """The partner's session; a new one where the registry changed."""
        known = self._sessions.get(door.partner.id)
        if known and known[0] == door:
            return known[1]
        if known:
            await known[1].close()
        session = open_session(door)
        self._sessions[door.partner.id] = door, session
        return session

    async def close(self) -> None:
        for _, session in self._sessions.values():
            await session.close()
        self._sessions.clear()


def open_session(door: Door) -> aiohttp.ClientSession:
    """Raises OSError, ssl.SSLError where the partner's certificate files cannot be used."""
    connector = aiohttp.TCPConnector(
        ssl=trust(door), limit=AT_ONCE, keepalive_timeout=60, socket_factory=guarded(_allowed_networks(door))
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=TIMEOUT,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": "SaqBol/1 (+standard-webhooks)"},
    )


def signed(secrets: Sequence[str], webhook_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of one attempt; two signatures while the secret is rotated."""
    text = body.decode()
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(_webhook(one).sign(webhook_id, at, text) for one in secrets),
    }


@lru_cache(maxsize=64)
def _webhook(secret: str) -> Webhook:
    return Webhook(secret)


def trust(door: Door) -> ssl.SSLContext | bool:
    """Certificates are verified: by the partner's own CA where it has one, else by the machine's (True)."""
    if not door.ca_file and not door.client_cert:
        return True
    context = ssl.create_default_context(cafile=str(door.ca_file) if door.ca_file else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if door.client_cert and door.client_key:
        context.load_cert_chain(str(door.client_cert), str(door.client_key), password="")  # nobody is there to be asked
    return context


def _allowed_networks(door: Door) -> Sequence[Network]:
    """What the registry names, and this machine itself where the endpoint says so in words."""
    host = urlsplit(door.endpoint or "").hostname
    return (*door.networks, *((ip_network("127.0.0.0/8"), ip_network("::1")) if host in LOOPBACK else ()))


def guarded(networks: Sequence[Network]) -> Callable[[Any], socket.socket]:
    """Makes sockets to public addresses and to `networks` alone. Raises RefusedAddress."""

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        if not may_connect(address[0], networks):
            raise RefusedAddress("the address is not public")
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def may_connect(address: str, networks: Sequence[Network] = ()) -> bool:
    """Whether an address is public, or in one of the networks. What hides an IPv4 address is judged by that."""
    one = ip_address(address.split("%", 1)[0])
    if any(one in network for network in networks if network.version == one.version):
        return True
    inner = _inside(one)
    if inner is not None:
        return may_connect(str(inner), networks)
    return one.is_global and not one.is_multicast


def _inside(one: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address in a mapped, 6to4, Teredo or NAT64 one."""
    if isinstance(one, IPv4Address):
        return None
    if any(one in network for network in NAT64):
        return IPv4Address(int(one) & 0xFFFFFFFF)
    return one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)


def _why(error: Exception) -> str:
    """In words for those who run the service; an exception's own text may name addresses."""
    causes = [error, *getattr(error, "exceptions", ()), getattr(error, "os_error", None), error.__cause__]
    if any(isinstance(one, RefusedAddress) for one in causes):
        return "refused: the address is not public, see networks"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the name is not known"
    if any(isinstance(one, ssl.SSLError | aiohttp.ClientSSLError) for one in causes):
        return "TLS failed"  # TLS 1.3 refuses a client's certificate only after the handshake
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection"
    return "the connection broke off" if isinstance(error, aiohttp.ClientConnectionError) else type(error).__name__
