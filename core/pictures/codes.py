"""QR and other codes."""

from dataclasses import dataclass

import zxingcpp
from PIL import Image

from core.pictures.ocr import Box

# Retail codes (EAN, UPC, ITF) are left out: their digits name goods, never a person, and read like phone numbers.
FORMATS = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.MicroQRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Aztec,
    zxingcpp.BarcodeFormat.PDF417,
    zxingcpp.BarcodeFormat.Code128,
]
MAX_CODES = 20


@dataclass(frozen=True)
class Code:
    payload: str
    box: Box


def read(image: Image.Image) -> list[Code]:
    """Every code in the picture, turned or inverted ones too, from the top down."""
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormats(FORMATS))
    codes = [Code(code.text, _box(code.position)) for code in found if code.text]
    return sorted(codes, key=lambda code: (code.box[1], code.box[0]))[:MAX_CODES]


def _box(position: "zxingcpp.Position") -> Box:
    corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(xs), min(ys), max(xs), max(ys)
