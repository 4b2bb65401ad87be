"""What a picture gives, and the limits it must keep."""

from dataclasses import dataclass, field
from enum import StrEnum

MAX_BYTES = 20 * 1024 * 1024
"""Telegram lets a bot download no more than this."""
MAX_PIXELS = 40_000_000
MAX_PAGES = 30
LONG_SIDE = 2560
"""Longest side, in pixels, of a stored picture; a tall scrolling screenshot keeps SHORT_SIDE instead."""
SHORT_SIDE = 1080
MAX_SIDE = 16_000
OCR_SECONDS = 10.0


class Reason(StrEnum):
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_COMPLEX = "too_complex"
    """The time or memory limit was reached, or the decoder crashed."""
    ANIMATED = "animated"
    BROKEN = "broken"
    WRONG_TYPE = "wrong_type"
    EMPTY = "empty"
    ENCRYPTED_PDF = "encrypted_pdf"


class Unreadable(Exception):
    """The expected "no" to a file, without words: the caller has the text for each reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Busy(Exception):
    """The pool's queue is full, or the pool is closing: the same file may be tried again later."""


@dataclass(frozen=True)
class Read:
    """What was read. `text` and `codes` may hold somebody else's full card number: keep them in memory only."""

    text: str = field(repr=False)
    codes: tuple[str, ...] = field(repr=False)
    """Payloads of QR and other two-dimensional codes and of Code 128, each once."""
    clean: bytes = field(repr=False)
    """What may be stored. For a PDF that holds secrets this is its redacted text."""
    mime: str
    """Of `clean`: image/jpeg, image/png, application/pdf or text/plain (UTF-8)."""
    redacted: tuple[str, ...]
    """Names of the secrets removed from `text`, `codes` and `clean`: cvv, otp, iin, card, expiry, pin, password."""
    width: int
    height: int
    pages: int
    """Of a PDF; width and height are 0 then. 0 for an image."""
    ocr: bool
    """False where nobody looked for text in the pixels: secrets in them are then not covered."""


def sniff(data: bytes) -> str | None:
    """The type by its first bytes, whatever the name or the sender says; None for all that is not read here."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    return None


def refuse_early(data: bytes) -> str:
    """The type of `data`. Raises Unreadable for what needs no decoder to be refused."""
    if not data:
        raise Unreadable(Reason.EMPTY)
    if len(data) > MAX_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    mime = sniff(data)
    if mime is None:
        # Counting the frames of a GIF would take a decoder more, and no screenshot is one.
        raise Unreadable(Reason.ANIMATED if data.startswith((b"GIF87a", b"GIF89a")) else Reason.WRONG_TYPE)
    return mime
