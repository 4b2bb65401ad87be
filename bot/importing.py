"""`saqbol import`: loads a list and prints what became of it."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.settings import Settings
from core.keys import Keys
from core.lists import BadList, Loaded, Order, listing_signs, load
from storage.engine import Database
from storage.migrate import migrate

MOST_SHOWN = 1000

__all__ = ["BadList", "load_list"]


async def load_list(
    settings: Settings, file: Path, source: str, sign: str, expires: int | None, say: Callable[[str], None]
) -> None:
    """Raises BadList, OSError, ValueError with one line of why."""
    allowed = listing_signs(settings.signs)
    if sign not in allowed:
        raise BadList(f"--sign must be one of {', '.join(sorted(allowed))}")
    if not source.strip():
        raise BadList("--source must name whose list it is")
    await migrate(settings.database_url)
    db = Database(settings.database_url)
    with tempfile.TemporaryDirectory() as folder:
        order = Order(_spooled(file, Path(folder)), source.strip(), sign, timedelta(days=expires) if expires else None)
        try:
            loaded = await load(
                db, order, keys=Keys(settings.secret()), threshold=settings.flag_threshold, now=datetime.now(UTC),
                report=_progress,
            )  # fmt: skip
        finally:
            await db.close()
    _tell(loaded, say)


def _spooled(file: Path, folder: Path) -> Path:
    """Standard input is kept while it is read, for its digest tells whether it was loaded before."""
    if str(file) != "-":
        return file
    kept = folder / "list.csv"
    with kept.open("wb") as target:
        shutil.copyfileobj(sys.stdin.buffer, target)
    return kept


def _progress(loaded: Loaded) -> None:
    if sys.stderr.isatty():
        done = loaded.accepted + loaded.updated + loaded.unchanged
        sys.stderr.write(f"\r{done:,} lines loaded, {len(loaded.refused):,} refused")


def _tell(loaded: Loaded, say: Callable[[str], None]) -> None:
    if loaded.was_finished:
        say("This list was loaded before; nothing changed.")
        return
    if loaded.resumed_at:
        say(f"Went on after line {loaded.resumed_at:,}, where an earlier run stopped.")
    say(
        f"accepted {loaded.accepted}, updated {loaded.updated}, unchanged {loaded.unchanged}, "
        f"refused {len(loaded.refused)}"
    )
    for line, why in loaded.refused[:MOST_SHOWN]:
        say(f"line {line}: {why.value}")
    if len(loaded.refused) > MOST_SHOWN:
        say(f"and {len(loaded.refused) - MOST_SHOWN} more")
