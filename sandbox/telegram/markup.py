"""Text as Telegram reads it: its HTML subset, and the entities it finds by itself (links, commands, mentions).

Offsets of entities are UTF-16 code units, byte offsets in refusals are UTF-8, both as in the Bot API.
Source of the rules: https://core.telegram.org/bots/api#html-style and the refusals of the live service.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from publicsuffixlist import PublicSuffixList

from .errors import bad_request

Entity = dict[str, Any]

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

TAG = re.compile(r"<(/?)([^\s>/=]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"\s*([^\s=>\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, entity: Entity) -> str:
    """The part of the text an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    start = entity["offset"] * 2
    return raw[start : start + entity["length"] * 2].decode("utf-16-le", "surrogatepass")


def unescape(text: str) -> str:
    """Numeric references and the four named ones; any other stays as written, as in Telegram."""

    def character(found: re.Match[str]) -> str:
        hexadecimal, decimal, name = found.groups()
        if name:
            return NAMED.get(name, found[0])
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return chr(code) if 0 < code < 0x10FFFF else found[0]

    return REFERENCE.sub(character, text)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """`(plain text, entities)`; raises ApiError 400 "can't parse entities: …" where Telegram does."""
    plain, length, position = [], 0, 0
    opened: list[tuple[str, Entity]] = []
    entities: list[Entity] = []
    while position < len(source):
        bracket = source.find("<", position)
        piece = unescape(source[position:] if bracket < 0 else source[position:bracket])
        plain.append(piece)
        length += utf16(piece)
        if bracket < 0:
            break
        tag = TAG.match(source, bracket)
        offset = len(source[:bracket].encode())
        if tag is None:
            kind = "end" if source.startswith("</", bracket) else "start"
            raise _broken(f"Unclosed {kind} tag at byte offset {offset}")
        position = tag.end()
        name = tag[2].lower()
        if tag[1]:
            entity = _close(opened, name, offset)
            if length > entity["offset"]:
                entities.append(entity | {"length": length - entity["offset"]})
        else:
            opened.append((name, _open(name, tag[3], offset) | {"offset": length}))
    if opened:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return "".join(plain), _nested_code(entities)


def _broken(text: str) -> Exception:
    return bad_request(f"can't parse entities: {text}")


def _open(name: str, attributes: str, offset: int) -> Entity:
    if name not in TYPES:
        raise _broken(f'Unsupported start tag "{name}" at byte offset {offset}')
    found = {key.lower(): unescape(a or b or c) for key, a, b, c in ATTRIBUTE.findall(attributes)}
    entity: Entity = {"type": TYPES[name]}
    if name == "span" and found.get("class") != "tg-spoiler":
        raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if name == "a":
        entity["url"] = found.get("href", "")
    if name == "code" and found.get("class", "").startswith("language-"):
        entity["language"] = found["class"].removeprefix("language-")
    if name == "tg-emoji":
        entity["custom_emoji_id"] = found.get("emoji-id", "")
    if name == "tg-time":
        entity |= {"unix_time": int(found.get("unix", "0") or 0), "date_time_format": found.get("format", "")}
    if name == "blockquote" and "expandable" in found:
        entity["type"] = "expandable_blockquote"
    return entity


def _close(opened: list[tuple[str, Entity]], name: str, offset: int) -> Entity:
    if not opened:
        raise _broken(f"Unexpected end tag at byte offset {offset}")
    expected, entity = opened.pop()
    if name and name != expected:
        raise _broken(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"')
    return entity


def _nested_code(entities: list[Entity]) -> list[Entity]:
    """`<pre><code class="language-x">` is one entity; links without a usable address are plain text."""
    languages = {(e["offset"], e["length"]): e.pop("language") for e in entities if "language" in e}
    pre = {(e["offset"], e["length"]) for e in entities if e["type"] == "pre"}
    kept = []
    for entity in entities:
        span = (entity["offset"], entity["length"])
        if entity["type"] == "code" and span in pre:
            continue
        if entity["type"] == "pre" and span in languages:
            entity["language"] = languages[span]
        if entity["type"] != "text_link" or "." in entity["url"] or "://" in entity["url"]:
            kept.append(entity)
    return sorted(kept, key=lambda e: (e["offset"], -e["length"]))


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram drops white space around a text."""
    start = utf16(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    end = utf16(text)
    moved = []
    for entity in entities:
        first = max(0, entity["offset"] - start)
        last = min(end, entity["offset"] - start + entity["length"])
        if last > first:
            moved.append(entity | {"offset": first, "length": last - first})
    return text, moved


FOUND = re.compile(
    r"(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<url>(?:https?|tg|ton)://[^\s<>\"«»]+|(?<![\w.@/-])(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#][^\s<>\"«»]*)?)"
    r"|(?P<mention>(?<![\w/@])@[A-Za-z]\w{3,31}\b)"
    r"|(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?\b)"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
    r"|(?P<phone_number>(?<![\w+])\+\d(?:[\s()-]?\d){8,14}(?!\d))"
)
CLOSED = {"code", "pre", "text_link", "text_mention"}


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _is_link(text: str) -> bool:
    if "://" in text:
        return True
    top = re.split(r"[/?#:]", text)[0].rsplit(".", 1)[-1].lower()
    return bool(_suffixes().publicsuffix(f"x.{top}", accept_unknown=False))


def find_entities(text: str, known: list[Entity] = []) -> list[Entity]:  # noqa: B006 (never changed)
    """What Telegram marks by itself: a bare `kaspi.kz` becomes a link that people can tap, unless it stands in code."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in CLOSED]
    found = []
    for match in FOUND.finditer(text):
        kind = str(match.lastgroup)
        value = match[0].rstrip(".,;:!?)'") if kind == "url" else match[0]
        if kind == "url" and not _is_link(value):
            continue
        offset, length = utf16(text[: match.start()]), utf16(value)
        if not any(start < offset + length and offset < end for start, end in taken):
            found.append({"type": kind, "offset": offset, "length": length})
    return sorted([*known, *found], key=lambda e: (e["offset"], -e["length"]))
