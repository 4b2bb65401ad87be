"""The two labelled sets. Examples ship with the product and train the model; the held-out part only measures it."""

import json
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "core" / "schemes" / "examples.jsonl"
HELDOUT = ROOT / "bench" / "schemes" / "heldout.jsonl"


class Example(NamedTuple):
    scheme: str
    lang: str
    """ru, kk, or mixed: both at once, Latin letters, slips."""
    text: str


def read(path: Path) -> list[Example]:
    return [Example(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
