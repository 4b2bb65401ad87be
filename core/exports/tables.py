"""Tables that a person opens: CSV and XLSX. What stands in them comes from outside, in the desk's language."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from core.exports.rows import Entry

ALMATY = ZoneInfo("Asia/Almaty")
Cell = str | int | Decimal | datetime | date | None  # Decimal: tenge
LONGEST = 32_767  # what a cell of Excel holds
MOST_ROWS = 1_048_576
LINE, TALLEST = 15, 12  # points; lines of one row that are shown
# what begins a formula, also after a separator that another program may split at; a phone number in writing is none
FORMULA = re.compile(r"(^|[,;\t\r\n])(\s*)(?=[=+\-@|＝＋－＠])(?!\+\d[\d ()-]{5,}(?:$|[\s,;.]))")


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: int  # in letters
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    lines: Callable[[Any], Iterable[Sequence[Cell]]]  # of one entry


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what could begin one (OWASP)."""
    return FORMULA.sub(r"\1\2'", text)


def _lines(text: str, width: int) -> int:
    """How many lines the text takes; not every program finds out itself."""
    return sum(1 + len(line) // width for line in text.split("\n"))


class Csv:
    """One table: reports. With `;`, decimal comma and BOM, as Excel in Russian and Kazakh opens it by a double tap."""

    def __init__(self, path: Path, sheet: Sheet) -> None:
        self.sheet = sheet
        self.file = path.open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.writer(self.file, delimiter=";", quoting=csv.QUOTE_ALL)
        self.writer.writerow([harmless(column.heading) for column in sheet.columns])

    def write(self, _stage: str, entries: Sequence[Entry]) -> None:
        self.writer.writerows([_text(cell) for cell in line] for one in entries for line in self.sheet.lines(one))

    @property
    def size(self) -> int:
        return self.file.tell()

    def close(self) -> None:
        self.file.close()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case datetime():
            return f"{cell.astimezone(ALMATY):%Y-%m-%d %H:%M}"
        case Decimal():
            return f"{cell:f}".replace(".", ",")
    return str(cell)


class Xlsx:
    """A workbook, a sheet for each stage, and another where one is full. Text stays text, whatever it begins with.

    Rows go to disk at once, so that memory does not grow.
    """

    def __init__(self, path: Path, sheets: Mapping[str, Sheet]) -> None:
        self.sheets = sheets
        self.book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
        make = self.book.add_format
        top = {"valign": "top", "align": "left"}
        self.head = make({"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#DCE6F1", "border": 1})
        self.plain, self.wrapped = make({**top, "num_format": "@"}), make({**top, "num_format": "@", "text_wrap": True})
        self.count = make({"valign": "top", "num_format": "0 "})
        self.moment = make({**top, "num_format": "dd.mm.yyyy hh:mm"})
        self.day = make({**top, "num_format": "dd.mm.yyyy"})
        self.tenge = make({"valign": "top", "num_format": '#,##0 "₸ "'})
        self.tiyn = make({"valign": "top", "num_format": '#,##0.00 "₸ "'})
        self.stage, self.row, self.letters, self.pages = "", 0, 0, 0

    def write(self, stage: str, entries: Sequence[Entry]) -> None:
        for one in entries:
            for line in self.sheets[stage].lines(one):
                if stage != self.stage or self.row == MOST_ROWS:
                    self._begin(stage)
                self._line(line)

    @property
    def size(self) -> int:
        """Bytes about: what text comes to when packed; never below half of what really comes out."""
        return self.letters

    def close(self) -> None:
        if not self.stage:
            self._begin(next(iter(self.sheets)))
        self._end()
        self.book.close()

    def _begin(self, stage: str) -> None:
        self._end()
        self.pages = self.pages + 1 if stage == self.stage else 1
        self.stage, sheet = stage, self.sheets[stage]
        self.page = self.book.add_worksheet(sheet.title if self.pages == 1 else f"{sheet.title} {self.pages}")
        self.page.freeze_panes(1, 1)
        self.page.set_landscape()
        self.page.set_paper(8)  # A3
        self.page.fit_to_pages(1, 0)
        self.page.repeat_rows(0)
        self.page.set_footer("&LTLP:AMBER&R&P / &N")
        for place, column in enumerate(sheet.columns):
            self.page.set_column(place, place, column.width)
        self.page.set_row(0, 3 * LINE)
        for place, column in enumerate(sheet.columns):
            self.page.write_string(0, place, column.heading, self.head)
        self.row = 1

    def _end(self) -> None:
        if self.stage:
            self.page.autofilter(0, 0, max(self.row - 1, 1), len(self.sheets[self.stage].columns) - 1)

    def _line(self, line: Sequence[Cell]) -> None:
        columns = self.sheets[self.stage].columns
        tall = max((_lines(str(cell), column.width) for cell, column in zip(line, columns, strict=True)
                    if cell and column.wrap), default=1)  # fmt: skip
        if tall > 1:
            self.page.set_row(self.row, LINE * min(tall, TALLEST))
        for place, cell in enumerate(line):
            if cell is not None:
                self._cell(place, cell)
        self.row += 1

    def _cell(self, place: int, cell: Cell) -> None:
        page, row = self.page, self.row
        match cell:
            case str():
                wrap = self.sheets[self.stage].columns[place].wrap
                page.write_string(row, place, cell[:LONGEST], self.wrapped if wrap else self.plain)
                self.letters += len(cell)
            case datetime():
                page.write_datetime(row, place, cell.astimezone(ALMATY).replace(tzinfo=None), self.moment)
            case date():
                page.write_datetime(row, place, cell, self.day)
            case Decimal():
                page.write_number(row, place, float(cell), self.tiyn if cell % 1 else self.tenge)
            case int():
                page.write_number(row, place, cell, self.count)
        self.letters += 3
