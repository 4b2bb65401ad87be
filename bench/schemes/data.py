"""The labelled sets. Examples ship with the product and train the model; the other two only measure it.

The held-out part is worded as people usually write; the unusual part seldom names the thing (no "карта", no "кредит").
"""

import json
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "core" / "schemes" / "examples.jsonl"
HELDOUT = ROOT / "bench" / "schemes" / "heldout.jsonl"
UNUSUAL = ROOT / "bench" / "schemes" / "unusual.jsonl"


class Example(NamedTuple):
    scheme: str
    lang: str
    """ru, kk, or mixed: both at once, Latin letters, slips."""
    text: str


def read(path: Path) -> list[Example]:
    return [Example(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
