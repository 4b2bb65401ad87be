"""The worker processes: limits, hung and dead workers, the queue."""

import asyncio
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.pictures import Busy, Pool, Reason, Unreadable, available
from tests.pictures.screens import calls, png
from tests.pictures.test_codes import drawn, page
from tests.pictures.test_images import png_chunk

QR = png(page(drawn("https://t.me/example_bot")))


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(seconds=10)
    yield pool
    await pool.close()


def pid(pool: Pool) -> int:
    process = pool._workers[0]._process
    assert process is not None
    return process.pid


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


async def test_reads_in_another_process_and_keeps_it(pool: Pool) -> None:
    first = await pool.examine(QR, ocr=False)
    worker = pid(pool)
    assert first.codes == ("https://t.me/example_bot",) and first.clean.startswith(b"\x89PNG")
    assert first == await pool.examine(QR, ocr=False)
    assert pid(pool) == worker != os.getpid()


@pytest.mark.skipif(not available(), reason="Tesseract with rus, kaz, eng is not installed")
async def test_text_is_read_within_the_limits(pool: Pool) -> None:
    read = await pool.examine(png(calls([("+7 701 234 56 78", "Алматы", "13:40")])))
    assert read.ocr and "+7 701 234 56 78" in read.text


async def test_refusals_come_back_and_the_worker_stays(pool: Pool) -> None:
    await pool.examine(QR, ocr=False)
    worker = pid(pool)
    for data, reason in [(b"", Reason.EMPTY), (b"GIF89a", Reason.ANIMATED), (QR[:500], Reason.BROKEN)]:
        with pytest.raises(Unreadable) as caught:
            await pool.examine(data)
        assert caught.value.reason == reason
    assert pid(pool) == worker


async def test_a_hung_worker_is_killed_and_the_next_file_served() -> None:
    pool = Pool(seconds=4)
    await pool.examine(QR, ocr=False)
    hung = pid(pool)
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(Unreadable) as caught:
        await pool.examine(QR, ocr=False)
    assert caught.value.reason == Reason.TOO_COMPLEX and not is_alive(hung)
    assert (await pool.examine(QR, ocr=False)).codes
    await pool.close()


async def test_a_dead_worker_is_replaced(pool: Pool) -> None:
    await pool.examine(QR, ocr=False)
    os.kill(pid(pool), signal.SIGKILL)
    with pytest.raises(Unreadable):
        # The pipe may notice only now. Either way the worker is gone and no answer is made up.
        await pool.examine(QR, ocr=False)
        raise Unreadable(Reason.TOO_COMPLEX)
    assert (await pool.examine(QR, ocr=False)).codes


async def test_a_file_that_needs_too_much_memory(pool: Pool) -> None:
    """39 megapixels of colour in a few kilobytes: allowed by its header, too much for this small worker."""
    size = 6200
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(1 + size * 4)) for _ in range(size)) + rows.flush()
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")
    small = Pool(seconds=10, memory=300 << 20)
    with pytest.raises(Unreadable) as caught:
        await small.examine(bomb, ocr=False)
    assert caught.value.reason == Reason.TOO_COMPLEX
    assert (await small.examine(QR, ocr=False)).codes
    await small.close()
    assert (await pool.examine(bomb, ocr=False)).width == 2560


async def test_a_cancelled_caller_gets_no_other_file_its_answer(pool: Pool) -> None:
    await pool.examine(QR, ocr=False)
    os.kill(pid(pool), signal.SIGSTOP)
    waiting = asyncio.create_task(pool.examine(QR, ocr=False))
    for _ in range(5):
        await asyncio.sleep(0)
    assert pool._idle.empty()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await pool.examine(png(page(drawn("SECOND"))), ocr=False)).codes == ("SECOND",)


async def test_a_full_queue_says_so_and_those_waiting_are_served() -> None:
    pool = Pool(queue=2, seconds=10)
    results = await asyncio.gather(*(pool.examine(QR, ocr=False) for _ in range(5)), return_exceptions=True)
    assert [isinstance(result, Busy) for result in results] == [False, False, False, True, True]
    await pool.close()


async def test_two_workers_share_the_work() -> None:
    pool = Pool(2, seconds=10)
    await asyncio.gather(*(pool.examine(QR, ocr=False) for _ in range(4)))
    assert len({worker._process.pid for worker in pool._workers if worker._process}) == 2
    await pool.close()


async def test_closing_ends_the_worker_and_takes_no_more() -> None:
    pool = Pool(seconds=10)
    await pool.examine(QR, ocr=False)
    worker = pid(pool)
    await pool.close()
    assert not is_alive(worker)
    with pytest.raises(Busy):
        await pool.examine(QR)


async def test_the_worker_sees_no_secrets_of_the_bot(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAQBOL_BOT_TOKEN", "1:SECRET")
    await pool.examine(QR, ocr=False)
    assert "SECRET" not in environment(pid(pool))


def test_importing_loads_no_decoder() -> None:
    code = (
        "import core.pictures, sys; print([m for m in ('PIL', 'zxingcpp', 'pypdf', 'pytesseract') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
