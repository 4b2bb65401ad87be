"""Text with boxes from pixels, by the program Tesseract.

The picture goes in and the words come out through pipes. pytesseract would write the picture, secrets and all, to a
temporary file, and a worker killed at that moment would leave it on the disk.
"""

import csv
import io
import os
import re
import subprocess
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageOps

from core.pictures.model import OCR_SECONDS
from core.pictures.present import LANGUAGES

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the picture given."""

LEAST_WIDTH, MOST_WIDTH = 900, 1600
COMMAND = ["tesseract", "-", "-", "-l", "+".join(LANGUAGES), "--psm", "3", "-c", "tessedit_create_tsv=1"]

# Between Russian words SMS is read as 5М5. As long as what it replaces, so that the words keep their places.
SMS_MISREAD = re.compile(r"\b[5SЅ][MМ][5SЅ]\b")
# Small letters make 4 of +. No other number is written so: a card has more digits, an IIN no month above 12.
PLUS_READ_AS_4 = re.compile(r"(?<![\d+])4(?=7[ (]{0,2}7\d\d[ )-]{0,2}\d{3}[ -]?\d\d[ -]?\d\d(?![ -]?\d))")


@dataclass(frozen=True)
class Word:
    start: int
    end: int
    box: Box
    line: int


@dataclass(frozen=True)
class Page:
    """`text` and where in the picture its words stand: a word is `text[word.start:word.end]`."""

    text: str
    words: tuple[Word, ...]


def read(image: Image.Image, seconds: float = OCR_SECONDS) -> Page | None:
    """The words of `image`; None where Tesseract failed or took longer than `seconds`."""
    prepared = prepare(image)
    out = io.BytesIO()
    prepared.save(out, "PNG", compress_level=1)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            COMMAND,
            input=out.getvalue(),
            capture_output=True,
            timeout=seconds,
            check=True,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # threads make one small picture slower, not faster
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return page(done.stdout.decode("utf-8", "replace"), image.width / prepared.width)


def prepare(image: Image.Image) -> Image.Image:
    """Grey, dark on white whatever it was, and of the size Tesseract reads best.

    Subtracting the background of the neighbourhood, rather than inverting the whole, serves light and dark bubbles on
    one screen.
    """
    grey = resized(image.convert("L"))
    small = grey.resize((max(1, grey.width // 8), max(1, grey.height // 8)), Image.Resampling.BOX)
    background = small.filter(ImageFilter.MedianFilter(15)).resize(grey.size, Image.Resampling.BILINEAR)
    return ImageOps.autocontrast(ImageOps.invert(ImageChops.difference(grey, background)), cutoff=(0.5, 0))


def resized(grey: Image.Image) -> Image.Image:
    """900-1600 pixels across: letters of a phone's screen are then 20-60 pixels tall. Larger ones are read worse."""
    scale = min(3.0, LEAST_WIDTH / grey.width) if grey.width < LEAST_WIDTH else min(1.0, MOST_WIDTH / grey.width)
    if scale == 1.0:
        return grey
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    return grey.resize(size, Image.Resampling.LANCZOS)


def page(tsv: str, scale: float) -> Page:
    """Reads Tesseract's TSV; `scale` turns its pixels into the picture's. Lines by newline, blocks by an empty line."""
    text, words, before = "", [], None
    line, right = 0, 0
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        said = (row["text"] or "").strip()
        if row["level"] != "5" or not said:
            continue
        here = (row["block_num"], row["par_num"], row["line_num"])
        left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
        if before is not None:
            same_line = here == before
            line += not same_line
            text += _gap(same_line, here[0] == before[0], left - right, height)
        left, top, right, bottom = left, top, left + width, top + height
        box = (int(left * scale), int(top * scale), round(right * scale) + 1, round(bottom * scale) + 1)
        words.append(Word(len(text), len(text) + len(said), box, line))
        text += said
        before = here
    return Page(SMS_MISREAD.sub("SMS", PLUS_READ_AS_4.sub("+", text)), tuple(words))


def _gap(same_line: bool, same_block: bool, gap: int, height: int) -> str:
    """A wide gap inside a line is a column, as between a number and its time in a call list: not one phrase."""
    if same_line:
        return "\t" if gap > 2 * height else " "
    return "\n" if same_block else "\n\n"
