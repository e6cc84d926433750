"""Render cloze markup as Anki does: the text of a field and a card's number in, HTML out.

The markup is {{c1::text}} or {{c1::text::hint}}; clozes can be nested. Only the clozes with the card's own number are
hidden on the front and highlighted on the back. All others are shown with the class `cloze-inactive`.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from msgspec import Struct, field

from studydeck.patterns import lazy_pattern

_CLOZE_DELIMITER = lazy_pattern(r"\{\{c([0-9]+)::|(\}\})")
MAX_DEPTH = 10  # Anki ignores clozes nested more deeply
_DEFAULT_HINT = "..."


class _Cloze(Struct):
    number: int
    children: list[str | _Cloze] = field(default_factory=list)
    hint: str | None = None

    @property
    def placeholder(self) -> str:
        return _DEFAULT_HINT if self.hint is None else self.hint


def render_cloze(text: str, number: int, *, on_front: bool) -> str:
    """Return a text as one card shows it, or an empty string if it has no cloze with this number."""
    nodes = _parse(text)
    if number not in _numbers(nodes):
        return ""
    return "".join(_render_node(node, number, on_front=on_front) for node in nodes)


def render_cloze_only(text: str, number: int, *, on_front: bool) -> str:
    """Return only the clozes with this number, without the text around them."""
    clozes = [cloze for cloze in _all_clozes(_parse(text)) if cloze.number == number]
    return ", ".join(cloze.placeholder if on_front else _unhidden_text(cloze) for cloze in clozes)


def _render_node(node: str | _Cloze, number: int, *, on_front: bool) -> str:
    if isinstance(node, str):
        return node
    content = "".join(_render_node(child, number, on_front=on_front) for child in node.children)
    if node.number != number:
        return f'<span class="cloze-inactive" data-ordinal="{node.number}">{content}</span>'
    if on_front:
        hidden_text = html.escape(content)
        return f'<span class="cloze" data-cloze="{hidden_text}" data-ordinal="{number}">[{node.placeholder}]</span>'
    return f'<span class="cloze" data-ordinal="{number}">{content}</span>'


def _parse(text: str) -> list[str | _Cloze]:
    """Parse a text; a cloze that is never closed is dropped, as in Anki."""
    nodes: list[str | _Cloze] = []
    open_clozes: list[_Cloze] = []
    end = 0
    for token in _CLOZE_DELIMITER.finditer(text):
        _append_text(text[end : token.start()], open_clozes, nodes)
        end = token.end()
        if token[1]:
            if len(open_clozes) < MAX_DEPTH:
                open_clozes.append(_Cloze(int(token[1])))
        elif open_clozes:
            closed = open_clozes.pop()
            (open_clozes[-1].children if open_clozes else nodes).append(closed)
        else:
            nodes.append(token[0])
    _append_text(text[end:], open_clozes, nodes)
    return nodes


def _append_text(text: str, open_clozes: list[_Cloze], nodes: list[str | _Cloze]) -> None:
    """Append text to the innermost open cloze, or to the top level; inside a cloze `::` begins its hint."""
    if not text:
        return
    if not open_clozes:
        nodes.append(text)
        return
    head, colons, tail = text.partition("::")
    if colons:
        open_clozes[-1].hint = tail
    open_clozes[-1].children.append(head)


def _all_clozes(nodes: list[str | _Cloze]) -> Iterator[_Cloze]:
    for node in nodes:
        if isinstance(node, _Cloze):
            yield node
            yield from _all_clozes(node.children)


def _numbers(nodes: list[str | _Cloze]) -> set[int]:
    return {cloze.number for cloze in _all_clozes(nodes)}


def _unhidden_text(cloze: _Cloze) -> str:
    return "".join(child if isinstance(child, str) else _unhidden_text(child) for child in cloze.children)
