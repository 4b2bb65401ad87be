"""Everything keyed: pseudonyms, card digests, encryption at rest. All from one root secret by HKDF-SHA256."""

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class Keys:
    """`root` is any text of 32 characters or more; two purposes never share a key.

    `newer` is another root: everything is sealed by it from then on, and what was sealed by the first one still opens.
    Keyed hashes stay with the first: they cannot be made again, and a person or card must stay one.
    """

    def __init__(self, root: str, newer: str | None = None) -> None:
        if len(root) < 32 or (newer is not None and len(newer) < 32):
            raise ValueError("the secret key needs 32 characters or more")
        self._root = root.encode()
        self._derive = lru_cache(self._hkdf)
        self._newer = Keys(newer) if newer else None

    def _hkdf(self, purpose: str) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=None, info=f"saqbol/1/{purpose}".encode()).derive(self._root)

    @property
    def number(self) -> int:
        """One byte that tells sealed things of two roots apart (1 of 256 pairs collides: both are tried then)."""
        return self._derive("key number")[0]

    def digest(self, purpose: str, *parts: object) -> str:
        """A keyed hash, 32 hex digits; equal parts give equal digests, nobody without the root can tell whose."""
        message = "\x1f".join(map(str, parts)).encode()
        return hmac.new(self._derive(purpose), message, sha256).hexdigest()[:32]

    def seal(self, purpose: str, data: bytes) -> bytes:
        """AES-256-GCM: key number (1 byte), nonce (12), ciphertext and tag."""
        if self._newer:
            return self._newer.seal(purpose, data)
        nonce = os.urandom(NONCE)
        return bytes([self.number]) + nonce + AESGCM(self._derive(purpose)).encrypt(nonce, data, purpose.encode())

    def unseal(self, purpose: str, sealed: bytes) -> bytes:
        """Raises cryptography's InvalidTag where the key or the bytes are not the right ones."""
        if self._newer and sealed[:1] == bytes([self._newer.number]):
            try:
                return self._newer.unseal(purpose, sealed)
            except InvalidTag:
                if self._newer.number != self.number:
                    raise
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        return AESGCM(self._derive(purpose)).decrypt(nonce, body, purpose.encode())
