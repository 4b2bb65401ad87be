"""JSON that is written entry by entry, so that memory does not grow with it."""

import json
from pathlib import Path
from typing import Any


class JsonList:
    """A text with one list in it: what stands before, the entries, what stands after."""

    def __init__(self, path: Path, before: str) -> None:
        self.file = path.open("wb")
        self.file.write(before.encode())
        self.empty = True

    def add(self, entry: Any) -> None:
        if not self.empty:
            self.file.write(b",\n")
        self.empty = False
        self.file.write(compact(entry).encode())

    @property
    def size(self) -> int:
        return self.file.tell()

    def close(self, after: str) -> None:
        self.file.write(after.encode())
        self.file.close()


def compact(entry: Any) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def filled(**values: Any) -> dict[str, Any]:
    """Those that say something."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, ())}
