"""Raw HTML without what no browser shows: scripts, comments, hidden elements; and without frames and players.

In: raw HTML. Out: the same without the elements whose content is not shown. An element is hidden by its name
(`<template>`), by an attribute (`hidden`) or by its style (`display: none`). `hidden_elements.py` hides what stands
between the tags of such an element in Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from msgspec import Struct

from studydeck.patterns import lazy_pattern

# Elements whose content is not shown, also those of SVG and MathML that hold words for programs.
INVISIBLE = frozenset(
    """
    annotation annotation-xml comment datalist desc dialog metadata noscript rp script style template textarea title
    """.split()
)
# Elements that hold another document, or words for browsers that cannot show it.
FOREIGN = frozenset("audio canvas iframe meter noembed noframes object progress video".split())
_RAW = frozenset("iframe noembed noframes script style textarea title".split())  # their content is no HTML
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY_NEXT = frozenset("dd dt li option p td th tr".split())  # an end tag may be missing
_ENDS = {"<!--": "-->", "<![cdata[": "]]>"}
_START = lazy_pattern(
    r"""
      (?P<mark> <!-- | <!\[CDATA\[ )
    | < (?P<name> [a-z][a-z0-9-]* ) (?![\w-])
      (?P<attributes> (?: "[^"]*" | '[^']*' | [^<>"'] )*+ ) >?      # a quoted value may hold "<" and ">"
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TAG_NAME = lazy_pattern(r"<(?P<slash>/?)(?P<name>[a-z][a-z0-9-]*)(?![\w-])", re.IGNORECASE)
_MAY_HIDE = lazy_pattern(r"\b(?:hidden|popover|style)\b", re.IGNORECASE)
_NOT_CSS = lazy_pattern(r"/\*.*?\*/|\s+", re.DOTALL)  # comments, white space
_HIDING_STYLE = lazy_pattern(
    r"""
    (?: \A | ; ) (?:
        display:none | (?:content-)?visibility:(?:hidden|collapse)
      | (?: opacity | font-size ) : 0*\.?0* (?:%|[a-z]+)? (?= [;!] | \Z )     # of size or opacity zero
      | color:transparent
      | (?: left | top | right | text-indent | margin-left ) :-\d{3,}        # outside of the page
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


class _Element(Struct, frozen=True):
    """An element in raw HTML that is taken out: its name, and where it begins and ends; -1 if it has no end."""

    name: str
    start: int
    end: int


def visible_html(html: str) -> str:
    """Return raw HTML without invisible elements: scripts, styles, comments, what is hidden."""
    return _without(html, INVISIBLE)


def without_foreign_content(html: str) -> str:
    """Return raw HTML without frames and players, and without the words in them, for browsers that have none."""
    return _without(html, FOREIGN)


def without_hidden(html: str) -> str:
    """Return raw HTML without the invisible elements that have an end, but with its comments."""
    if "<" not in html:
        return html
    hidden = [element for element in _elements(html, INVISIBLE) if element.end >= 0 and element.name not in _ENDS]
    return _cut_out(html, hidden)


def open_element(html: str) -> tuple[str, int]:
    """Return the name of the invisible element, frame or player that has no end in raw HTML, and where it begins.

    Without one, that is an empty text and -1.
    """
    name, start = _open(html, INVISIBLE)
    return (name, start) if name else _open(html, FOREIGN)


def hides(name: str, attributes: str) -> bool:
    """Return whether attributes hide their element, by themselves or by a style."""
    if not _MAY_HIDE.search(attributes):
        return False
    from studydeck.markdown.html_tags import tag_of  # imported here: few notes contain HTML

    found = tag_of(f"<{name} {attributes.rstrip('/')}>").attributes
    style = _NOT_CSS.sub("", found.get("style", ""))
    is_hidden = "hidden" in found or "popover" in found or "hidden" in found.get("class", "").split()
    return is_hidden or bool(_HIDING_STYLE.search(style))


def start_tag(html: str) -> tuple[str, str]:
    """Return the name, in lower case, and the attributes of a start tag; empty texts for any other HTML."""
    match = _START.match(html)
    return (match["name"].lower(), match["attributes"]) if match and match["name"] else ("", "")


def is_invisible(name: str, attributes: str) -> bool:
    """Return whether an element is not shown, because of its name or of its attributes."""
    if name == "dialog" and re.search(r"\bopen\b", attributes):
        return False
    return name in INVISIBLE or hides(name, attributes)


def _open(html: str, names: AbstractSet[str]) -> tuple[str, int]:
    found = ((element.name, element.start) for element in _elements(html, names) if element.end < 0)
    return next(((name, start) for name, start in found if name not in _ENDS), ("", -1))


def _without(html: str, names: AbstractSet[str]) -> str:
    return _cut_out(html, _elements(html, names)) if "<" in html else html


def _cut_out(html: str, elements: Iterable[_Element]) -> str:
    visible_parts, position = [], 0
    for element in elements:
        visible_parts.append(html[position : element.start])
        position = element.end if element.end >= 0 else len(html)
    return "".join((*visible_parts, html[position:]))


def _elements(html: str, names: AbstractSet[str]) -> Iterator[_Element]:
    """Yield the elements of some names; with the invisible ones also comments, and what attributes hide."""
    position, may_end, lowercase_html = 0, True, html.lower()
    while match := _START.search(html, position):
        position = match.end()
        if match["mark"]:
            end = lowercase_html.find(_ENDS[match["mark"].lower()], match.end())
            position = end + 3 if end >= 0 else len(html)
            if names is INVISIBLE:
                yield _Element(match["mark"].lower(), match.start(), position if end >= 0 else -1)
            continue
        name = match["name"].lower()
        if name == "svg" and not hides(name, match["attributes"]):  # a picture, of which all is kept or removed
            end = _end(lowercase_html, name, match.end()) if may_end else -1
            position, may_end = max(end, match.end()), end >= 0
            continue
        if not (is_invisible(name, match["attributes"]) if names is INVISIBLE else name in names):
            continue
        end = _end(lowercase_html, name, match.end())
        if end < 0 and name in _CLOSED_BY_NEXT:
            end = len(html)
        yield _Element(name, match.start(), end)
        if end < 0:
            return
        position = end


def _end(lowercase_html: str, name: str, start: int) -> int:
    """Return where the element ends whose start tag ends at `start`, or -1."""
    if name in VOID:
        return start
    if name in _RAW:
        closing = lowercase_html.find(f"</{name}", start)
        return _end_of_tag(lowercase_html, closing) if closing >= 0 else -1
    return end_of_element(lowercase_html, start, [name])


def end_of_element(html: str, start: int, open_names: list[str]) -> int:
    """Return where an element ends, at its end tag or at that of an element around it, or -1.

    Parameters
    ----------
    start : where to search from.
    open_names : the names of the element, and of those in it that are open at `start`; at the end of the HTML if the
        element does not end.
    """
    for tag in _TAG_NAME.finditer(html, start):
        name = tag["name"].lower()
        if not tag["slash"]:
            if name not in VOID:
                open_names.append(name)
        elif name not in open_names:
            return tag.start()
        else:
            while open_names.pop() != name:
                pass
            if not open_names:
                return _end_of_tag(html, tag.start())
    return -1


def _end_of_tag(html: str, start: int) -> int:
    end = html.find(">", start)
    return end + 1 if end >= 0 else len(html)
