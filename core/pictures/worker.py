"""The process that touches hostile bytes: `python -m core.pictures.worker SECONDS MEMORY`, run by `core.pictures.pool`.

Frames on stdin and stdout: two lengths, then JSON, then a file. JSON and not pickle: a decoder taken over by a file
must not be able to hand objects to the bot.
"""

import json
import os
import resource
import signal
import sys
import traceback
from dataclasses import asdict
from typing import Any, BinaryIO

from core.pictures.pool import LENGTHS


def main() -> None:
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not land between the frames
    import core.identifiers  # noqa: F401 - this and the next are loaded before the limits hold
    from core.pictures import available, codes, images, pdf  # noqa: F401

    available()
    limit(memory)
    while (request := receive(sys.stdin.buffer)) is not None:
        # A last resort: the pool kills a late worker, unless the bot itself has died meanwhile.
        signal.alarm(seconds + 5)
        header, data = answer(request[1], ocr=request[0]["ocr"])
        signal.alarm(0)
        send(answers, header, data)


def limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no picture is ever written to a file here


def answer(data: bytes, *, ocr: bool) -> tuple[dict[str, Any], bytes]:
    from core.pictures import Reason, Unreadable, examine

    try:
        read = examine(data, ocr=ocr)
    except Unreadable as no:
        return {"no": no.reason.value}, b""
    except MemoryError:
        return {"no": Reason.TOO_COMPLEX.value}, b""
    except Exception as error:
        # Where and what, but not the message: it may quote the picture.
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return {"defect": f"{type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"}, b""
    fields = asdict(read)
    return {"read": fields}, fields.pop("clean")


def receive(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header, data = LENGTHS.unpack(lengths)
    return json.loads(stream.read(header)), stream.read(data)


def send(stream: BinaryIO, header: dict[str, Any], data: bytes) -> None:
    said = json.dumps(header).encode()
    stream.write(LENGTHS.pack(len(said), len(data)) + said + data)
    stream.flush()


if __name__ == "__main__":
    main()
