"""What the model sees of a text: words, stems, letter groups and pairs, spelling differences levelled.

People write Kazakh without Kazakh letters, Russian in Latin letters, and both with slips. So all letters are first
brought to one plain Cyrillic alphabet, and pieces of words stand beside whole words.
"""

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise

# A word of the chat alphabet that has no Cyrillic letter of its own, longest first.
_DIGRAPHS = {
    "shch": "щ", "sch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц", "ya": "я", "yu": "ю", "yo": "е",
    "gh": "г", "ng": "н",
}  # fmt: skip
_LATIN = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхижклмнопкрстуввхиз", strict=True))
_KAZAKH = dict(zip("әғқңөұүһіё", "агкноуухие", strict=True))
_PLAIN = str.maketrans(_LATIN | _KAZAKH | {"ы": "и", "й": "и", "э": "е", "щ": "ш", "ъ": "", "ь": "", "'": "", "’": ""})
_DIGRAPH = re.compile("|".join(_DIGRAPHS))
# Possessive and begun only where a run begins: linear whatever the text.
_URL = re.compile(r"https?://\S+|(?<![\w.-])[a-z0-9-]++(?:\.[a-z0-9-]++)++")
_HOST_ENDS = (".kz", ".com", ".ru", ".org", ".net", ".top", ".xyz", ".info", ".site", ".online", ".shop", ".me")
_WORD = re.compile(r"[^\W\d_]+|(?<!\d)\d{3,4}(?!\d)")  # of numbers only what may be a short code: 102, 1414


def plain(text: str) -> str:
    """The text in small letters of one alphabet: "Қауіпсіз шот", "кауипсиз шот" and "qauipsiz shot" are the same."""
    small = unicodedata.normalize("NFKC", text).casefold()
    return _DIGRAPH.sub(lambda match: _DIGRAPHS[match[0]], small).translate(_PLAIN)


def words(text: str) -> list[str]:
    small = unicodedata.normalize("NFKC", text).casefold()
    return _WORD.findall(plain(_URL.sub(_marked, small)))


def _marked(match: re.Match[str]) -> str:
    """A link is read as its words with the word `urlurl` before them; `apk`-like file names stay as they are."""
    found = match[0]
    return f" urlurl {found}" if found.startswith("http") or found.endswith(_HOST_ENDS) else found


def features(text: str) -> set[str]:
    """Each piece once. Marks: `=` whole word, `^` beginning, `~` letters inside a word, `+` two stems in a row."""
    found: set[str] = set()
    row = words(text)
    for word in set(row):
        found |= _pieces(word)
    found.update(f"+{left[:5]} {right[:5]}" for left, right in pairwise(row))
    meant = sorted(concepts(row))
    found.update(f"@{name}" for name in meant)
    found.update(f"&{one} {other}" for one, other in combinations(meant, 2))
    return found


def concepts(row: list[str]) -> set[str]:
    """What the words are about (`relative`, `loan`, `link` …), whichever the language."""
    stems = _stems()
    return {name for word in row for size in _sizes(len(word)) for name in stems.get(word[:size], ())}


def _sizes(length: int) -> range:
    """How long a beginning may be to count: two letters are a whole word, three leave room for an ending only."""
    return range(length if length < 3 else 3 if length < 7 else 4, length + 1)


@cache
def _stems() -> dict[str, tuple[str, ...]]:
    """Beginning of a word -> the concepts it speaks of."""
    listed = json.loads(files(__package__).joinpath("concepts.json").read_text("utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for name, beginnings in listed.items():
        for beginning in plain(beginnings).split():
            found[beginning] = (*found.get(beginning, ()), name)
    return found


def _pieces(word: str) -> set[str]:
    if word.isdigit():
        return {f"={word}"}
    padded = f" {word} "
    pieces = {f"~{padded[i : i + 4]}" for i in range(len(padded) - 3)}
    return pieces | {f"={word}", f"^{word[:4]}", f"^{word[:5]}", f"^{word[:6]}"}
