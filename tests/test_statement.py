"""The statement to the police: what stands in it in both languages, and that any words make a file."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from bot.i18n import catalogues
from core import road as roads
from core.road import Kind, Outcome, Stop
from handlers.sos import documents, statement
from handlers.sos.statement import Paper
from storage.tables import Identifier, Report, Road

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 11:00 in Almaty
PHONE = Identifier(id=1, kind="phone", value="+77011234567", display="+7 701 123-45-67", created_at=NOW)
CARD = Identifier(id=2, kind="card", value="x", display="4400 43•• •••• 7894", created_at=NOW)
TRANSFERS = [
    {"minor": 25_000_000, "currency": "KZT", "at": "2026-11-23T04:40:00+00:00", "precision": "minute"},
    {"minor": 8_000_000, "currency": "KZT"},
]


def road(kind: Kind, **more: object) -> Road:
    steps = {
        Stop.police: roads.step(Outcome.done, NOW + timedelta(minutes=9)),
        Stop.call: roads.step(Outcome.done, NOW),
        Stop.operator: roads.step(Outcome.cant, NOW),
    }
    known = {"transfers": TRANSFERS, "bank": "601", "request": "KZ-4821", "lost": True, "steps": steps}
    return Road(**{"id": 1, "person_id": 1, "began_at": NOW, "kind": kind, "ago": "hour", **known, **more})


def report(story: str) -> Report:
    moments = {"created_at": NOW, "updated_at": NOW, "forward_at": NOW, "occurred_at": NOW - timedelta(hours=2)}
    return Report(
        id=1, uid="x", number="SB-7K3M9Q", scheme="SAFE_ACCOUNT", language="kk", story=story,
        occurred_precision="hour", **moments,
    )  # fmt: skip


def written(language: str, one: Road, told: Report | None = None, country: str = "KZ") -> Paper:
    i18n = catalogues()
    with i18n.context(), i18n.use_locale(language):
        return statement.write(one, told, [PHONE, CARD] if told else [], files=2, country=country, now=NOW)


def in_pdf(paper: Paper) -> str:
    pages = PdfReader(BytesIO(documents.KINDS["pdf"](paper))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages).replace("\xa0", " ")


def in_word(paper: Paper) -> str:
    document = Document(BytesIO(documents.KINDS["docx"](paper)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(one.text for one in document.paragraphs), *cells]).split()).replace("\xa0", " ")


@pytest.mark.parametrize("read", [in_pdf, in_word])
@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("ru", ["Начальнику управления (отдела) полиции", "ИИН: ____", "ЗАЯВЛЕНИЕ", "Перевод на «безопасный» счёт",
                "Своими словами: Сәлем, ұлым", "номер обращения KZ-4821", "в полицию по телефону 102",
                "Скриншоты и чеки, шт.: 2", "статье 419 УК РК", "Подпись: ____"]),
        ("kk", ["Полиция басқармасының (бөлімінің) бастығына", "ЖСН: ____", "АРЫЗ", "Өз сөзіммен: Сәлем, ұлым",
                "өтініш нөмірі KZ-4821", "102 арқылы полицияға хабарланды", "ҚР ҚК 419-бабы", "Қолы: ____"]),
    ],
)  # fmt: skip
def test_it_tells_everything_in_order_and_asks_for_no_personal_field(
    language: str, parts: list[str], read: object
) -> None:
    paper = written(language, road(Kind.sent), report("Сәлем, ұлым ғой деп ойладым"))
    text = read(paper)  # type: ignore[operator]
    everywhere = ["+7 701 123-45-67", "4400 43•• •••• 7894", "23.11.2026 09:40", "250 000 ₸", "330 000 ₸", "SB-7K3M9Q"]
    assert [part for part in (*parts, *everywhere) if part not in text] == []
    events = "\n".join(paper.events)
    assert events.index("09:40") < events.index("11:00") < events.index("11:09")  # transfer, bank, police
    assert "операто" not in events  # what could not be done is not told


def test_each_kind_asks_for_its_own_and_any_words_make_a_file() -> None:
    asked = {written("ru", road(kind)).request for kind in Kind}
    assert len(asked) == len(Kind)
    assert "306 УК РФ" in written("ru", road(Kind.card), country="RU").warned
    assert [len(table.head) for table in written("kk", road(Kind.cash)).tables] == [3]
    assert "потерпевшим" in written("ru", road(Kind.loan)).asks[-1]
    nothing = written("ru", road(Kind.code, transfers=[], steps={}, bank=None, request=None))
    assert nothing.events
    wild = written("kk", road(Kind.sent), report("😀 \x00\x0b <b>&amp;</b> " + "ж" * 4000))
    assert "<b>&amp;</b>" in in_word(wild)
    assert "жжжж" in in_pdf(wild)
