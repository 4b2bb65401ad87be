"""A partner's own CA and a client certificate, against a real TLS server."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from core.routing import Partner, PartnerKind
from partners.client import Client
from partners.registry import Door
from tests.partners.receiver import SECRET, Receiver


class Authority:
    """Signs certificates, and leaves them as PEM files in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.key = folder, named(name), ec.generate_private_key(ec.SECP256R1())
        self.file = folder / f"{name}.pem"
        signed = self._sign(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))
        self.file.write_bytes(signed.public_bytes(Encoding.PEM))

    def issues(self, name: str, password: bytes = b"") -> tuple[Path, Path]:
        """The certificate, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        files = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        files[0].write_bytes(self._sign(named(name), key, address).public_bytes(Encoding.PEM))
        locked = BestAvailableEncryption(password) if password else NoEncryption()
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked))
        return files

    def _sign(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        return builder.not_valid_after(now + timedelta(days=1)).add_extension(extension, True).sign(self.key, SHA256())


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@asynccontextmanager
async def guarded(authority: Authority) -> AsyncIterator[tuple[str, Receiver]]:
    """A receiver that shows a certificate of the authority and wants one."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    context.load_cert_chain(*map(str, authority.issues("server")))
    context.verify_mode = ssl.CERT_REQUIRED
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/{path:.*}", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}/bank", receiver
    await runner.cleanup()


async def test_its_own_ca_and_a_client_certificate(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path, "authority"), Authority(tmp_path, "other")
    cert, key = authority.issues("saqbol")
    strange, locked = other.issues("strange"), authority.issues("locked", b"a password")
    client = Client()
    async with guarded(authority) as (url, receiver):
        good = Door(Partner("bank", "Bank", PartnerKind.bank), url, (SECRET,), None, (), authority.file, cert, key)
        tried = {
            "both": good,
            "no CA": replace(good, ca_file=None),
            "another CA": replace(good, ca_file=other.file),
            "neither": replace(good, ca_file=None, client_cert=None, client_key=None),
            "no certificate": replace(good, client_cert=None, client_key=None),
            "of another CA": replace(good, client_cert=strange[0], client_key=strange[1]),
            "a key nobody can open": replace(good, client_cert=locked[0], client_key=locked[1]),
            "another key": replace(good, client_key=strange[1]),
            "another name": replace(good, endpoint=url.replace("127.0.0.1", "localhost")),
        }
        said = {name: await client.post(door, f"msg_{name}", b'{"type":"ping"}') for name, door in tried.items()}
        again = await client.post(good, "msg_again", b'{"type":"ping"}')
    await client.close()
    assert (said.pop("both").why, again.why) == ("HTTP 204", "HTTP 204")
    late = [said.pop(name).why for name in ("no certificate", "of another CA")]  # TLS 1.3: perhaps only a reset is seen
    assert set(late) <= {"TLS failed", "the connection broke off"}, late
    assert {name: outcome.why for name, outcome in said.items()} == dict.fromkeys(said, "TLS failed")
    assert [one["type"] for one in receiver.came["bank"]] == ["ping", "ping"] and len(receiver.attempts) == 2
