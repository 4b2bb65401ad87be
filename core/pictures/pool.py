"""A bounded number of worker processes in which pictures are examined."""

import asyncio
import json
import math
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from struct import Struct
from typing import Any

from core.pictures.model import Busy, Read, Reason, Unreadable, refuse_early
from core.pictures.present import require_packages

LENGTHS = Struct(">II")
"""Of a frame: unsigned, 32 bit, big endian; first the JSON's, then the file's."""
MAX_ANSWER = 64 * 1024 * 1024
ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TESSDATA_PREFIX")
"""All the environment a worker sees: the bot's holds its token and keys."""


class Pool:
    """`await pool.examine(data)` from the event loop.

    `workers` processes, started when first needed; at most `queue` files wait, the next one raises Busy. A worker that
    takes longer than `seconds` (wall time, its start included) is killed with its children and replaced, and the file
    is refused as too_complex, as is one that takes more than `memory` bytes of address space. Raises RuntimeError at
    once where the extra `ocr` isn't installed.
    """

    def __init__(self, workers: int = 1, *, queue: int = 32, seconds: float = 20.0, memory: int = 1536 << 20) -> None:
        require_packages()
        self._workers = [_Worker(seconds, memory) for _ in range(workers)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)
        self._room = queue
        self._waiting = 0
        self._closed = False

    async def examine(self, data: bytes, *, ocr: bool = True) -> Read:
        """Raises Unreadable, Busy; RuntimeError for a defect in a worker (its place in the code, never the content)."""
        refuse_early(data)
        worker = await self._next()
        try:
            return await worker.examine(data, ocr=ocr)
        finally:
            self._idle.put_nowait(worker)

    async def _next(self) -> "_Worker":
        if self._closed or (self._idle.empty() and self._waiting >= self._room):
            raise Busy
        self._waiting += 1
        try:
            worker = await self._idle.get()
        finally:
            self._waiting -= 1
        if self._closed:
            self._idle.put_nowait(worker)
            raise Busy
        return worker

    async def close(self) -> None:
        """Kills all workers. Files in hand are refused as too_complex, waiting ones with Busy."""
        self._closed = True
        await asyncio.gather(*(worker.kill() for worker in self._workers))


class _Worker:
    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: asyncio.subprocess.Process | None = None

    async def examine(self, data: bytes, *, ocr: bool) -> Read:
        try:
            async with asyncio.timeout(self._seconds):
                header, clean = await self._ask({"ocr": ocr}, data)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            await self.kill()
            raise Unreadable(Reason.TOO_COMPLEX) from error
        except BaseException:  # cancelled: the answer to come would be taken for the next file's
            await self.kill()
            raise
        if "no" in header:
            raise Unreadable(Reason(header["no"]))
        if "defect" in header:
            raise RuntimeError(f"picture worker: {header['defect']}")
        fields = header["read"]
        return Read(**fields | {"codes": tuple(fields["codes"]), "redacted": tuple(fields["redacted"]), "clean": clean})

    async def _ask(self, header: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        process = await self._running()
        assert process.stdin and process.stdout
        said = json.dumps(header).encode()
        process.stdin.write(LENGTHS.pack(len(said), len(data)) + said + data)
        await process.stdin.drain()
        length, size = LENGTHS.unpack(await process.stdout.readexactly(LENGTHS.size))
        if length + size > MAX_ANSWER:
            raise ValueError("the worker's answer is too long")
        return json.loads(await process.stdout.readexactly(length)), await process.stdout.readexactly(size)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "core.pictures.worker", str(math.ceil(self._seconds)), str(self._memory)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"PYTHONPATH": str(ROOT)},
                start_new_session=True,  # one group with Tesseract, killed together; and Ctrl-C is the bot's
            )
        return self._process

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
