"""A statement as a Word file and as a PDF: one layout, two kinds of paper. Slow enough (0.1 s each) for a thread."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from core.outbox import Hopeless
from handlers.sos.statement import Paper, Table

FONT_FILES = ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf")  # every Kazakh letter is in them
WORD_FONT = "Times New Roman"
WIDTH, TOP, RIGHT, BOTTOM, LEFT = 210, 20, 15, 15, 25  # mm of A4; the left edge is sewn into a file
INNER = WIDTH - LEFT - RIGHT
ADDRESSEE_AT, SIGNATURE_AT = 82, 85  # mm from the left margin


class Sheet(Protocol):
    """What a paper is laid out on; sizes are steps from the usual one."""

    def line(self, text: str, *, bold: bool = False, centre: bool = False, indent: int = 0, step: int = 0) -> None: ...

    def heading(self, text: str) -> None:
        """Stays with what follows."""

    def table(self, table: Table) -> None: ...

    def signature(self, date: str, name: str) -> None: ...

    def content(self) -> bytes: ...


def _lay(paper: Paper, sheet: Sheet) -> bytes:
    for text in paper.addressee:
        sheet.line(text, indent=ADDRESSEE_AT)
    sheet.line("")
    sheet.line(paper.title, bold=True, centre=True, step=2)
    sheet.line(paper.request)
    sheet.heading(paper.events_title)
    for text in paper.events:
        sheet.line(text)
    for one in paper.tables:
        sheet.heading(one.title)
        sheet.table(one)
        sheet.line(one.below, bold=True)
    for title, texts in ((paper.asks_title, paper.asks), (paper.attachments_title, paper.attachments)):
        sheet.heading(title)
        for text in texts:
            sheet.line(text)
    sheet.line(paper.warned)
    sheet.signature(*paper.signature)
    sheet.line(paper.footer, step=-4)
    return sheet.content()


class _Word:
    def __init__(self) -> None:
        from docx import Document
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        self.mm, self.pt, self.align = Mm, Pt, WD_ALIGN_PARAGRAPH
        self.document = Document()
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(WIDTH), Mm(297)
        page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = map(Mm, (TOP, RIGHT, BOTTOM, LEFT))
        style: Any = self.document.styles["Normal"]
        style.font.name, style.font.size = WORD_FONT, Pt(12)
        style.paragraph_format.space_after = Pt(3)

    def line(self, text: str, *, bold: bool = False, centre: bool = False, indent: int = 0, step: int = 0) -> None:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = self.align.CENTER if centre else self.align.LEFT
        paragraph.paragraph_format.left_indent = self.mm(indent)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, self.pt(12 + step)

    def heading(self, text: str) -> None:
        self.line(text, bold=True)
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def table(self, table: Table) -> None:
        grid = self.document.add_table(rows=0, cols=len(table.head), style="Table Grid")
        grid.autofit = False
        for column, share in zip(grid.columns, _shares(table), strict=True):
            column.width = self.mm(INNER * share)
        for place, texts in enumerate((table.head, *table.rows)):
            for cell, text, share in zip(grid.add_row().cells, texts, _shares(table), strict=True):
                cell.width, cell.text = self.mm(INNER * share), text
                cell.paragraphs[0].runs[0].bold = place == 0
                cell.paragraphs[0].paragraph_format.keep_with_next = place < len(table.rows)

    def signature(self, date: str, name: str) -> None:
        self.line("")
        self.line(f"{date}\t{name}")
        self.document.paragraphs[-1].paragraph_format.tab_stops.add_tab_stop(self.mm(SIGNATURE_AT))

    def content(self) -> bytes:
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()


class _Print:
    def __init__(self) -> None:
        from fpdf import FPDF

        self.document = FPDF(format="A4")
        for style, path in zip(("", "B"), fonts(), strict=True):
            self.document.add_font("serif", style, path)
        self.document.set_margins(LEFT, TOP, RIGHT)
        self.document.set_auto_page_break(True, BOTTOM)
        self.document.add_page()

    def line(self, text: str, *, bold: bool = False, centre: bool = False, indent: int = 0, step: int = 0) -> None:
        size = 10.5 + step
        self.document.set_font("serif", "B" if bold else "", size)
        self.document.set_x(LEFT + indent)
        self.document.multi_cell(0, size * 0.5, text, align="C" if centre else "L", new_x="LMARGIN", new_y="NEXT")
        self.document.ln(1)

    def heading(self, text: str) -> None:
        if self.document.will_page_break(25):
            self.document.add_page()
        self.line(text, bold=True)

    def table(self, table: Table) -> None:
        self.document.set_font("serif", "", 9.5)
        with self.document.table(
            col_widths=_shares(table), line_height=5, padding=1, align="L", text_align="L", width=INNER
        ) as grid:
            for row in (table.head, *table.rows):
                grid.row(row)
        self.document.ln(1)

    def signature(self, date: str, name: str) -> None:
        self.document.ln(5)
        self.document.set_font("serif", "", 10.5)
        self.document.cell(SIGNATURE_AT, 6, date)
        self.document.cell(0, 6, name, new_x="LMARGIN", new_y="NEXT")
        self.document.ln(4)

    def content(self) -> bytes:
        return bytes(self.document.output())


def _shares(table: Table) -> tuple[float, ...]:
    """Of the width: a narrow number, then what there is to read, the last the widest."""
    rest = len(table.head) - 1
    unit = 0.93 / (rest + 0.5)
    return (0.07, *[unit] * (rest - 1), unit * 1.5)


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


KINDS: Mapping[str, Callable[[Paper], bytes]] = {
    "pdf": lambda paper: _lay(paper, _Print()),
    "docx": lambda paper: _lay(paper, _Word()),
}
