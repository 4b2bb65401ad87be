"""Images: what is refused, what is left of metadata, what orientation and size become."""

import io
import random
import struct
import zlib
from contextlib import suppress

import pytest
from PIL import Image, PngImagePlugin

from core.pictures import Reason, Unreadable, examine, sniff
from core.pictures.model import MAX_BYTES
from tests.pictures.screens import encoded, jpeg, png

PLAIN = Image.new("RGB", (400, 300), "#88aacc")
SECRET = b"PLACE-OF-TAKING-43.2389N"


def read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(examine(data, ocr=False).clean))


def reason(data: bytes) -> Reason:
    with pytest.raises(Unreadable) as caught:
        examine(data, ocr=False)
    return caught.value.reason


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (jpeg(PLAIN), "image/jpeg"),
        (png(PLAIN), "image/png"),
        (encoded(PLAIN, "WEBP"), "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (encoded(PLAIN, "GIF"), None),
        (encoded(PLAIN, "BMP"), None),
        (encoded(PLAIN, "AVIF"), None),
        (b"PK\x03\x04%PDF-1.7", None),
        (b"<html><script>", None),
        (b"", None),
    ],
)
def test_type_is_told_by_the_first_bytes(data: bytes, mime: str | None) -> None:
    assert sniff(data) == mime


def test_empty_file() -> None:
    assert reason(b"") == Reason.EMPTY


def test_file_over_the_limit() -> None:
    assert reason(jpeg(PLAIN) + bytes(MAX_BYTES)) == Reason.TOO_LARGE


@pytest.mark.parametrize("data", [b"hello", b"PK\x03\x04" + bytes(60), b"\x00\x00\x00\x18ftypmp42", b"<svg/>"])
def test_other_types(data: bytes) -> None:
    assert reason(data) == Reason.WRONG_TYPE


@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
def test_fifty_megapixels_are_refused_by_the_header(format: str) -> None:
    assert reason(encoded(Image.new("L", (10_000, 5_000)), format)) == Reason.TOO_MANY_PIXELS


def test_a_bomb_of_a_gigapixel_is_refused_without_decoding() -> None:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(bytes(100_000))) + png_chunk(b"IEND", b"")
    assert reason(bomb) == Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_animated(format: str) -> None:
    frames = [Image.new("RGB", (60, 60), color) for color in ("red", "green", "blue")]
    moving = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    assert reason(moving) == Reason.ANIMATED


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated(format: str, share: float) -> None:
    whole = encoded(Image.effect_noise((300, 300), 80), format)
    assert reason(whole[: int(len(whole) * share)]) == Reason.BROKEN


@pytest.mark.parametrize(
    "magic", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"%PDF-1.4"]
)
def test_right_magic_and_rubbish_behind_it(magic: bytes) -> None:
    assert reason(magic + bytes(range(256)) * 4) == Reason.BROKEN


def test_a_png_that_is_really_a_gif_inside_does_not_reach_another_decoder() -> None:
    assert reason(b"\x89PNG\r\n\x1a\n" + encoded(PLAIN, "GIF")) == Reason.BROKEN


def test_jpeg_keeps_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"  # GPSLatitudeRef
    exif.get_ifd(0x8825)[2] = (43.0, 14.0, 20.0)
    dirty = jpeg(PLAIN, exif=exif, comment=SECRET, icc_profile=SECRET, xmp=b"http://ns.adobe.com/xap/1.0/\0" + SECRET)
    assert dirty.count(SECRET) == 4
    read = examine(dirty + SECRET + b"PK\x03\x04", ocr=False)
    assert read.mime == "image/jpeg"
    assert SECRET not in read.clean and b"Exif" not in read.clean and b"PK\x03\x04" not in read.clean
    assert read.clean.endswith(b"\xff\xd9")
    kept = Image.open(io.BytesIO(read.clean))
    assert not kept.getexif() and set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_png_keeps_no_metadata() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_text("Comment", SECRET.decode(), zip=True)
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    dirty = png(PLAIN, pnginfo=notes, exif=exif, icc_profile=SECRET) + SECRET
    clean = examine(dirty, ocr=False).clean
    assert SECRET in dirty and SECRET not in clean
    assert Image.open(io.BytesIO(clean)).info == {}


def test_webp_keeps_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    dirty = encoded(PLAIN, "WEBP", exif=exif, xmp=SECRET, icc_profile=SECRET)
    read = examine(dirty, ocr=False)
    assert SECRET in dirty and SECRET not in read.clean and read.mime == "image/jpeg"


def test_turned_as_exif_says() -> None:
    image = Image.new("RGB", (200, 100), "white")
    image.paste("red", (0, 0, 50, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    data = jpeg(image, exif=exif)
    seen = examine(data, ocr=False)
    assert (seen.width, seen.height) == (100, 200)
    red, green, _ = read(data).getpixel((50, 10))
    assert red > 200 and green < 60


def test_a_photo_is_shrunk() -> None:
    seen = examine(jpeg(Image.new("RGB", (6000, 4000))), ocr=False)
    assert (seen.width, seen.height) == (2560, 1707)


def test_a_tall_screenshot_stays_readable() -> None:
    seen = examine(png(Image.new("RGB", (1080, 9000))), ocr=False)
    assert (seen.width, seen.height, seen.mime) == (1080, 9000, "image/png")


@pytest.mark.parametrize("size", [(1, 1), (1, 60_000), (60_000, 1), (3, 2)])
@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_odd_shapes(size: tuple[int, int], format: str) -> None:
    assert max(read(encoded(Image.new("RGB", size), format)).size) <= 16_000


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_damaged_files_are_read_or_refused_and_never_a_defect(format: str) -> None:
    dice = random.Random(5)
    whole = encoded(Image.effect_noise((60, 60), 80), format)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        with suppress(Unreadable):
            examine(bytes(damaged), ocr=False)


def test_sixteen_bit_grey_is_not_clipped_to_white() -> None:
    assert read(png(Image.new("I;16", (50, 50), 30_000))).getpixel((10, 10)) == (117, 117, 117)


def test_transparency_becomes_white() -> None:
    assert read(png(Image.new("RGBA", (50, 50), (0, 0, 0, 0)))).getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "RGBA"])
def test_all_colour_modes(mode: str) -> None:
    format = "JPEG" if mode == "CMYK" else "PNG"
    assert read(encoded(PLAIN.convert(mode), format)).size == PLAIN.size


def test_a_large_png_photo_becomes_jpeg() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1400, 1400), 90)] * 3)
    assert examine(png(noise), ocr=False).mime == "image/jpeg"
