"""Telegram's HTML, and what it makes links of by itself."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram import ApiError
from sandbox.telegram.markup import cut, find_entities, parse_html, trim

ENTITIES = [
    ("<b>a</b>", "a", [("bold", "a")]),
    ("<B>a</B>", "a", [("bold", "a")]),
    ("😀<i>я</i>", "😀я", [("italic", "я")]),
    ("<b>a<i>b</i></b>c", "abc", [("bold", "ab"), ("italic", "b")]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", "a")]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", "a")]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
    ('<a href="https://a.kz/?x=1&amp;y=2">a</a>', "a", [("text_link", "a")]),
    ("<u>a</u><ins>b</ins><s>c</s><code>d</code>", "abcd",
     [("underline", "a"), ("underline", "b"), ("strikethrough", "c"), ("code", "d")]),
    ("<b></b>a", "a", []),
    ("&lt;b&gt; &amp;amp; &quot; &#1178; &#x49A;", '<b> &amp; " Қ Қ', []),
    ("&nbsp; &apos; & &;", "&nbsp; &apos; & &;", []),
]  # fmt: skip


@pytest.mark.parametrize(("source", "plain", "expected"), ENTITIES)
def test_html(source: str, plain: str, expected: list[tuple[str, str]]) -> None:
    text, entities = parse_html(source)
    assert (text, [(one["type"], cut(text, one)) for one in entities]) == (plain, expected)


def test_attributes_are_kept() -> None:
    assert parse_html('<a href="https://a.kz/?x=1&amp;y=2">a</a>')[1][0]["url"] == "https://a.kz/?x=1&y=2"
    assert parse_html('<pre><code class="language-python">a</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    ]


def test_white_space_around_is_dropped() -> None:
    text, entities = trim(*parse_html(" \n<b> a</b> <i> </i>"))
    assert (text, entities) == ("a", [{"type": "bold", "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kaspi.kz", ["kaspi.kz"]),
        ("(https://a.test/b?c=d).", ["https://a.test/b?c=d"]),
        ("қазақ.қаз and пример.рф", ["қазақ.қаз", "пример.рф"]),
        ("v1.2, 12.05.2026, file.txtt, e.g.x", []),
        ("hxxps://evil.example", []),
        ("kaspi[.]kz", []),
        ("me@mail.kz", ["me@mail.kz"]),
        ("@saqbol_bot and /check_1 #scam", ["@saqbol_bot", "/check_1", "#scam"]),
        ("1/2 and/or", []),
        ("+7 701 123-45-67", ["+7 701 123-45-67"]),
    ],
)
def test_found_entities(text: str, found: list[str]) -> None:
    assert [cut(text, one) for one in find_entities(text)] == found


def test_nothing_is_found_in_code() -> None:
    text, entities = parse_html("<code>kaspi.kz</code> <b>kaspi.kz</b>")
    assert [(one["type"], cut(text, one)) for one in find_entities(text, entities)] == [
        ("code", "kaspi.kz"),
        ("bold", "kaspi.kz"),
        ("url", "kaspi.kz"),
    ]


@given(st.text(alphabet="<>/&;#ab \"'=-xя😀1.@", max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError as refused:
        assert "can't parse entities" in refused.description
    else:
        read: list[dict[str, Any]] = find_entities(text, entities)
        assert all(cut(text, one) for one in read)


@given(st.text(max_size=60))
def test_escaped_text_comes_back(text: str) -> None:
    assert parse_html(html_decoration.quote(text)) == (text, [])


@given(st.lists(st.tuples(st.sampled_from(["b", "i", "u", "s", "code"]), st.text("a<&я😀", min_size=1)), max_size=5))
def test_written_and_read_again(parts: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{html_decoration.quote(text)}</{tag}>" for tag, text in parts)
    text, entities = parse_html(source)
    assert parse_html(html_decoration.unparse(text, [MessageEntity(**one) for one in entities])) == (text, entities)
