"""Screenshots, receipts, albums."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core import pictures
from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, NUMBER, OTHER_SHOWN, SHOWN, reports
from tests.pictures import screens

ocr = pytest.mark.skipif(bool(pictures.missing()), reason=f"not on this machine: {', '.join(pictures.missing())}")


def screenshot(number: str = "+7 701 123 45 67") -> bytes:
    image = screens.chat("Аноним", [(False, f"Служба безопасности банка. Перезвоните {number}")])
    exif = Image.Exif()
    exif[0x010E] = "taken by Aigul at home"
    return screens.jpeg(image, exif=exif)


def stored(town: Town) -> list[Path]:
    return [path for path in town.world.app.settings.files_dir.rglob("*") if path.is_file()]


@ocr
async def test_a_screenshot_is_read_and_confirmed(town: Town) -> None:
    person = await town.citizen()
    await person.sends_photo(screenshot())
    assert person.chat.actions[-1:] == ["typing"]
    await town.settle()
    assert "Вот что написано на картинке. Всё верно?" in person.sees
    assert SHOWN in person.sees
    assert person.buttons == ["Да, верно", "Нет, введу вручную"]
    await person.taps("Да, верно")
    await person.taps("Сообщить")
    await person.taps(BANK_CALL)
    await town.passes(minutes=3)
    assert SHOWN in town.desk.sees
    assert any(one.photo for one in town.desk.history)
    assert "LTE" not in town.desk.sees, "what stands in a picture is evidence, nobody's story"


@ocr
async def test_read_wrong_it_is_typed(town: Town) -> None:
    person = await town.citizen()
    await person.sends_photo(screenshot())
    await town.settle()
    await person.taps("Нет, введу вручную")
    assert "напишите, пожалуйста" in person.sees
    assert await person.taps_data("report:1") == "Сначала отметьте, о чём сообщаете."
    await person.says(NUMBER)
    assert SHOWN in person.sees


@ocr
async def test_an_album_is_one_message(town: Town) -> None:
    person = await town.citizen()
    await person.sends_album([screenshot(), screenshot("+7 747 555 66 77")])
    await town.passes(seconds=5)
    assert len([one for one in person.history if one.by_bot]) == 2
    assert SHOWN in person.sees
    assert OTHER_SHOWN in person.sees


async def test_an_album_with_a_number_in_its_caption(town: Town) -> None:
    person = await town.citizen()
    await person.sends_album([screenshot(), screenshot()], f"звонят с {NUMBER}, мой cvv 123")
    await town.passes(seconds=5)
    assert len([one for one in person.history if one.by_bot]) == 2
    assert SHOWN in person.sees
    assert "не сохранено: CVV" in person.sees
    assert "Сообщить" in person.buttons
    assert len([one for one in person.history if not one.by_bot and one.photo]) == 1  # the one with the CVV is gone


async def test_a_caption_is_enough(town: Town) -> None:
    person = await town.citizen()
    await person.sends_photo(screenshot(), f"звонят с {NUMBER}")
    assert SHOWN in person.sees
    assert "Сообщить" in person.buttons


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\nbroken", "Файл не открывается."),
        (b"", "Файл пустой."),
        (b"plain words", "Я читаю картинки (JPEG, PNG, WebP) и PDF."),
    ],
)
async def test_what_cannot_be_opened_gets_a_kind_answer(town: Town, content: bytes, said: str) -> None:
    person = await town.citizen()
    await person.sends_document(content, "a.png", "image/png")
    await town.settle()
    assert said in person.sees


async def test_a_file_over_twenty_megabytes(town: Town) -> None:
    person = await town.citizen()
    await person.sends_document(screenshot(), "a.jpg", "image/jpeg", size=21 * 1024 * 1024)
    await town.settle()
    assert "до 20 МБ" in person.sees
    await reports(person)
    await person.taps("Скриншот")
    await person.sends_document(screenshot(), "a.jpg", "image/jpeg", size=21 * 1024 * 1024)
    assert "больше 20 МБ" in person.sees


@ocr
async def test_nothing_in_the_picture(town: Town) -> None:
    person = await town.citizen()
    await person.sends_photo(screens.png(Image.new("RGB", (300, 300), "white")))
    await town.settle()
    assert "Не вижу на картинке номера, карты или ссылки." in person.sees


async def test_evidence_is_kept_encrypted_once_and_cleaned_and_follows_the_card(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person)
    await person.taps("Скриншот")
    picture = screenshot()
    await person.sends_photo(picture)
    assert "Принято, в сообщении 1 файл." in person.sees
    await person.sends_photo(picture)
    await person.taps("Готово")
    assert "Снимки и чеки: 2" in person.sees
    await town.settle()
    [file] = stored(town)
    kept = file.read_bytes()
    assert b"Aigul" in picture
    assert b"Aigul" not in kept
    assert not kept.startswith(b"\xff\xd8")
    clean = town.world.app.files.open(file.name)
    assert Image.open(BytesIO(clean)).size == Image.open(BytesIO(picture)).size
    assert b"Aigul" not in clean
    await town.passes(minutes=3)
    shown = [one for one in town.desk.history if one.photo]
    assert len(shown) == 2
    assert number in shown[0].text
    assert shown[0].reply_to is town.desk.history[0]
    assert shown[0].photo == clean
    await person.taps("Скриншот")
    await person.sends_photo(screenshot("+7 747 555 66 77"))
    await town.settle()
    assert len([one for one in town.desk.history if one.photo]) == 3


async def test_an_album_of_evidence_gets_one_answer(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Скриншот")
    await person.sends_album([screenshot(), screenshot("+7 747 555 66 77")])
    await town.passes(seconds=3)
    assert person.sees.count("Принято, в сообщении 2 файла.") == 1


async def test_words_where_files_are_asked_for(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Скриншот")
    await person.says("сейчас найду")
    assert "Здесь я принимаю картинки и PDF." in person.sees
    await person.sends_document(b"PK", "list.docx", "application/msword")
    assert "Здесь я принимаю картинки и PDF." in person.sees


async def test_evidence_goes_with_a_report_taken_back(town: Town) -> None:
    person = await town.citizen()
    await reports(person)
    await person.taps("Скриншот")
    await person.sends_photo(screenshot())
    await town.settle()
    assert stored(town)
    await person.taps_data("withdraw:1:1")
    await town.world.app.housekeep()
    await town.settle()
    assert stored(town) == []


async def test_evidence_held_by_another_report_stays(town: Town) -> None:
    picture, people = screenshot(), [await town.citizen(), await town.citizen("Тимур")]
    for person in people:
        await reports(person)
        await person.taps("Скриншот")
        await person.sends_photo(picture)
    await town.settle()
    assert len(stored(town)) == 1
    await people[0].taps_data("withdraw:1:1")
    await town.world.app.housekeep()
    await town.settle()
    assert len(stored(town)) == 1
    await people[1].taps_data("withdraw:2:1")
    await town.world.app.housekeep()
    await town.settle()
    assert stored(town) == []


async def test_a_file_that_telegram_lost_never_loses_the_report(town: Town) -> None:
    person = await town.citizen()
    number = await reports(person)
    await person.taps("Скриншот")
    town.telegram.fail(method="getFile", error="400", description="wrong file_id or the file is unavailable")
    await person.sends_photo(screenshot())
    await town.passes(minutes=3)
    assert "Не получилось взять из Telegram файл вашего сообщения" in person.sees
    assert number in town.desk.sees
