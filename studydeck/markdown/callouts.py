"""Read the marker of a callout (`> [!tip]- Title`): the tokens of a quote in; its kind and title out.

The first line belongs to the marker. A callout without a title shows the name of its kind, as Obsidian and GitHub do.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token
from msgspec import Struct

from studydeck.markdown.directives import directive_comments
from studydeck.markdown.inline import inlines_of
from studydeck.model.document import Text
from studydeck.model.text_edits import cut, text_of
from studydeck.patterns import lazy_pattern

# Own code, because `alerts` of markdown-it-py knows five names and reads no title, and moves the first line of the text
# (tests/snapshots/blockquotes/callout_is_read_like_a_section.md).
_MARKER = lazy_pattern(
    r"\[!\s*(?P<kind>[^\[\]|\n]*[^\s\[\]|])\s*"  # [!kind
    r"(?:\|[^\[\]\n]*)?\]"  # |metadata]
    r"[+-]?\s*"  # open or folded
)
_BREAKS = ("softbreak", "hardbreak")


class Callout(Struct, frozen=True):
    """The kind of a callout in lower case, its title, and the directives in the line of its marker."""

    kind: str
    title: Text
    comments: Sequence[str] = ()


def take_callout(tokens: Sequence[Token], first: int) -> Callout | None:
    """Return the marker of a quote whose tokens begin at `first`, and take its line from them; None without one."""
    if first + 1 >= len(tokens) or tokens[first].type != "paragraph_open":
        return None
    inline = tokens[first + 1]
    if not inline.content.startswith("[!") or not (marker := _MARKER.match(inline.content)):
        return None
    children = inline.children or []
    end = next((index for index, child in enumerate(children) if child.type in _BREAKS), len(children))
    line = children[:end]
    inline.children = children[end + 1 :]
    inline.content = inline.content.partition("\n")[2]
    kind = marker["kind"].lower()
    if line and line[0].type == "text" and (start := _MARKER.match(line[0].content)):
        line[0].content = line[0].content[start.end() :]  # before `cut`, which takes a picture behind the marker away
        title = cut(inlines_of(line), 0)
    else:
        shown = inlines_of(line)
        shown_marker = _MARKER.match(shown.string)
        title = cut(shown, shown_marker.end()) if shown_marker else shown
    title = cut(title, len(title.string) - len(title.string.lstrip(" :：–—-"))) if title else title
    return Callout(kind, title or text_of(marker["kind"].capitalize()), directive_comments(line))
