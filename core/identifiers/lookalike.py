"""Hosts that imitate a brand: its word in somebody else's domain, or letters that only look like it."""

import re
from functools import lru_cache

from core.identifiers.urls import registrable, to_unicode
from core.reference import Brand, brand_of, brands

_PARTS = re.compile(r"[^\W\d_]+")
_DIGIT_LETTERS = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"})
_SAME = str.maketrans({"l": "i", "j": "i", "і": "i", "ı": "i"})


@lru_cache(maxsize=2048)
def _latin(char: str) -> str:
    """The ASCII letter that a letter of another alphabet imitates, or the letter itself."""
    if char.isascii():
        return char
    from confusable_homoglyphs import confusables

    found = confusables.is_confusable(char, greedy=True, preferred_aliases=[])
    for option in found[0]["homoglyphs"] if found else ():
        if len(option["c"]) == 1 and option["c"].isascii() and option["c"].isalpha():
            return str(option["c"]).lower()
    return {"к": "k", "т": "t", "м": "m", "н": "h", "в": "b", "ө": "o", "ү": "y", "ұ": "y"}.get(char, char)


@lru_cache(maxsize=4096)
def skeleton(label: str) -> str:
    """A label as a hurried reader sees it."""
    plain = "".join(_latin(char) for char in label.lower())
    return plain.translate(_DIGIT_LETTERS).translate(_SAME).replace("rn", "m").replace("vv", "w")


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, Brand], ...]:
    return tuple((skeleton(word), brand) for brand in brands() for word in brand.words)


@lru_cache(maxsize=1)
def _tokens() -> dict[str, Brand]:
    return {skeleton(token): brand for brand in brands() for token in (*brand.tokens, *brand.words)}


def genuine(host: str) -> Brand | None:
    """The brand whose own domain this is."""
    domain = registrable(host)
    return brand_of(domain) or brand_of(host) if domain else None


def imitated(host: str) -> Brand | None:
    """The brand that a foreign host imitates, None for its own domains and for all others."""
    if genuine(host):
        return None
    shown = to_unicode(host)
    ending = shown.rpartition(".")[2]
    labels = shown.removesuffix("." + ending).split(".")
    for label in reversed(labels):
        found = _in_label(label)
        if found:
            return found
    return _in_label(shown.rpartition(".")[0].replace(".", "-")) if len(labels) > 1 else None


@lru_cache(maxsize=4096)
def _in_label(label: str) -> Brand | None:
    seen = skeleton(label)
    for word, brand in _words():
        if word in seen:
            return brand
    for part in [*seen.split("-"), *(skeleton(part) for part in _PARTS.findall(label))]:
        found = _tokens().get(part) or _nearly(part)
        if found:
            return found
    return None


def _nearly(part: str) -> Brand | None:
    """One letter away from a brand of six letters or more ("wildberies", "haiykbank")."""
    if len(part) < 6:
        return None
    from rapidfuzz.distance import OSA

    for word, brand in _words():
        if len(word) >= 6 and part[0] == word[0] and abs(len(part) - len(word)) <= 1:
            if OSA.distance(part, word, score_cutoff=1) <= 1:
                return brand
    return None


def mixed_scripts(host: str) -> bool:
    """Whether one label mixes Latin with letters of another alphabet that imitate it."""
    return any(_mixed(label) for label in to_unicode(host).split("."))


def _mixed(label: str) -> bool:
    latin = any(char.isascii() and char.isalpha() for char in label)
    return latin and any(not char.isascii() and _latin(char).isascii() for char in label)
