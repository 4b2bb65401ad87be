"""The labelled messages. All invented; labels say what a person would say the message names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Message:
    text: str
    lang: str
    """ru, kk or mixed"""
    identifiers: frozenset[tuple[str, str]]
    """(kind, canonical value)"""
    redacted: frozenset[str]
    secrets: tuple[str, ...]
    """Substrings that must be gone from the kept text, where the message has some."""


def messages() -> Iterator[Message]:
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Message(
            text=row["text"],
            lang=row["lang"],
            identifiers=frozenset((kind, value) for kind, value in row["identifiers"]),
            redacted=frozenset(row["redacted"]),
            secrets=tuple(row.get("secrets", ())),
        )
