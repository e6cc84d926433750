"""Read ruby: words with the reading that stands above them, in the forms of HTML and of tools for Japanese and Chinese.

    <ruby>東京<rt>とうきょう</rt></ruby>    {東京|とうきょう}    {東京|とう|きょう}    行[い]く

In: an element as HTML, or plain text. Out: inlines; the reading is the detail of a word, and no part of its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.model.document import Inline
from studydeck.model.html_text import decoded, without_tags
from studydeck.patterns import lazy_pattern

ELEMENT = "ruby"  # the type of a token that holds a whole <ruby> element
_CHINESE = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA = "\u3041-\u30ff\u31f0-\u31ff"
_BASE = rf"[{_CHINESE}{_KANA}]{{1,20}}"
_READINGS = r"(?:\\?\|[^{}|\\\n]{1,40}){1,20}"
BRACES = rf"\{{\s*{_BASE}\s*{_READINGS}\}}"  # no more than a word, before one bar or several
_SHORTHAND = lazy_pattern(
    rf"""
      \{{ \s* (?P<base> {_BASE} ) \s* (?P<readings> {_READINGS} ) \}}                           # {{東京|とうきょう}}
    | (?P<word> [{_CHINESE}{_KANA}]{{0,12}} [{_CHINESE}] ) \[ (?P<kana> [{_KANA}]{{1,24}} ) \]    # 行[い]
    """,
    re.VERBOSE,
)
_CHINESE_CHARACTER = lazy_pattern(f"[{_CHINESE}]")
_LAST_CHINESE = lazy_pattern(rf"[{_CHINESE}]+\Z")
_BAR = lazy_pattern(r"\\?\|")
_RP = lazy_pattern(r"<rp\b[^<>]*>[^<>]*(?:</rp\s*>)?", re.IGNORECASE)
_RT = lazy_pattern(r"<rt\b[^<>]*>", re.IGNORECASE)
_END_OF_RT = lazy_pattern(r"</rt\b[^<>]*>|(?=<rb\b)", re.IGNORECASE)


def may_hold(text: str) -> bool:
    """Return whether a text can hold ruby in braces or brackets."""
    return not text.isascii() and ("[" in text or ("{" in text and "|" in text))


def inlines_of(html: str) -> Iterator[Inline]:
    """Yield the words of a `<ruby>` element, each with its reading."""
    base, *parts = _RT.split(_RP.sub("", html))
    words: list[tuple[str, str]] = []
    for part in parts:
        reading, *rest = _END_OF_RT.split(part, maxsplit=1)
        if words and not _plain(base):  # several readings after several characters
            words[-1] = words[-1][0], f"{words[-1][1]} {_plain(reading)}"
        else:
            words.append((_plain(base), _plain(reading)))
        base = "".join(rest)
    for word, reading in (*words, (_plain(base), "")):
        yield from _words(word, reading)


def _plain(html: str) -> str:
    return " ".join(decoded(without_tags(html)).split())


def _words(base: str, reading: str) -> Iterator[Inline]:
    if base:
        yield Inline(base, "ruby" if reading else "text", 0, "", 0, reading)


def split(inline: Inline) -> Iterator[Inline]:
    """Yield a text in parts: words with readings, and what stands between them."""
    if not may_hold(inline.text):
        yield inline
        return
    end = 0
    for match in _SHORTHAND.finditer(inline.text):
        words = list(_in_braces(match) if match["base"] else _in_brackets(match))
        yield Inline(inline.text[end : match.start()], "text", inline.styles, inline.target)
        for word in words:
            yield Inline(word.text, word.kind, inline.styles, inline.target, 0, word.detail)
        end = match.end()
    yield Inline(inline.text[end:], "text", inline.styles, inline.target)


def _in_braces(match: re.Match[str]) -> Iterator[Inline]:
    """Yield the words of `{base|reading}`; as many readings as characters belong to one each."""
    base, readings = match["base"], [reading.strip() for reading in _BAR.split(match["readings"])[1:]]
    if not _CHINESE_CHARACTER.search(base):
        yield Inline(match[0])
    elif 1 < len(readings) == len(base):
        for character, reading in zip(base, readings, strict=True):
            yield from _words(character, reading)
    else:
        yield from _words(base, " ".join(readings))


def _in_brackets(match: re.Match[str]) -> Iterator[Inline]:
    """Yield the words of `行[い]`; kana before the last characters belong to the word if the reading has them."""
    word, reading = match["word"], match["kana"]
    last = _LAST_CHINESE.search(word)
    first = _CHINESE_CHARACTER.search(word)
    assert last
    assert first
    start = first.start()
    if start != last.start() and not _reads(word[start:], reading):
        start = last.start()
    if start:
        yield Inline(word[:start])
    yield from _words(word[start:], reading)


def _reads(word: str, reading: str) -> bool:
    """Return whether a reading has the kana of a word in their order."""
    position = 0
    for character in word:
        if not _CHINESE_CHARACTER.match(character):
            position = reading.find(character, position) + 1
            if not position:
                return False
    return True
