"""Text out of pixels, and what is covered in the copy to be kept."""

import io
import re

import pytest
from PIL import Image

from core import identifiers
from core.pictures import available, examine
from core.pictures.ocr import page
from core.pictures.redact import _named, redacted
from tests.pictures.screens import DARK, LIGHT, Theme, calls, card_photo, chat, jpeg, note, png, smaller, sms

pytestmark = pytest.mark.skipif(not available(), reason="Tesseract with rus, kaz, eng is not installed")

TSV = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\t")
CALLS = [
    ("+7 701 234 56 78", "Пропущенный вызов", "13:40"),
    ("8 (747) 901-22-33", "Белгісіз нөмір", "12:15"),
    ("+77759876543", "Алматы", "вчера"),
]
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def cleaned(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(examine(data).clean)).convert("RGB")


def is_black(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return all(high < 40 for _, high in image.crop(box).getextrema())


@THEMES
@pytest.mark.parametrize("rendering", ["full", "60%", "jpeg-25"])
def test_numbers_of_a_call_list(theme: Theme, rendering: str) -> None:
    image = calls(CALLS, theme)
    data = {"full": png(image), "60%": png(smaller(image)), "jpeg-25": jpeg(image, 25)}[rendering]
    lines = [digits(line) for line in re.split(r"[\n\t]", examine(data).text)]
    assert {"77012345678", "87479012233", "77759876543"} <= set(lines), "and no time of day run into a number"


@THEMES
def test_kazakh_chat(theme: Theme) -> None:
    told = "Сәлеметсіз бе, банктің қауіпсіздік қызметі. Мына нөмірге қоңырау шалыңыз: 8 702 753 15 73"
    text = " ".join(examine(png(chat("Белгісіз", [(False, told), (True, "Бұл кім?")], theme))).text.split())
    assert "банктің қауіпсіздік қызметі. Мына нөмірге қоңырау шалыңыз: 8 702" in text and "Бұл кім?" in text
    assert "87027531573" in digits(text)


def test_dark_and_light_bubbles_on_one_screen() -> None:
    mixed = Theme("#dfe3e8", "#1c1c1e", "#f5f5f5", "#cfcfd4", "#3a3a3c", "#0a84ff", "#7a0000")
    text = digits(
        examine(png(chat("+7 700 111 22 33", [(False, "8 702 753 15 73"), (True, "87059998877")], mixed))).text
    )
    assert "77001112233" in text and "87027531573" in text and "87059998877" in text


@THEMES
@pytest.mark.parametrize(
    ("line", "secret", "name"),
    [
        ("CVV: 482", "482", "cvv"),
        ("Код подтверждения: 730418", "730418", "otp"),
        ("ИИН 900101300123", "900101300123", "iin"),
    ],
)
def test_secrets_are_gone_from_text_and_pixels(line: str, secret: str, name: str, theme: Theme) -> None:
    image, boxes = note(["Вам звонили с номера", "+7 701 234 56 78", line, "Никому не говорите"], theme)
    data = png(image)
    read = examine(data)
    assert name in read.redacted
    assert secret not in digits(read.text) and "+7 701 234 56 78" in read.text
    kept = cleaned(data)
    assert is_black(kept, boxes[secret])
    assert not is_black(kept, boxes["234"]), "what was not secret stays"
    again = examine(read.clean).text
    assert secret not in digits(again) and "+7 701 234 56 78" in again


def test_secrets_are_covered_where_the_picture_was_shrunk_and_recompressed() -> None:
    image, boxes = note(["Код из СМС:", "Код: 730418", "Никому не говорите"])
    large = image.resize((image.width * 3, image.height * 3), Image.Resampling.LANCZOS)
    kept = cleaned(jpeg(large, 60))
    scale = kept.width / image.width
    left, top, right, bottom = (round(edge * scale) for edge in boxes["730418"])
    assert kept.width < large.width and is_black(kept, (left, top, right, bottom))


def test_ones_own_card_is_covered_whole() -> None:
    image, boxes = note(["Вот моя карта", "Моя карта: 4400 4301 2345 6789"])
    read = examine(png(image))
    assert "card" in read.redacted and "2345" not in digits(read.text)
    kept = cleaned(png(image))
    assert all(is_black(kept, boxes[group]) for group in ("4400", "4301", "2345", "6789"))


def test_a_card_that_may_be_ones_own_is_covered_and_left_to_be_asked_about() -> None:
    image, boxes = note(["Моя карта", "4400 4301 2345 6789"])
    assert "4400 4301 2345 6789" in examine(png(image)).text
    assert all(is_black(cleaned(png(image)), boxes[group]) for group in ("4400", "4301", "2345", "6789"))


def test_a_code_on_the_next_line() -> None:
    image, boxes = note(["Никому не говорите код:", "730418"])
    assert examine(png(image)).redacted == ("otp",)
    assert is_black(cleaned(png(image)), boxes["730418"])


@THEMES
def test_a_strangers_card_is_read_in_full_and_kept_in_part(theme: Theme) -> None:
    image, boxes = note(["Переведите на карту", "4400 4301 2345 6789", "Иван"], theme)
    read = examine(png(image))
    assert "4400 4301 2345 6789" in read.text
    kept = cleaned(png(image))
    assert is_black(kept, boxes["4301"]) and is_black(kept, boxes["2345"])
    assert not is_black(kept, boxes["4400"]) and not is_black(kept, boxes["6789"])


def test_a_card_written_together_is_covered_whole() -> None:
    image, boxes = note(["Переведите на карту", "4400430123456789"])
    assert is_black(cleaned(png(image)), boxes["4400430123456789"])


def test_a_misread_card_is_covered_too() -> None:
    image, boxes = note(["Карта", "4400 4301 2345 6780"])  # the check digit is wrong, as after an error of OCR
    assert is_black(cleaned(png(image)), boxes["2345"])
    assert "4400 43•• •••• 6780" in examine(png(image)).text


def test_what_stands_on_a_card_beside_its_number() -> None:
    image, boxes = note(["4400 4301 2345 6789", "VALID THRU 05/29", "6789 482"])
    read = examine(png(image))
    assert {"expiry", "cvv"} <= set(read.redacted)
    kept = cleaned(png(image))
    assert is_black(kept, boxes["05/29"]) and is_black(kept, boxes["482"])
    assert "482" not in digits(examine(png(card_photo("5169 4971 0000 0004"))).text)


def test_dates_and_sums_stay_where_no_card_is() -> None:
    image, boxes = note(["Заказ от 05/29 на сумму", "250 000 тенге", "482"])
    read = examine(png(image))
    assert read.redacted == () and not is_black(cleaned(png(image)), boxes["482"])


def test_sms_sender_and_link() -> None:
    text = examine(png(sms("KASPI_BANK", ["Подтвердите вход: kaspi-bonus.example/login"], DARK))).text
    assert "KASPI_BANK" in text and "kaspi-bonus.example/login" in text


def test_a_picture_without_text() -> None:
    read = examine(png(Image.new("RGB", (800, 600), "#336699")))
    assert (read.text, read.redacted, read.ocr) == ("", (), True)


def test_ocr_can_be_left_out() -> None:
    read = examine(png(calls(CALLS)), ocr=False)
    assert (read.text, read.ocr) == ("", False)


@pytest.mark.parametrize(
    "text",
    [
        "Назвала код из смс 730418 и CVV 482",
        "Моя карта 4400 4301 2345 6789 05/29 482, пин 4471",
        "ИИН 900101300123, БИН 100140001231, пароль: qwerty99",
        "https://kaspi-bonus.example/?code=730418 переведите на 4400 4301 2345 6789",
        "Код города 727, сумма 250 000 тенге, 8 701 234 56 78",
        "\u200bкод: 7\u200b30418",
    ],
)
def test_places_of_secrets_agree_with_what_identifiers_name(text: str) -> None:
    assert {span.name for span in _named(text)} == set(identifiers.read(text).redacted)
    assert not identifiers.read(redacted(text, _named(text))).redacted, "nothing of them is left"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("477059578358", "+77059578358"),
        ("47 (705) 957-83-58", "+7 (705) 957-83-58"),
        ("4777 1308 8483 1234", "4777 1308 8483 1234"),
        ("4770595783581234", "4770595783581234"),
        ("47 705 957 83 58 12", "47 705 957 83 58 12"),
        ("+477059578358", "+477059578358"),
    ],
)
def test_a_plus_that_was_read_as_a_four(read: str, meant: str) -> None:
    words = [f"5\t1\t1\t1\t1\t{i}\t{i * 50}\t10\t45\t40\t96\t{word}" for i, word in enumerate(read.split())]
    assert page("\n".join([TSV, *words]) + "\n", 1.0).text == meant


def test_words_are_joined_to_lines_columns_and_blocks() -> None:
    """Tesseract's TSV, its pixels half as large as the picture's."""
    rows = [
        TSV.split("\t"),
        "5 1 1 1 1 1 10 10 40 20 96 +7".split(),
        "5 1 1 1 1 2 60 10 40 20 96 701".split(),
        "5 1 1 1 1 3 300 10 40 20 96 13:40".split(),
        "5 1 1 1 2 1 10 40 40 20 96 Алматы".split(),
        '5 1 2 1 1 1 10 90 40 20 96 "х'.split(),
    ]
    found = page("\n".join("\t".join(row) for row in rows) + "\n", 2.0)
    assert found.text == '+7 701\t13:40\nАлматы\n\n"х'
    assert [found.text[word.start : word.end] for word in found.words] == ["+7", "701", "13:40", "Алматы", '"х']
    assert found.words[1].box == (120, 20, 201, 61)
    assert [word.line for word in found.words] == [0, 0, 0, 1, 2]


def test_a_code_behind_an_sms_that_was_misread() -> None:
    read = examine(png(chat("Незнакомый", [(False, "Код из SMS 483920 никому не говорите, только мне")])))
    assert "483920" not in digits(read.text)
    assert read.redacted == ("otp",)
