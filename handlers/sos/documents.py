"""A statement as a Word file and as a PDF: pure, and slow enough (0.2 s) for a thread."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from core.outbox import Hopeless
from handlers.sos.statement import Paper, Table

FONT_FILES = ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf")  # every Kazakh letter is in them
WORD_FONT = "Times New Roman"
MARGIN_MM = (20, 15, 15, 25)  # top, right, bottom, left: room to sew it into a file


def docx(paper: Paper) -> bytes:
    """For Word and everything that opens its files."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = map(Mm, MARGIN_MM)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = WORD_FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), WORD_FONT)
    style.paragraph_format.space_after = Pt(4)

    def line(text: str, *, bold: bool = False, align: Any = None, indent: int = 0, size: int | None = None) -> None:
        paragraph = document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = Mm(indent)
        run = paragraph.add_run(text)
        run.bold = bold
        run.font.size = Pt(size) if size else None

    def table(one: Table) -> None:
        line(one.title, bold=True)
        grid = document.add_table(rows=0, cols=len(one.head), style="Table Grid")
        for place, row in enumerate((one.head, *one.rows)):
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
                cell.paragraphs[0].runs[0].bold = place == 0
        for row, width in ((row, width) for row in grid.rows for width in (_widths(one),)):
            for cell, share in zip(row.cells, width, strict=True):
                cell.width = Mm(170 * share)
        line(one.below, bold=True)

    for text in paper.addressee:
        line(text, indent=85)
    line(paper.title, bold=True, align=ALIGN.CENTER, size=14)
    line(paper.request, align=ALIGN.JUSTIFY)
    line(paper.events_title, bold=True)
    for text in paper.events:
        line(text, align=ALIGN.JUSTIFY)
    for one in paper.tables:
        table(one)
    for title, texts in ((paper.asks_title, paper.asks), (paper.attachments_title, paper.attachments)):
        line(title, bold=True)
        for text in texts:
            line(text)
    line(paper.warned, align=ALIGN.JUSTIFY)
    line("")
    line("\t".join(paper.signature))
    document.paragraphs[-1].paragraph_format.tab_stops.add_tab_stop(Mm(95))
    line(paper.footer, size=8)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(paper: Paper) -> bytes:
    """Ready to print."""
    from fpdf import FPDF
    from fpdf.enums import Align

    top, right, bottom, left = MARGIN_MM
    document = FPDF(format="A4")
    for style, path in zip(("", "B"), fonts(), strict=True):
        document.add_font("serif", style, path)
    document.set_margins(left, top, right)
    document.set_auto_page_break(True, bottom)
    document.add_page()

    def line(text: str, *, bold: bool = False, align: Align = Align.L, indent: int = 0, size: float = 10.5) -> None:
        document.set_font("serif", "B" if bold else "", size)
        document.set_x(left + indent)
        document.multi_cell(0, size * 0.52, text, align=align, new_x="LMARGIN", new_y="NEXT")
        document.ln(1)

    def table(one: Table) -> None:
        line(one.title, bold=True)
        document.set_font("serif", "", 9.5)
        with document.table(col_widths=_widths(one), line_height=6, padding=1, text_align=Align.L) as grid:
            for row in (one.head, *one.rows):
                grid.row(row)
        document.ln(1)
        if one.below:
            line(one.below, bold=True)

    for text in paper.addressee:
        line(text, indent=82)
    document.ln(3)
    line(paper.title, bold=True, align=Align.C, size=13)
    line(paper.request)
    line(paper.events_title, bold=True)
    for text in paper.events:
        line(text)
    for one in paper.tables:
        table(one)
    for title, texts in ((paper.asks_title, paper.asks), (paper.attachments_title, paper.attachments)):
        line(title, bold=True)
        for text in texts:
            line(text)
    line(paper.warned)
    document.ln(5)
    document.set_font("serif", "", 10.5)
    document.cell(82, 6, paper.signature[0])
    document.cell(0, 6, paper.signature[1], new_x="LMARGIN", new_y="NEXT")
    document.ln(4)
    line(paper.footer, size=7.5)
    return bytes(document.output())


def _widths(one: Table) -> tuple[float, ...]:
    """Shares of the page: a narrow number, then what there is to read."""
    rest = len(one.head) - 1
    return (0.08, *[0.92 / rest] * rest)


@cache
def fonts() -> tuple[Path, ...]:
    """The regular and the bold face: those that come with matplotlib, or with the system. Raises `Hopeless`."""
    spec = find_spec("matplotlib")
    folders = [Path("/usr/share/fonts/truetype/dejavu")]
    if spec and spec.origin:
        folders.insert(0, Path(spec.origin).parent / "mpl-data/fonts/ttf")
    for folder in folders:
        found = tuple(folder / name for name in FONT_FILES)
        if all(path.exists() for path in found):
            return found
    raise Hopeless("no font for the statement: install the extra `docs`")


KINDS: Mapping[str, Callable[[Paper], bytes]] = {"pdf": pdf, "docx": docx}
