"""QR and bar codes."""

import zxingcpp
from PIL import Image, ImageOps

from core.pictures import examine
from tests.pictures.screens import png


def drawn(payload: str, format: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.QRCode) -> Image.Image:
    return Image.fromarray(zxingcpp.create_barcode(payload, format).to_image(scale=6)).convert("RGB")


def page(*codes: Image.Image) -> Image.Image:
    image = Image.new("RGB", (1400, 100 + sum(code.height + 100 for code in codes)), "white")
    top = 100
    for code in codes:
        image.paste(code, (150, top))
        top += code.height + 100
    return image


def codes(image: Image.Image) -> tuple[str, ...]:
    return examine(png(image), ocr=False).codes


def test_several_in_one_picture_from_the_top_down() -> None:
    image = page(drawn("https://kaspi-bonus.example/win"), drawn("https://wa.me/77012345678"))
    assert codes(image) == ("https://kaspi-bonus.example/win", "https://wa.me/77012345678")


def test_inverted() -> None:
    assert codes(ImageOps.invert(page(drawn("https://t.me/example_bot")))) == ("https://t.me/example_bot",)


def test_turned() -> None:
    for angle in (90, 180, 23):
        turned = page(drawn("https://t.me/example_bot")).rotate(angle, expand=True, fillcolor="white")
        assert codes(turned) == ("https://t.me/example_bot",)


def test_kazakh_letters() -> None:
    assert codes(page(drawn("Төлем: Әлия Құрманова"))) == ("Төлем: Әлия Құрманова",)


def test_the_same_code_twice_is_one() -> None:
    assert codes(page(drawn("SAME"), drawn("SAME"))) == ("SAME",)


def test_parcel_code_is_read_and_goods_code_is_not() -> None:
    parcel = drawn("RR123456785KZ", zxingcpp.BarcodeFormat.Code128)
    goods = drawn("4006381333931", zxingcpp.BarcodeFormat.EAN13)
    assert codes(page(parcel, goods)) == ("RR123456785KZ",)


def test_a_code_with_a_secret_is_covered() -> None:
    read = examine(png(page(drawn("ИИН 900101300123"))), ocr=False)
    assert "900101300123" not in "".join(read.codes) and read.redacted == ("iin",)
    assert examine(read.clean, ocr=False).codes == ()


def test_a_code_with_a_card_number_is_covered() -> None:
    read = examine(png(page(drawn("pay:4400 4301 2345 6789"))), ocr=False)
    assert read.codes == ("pay:4400 4301 2345 6789",)
    assert examine(read.clean, ocr=False).codes == ()
