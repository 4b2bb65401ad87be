"""`python -m bench.exports`: time, size and peak memory of each format, and the bare libraries over the same entries.

Each run is a process of its own, so that its peak is its own. `--reports` for other sizes.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.exports.filled import END, fill
from bot.i18n import catalogues
from core.exports.making import Format, Order, Place, Room, begin, make_part
from handlers.desk.sheets import sheets
from storage.engine import Database
from storage.exports import Period

ALL = Period(None, END)


def peak_mb() -> float:
    """Of this program alone: `getrusage` would count what its parent had."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def one(format_: Format, database: str) -> None:
    """Prints seconds, those of the processor, megabytes of the file, peak and what was there before."""
    db, order, before = Database(database), Order(format_, ALL), peak_mb()
    i18n = catalogues()

    async def heard(_: Place) -> None: ...

    with i18n.context(), i18n.use_locale("ru"), tempfile.TemporaryDirectory() as folder:
        began, started, path = time.perf_counter(), time.process_time(), Path(folder) / "export"
        await make_part(
            db, order, await begin(db, order), path, sheets=sheets(), room=Room(), clock=lambda: datetime.now(UTC),
            heard=heard,
        )  # fmt: skip
        took, busy, size = time.perf_counter() - began, time.process_time() - started, path.stat().st_size / 1e6
    await db.close()
    print(f"{took:.1f} {busy:.1f} {size:.1f} {peak_mb():.0f} {before:.0f}")


def alone(*arguments: str) -> list[float]:
    said = subprocess.run([sys.executable, "-m", "bench.exports", *arguments], check=True, capture_output=True)
    return [float(word) for word in said.stdout.split()]


async def measure(sizes: list[int], sample: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for reports in sizes:
            database = f"sqlite+aiosqlite:///{folder}/{reports}.db"
            await (await fill(database, reports)).close()
            for format_ in Format:
                took, busy, size, peak, before = alone("--one", format_, database)
                print(
                    f"{reports:>7,} reports  {format_:<4}  {took:6.1f} s ({busy:.1f} s of the processor)  "
                    f"{size:6.1f} MB  peak {peak:.0f} MB ({peak - before:+.0f})", flush=True
                )  # fmt: skip
        from bench.exports import peers  # heavy libraries, which the others are measured without

        for format_ in Format:
            for name, ours, theirs in await peers.compare(database, format_, sample):
                print(f"{format_:<4}  the writing of {sample:,} entries: {ours:.2f} s, {name} {theirs:.2f} s: "
                      f"{ours / theirs:.2f} of it", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--sample", type=int, default=2_000)
    parser.add_argument("--one", nargs=2, metavar=("FORMAT", "DATABASE"))
    chosen = parser.parse_args()
    if chosen.one:
        asyncio.run(one(Format(chosen.one[0]), chosen.one[1]))
    else:
        asyncio.run(measure(chosen.reports, chosen.sample))


if __name__ == "__main__":
    main()
