"""The bare libraries over the same entries: csv and xlsxwriter over cells that are ready, stix2 and pymisp objects."""

import csv
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import stix2
import xlsxwriter
from pymisp import MISPEvent

from bench.exports.filled import END
from bot.i18n import catalogues
from core.exports.making import STAGES, Format, Order, opened
from handlers.desk.sheets import sheets
from storage.engine import Database
from storage.exports import Period


async def compare(database: str, format_: Format, sample: int) -> list[tuple[str, float, float]]:
    """(peer, seconds of ours, seconds of the peer's) for the same entries, without reading them."""
    db, order = Database(database), Order(format_, Period(None, END))
    stage = order.format.stages[0]
    async with db.read() as session:
        entries = await STAGES[stage].page(session, order.period, 0, sample)
    await db.close()
    i18n = catalogues()
    with i18n.context(), i18n.use_locale("ru"), tempfile.TemporaryDirectory() as folder:
        shown, path = sheets(), Path(folder) / "ours"

        def ours() -> None:
            file = opened(order, 1, path, shown)
            file.write(stage, entries)
            file.close()

        took = timed(ours)
        cells = [line for entry in entries for line in shown["told"].lines(entry)] if order.format.table else []
        return [(name, took, timed(peer)) for name, peer in _peers(format_, path, cells)]


def timed(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _peers(format_: Format, path: Path, cells: Sequence[Any]) -> list[tuple[str, Callable[[], Any]]]:
    match format_:
        case Format.csv:
            return [("csv.writer", lambda: _csv(path, cells))]
        case Format.xlsx:
            return [("xlsxwriter", lambda: _xlsx(path, cells))]
        case Format.stix:
            things = json.loads(path.read_text())["objects"]
            return [("stix2 objects", lambda: [stix2.parse(thing, allow_custom=True) for thing in things])]
        case Format.misp:
            text = path.read_text()
            return [("pymisp objects", lambda: MISPEvent().load(text))]


def _csv(path: Path, cells: Sequence[Any]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows(cells)


def _xlsx(path: Path, cells: Sequence[Any]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "remove_timezone": True})
    page = book.add_worksheet()
    for row, line in enumerate(cells):
        page.write_row(row, 0, ["" if cell is None else cell for cell in line])
    book.close()
