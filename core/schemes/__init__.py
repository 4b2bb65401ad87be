"""Which scheme a text most likely tells of, so that the right button comes first.

A small linear model over words, pieces of words and listed concepts, trained on the invented `examples.jsonl` by
`python -m bench.schemes train`; nothing is learned from people's reports. How well it does stands in docs/schemes.md.
"""

from core.schemes.model import confident, rank, weigh

__all__ = ["confident", "rank", "weigh"]
