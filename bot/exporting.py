"""`saqbol export`: one file, whatever its size."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from core import audit
from core.exports.making import Format, Order, Place, Room, begin, make_part, midnight
from core.exports.tables import ALMATY, Sheet
from storage import settings as stored
from storage.engine import Database
from storage.exports import Period

NO_LIMIT = Room()


async def export(settings: Settings, format_: str, since: str | None, out: Path | None) -> int:
    """Writes to `out`, or to standard output; returns how many entries went in. Raises OSError, ValueError."""
    order, out = order_of(format_, since), None if str(out) == "-" else out
    if out is None and order.format is Format.xlsx and sys.stdout.isatty():
        raise ValueError("a workbook is nothing to read here: saqbol export --format xlsx --out FILE")
    db = Database(settings.database_url)
    try:
        return await _write(db, order, out)
    except DBAPIError as error:
        raise ValueError(f"the reports cannot be read ({type(error).__name__}): is `saqbol migrate` done?") from None
    finally:
        await db.close()


def order_of(format_: str, since: str | None) -> Order:
    """Raises ValueError with one line of what is wrong."""
    if format_ not in Format.__members__:
        raise ValueError(f"--format must be one of {', '.join(sorted(Format.__members__))}")
    return Order(Format(format_), Period(_day(since) if since else None, datetime.now(UTC)))


def _day(text: str) -> datetime:
    try:
        return midnight(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ALMATY))
    except ValueError:
        raise ValueError("--since must be a day, as 2026-11-21") from None


async def _write(db: Database, order: Order, out: Path | None) -> int:
    """Noted in the log before it leaves. The file gets its name when it is whole, and only its owner reads it."""
    since = order.period.since and order.period.since.isoformat()
    async with db.begin() as session:
        await audit.append(
            session, actor="cli", action="export", subject=f"file:{order.format}", now=order.period.until, since=since
        )
        language = await stored.get(session, "desk_language", "ru")
    place = await begin(db, order)
    with tempfile.TemporaryDirectory(prefix=".saqbol-export-", dir=out.parent if out else None) as folder:  # mode 700
        path = Path(folder) / f"export.{order.format}"
        path.touch(mode=0o600)
        with _speaking(order, language) as sheets:
            await make_part(
                db, order, place, path, sheets=sheets, room=NO_LIMIT, clock=lambda: datetime.now(UTC), heard=_progress
            )
        if out:
            path.replace(out)
        else:
            with path.open("rb") as made:
                shutil.copyfileobj(made, sys.stdout.buffer)
                sys.stdout.buffer.flush()
    return place.total


def _speaking(order: Order, language: str) -> AbstractContextManager[Mapping[str, Sheet]]:
    """The sheets in the desk's language; formats for programs have none, and start faster."""
    return _sheets(language) if order.format.table else nullcontext({})


@contextmanager
def _sheets(language: str) -> Iterator[Mapping[str, Sheet]]:
    from bot.i18n import catalogues
    from handlers.desk.sheets import sheets

    i18n = catalogues()
    with i18n.context(), i18n.use_locale(language):
        yield sheets()


async def _progress(place: Place) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{place.percent} %")
