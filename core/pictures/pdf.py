"""PDF receipts: text, links and codes out of them, and a copy with nothing in it but its pages.

Nothing here can draw a page, so a secret can't be painted over, and cutting it out of the content is no proof that it
is gone (fonts, forms and pictures may repeat it). A PDF in which a secret or a full card number is found is therefore
not kept at all: its redacted text is.
"""

import io
from dataclasses import dataclass

from PIL import Image
from pypdf import PageObject, PasswordType, PdfReader, PdfWriter
from pypdf.errors import LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from core.pictures import images, redact
from core.pictures.model import MAX_PAGES, MAX_PIXELS, Read, Reason, Unreadable

PAGE_KEYS = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"}
"""What a page keeps. Left out are annotations, actions, thumbnails, private data of programs."""
HIDDEN_KEYS = ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/OPI", "/Ref")
"""What is taken out of fonts, forms and pictures as well."""
MAX_IMAGES = 10
MAX_TEXT = 100_000
LEAST_IMAGE = (120, 30)
"""Width and height below which a picture is a logo or a line: no text, no code."""


@dataclass(frozen=True)
class _Document:
    text: str
    images: list[Image.Image]
    pages: int
    clean: bytes | None
    """None where the pages hold a picture whose metadata can't be removed."""


def examine(data: bytes, *, ocr: bool) -> Read:
    document = parse(data)
    seen = [images.look(image, ocr=ocr) for image in document.images]
    text = "\n".join(filter(None, [document.text, *(one.text for one in seen)]))
    found = redact.secrets(text)
    kept = redact.redacted(text, found)
    names = {span.name for span in found}.union(*(one.redacted for one in seen))
    codes = tuple(dict.fromkeys(code for one in seen for code in one.codes))
    hidden = redact.covered(text) or any(one.boxes for one in seen)
    looked = ocr and all(one.ocr for one in seen)
    if hidden or document.clean is None:
        # Both at once: after the marks are in, a card whose expiry was cut out might no longer be known for one.
        clean, mime = redact.redacted(text, redact.covered(text)).encode(), "text/plain"
    else:
        clean, mime = document.clean, "application/pdf"
    return Read(kept, codes, clean, mime, tuple(sorted(names)), 0, 0, document.pages, looked)


def parse(data: bytes) -> _Document:
    """All that pypdf does with the file. Raises Unreadable."""
    try:
        reader = opened(data)
        # In this order: `rewritten` takes the annotations off the reader's pages.
        text = "\n".join([*(page.extract_text() for page in reader.pages), *links(reader)])[:MAX_TEXT]
        return _Document(text, pictures(reader), len(reader.pages), rewritten(reader))
    except Unreadable:
        raise
    except (MemoryError, RecursionError, LimitReachedError) as error:
        raise Unreadable(Reason.TOO_COMPLEX) from error
    except Exception as error:  # a malformed file makes pypdf raise anything, AttributeError and KeyError included
        raise Unreadable(Reason.BROKEN) from error


def opened(data: bytes) -> PdfReader:
    """A file locked only against changes (empty user password) is open to be read, as bank statements often are."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Unreadable(Reason.ENCRYPTED_PDF)
    if len(reader.pages) > MAX_PAGES:
        raise Unreadable(Reason.TOO_LARGE)
    if not reader.pages:
        raise Unreadable(Reason.EMPTY)
    return reader


def links(reader: PdfReader) -> list[str]:
    """Where the links of the pages lead: in a phishing letter the address stands nowhere else."""
    found: dict[str, None] = {}
    for page in reader.pages:
        for annotation in page.get("/Annots") or []:
            action = annotation.get_object().get("/A")
            target = action.get_object().get("/URI") if action else None
            if isinstance(target, str):
                found[target] = None
    return list(found)[:50]


def pictures(reader: PdfReader) -> list[Image.Image]:
    """The pictures on the pages, for their text and codes, as RGB of a size to be read."""
    found: list[Image.Image] = []
    for page in reader.pages:
        for name in page.images.keys():
            if len(found) == MAX_IMAGES:
                return found
            image = page.images[name].image
            if image is None or image.width < LEAST_IMAGE[0] or image.height < LEAST_IMAGE[1]:
                continue
            if image.width * image.height > MAX_PIXELS:
                raise Unreadable(Reason.TOO_MANY_PIXELS)
            found.append(images.pixels(image))
    return found


def rewritten(reader: PdfReader) -> bytes | None:
    """The pages alone in a new file: no metadata, scripts, actions, annotations, attachments, earlier revisions."""
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(_bare(page))
    for number in range(1, len(writer._objects) + 1):
        thing = writer.get_object(number)
        if isinstance(thing, DictionaryObject) and not _scrub(thing):
            return None
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _bare(page: PageObject) -> PageObject:
    for key in set(page) - PAGE_KEYS:
        del page[key]
    return page


def _scrub(thing: DictionaryObject) -> bool:
    """Takes hidden keys and the EXIF of JPEG pictures out; False where a picture can't be scrubbed."""
    for key in HIDDEN_KEYS:
        thing.pop(key, None)
    if not isinstance(thing, StreamObject):
        return True
    filters = thing.get("/Filter")
    filters = list(filters) if isinstance(filters, ArrayObject) else [filters]
    if filters == ["/DCTDecode"]:
        thing._data = without_metadata(thing._data)
        return True
    return not {"/DCTDecode", "/JPXDecode"} & set(filters)


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG without application segments and comments, its pixels untouched."""
    kept, at = bytearray(jpeg[:2]), 2
    while jpeg[at : at + 1] == b"\xff" and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        marker = jpeg[at + 1]
        if marker in (0xE0, 0xEE) or not (marker == 0xFE or 0xE0 <= marker <= 0xEF):  # these two tell of colours
            kept += jpeg[at:end]
        at = end
    last = jpeg.rfind(b"\xff\xd9")
    return bytes(kept + jpeg[at : last + 2 if last >= at else None])
