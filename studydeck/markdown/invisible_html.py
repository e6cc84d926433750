"""Raw HTML without the elements whose content is not shown: scripts, comments, frames, players."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.patterns import lazy_pattern

_INVISIBLE_ELEMENTS = {
    "script": "</script",
    "style": "</style",
    "!--": "-->",
    "template": "</template",
    "noscript": "</noscript",
}
_FOREIGN_ELEMENTS = {name: f"</{name}" for name in ("iframe", "noframes", "noembed", "audio", "video")}
_INVISIBLE_TAG, _FOREIGN_TAG = (
    lazy_pattern(rf"<({'|'.join(names)})(?![\w-])", re.IGNORECASE) for names in (_INVISIBLE_ELEMENTS, _FOREIGN_ELEMENTS)
)


def visible_html(html: str) -> str:
    """Return raw HTML without invisible elements: scripts, styles, comments."""
    return _without(_INVISIBLE_TAG, html)


def without_foreign_content(html: str) -> str:
    """Return raw HTML without frames and players, and without the words in them, for browsers that have none."""
    return _without(_FOREIGN_TAG, html)


def open_element(html: str) -> str:
    """Return the name of the invisible element, frame or player that has no end in raw HTML, or an empty text."""
    elements = (*_elements(_INVISIBLE_TAG, html), *_elements(_FOREIGN_TAG, visible_html(html)))
    return next((name for name, _, end in elements if end < 0 and name != "!--"), "")


def _without(tag: re.Pattern[str], html: str) -> str:
    visible_parts, position = [], 0
    for _, start, end in _elements(tag, html):
        visible_parts.append(html[position:start])
        position = end if end >= 0 else len(html)
    return "".join((*visible_parts, html[position:]))


def _elements(tag: re.Pattern[str], html: str) -> Iterator[tuple[str, int, int]]:
    """Yield the name, the start and the end of each element that begins with a tag; -1 as the end if it has none."""
    lowercase_html = html.lower()
    end = 0
    while end >= 0 and (opening := tag.search(html, end)):
        name = opening[1].lower()
        closing = lowercase_html.find({**_INVISIBLE_ELEMENTS, **_FOREIGN_ELEMENTS}[name], opening.end())
        end = lowercase_html.find(">", closing) + 1 if closing >= 0 else 0
        end = end or -1
        yield name, opening.start(), end
