"""Cut, join and edit a text: inlines in, new inlines or a new text out; nothing is changed in place.

Only inlines of plain text or code are ever cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from studydeck.model.document import (
    NO_TEXT,
    Inline,
    Text,
)

_CUTTABLE_KINDS = {"text", "code"}
_SEPARATORS = frozenset(":：=→⇒-–—|([{\"'«„“‘")  # what stands between an embedded file and the words before it
_TEXT_END = 1 << 60  # an offset beyond the end of every text


def normalized_text(inlines: Iterable[Inline]) -> Text:
    """Return inlines as a text: equal neighbours joined, empty ones dropped, white space trimmed at both ends."""
    joined: list[Inline] = []
    for inline in inlines:
        if not inline.text and inline.kind in _CUTTABLE_KINDS:
            continue
        if inline.kind == "text" and joined and _differs_only_in_text(inline, joined[-1]):
            inline = with_text(inline, joined.pop().text + inline.text)  # noqa: PLW2901  # the joined inline is kept
        joined.append(inline)
    start, end = 0, len(joined)
    while start < end and _is_blank(joined[start]):
        start += 1
    while end > start and _is_blank(joined[end - 1]):
        end -= 1
    joined = joined[start:end]
    if joined and joined[0].kind == "text":
        joined[0] = with_text(joined[0], joined[0].text.lstrip())
    if joined and joined[-1].kind == "text":
        joined[-1] = with_text(joined[-1], joined[-1].text.rstrip())
    return Text(tuple(joined))


def _differs_only_in_text(inline: Inline, other: Inline) -> bool:
    return (
        inline.styles == other.styles
        and inline.kind == other.kind
        and inline.target == other.target
        and inline.hide == other.hide
    )


def with_text(inline: Inline, text: str) -> Inline:
    """Return an inline with another text."""
    if text == inline.text:
        return inline
    return Inline(text, inline.kind, inline.styles, inline.target, inline.hide, inline.detail)


def with_hide(inline: Inline, number: int) -> Inline:
    """Return an inline that is hidden by the card of that number, counted from 1 in its draft, or visible for 0."""
    if number == inline.hide:
        return inline
    return Inline(inline.text, inline.kind, inline.styles, inline.target, number, inline.detail)


def _is_blank(inline: Inline) -> bool:
    return inline.kind == "break" or (inline.kind == "text" and not inline.text.strip())


def cut(text: Text, start: int, end: int | None = None) -> Text:
    """Return the text between two offsets, without white space at its ends.

    Where that is all of it, it is the same object, which keeps what was computed from it.
    """
    if len(text.inlines) == 1 and text.inlines[0].kind == "text":  # a fast path: most texts are like this
        trimmed = text.string[start:end].strip()
        if trimmed == text.string:
            return text
        return Text((with_text(text.inlines[0], trimmed),)) if trimmed else NO_TEXT
    part = normalized_text(_slice(text, start, len(text.string) if end is None else end))
    return text if part == text else part


def cut_all(text: Text, spans: Iterable[tuple[int, int]]) -> list[Text]:
    """Return the texts between pairs of offsets, which ascend, like `cut`; each inline is visited about once."""
    if len(text.inlines) == 1:
        return [cut(text, start, end) for start, end in spans]
    return [normalized_text(inlines) for inlines in cut_all_raw(text, spans)]


def cut_all_raw(text: Text, spans: Iterable[tuple[int, int]]) -> Iterator[list[Inline]]:
    """Yield the inlines between pairs of offsets, which ascend, white space included."""
    inlines = text.inlines
    first = first_offset = 0
    for start, end in spans:
        while first < len(inlines) and first_offset < start and first_offset + len(inlines[first].text) <= start:
            first_offset += len(inlines[first].text)
            first += 1
        yield _slice(text, start, end, first, first_offset)


def _slice(text: Text, start: int, stop: int, first: int = 0, first_offset: int = 0) -> list[Inline]:
    """Return the inlines between two offsets; those before number `first`, which begins at `first_offset`, are not."""
    selected: list[Inline] = []
    inline_end = first_offset
    for index in range(first, len(text.inlines)):
        inline = text.inlines[index]
        inline_start, inline_end = inline_end, inline_end + len(inline.text)
        if not inline.text:
            if _is_between(text, inline_start, start, stop):
                selected.append(inline)
        elif inline_start >= stop:
            if not inline.text.isspace():  # a sound belongs to the word before the spaces
                break
        elif start <= inline_start and (inline_end <= stop or inline.kind not in _CUTTABLE_KINDS):
            selected.append(inline)
        elif inline.kind in _CUTTABLE_KINDS and (
            part := inline.text[max(start - inline_start, 0) : stop - inline_start]
        ):
            selected.append(with_text(inline, part))
    return selected


def _is_between(text: Text, offset: int, start: int, stop: int) -> bool:
    """Return whether an inline without words, such as a sound, goes with the text between two offsets.

    It goes with the word before it, else with what follows it.
    """
    before = text.string[:offset].rstrip()
    if before and before[-1] not in _SEPARATORS:
        return start < len(before) <= stop
    return start <= offset and (offset < stop or offset == stop == len(text.string))


def edit_range(text: Text, start: int, end: int, edit: Callable[[Inline], Inline]) -> Text:
    """Return a text with an edit applied to every inline between two offsets; inlines are cut where needed."""
    inside = [edit(inline) for inline in _slice(text, start, end)]
    return Text((*_slice(text, 0, start), *inside, *_slice(text, end, _TEXT_END)))


def hide(text: Text, start: int, end: int, number: int) -> Text:
    """Return a text in which the card of that number hides what is between two offsets."""
    return edit_range(text, start, end, lambda inline: with_hide(inline, number))


def shown(text: Text) -> Text:
    """Return a text in which nothing is hidden; hints are text in parentheses."""
    visible = [
        Inline(f" ({inline.target})") if inline.kind == "hint" else with_hide(inline, 0) for inline in text.inlines
    ]
    return normalized_text(visible) if visible != list(text.inlines) else text


def text_of(string: str) -> Text:
    """Return a string as a text without styles."""
    return Text((Inline(string),)) if string else NO_TEXT
