"""PDF receipts: their text, and what is left of them to store."""

import io
import random
import zlib
from contextlib import suppress

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from core.pictures import Read, Reason, Unreadable, available, examine
from core.pictures.model import MAX_PAGES
from tests.pictures.screens import FOLDERS, card_photo, jpeg
from tests.pictures.test_codes import drawn

SECRET = b"PLACE-OF-TAKING-43.2389N"
RECEIPT = "Чек о переводе\nПолучатель: Әлия Қ.\nНомер телефона: +7 701 234 56 78\nСумма: 250 000 ₸"


def receipt(text: str = RECEIPT, *pictures: Image.Image, pages: int = 1) -> FPDF:
    document = FPDF()
    document.add_font("DejaVu", fname=str(FOLDERS[0] / "DejaVuSans.ttf"))
    for _ in range(pages):
        document.add_page()
        document.set_font("DejaVu", size=14)
        document.multi_cell(0, 10, text)
    for picture in pictures:
        document.image(io.BytesIO(jpeg(picture, exif=exif())), w=120)
    return document


def exif() -> Image.Exif:
    made = Image.Exif()
    made[0x010E] = SECRET.decode()
    return made


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def reason(data: bytes) -> Reason:
    with pytest.raises(Unreadable) as caught:
        examine(data)
    return caught.value.reason


def everything(read: Read) -> bytes:
    """All of a stored PDF, unpacked."""
    writer = PdfWriter(clone_from=io.BytesIO(read.clean))
    parts = [read.clean]
    for number in range(1, len(writer._objects) + 1):
        thing = writer.get_object(number)
        parts.append(repr(thing).encode())
        if isinstance(thing, StreamObject):
            parts.append(thing._data)
            if thing.get("/Filter") == "/FlateDecode":
                parts.append(thing.get_data())
    return b"\n".join(parts)


def test_text_of_a_receipt() -> None:
    read = examine(bytes(receipt().output()), ocr=False)
    assert read.text.split("\n")[:4] == RECEIPT.split("\n")
    assert (read.pages, read.mime, read.redacted) == (1, "application/pdf", ())
    assert "+7 701 234 56 78" in PdfReader(io.BytesIO(read.clean)).pages[0].extract_text()


def test_nothing_but_the_pages_is_kept() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(bytes(receipt(RECEIPT, Image.new("RGB", (300, 200), "teal")).output())))
    page = writer.pages[0]
    writer.add_metadata({"/Author": SECRET.decode()})
    writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    writer.add_open_action(JavaScript(f"app.alert('{SECRET.decode()}')"))
    writer.add_attachment("note.txt", SECRET)
    writer.add_outline_item(title=SECRET.decode(), page_number=0)
    writer.add_annotation(0, Link(rect=(0, 0, 100, 100), url=f"https://evil.example/{SECRET.decode()}"))
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Private"): NameObject("/" + SECRET.decode())})
    dirty = written(writer)
    read = examine(dirty, ocr=False)
    assert read.mime == "application/pdf" and SECRET in dirty
    kept = everything(read)
    assert SECRET not in kept
    for word in (b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"/Annots", b"/Metadata", b"/Author", b"/Producer"):
        assert word not in kept
    assert f"https://evil.example/{SECRET.decode()}" in read.text, "the address of a link is what people report"


def test_bytes_behind_the_end_and_earlier_revisions_are_gone() -> None:
    writer = PdfWriter(io.BytesIO(bytes(receipt("SECRETWORD").output())), incremental=True)
    writer.metadata = {"/Title": SECRET.decode()}
    read = examine(written(writer) + b"PK\x03\x04" + SECRET, ocr=False)
    assert SECRET not in everything(read) and b"PK\x03\x04" not in read.clean


@pytest.mark.parametrize("secret", ["ИИН: 900101300123", "CVV: 123"])
def test_with_a_secret_its_redacted_text_is_kept_instead(secret: str) -> None:
    read = examine(bytes(receipt(f"{RECEIPT}\n{secret}").output()), ocr=False)
    assert read.mime == "text/plain" and read.redacted
    digits = secret.split(": ")[1]
    assert digits not in read.text and digits not in read.clean.decode()
    assert "+7 701 234 56 78" in read.clean.decode()


def test_a_strangers_card_is_read_in_full_and_kept_in_part() -> None:
    read = examine(bytes(receipt(f"{RECEIPT}\nНа карту 4400 4301 2345 6789").output()), ocr=False)
    assert "4400 4301 2345 6789" in read.text
    assert read.mime == "text/plain" and "4400 43" in read.clean.decode() and "6789" in read.clean.decode()
    assert "01 2345" not in read.clean.decode()


def test_codes_in_pictures_are_read() -> None:
    read = examine(bytes(receipt(RECEIPT, drawn("https://receipt.example/SB1")).output()), ocr=False)
    assert read.codes == ("https://receipt.example/SB1",)


@pytest.mark.skipif(not available(), reason="Tesseract with rus, kaz, eng is not installed")
def test_a_scanned_card_is_read_and_the_scan_not_kept() -> None:
    read = examine(bytes(receipt("", card_photo("4400 4301 2345 6789")).output()))
    assert "4400 4301 2345 6789" in read.text
    assert read.mime == "text/plain" and "2345" not in read.clean.decode()


def test_without_ocr_the_caller_is_told() -> None:
    assert examine(bytes(receipt().output()), ocr=False).ocr is False


def test_locked() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(bytes(receipt().output())))
    writer.encrypt("secret", algorithm="AES-256")
    assert reason(written(writer)) == Reason.ENCRYPTED_PDF


def test_locked_only_against_changes_is_read() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(bytes(receipt().output())))
    writer.encrypt("", owner_password="owner", algorithm="AES-128")
    read = examine(written(writer), ocr=False)
    assert "+7 701 234 56 78" in read.text and not PdfReader(io.BytesIO(read.clean)).is_encrypted


def test_too_many_pages() -> None:
    assert reason(bytes(receipt(pages=MAX_PAGES + 1).output())) == Reason.TOO_LARGE


def test_no_pages() -> None:
    assert reason(written(PdfWriter())) in (Reason.EMPTY, Reason.BROKEN)


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_truncated(share: float) -> None:
    whole = bytes(receipt().output())
    assert reason(whole[: int(len(whole) * share)]) in (Reason.BROKEN, Reason.EMPTY)


def test_damaged_files_are_read_or_refused_and_never_a_defect() -> None:
    dice = random.Random(5)
    whole = bytes(receipt(RECEIPT, Image.new("RGB", (200, 100), "teal")).output())
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 30)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        with suppress(Unreadable):
            examine(bytes(damaged), ocr=False)


def test_a_stream_that_unpacks_to_gigabytes() -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = StreamObject()
    stream._data = packed
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = writer._add_object(stream)
    assert len(packed) < 1 << 20
    assert reason(written(writer)) == Reason.TOO_COMPLEX
