"""Invented phone screenshots, drawn with Pillow: call lists, SMS, messenger chats; light and dark, Russian and Kazakh.

Everybody and every number in them is made up. `corpus()` is what the benchmark reads; the tests draw their own with
`chat`, `sms`, `calls`.
"""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1080
FOLDERS = [Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/truetype/liberation")]


@dataclass(frozen=True)
class Theme:
    page: str
    bar: str
    ink: str
    pale: str
    theirs: str
    ours: str
    accent: str


LIGHT = Theme("#ffffff", "#f2f2f6", "#111111", "#7a7a80", "#ececf0", "#d9fdd3", "#d32f2f")
DARK = Theme("#0b141a", "#1f2c34", "#e9edef", "#8696a0", "#202c33", "#005c4b", "#ff6b6b")


@cache
def font(size: int, name: str = "DejaVuSans.ttf") -> ImageFont.FreeTypeFont:
    """The face from the system, else the DejaVu that comes with matplotlib. Both have the Kazakh letters."""
    for folder in FOLDERS:
        if (folder / name).exists():
            return ImageFont.truetype(str(folder / name), size)
    import matplotlib

    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"), size)


def status_bar(draw: ImageDraw.ImageDraw, theme: Theme, face: str) -> None:
    draw.rectangle((0, 0, WIDTH, 80), fill=theme.bar)
    draw.text((50, 22), "14:07", font=font(34, face), fill=theme.ink)
    draw.text((830, 22), "LTE 78%", font=font(34, face), fill=theme.ink)


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if face.getlength(longer) > width and line:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def calls(
    rows: list[tuple[str, str, str]], theme: Theme = LIGHT, face: str = "DejaVuSans.ttf", title: str = "Недавние"
) -> Image.Image:
    """A call list: (number or name, line below, time at the right)."""
    image = Image.new("RGB", (WIDTH, 260 + 170 * len(rows) + 200), theme.page)
    draw = ImageDraw.Draw(image)
    status_bar(draw, theme, face)
    draw.text((50, 120), title, font=font(64, face), fill=theme.ink)
    for i, (who, what, when) in enumerate(rows):
        top = 250 + 170 * i
        draw.ellipse((50, top + 10, 150, top + 110), fill=theme.theirs)
        draw.text((190, top + 8), who, font=font(46, face), fill=theme.accent if i % 2 else theme.ink)
        draw.text((190, top + 72), what, font=font(34, face), fill=theme.pale)
        draw.text((900, top + 30), when, font=font(34, face), fill=theme.pale)
        draw.line((190, top + 150, WIDTH, top + 150), fill=theme.bar, width=2)
    return image


def chat(who: str, messages: list[tuple[bool, str]], theme: Theme = LIGHT, face: str = "DejaVuSans.ttf") -> Image.Image:
    """A messenger: the other side in the bar, then bubbles (ours?, text)."""
    body = font(42, face)
    blocks = [(ours, wrapped(text, body, 720)) for ours, text in messages]
    image = Image.new("RGB", (WIDTH, 300 + sum(60 * len(lines) + 120 for _, lines in blocks) + 150), theme.page)
    draw = ImageDraw.Draw(image)
    status_bar(draw, theme, face)
    draw.rectangle((0, 80, WIDTH, 210), fill=theme.bar)
    draw.text((60, 118), who, font=font(46, face), fill=theme.ink)
    top = 260
    for ours, lines in blocks:
        width = max(int(body.getlength(line)) for line in lines) + 150
        left = WIDTH - width - 40 if ours else 40
        height = 60 * len(lines) + 70
        draw.rounded_rectangle((left, top, left + width, top + height), 28, fill=theme.ours if ours else theme.theirs)
        for i, line in enumerate(lines):
            draw.text((left + 30, top + 20 + 60 * i), line, font=body, fill=theme.ink)
        draw.text((left + width - 110, top + height - 40), "13:52", font=font(28, face), fill=theme.pale)
        top += height + 50
    return image


def sms(sender: str, texts: list[str], theme: Theme = LIGHT, face: str = "DejaVuSans.ttf") -> Image.Image:
    return chat(sender, [(False, text) for text in texts], theme, face)


def note(lines: list[str], theme: Theme = LIGHT) -> tuple[Image.Image, dict[str, tuple[int, int, int, int]]]:
    """Plain lines of text, and where each word's ink stands."""
    image = Image.new("RGB", (WIDTH, 200 + 90 * len(lines)), theme.page)
    draw, face, boxes = ImageDraw.Draw(image), font(44), {}
    for i, line in enumerate(lines):
        at = 60.0
        for word in line.split(" "):
            draw.text((at, 100 + 90 * i), word, font=face, fill=theme.ink)
            left, top, right, bottom = draw.textbbox((at, 100 + 90 * i), word, font=face)
            boxes[word] = int(left), int(top), int(right), int(bottom)
            at += face.getlength(word + " ")
    return image, boxes


def card_photo(number: str, theme: Theme = LIGHT) -> Image.Image:
    """A banking screen with a card drawn on it."""
    image = Image.new("RGB", (WIDTH, 900), theme.page)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((60, 150, 1020, 720), 40, fill="#27408b")
    draw.text((120, 220), "BANK", font=font(60), fill="#ffffff")
    draw.text((120, 430), number, font=font(66, "DejaVuSansMono.ttf"), fill="#ffffff")
    draw.text((120, 560), "TEST TESTOVA", font=font(44), fill="#ffffff")
    return image


def png(image: Image.Image, **options: object) -> bytes:
    return encoded(image, "PNG", **options)


def jpeg(image: Image.Image, quality: int = 90, **options: object) -> bytes:
    return encoded(image, "JPEG", quality=quality, **options)


def encoded(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)  # type: ignore[arg-type]
    return out.getvalue()


def smaller(image: Image.Image, share: float = 0.6) -> Image.Image:
    return image.resize((int(image.width * share), int(image.height * share)), Image.Resampling.BILINEAR)


# --- the corpus of the benchmark ---------------------------------------------------------------------------------

CODES = ["700", "701", "702", "705", "707", "708", "747", "771", "775", "776", "777", "778"]
SPELLINGS: list[Callable[[str, str, str, str], str]] = [
    lambda a, b, c, d: f"+7 {a} {b} {c} {d}",
    lambda a, b, c, d: f"+7 ({a}) {b}-{c}-{d}",
    lambda a, b, c, d: f"8 {a} {b} {c} {d}",
    lambda a, b, c, d: f"+7{a}{b}{c}{d}",
    lambda a, b, c, d: f"8 ({a}) {b} {c} {d}",
    lambda a, b, c, d: f"+7 {a} {b}-{c}-{d}",
]
STORIES = [
    "Здравствуйте, это служба безопасности банка. Перезвоните {0}, иначе счёт заблокируют.",
    "Сәлеметсіз бе, мен банктің қызметкерімін. Мына нөмірге қоңырау шалыңыз: {0}. Күтеміз.",
    "Мам, я разбил телефон, пиши на новый номер {0}. Срочно нужны деньги",
    "Ваша посылка задержана. Курьер: {0}, менеджер {1}",
    "Қызыңыз апатқа ұшырады, ақша керек. Тергеуші {0}, көмекшісі {1}",
    "Продаю коляску, писать в ватсап {0}. Предоплата на каспи по номеру {1}",
    "Инвестиция жасап, айына 500 000 теңге табыңыз! Жазыңыз: {0}",
    "Вы выиграли iPhone 15. Для получения приза позвоните: {0}",
]
PLACES = ["Алматы", "Неизвестный номер", "Пропущенный вызов", "Белгісіз нөмір", "Казахстан", "Қабылданбаған қоңырау"]


@dataclass(frozen=True)
class Screen:
    name: str
    draw: Callable[[Theme], Image.Image]
    phones: frozenset[str]


def corpus(size: int = 40, seed: int = 7) -> Iterator[Screen]:
    """`size` screens: call lists, chats and SMS by turns, two typefaces, 1-5 numbers each."""
    dice = random.Random(seed)
    for i in range(size):
        face = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf"][i // 3 % 2]
        numbers = [_number(dice) for _ in range(5 if i % 3 == 0 else 2)]
        spelled = [said for said, _ in numbers]
        if i % 3 == 0:
            rows = [(said, dice.choice(PLACES), f"{dice.randint(10, 23)}:{dice.randint(10, 59)}") for said in spelled]
            yield Screen(f"calls-{i}", _calls(rows, face), frozenset(value for _, value in numbers))
            continue
        story = STORIES[i % len(STORIES)]
        used = numbers if "{1}" in story else numbers[:1]
        text, values = story.format(*spelled), frozenset(value for _, value in used)
        yield Screen(f"chat-{i}", _chat(text, face) if i % 3 == 1 else _sms(text, face), values)


def _number(dice: random.Random) -> tuple[str, str]:
    parts = dice.choice(CODES), f"{dice.randint(200, 999)}", f"{dice.randint(0, 99):02}", f"{dice.randint(0, 99):02}"
    return dice.choice(SPELLINGS)(*parts), "+7" + "".join(parts)


def _calls(rows: list[tuple[str, str, str]], face: str) -> Callable[[Theme], Image.Image]:
    return lambda theme: calls(rows, theme, face)


def _chat(text: str, face: str) -> Callable[[Theme], Image.Image]:
    talk = [(False, text), (True, "Кто это?"), (False, "Жауап беріңіз, тез!")]
    return lambda theme: chat("Аноним", talk, theme, face)


def _sms(text: str, face: str) -> Callable[[Theme], Image.Image]:
    return lambda theme: sms("INFO", [text], theme, face)
