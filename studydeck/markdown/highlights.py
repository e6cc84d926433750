"""Read highlights (`==words==`), which markdown-it does not parse: inlines in, inlines with a style out."""

from __future__ import annotations

from collections.abc import Sequence

from studydeck.model.document import Inline, Style
from studydeck.patterns import lazy_pattern

_HIGHLIGHT_MARK = lazy_pattern(r"(?<!=)==(?!=)")


def read_highlights(inlines: Sequence[Inline]) -> Sequence[Inline]:
    """Read highlights (`==words==`), which markdown-it does not parse; other markup may stand inside of one."""
    marks = _highlight_marks(inlines)
    if not marks:
        return inlines
    result: list[Inline] = []
    is_highlighted = False
    for index, inline in enumerate(inlines):
        start = 0
        for offset in [offset for marked, offset in marks if marked == index]:
            result.append(_highlighted(inline, inline.text[start:offset], is_highlighted))
            start, is_highlighted = offset + 2, not is_highlighted
        result.append(_highlighted(inline, inline.text[start:], is_highlighted))
    return result


def _highlighted(inline: Inline, text: str, is_highlighted: bool) -> Inline:
    styles = inline.styles | Style.HIGHLIGHT if is_highlighted and inline.kind != "break" else inline.styles
    return Inline(text, inline.kind, styles, inline.target, inline.hide, inline.detail)


def _highlight_marks(inlines: Sequence[Inline]) -> list[tuple[int, int]]:
    """Return where highlights begin and end, in turn: the index of an inline, and an offset in its text."""
    if not any(inline.kind == "text" and "==" in inline.text for inline in inlines):
        return []
    string = "".join([inline.text for inline in inlines])
    marks: list[tuple[int, int]] = []
    opening: tuple[int, int, int] | None = None
    position = 0
    for index, inline in enumerate(inlines):
        for mark in _HIGHLIGHT_MARK.finditer(inline.text) if inline.kind == "text" else ():
            start, end = position + mark.start(), position + mark.end()
            if opening and string[start - 1 : start].strip() and start > opening[2]:
                marks += [opening[:2], (index, mark.start())]
                opening = None
            elif string[end : end + 1].strip():
                opening = index, mark.start(), end
        position += len(inline.text)
    return marks
