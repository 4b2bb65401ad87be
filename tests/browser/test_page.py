"""What people do on the sandbox page, and what they see there."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import opened
from tests.browser.stage import Stage, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")


def picture(colour: str = "teal", size: tuple[int, int] = (320, 240)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def upload(name: str, data: bytes, mime: str = "image/png") -> Any:
    return {"name": name, "mimeType": mime, "buffer": data}


def chat(page: Page, key: str) -> Locator:
    return page.locator(f"#chat-{key}")


def messages(page: Page, key: str) -> Locator:
    return chat(page, key).locator(".message")


async def write(page: Page, key: str, text: str) -> None:
    await chat(page, key).get_by_role("combobox").fill(text)
    await chat(page, key).get_by_role("combobox").press("Enter")


async def choose(page: Page, message: Locator, action: str) -> None:
    await message.locator(".bubble").click(button="right", position={"x": 8, "y": 8})
    await page.get_by_role("menuitem", name=action).click()


async def test_a_sample_is_sent_with_one_click_and_answered_live(stage: Stage, page: Page) -> None:
    stage.answers("8 701", "sendMessage", text="<b>2 адам</b> хабарлады", parse_mode="HTML")
    await chat(page, "aigul").get_by_role("button", name="Банк атынан қоңырау").click()
    await expect(messages(page, "aigul")).to_have_count(2)
    await expect(messages(page, "aigul").last.locator("b")).to_have_text("2 адам")
    assert stage.heard[0]["from"]["language_code"] == "kk"
    await expect(messages(page, "sergey")).to_have_count(0)


async def test_start_button_and_what_stands_there_before(stage: Stage, page: Page) -> None:
    await expect(chat(page, "sergey")).to_contain_text("Вы пишете боту как Сергей")
    stage.answers("/start", "sendMessage", text="Здравствуйте")
    await chat(page, "sergey").get_by_role("button", name="Начать").click()
    await expect(messages(page, "sergey").last).to_contain_text("Здравствуйте")
    await expect(chat(page, "sergey").get_by_role("button", name="Начать")).to_have_count(0)


async def test_nothing_that_anybody_writes_becomes_markup(stage: Stage, page: Page) -> None:
    stage.desk.title = "<img src=x onerror=alert(1)>"
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    await stage.person("dana").says(evil)
    link = [{"type": "text_link", "offset": 0, "length": 4, "url": "javascript:alert(document.domain)"}]
    await stage.telegram.call("sendMessage", {"chat_id": stage.person("dana").id, "text": "жми", "entities": link})
    await expect(messages(page, "dana").first).to_contain_text(evil)
    await expect(messages(page, "dana").last).to_contain_text("жми")
    await page.reload()
    await expect(chat(page, "desk").locator("h2")).to_have_text(stage.desk.title)
    await expect(page.locator('script:not([src]), img[src="x"], a[href^="javascript"]')).to_have_count(0)


async def test_formatting(stage: Stage, page: Page) -> None:
    text = (
        "<b>жирный <i>оба</i></b> 👮 <code>SB-7K3M9Q</code> <tg-spoiler>тайна</tg-spoiler>\n"
        "<blockquote>цитата</blockquote>\n<pre>код</pre>\nhttps://egov.kz/ и "
        '<a href="https://t.me/saqbol_bot?start=check_1">ссылка</a>'
    )
    await stage.says(text)
    message = messages(page, "desk").last
    await expect(message.locator("b i")).to_have_text("оба")
    await expect(message.locator("code")).to_have_text("SB-7K3M9Q")
    await expect(message.locator("blockquote")).to_have_text("цитата")
    await expect(message.locator("pre")).to_have_text("код")
    await expect(message.locator("a")).to_have_attribute("href", "https://egov.kz/")
    hidden = message.locator(".spoiler span")
    await expect(hidden).to_have_css("visibility", "hidden")
    await message.get_by_role("button", name="Скрытый текст").click()
    await expect(hidden).to_have_css("visibility", "visible")


KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Сообщить", "callback_data": "report:1", "style": "danger"}],
        [
            {"text": "102", "copy_text": {"text": "102"}},
            {"text": "Сайт", "url": "https://egov.kz/"},
            {"text": "Бот", "url": "https://t.me/saqbol_bot?start=check_77015550132"},
            {"text": "Скоро", "disabled": {}},
        ],
    ]
}


async def test_buttons(stage: Stage, page: Page) -> None:
    await stage.person("sergey").says("Сәлем")
    await stage.says("Кнопки", stage.person("sergey"), reply_markup=KEYBOARD)
    message = messages(page, "sergey").last
    await expect(message.get_by_role("button", name="Сообщить")).to_have_class(re.compile("danger"))
    await message.get_by_role("button", name="102").click()
    await expect(chat(page, "sergey").get_by_role("status")).to_have_text("Скопировано: 102")
    assert await page.evaluate("navigator.clipboard.readText()") == "102"
    await expect(message.get_by_role("link", name="Сайт")).to_have_attribute("href", "https://egov.kz/")
    await expect(message.get_by_role("button", name="Скоро")).to_be_disabled()
    await message.get_by_role("button", name="Бот", exact=True).click()
    await expect(messages(page, "sergey").last).to_contain_text("/start check_77015550132")


async def test_a_tap_edits_in_place_and_brings_a_toast(stage: Stage, page: Page) -> None:
    await stage.says("Карточка", reply_markup=KEYBOARD)

    async def saved(about: dict[str, Any]) -> None:
        at = {"chat_id": stage.desk.id, "message_id": about["message"]["message_id"]}
        await stage.telegram.call("editMessageText", at | {"text": f"Взял {about['from']['first_name']}"})
        await stage.telegram.call("answerCallbackQuery", {"callback_query_id": about["id"], "text": "Записано"})

    stage.script["report"] = saved
    await messages(page, "desk").get_by_role("button", name="Сообщить").click()
    await expect(messages(page, "desk")).to_have_count(1)
    await expect(messages(page, "desk")).to_contain_text("Взял Ерлан")
    await expect(messages(page, "desk").locator(".meta")).to_contain_text("изм.")
    await expect(chat(page, "desk").get_by_role("status")).to_have_text("Записано")


async def test_an_alert_is_a_dialog(stage: Stage, page: Page) -> None:
    stage.answers("report", "answerCallbackQuery", text="Это не ваше сообщение", show_alert=True)
    await stage.says("Карточка", reply_markup=KEYBOARD)
    await messages(page, "desk").get_by_role("button", name="Сообщить").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Это не ваше сообщение")
    await page.get_by_role("button", name="Понятно").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_chosen_officer_answers_the_forced_reply(stage: Stage, page: Page) -> None:
    await chat(page, "desk").get_by_role("radio", name="Сауле").check(force=True)
    asked = {"force_reply": True, "input_field_placeholder": "Причина отказа"}
    prompt = await stage.says("Почему?", reply_markup=asked)
    field = chat(page, "desk").get_by_role("combobox", name="Причина отказа")
    await expect(field).to_be_visible()
    await stage.says("Новая карточка тем временем")
    await expect(messages(page, "desk").last).to_contain_text("тем временем")
    await field.fill("Нет состава")
    await chat(page, "desk").get_by_role("button", name="Отправить").click()
    await expect(messages(page, "desk").last).to_contain_text("Нет состава")
    assert stage.heard[-1]["from"]["first_name"] == "Сауле"
    assert stage.heard[-1]["reply_to_message"]["message_id"] == prompt
    await expect(chat(page, "desk").locator(".target")).to_be_hidden()


async def test_a_selective_question_is_for_the_one_asked(stage: Stage, page: Page) -> None:
    asked = {"force_reply": True, "selective": True}
    await stage.says("@saule_sandbox, почему?", reply_markup=asked)
    await expect(messages(page, "desk").last).to_contain_text("почему?")
    await expect(chat(page, "desk").locator(".target")).to_be_hidden()
    await chat(page, "desk").get_by_role("radio", name="Сауле").check(force=True)
    await expect(chat(page, "desk").locator(".target")).to_contain_text("почему?")


async def test_topics_are_turned_on_shown_and_written_into(stage: Stage, page: Page) -> None:
    desk, menu = chat(page, "desk"), page.get_by_role("button", name="Меню чата Дежурная группа")
    await desk.get_by_role("radio", name="Сауле").check(force=True)
    await menu.click()
    await page.get_by_role("menuitem", name="Включить темы").click()
    await stage.telegram.until(lambda: stage.desk.topics is not None)
    topic = (await stage.telegram.call("createForumTopic", {"chat_id": stage.desk.id, "name": "Звонки"}))[
        "message_thread_id"
    ]
    await stage.says("в общей")
    await stage.says("карточка", message_thread_id=topic)
    await expect(messages(page, "desk").last.locator(".sender")).to_contain_text("# Звонки")
    await desk.get_by_role("button", name="# Звонки").click()
    await expect(messages(page, "desk")).to_have_count(1)
    await desk.get_by_role("combobox").fill("беру")
    await desk.get_by_role("combobox").press("Enter")
    await expect(messages(page, "desk")).to_have_count(2)
    assert stage.desk.history[-1].thread_id == topic
    await desk.get_by_role("button", name="Все темы").click()
    await expect(messages(page, "desk")).to_have_count(3)
    await desk.get_by_role("radio", name="Ерлан").check(force=True)
    await menu.click()
    await page.get_by_role("menuitem", name="Выключить темы").click()
    await expect(desk.locator(".toast")).to_contain_text("only an administrator")


async def test_a_mention_by_name_is_enough_to_be_asked(stage: Stage, page: Page) -> None:
    officer = next(one for one in stage.columns if one.key == "desk").actors[0].person
    asked = f'<a href="tg://user?id={officer.id}">Ерлан</a>, почему? {"Ответьте на это сообщение. " * 9}'
    await stage.says(asked, reply_markup={"force_reply": True, "selective": True})
    await expect(messages(page, "desk").last).to_contain_text("Ерлан, почему?")
    box = chat(page, "desk").get_by_role("combobox")
    await box.fill("потому что")
    await box.press("Enter")
    own = chat(page, "desk").locator(".mine .bubble")
    await expect(own.locator(".quote")).to_contain_text("Ерлан, почему?")
    bubble, column = await own.bounding_box(), await chat(page, "desk").bounding_box()
    assert bubble and column and bubble["x"] >= column["x"]  # a long quote is cut, not pushed out


async def test_reply_keyboard_shares_the_own_contact(stage: Stage, page: Page) -> None:
    rows = [[{"text": "Мой номер", "request_contact": True}], [{"text": "Нет"}]]
    await stage.says("Номер?", stage.person("dana"), reply_markup={"keyboard": rows, "one_time_keyboard": True})
    keys = chat(page, "dana").locator(".reply-keyboard")
    await keys.get_by_role("button", name="Мой номер").click()
    await expect(messages(page, "dana").last).to_contain_text(stage.person("dana").phone)
    await expect(keys).to_be_hidden()
    await chat(page, "dana").get_by_role("button", name="Клавиатура бота").click()
    await keys.get_by_role("button", name="Нет").click()
    await expect(messages(page, "dana").last).to_contain_text("Нет")


async def test_photos_albums_and_files(stage: Stage, page: Page) -> None:
    files = chat(page, "aigul").locator("input[type=file]")
    await files.set_input_files(upload("one.png", picture()))
    await write(page, "aigul", "осы нөмір")
    await expect(messages(page, "aigul").last.locator("img")).to_have_js_property("naturalWidth", 320)
    assert stage.heard[-1]["caption"] == "осы нөмір"
    await files.set_input_files([upload(f"{one}.png", picture(one)) for one in ("red", "green", "blue")])
    await chat(page, "aigul").get_by_role("button", name="Отправить").click()
    await expect(messages(page, "aigul")).to_have_count(2)
    await expect(messages(page, "aigul").last.locator("img")).to_have_count(3)
    await files.set_input_files(upload("чек.pdf", b"%PDF-1.4", "application/pdf"))
    await chat(page, "aigul").get_by_role("button", name="Отправить").click()
    await expect(messages(page, "aigul").last.get_by_role("link")).to_contain_text("чек.pdf")
    assert stage.person("aigul").history[-1].file.data == b"%PDF-1.4"  # type: ignore[union-attr]
    await messages(page, "aigul").first.get_by_role("button", name="Открыть фото").click()
    await expect(page.get_by_role("dialog", name="Фото")).to_be_visible()


async def test_dropped_files_wait_for_a_caption(stage: Stage, page: Page) -> None:
    give = """() => { const all = new DataTransfer();
        all.items.add(new File(['%PDF'], 'чек.pdf', {type: 'application/pdf'})); return all; }"""
    data = await page.evaluate_handle(give)
    for event in ("dragenter", "dragover", "drop"):
        await chat(page, "sergey").dispatch_event(event, {"dataTransfer": data})
    await expect(chat(page, "sergey").locator(".previews")).to_contain_text("чек.pdf")
    assert stage.heard == []
    await write(page, "sergey", "квитанция")
    await expect(messages(page, "sergey").last).to_contain_text("квитанция")


async def test_forwarding_another_chats_message(stage: Stage, page: Page) -> None:
    await stage.person("aigul").says("8 701 555 01 32")
    await choose(page, messages(page, "aigul").last, "Переслать: Сергей")
    await expect(messages(page, "sergey").last).to_contain_text("Переслано от: Айгүл")
    assert stage.heard[-1]["forward_origin"]["sender_user"]["first_name"] == "Айгүл"
    assert stage.heard[-1]["from"]["first_name"] == "Сергей"


async def test_forwarding_a_strangers_words_and_a_contact(stage: Stage, page: Page) -> None:
    await chat(page, "dana").get_by_role("button", name="Прикрепить").click()
    await page.get_by_role("menuitem", name="Переслать от незнакомца").click()
    await page.get_by_label("Имя").fill("Служба безопасности")
    await page.get_by_label("Текст").fill("Переведите на 4400 4301 5550 1320")
    await page.get_by_role("button", name="Переслать").click()
    await expect(messages(page, "dana").last).to_contain_text("Переслано от: Служба безопасности")
    assert stage.heard[-1]["forward_origin"]["type"] == "hidden_user"
    await chat(page, "dana").get_by_role("button", name="Прикрепить").click()
    await page.get_by_role("menuitem", name="Чужой контакт").click()
    await page.get_by_label("Имя").fill("Банк")
    await page.get_by_label("Телефон").fill("+77015550132")
    await page.get_by_role("dialog").get_by_role("button", name="Отправить").click()
    await expect(messages(page, "dana").last).to_contain_text("+77015550132")
    assert stage.heard[-1]["contact"]["first_name"] == "Банк"


@pytest.mark.parametrize(
    ("item", "kind"), [("Голосовое", "voice"), ("Стикер", "sticker"), ("Геопозиция", "location"), ("Мой", "contact")]
)
async def test_other_things_to_send(stage: Stage, page: Page, item: str, kind: str) -> None:
    await chat(page, "dana").get_by_role("button", name="Прикрепить").click()
    await page.get_by_role("menuitem", name=item).click()
    await expect(messages(page, "dana")).to_have_count(1)
    assert kind in stage.heard[-1]


async def test_replying_and_editing(stage: Stage, page: Page) -> None:
    await stage.says("Вопрос", stage.person("dana"))
    await choose(page, messages(page, "dana").last, "Ответить")
    await write(page, "dana", "8 701 555")
    await expect(messages(page, "dana").last.locator(".quote")).to_contain_text("Вопрос")
    await chat(page, "dana").get_by_role("combobox").press("ArrowUp")
    await expect(chat(page, "dana").get_by_role("combobox")).to_have_value("8 701 555")
    await write(page, "dana", "8 701 555 01 32")
    await expect(messages(page, "dana").last).to_contain_text("8 701 555 01 32")
    await expect(messages(page, "dana").last.locator(".meta")).to_contain_text("изм.")
    assert stage.heard[-1]["kind"] == "edited_message"


async def test_deleted_goes_reactions_and_typing_show(stage: Stage, page: Page) -> None:
    dana = stage.person("dana")
    said = await dana.says("5269 CVV 123")
    await expect(messages(page, "dana")).to_have_count(1)
    at = {"chat_id": dana.id, "message_id": said.id}
    await stage.telegram.call("setMessageReaction", at | {"reaction": [{"type": "emoji", "emoji": "👀"}]})
    await expect(messages(page, "dana").locator(".reactions")).to_have_text("👀")
    await stage.telegram.call("sendChatAction", {"chat_id": dana.id, "action": "typing"})
    await expect(chat(page, "dana").locator(".status")).to_have_text("Сақ бол печатает…")
    await stage.telegram.call("deleteMessage", at)
    await expect(messages(page, "dana")).to_have_count(0)
    await stage.says("Удалил код", dana)
    await expect(chat(page, "dana").locator(".status")).not_to_contain_text("печатает")


async def test_commands_of_the_persons_language(stage: Stage, page: Page) -> None:
    for code, about in (("kk", "Тексеру"), ("", "Проверить")):
        commands = [{"command": "check", "description": about}, {"command": "my", "description": "…"}]
        await stage.telegram.call("setMyCommands", {"commands": commands, "language_code": code})
    await page.reload()
    field = chat(page, "aigul").get_by_role("combobox")
    await field.press_sequentially("/ch")
    await expect(chat(page, "aigul").get_by_role("option")).to_have_text("/checkТексеру")
    await field.press("Enter")
    await expect(messages(page, "aigul").last).to_contain_text("/check")
    await chat(page, "sergey").get_by_role("combobox").press_sequentially("/")
    await expect(chat(page, "sergey").get_by_role("option").first).to_have_text("/checkПроверить")


async def test_inline_results(stage: Stage, page: Page) -> None:
    content = {"message_text": "О номере сообщили 2 человека"}
    results = [{"type": "article", "id": "1", "title": "+7 701 555-01-32", "input_message_content": content}]
    stage.answers("77015550132", "answerInlineQuery", results=results)
    await chat(page, "sergey").get_by_role("combobox").fill("@saqbol_bot 77015550132")
    await chat(page, "sergey").get_by_role("option", name="+7 701 555-01-32").click()
    await expect(messages(page, "sergey").last).to_contain_text("О номере сообщили 2 человека")
    await expect(messages(page, "sergey").last).to_contain_text("через @saqbol_bot")


async def test_blocking_and_clearing(stage: Stage, page: Page) -> None:
    dana = stage.person("dana")
    await dana.says("Привет")
    menu = chat(page, "dana").get_by_role("button", name="Меню чата")
    await menu.click()
    await page.get_by_role("menuitem", name="Заблокировать").click()
    await expect(chat(page, "dana").get_by_role("combobox")).to_have_count(0)
    assert dana.blocked
    await chat(page, "dana").get_by_role("button", name="Разблокировать").click()
    await expect(chat(page, "dana").get_by_role("combobox")).to_be_visible()
    await menu.click()
    await page.get_by_role("menuitem", name="Очистить чат").click()
    await expect(messages(page, "dana")).to_have_count(0)


async def test_the_clock(stage: Stage, page: Page) -> None:
    await expect(page.locator(".time")).to_contain_text("19:00")
    await page.get_by_role("button", name="+2 мин").click()
    await expect(page.locator(".time")).to_contain_text("19:02")
    await page.get_by_role("button", name="утро").click()
    await expect(page.locator(".time")).to_contain_text("09:00")
    assert stage.steps == [timedelta(minutes=2), timedelta(hours=13, minutes=58)]


async def test_language_of_the_page_keeps_what_is_being_written(page: Page) -> None:
    await chat(page, "aigul").get_by_role("combobox").fill("жарты")
    await page.get_by_label("Язык страницы").select_option("kk")
    await expect(chat(page, "aigul")).to_contain_text("Жіберіп көріңіз")
    await expect(chat(page, "aigul").get_by_role("combobox")).to_have_value("жарты")
    assert await page.evaluate("document.documentElement.lang") == "kk"
    await page.reload()
    await expect(chat(page, "aigul").get_by_role("button", name="Бастау")).to_be_visible()


async def test_a_reader_who_scrolled_up_is_left_there(stage: Stage, page: Page) -> None:
    for number in range(40):
        await stage.says(f"Карточка {number}")
    await expect(messages(page, "desk")).to_have_count(40)
    await expect(messages(page, "desk").last).to_be_in_viewport()
    log = chat(page, "desk").get_by_role("log")
    await log.evaluate("log => log.scrollTo(0, 0)")
    await expect(chat(page, "desk").get_by_role("button", name="К последнему")).to_be_visible()
    await stage.says("Новая")
    await expect(page.locator("#tab-desk .badge")).to_have_text("1")
    assert await log.evaluate("log => log.scrollTop") == 0
    await chat(page, "desk").get_by_role("button", name="К последнему").click()
    await expect(messages(page, "desk").last).to_be_in_viewport()
    await expect(page.locator("#tab-desk .badge")).to_be_hidden()


async def test_columns_can_be_hidden(page: Page) -> None:
    await page.locator("#tab-dana").click()
    await expect(chat(page, "dana")).to_be_hidden()
    await page.reload()
    await expect(chat(page, "aigul")).to_be_visible()
    await expect(chat(page, "dana")).to_be_hidden()
    await page.locator("#tab-dana").click()
    await expect(chat(page, "dana")).to_be_visible()


async def test_catches_up_after_the_server_was_away(stage: Stage, browser: Browser) -> None:
    async with await browser.new_context(locale="ru") as context:
        async with serving(stage.app) as port:
            page = await opened(context, f"http://127.0.0.1:{port}")
        await expect(page.get_by_role("alert")).to_contain_text("Связь с песочницей потеряна")
        await stage.says("Пока её не было")
        async with serving(stage.app, port):
            await expect(messages(page, "desk")).to_have_count(1, timeout=15_000)
            await expect(page.get_by_role("alert")).to_be_hidden()
            await page.close()


async def test_every_control_has_a_name_and_the_keyboard_reaches_it(stage: Stage, page: Page) -> None:
    await stage.says("Карточка", reply_markup=KEYBOARD)
    await expect(messages(page, "desk")).to_have_count(1)
    nameless = """() => [...document.querySelectorAll('button, a, input, textarea, select')]
        .filter((one) => one.checkVisibility() && one.type !== 'file')
        .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))
        .map((one) => one.outerHTML)"""
    assert await page.evaluate(nameless) == []
    await messages(page, "desk").get_by_role("button", name="Сообщить").focus()
    await page.keyboard.press("Enter")
    for _ in range(100):  # the tap is on its way
        if stage.heard:
            break
        await page.wait_for_timeout(50)
    await expect(messages(page, "desk").get_by_role("button", name="Сообщить")).to_be_focused()
    assert stage.heard[-1]["data"] == "report:1"


async def test_phone_shows_one_chat_and_badges_for_the_others(stage: Stage, phone_page: Page) -> None:
    page = phone_page
    await expect(chat(page, "sergey")).to_be_hidden()
    await stage.says("Карточка", reply_markup=KEYBOARD)
    await expect(page.locator("#tab-desk .badge")).to_have_text("1")
    await page.locator("#tab-desk").tap()
    await expect(chat(page, "desk")).to_be_visible()
    await expect(chat(page, "aigul")).to_be_hidden()
    await expect(page.locator("#tab-desk .badge")).to_be_hidden()
    await messages(page, "desk").locator(".text").tap()
    await page.get_by_role("menuitem", name="Ответить").tap()
    await expect(chat(page, "desk").locator(".target")).to_contain_text("Карточка")
    await page.locator(".face").tap()
    await page.get_by_role("button", name="+2 мин").tap()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


LONG = "Сатушы алдын ала төлем алып, тауарды жібермеді немесе басқа тауар жіберді"


@pytest.mark.parametrize("width", [390, 720, 1280, 1600])
async def test_nothing_runs_out_of_its_bubble(stage: Stage, page: Page, width: int) -> None:
    keys = [[{"text": LONG, "callback_data": "a"}, {"text": LONG.replace(" ", ""), "callback_data": "b"}]]
    await stage.says(
        f"{LONG} https://example.org/{'a' * 200}", stage.person("aigul"), reply_markup={"inline_keyboard": keys}
    )
    await page.set_viewport_size({"width": width, "height": 800})
    await expect(messages(page, "aigul")).to_have_count(1)
    wider = """() => [...document.querySelectorAll('.log, .bubble, .key, .row, body')]
        .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""
    assert await page.evaluate(wider) == []


async def test_the_words_stand_in_all_three_languages(page: Page) -> None:
    words = await page.evaluate("import('/words.js').then((module) => module.WORDS)")
    marks = {code: {key: re.findall(r"{\w+}", text) for key, text in texts.items()} for code, texts in words.items()}
    assert marks["kk"] == marks["ru"] == marks["en"]
    assert all(text for texts in words.values() for text in texts.values())


async def test_what_failed_is_told_and_not_lost(stage: Stage, page: Page) -> None:
    stage.person("dana").blocked = True  # behind the page's back
    await write(page, "dana", "осталось")
    await expect(chat(page, "dana").get_by_role("status")).to_contain_text("Не получилось")
    await expect(chat(page, "dana").get_by_role("combobox")).to_have_value("осталось")
    stage.person("dana").blocked = False


async def test_more_columns_than_fit_are_reached_by_scrolling(stage: Stage, page: Page) -> None:
    await page.set_viewport_size({"width": 800, "height": 700})
    await expect(chat(page, "desk").locator("h2")).not_to_be_in_viewport()
    for _ in range(2):  # hidden and shown again
        await page.locator("#tab-desk").click()
    await expect(chat(page, "desk").locator("h2")).to_be_in_viewport()
