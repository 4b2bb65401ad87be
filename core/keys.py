"""Everything keyed: pseudonyms, card digests, encryption at rest. All from one root secret by HKDF-SHA256."""

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class Keys:
    """`root` is any text of 32 characters or more; two purposes never share a key."""

    def __init__(self, root: str) -> None:
        if len(root) < 32:
            raise ValueError("the secret key needs 32 characters or more")
        self._root = root.encode()
        self._derive = lru_cache(self._hkdf)

    def _hkdf(self, purpose: str) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=None, info=f"saqbol/1/{purpose}".encode()).derive(self._root)

    def digest(self, purpose: str, *parts: object) -> str:
        """A keyed hash, 32 hex digits; equal parts give equal digests, nobody without the root can tell whose."""
        message = "\x1f".join(map(str, parts)).encode()
        return hmac.new(self._derive(purpose), message, sha256).hexdigest()[:32]

    def seal(self, purpose: str, data: bytes) -> bytes:
        """AES-256-GCM: key number (1 byte), nonce (12), ciphertext and tag."""
        nonce = os.urandom(NONCE)
        return b"\x01" + nonce + AESGCM(self._derive(purpose)).encrypt(nonce, data, purpose.encode())

    def unseal(self, purpose: str, sealed: bytes) -> bytes:
        """Raises cryptography's InvalidTag where the key or the bytes are not the right ones."""
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        return AESGCM(self._derive(purpose)).decrypt(nonce, body, purpose.encode())
