"""JPEG, PNG and WebP: decoded within limits, read, covered, and encoded anew."""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from core.pictures import codes, redact
from core.pictures.model import LONG_SIDE, MAX_PIXELS, MAX_SIDE, SHORT_SIDE, Read, Reason, Unreadable
from core.pictures.ocr import Box, Page
from core.pictures.ocr import read as read_text

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MAX_PNG_BYTES = 3 * 1024 * 1024
JPEG_QUALITY = 85
BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, KeyError, TypeError, RuntimeError)
"""What Pillow's decoders raise on malformed files."""


@dataclass(frozen=True)
class Seen:
    """What stands in the pixels. Text and payloads are without secrets; `boxes` are what has to be covered."""

    text: str
    codes: tuple[str, ...]
    redacted: tuple[str, ...]
    boxes: tuple[Box, ...]
    ocr: bool


def examine(data: bytes, mime: str, *, ocr: bool) -> Read:
    image = decode(data, mime)
    seen = look(image, ocr=ocr)
    clean, clean_mime = encode(cover(image, seen.boxes), mime)
    return Read(seen.text, seen.codes, clean, clean_mime, seen.redacted, image.width, image.height, 0, seen.ocr)


def decode(data: bytes, mime: str) -> Image.Image:
    """RGB pixels, upright, of a size to keep, with nothing else attached. Raises Unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=[FORMATS[mime]])
            check(image, mime)
            image.draft("RGB", _fitting(*image.size))  # a large JPEG is decoded at half or a quarter of its size
            return pixels(image)
    except Image.DecompressionBombError as error:
        raise Unreadable(Reason.TOO_MANY_PIXELS) from error
    except MemoryError as error:
        raise Unreadable(Reason.TOO_COMPLEX) from error
    except BROKEN as error:
        raise Unreadable(Reason.BROKEN) from error


def check(image: Image.Image, mime: str) -> None:
    """Only the header has been read so far. A JPEG with more pictures inside (MPO of some cameras) is its first one."""
    if image.width * image.height > MAX_PIXELS:
        raise Unreadable(Reason.TOO_MANY_PIXELS)
    if mime != "image/jpeg" and getattr(image, "n_frames", 1) > 1:
        raise Unreadable(Reason.ANIMATED)


def pixels(image: Image.Image) -> Image.Image:
    """Turned as EXIF says, on white, shrunk; a new image, since Pillow would write comments and profiles along."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):  # 16-bit grey, which convert() would clip to white
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    layer = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    layer.thumbnail(_fitting(*layer.size), Image.Resampling.LANCZOS)
    fresh = Image.new("RGB", layer.size, "white")
    fresh.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    return fresh


def _fitting(width: int, height: int) -> tuple[int, int]:
    """The size to keep: the long side within LONG_SIDE unless that would squeeze the short one below SHORT_SIDE."""
    longest, shortest = max(width, height), min(width, height)
    scale = min(1.0, max(LONG_SIDE / longest, SHORT_SIDE / shortest), MAX_SIDE / longest)
    return max(1, round(width * scale)), max(1, round(height * scale))


def look(image: Image.Image, *, ocr: bool) -> Seen:
    page = read_text(image) if ocr else None
    found = redact.secrets(page.text) if page else []
    boxes = covering(page, redact.covered(page.text)) if page else []
    names = {span.name for span in found}
    payloads: dict[str, None] = {}
    for code in codes.read(image):
        hidden = redact.secrets(code.payload)
        names |= {span.name for span in hidden}
        payloads[redact.redacted(code.payload, hidden)] = None
        if redact.covered(code.payload):
            boxes.append(code.box)
    text = redact.redacted(page.text, found) if page else ""
    return Seen(text, tuple(payloads), tuple(sorted(names)), tuple(boxes), page is not None)


def covering(page: Page, spans: list[redact.Span]) -> list[Box]:
    """Boxes over all words that a span touches, one per span and line, so that what stood between them goes too.

    A word is covered whole: how wide its single characters are isn't known. So of a card written in four groups the
    first and the last stay, of one written together nothing.
    """
    boxes = []
    for span in spans:
        touched = [word for word in page.words if word.start < span.end and span.start < word.end]
        for line in {word.line for word in touched}:
            lefts, tops, rights, bottoms = zip(*(word.box for word in touched if word.line == line), strict=True)
            boxes.append((min(lefts), min(tops), max(rights), max(bottoms)))
    return boxes


def cover(image: Image.Image, boxes: tuple[Box, ...]) -> Image.Image:
    """Black boxes, a little larger than the letters: OCR's boxes are tight and may miss a stroke."""
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in boxes:
        pad = 3 + min(bottom - top, right - left) // 6
        draw.rectangle((left - pad, top - pad, right + pad, bottom + pad), fill="black")
    return image


def encode(image: Image.Image, mime: str) -> tuple[bytes, str]:
    """PNG stays PNG while it is small, as screenshots are; all else becomes JPEG."""
    out = io.BytesIO()
    if mime == "image/png":
        image.save(out, "PNG", optimize=True)
        if out.tell() <= MAX_PNG_BYTES:
            return out.getvalue(), "image/png"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue(), "image/jpeg"
