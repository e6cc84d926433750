"""Hide what stands between the tags of an element that no browser shows: `<div hidden>`, Markdown, `</div>`.

Rules for markdown-it. What is hidden is in no output, as if it stood in a comment.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from studydeck.markdown.invisible_html import (
    FOREIGN,
    INVISIBLE,
    VOID,
    end_of_element,
    hides,
    is_invisible,
    open_element,
    start_tag,
    visible_html,
    without_hidden,
)
from studydeck.patterns import lazy_pattern

_MAY_HIDE = lazy_pattern(
    rf"(?i:<(?:{'|'.join(sorted(INVISIBLE | FOREIGN))})(?![\w-])"  # by its name
    r"|<!\[CDATA\[|<[a-z][^<>]*\b(?:hidden|popover|style)\b)"  # by an attribute
)


def plugin(parser: MarkdownIt) -> None:
    """Add the rules to a parser, after all others; a markdown-it plugin."""
    parser.core.ruler.after("block", "hidden_blocks", _hide_blocks)
    parser.core.ruler.after("inline", "hidden_text", _hide_text)


def _hide_blocks(state: StateCore) -> None:
    """Remove the blocks between the tags of hidden elements; a markdown-it core rule."""
    if not _MAY_HIDE.search(state.src):
        return
    kept: list[Token] = []
    without_end: set[str] = set()
    index = 0
    while index < len(state.tokens):
        token = state.tokens[index]
        kept.append(token)
        index += 1
        if token.type != "html_block":
            continue
        token.content = without_hidden(token.content)
        name, start = open_element(token.content)
        if not name or name in without_end:
            continue
        tag = start_tag(token.content[start:])
        open_names: list[str] = []
        end_of_element(token.content, start, open_names)
        end, rest = _end(state.tokens, index, open_names)
        if rest is not None:
            # The tag of a frame stays, which is reported.
            frame = f"<{name} {tag[1]}></{name}>" if name in FOREIGN else ""
            token.content = token.content[:start] + frame
            last = state.tokens[end]
            last.content = rest
            kept += [state.tokens[end - 1]] if last.type == "inline" else []
            index = end
        elif hides(*tag):
            index = end
        else:  # a name that may be a word of the text
            without_end.add(name)
    state.tokens = kept


def _end(tokens: Sequence[Token], first: int, open_names: list[str]) -> tuple[int, str | None]:
    """Return the index of the token in which an element ends, and what follows in it.

    Where it has no end, the index is that of the end of the block around it, and nothing follows.
    """
    level = tokens[first - 1].level
    for index in range(first, len(tokens)):
        token = tokens[index]
        if token.level < level:
            return index, None
        is_paragraph = token.type == "inline" and tokens[index - 1].type == "paragraph_open"
        if (is_paragraph and token.level == level + 1) or (token.type == "html_block" and token.level == level):
            end = end_of_element(token.content, 0, open_names)
            if end >= 0:
                return index, token.content[end:].lstrip(" \t" if is_paragraph else "")
    return len(tokens), None


def _hide_text(state: StateCore) -> None:
    """Remove the words between the tags of hidden elements of a text; a markdown-it core rule."""
    for token in state.tokens:
        if token.children and "<" in token.content and _MAY_HIDE.search(token.content):
            visible = _visible(token.children)
            if len(visible) < len(token.children):
                token.children, token.content = visible, visible_html(token.content)


def _visible(tokens: Sequence[Token]) -> list[Token]:
    """Return inline tokens without those of hidden elements; of frames the tags stay, which are reported."""
    kept: list[Token] = []
    ends = _ends(tokens)
    hidden_to = picture_to = -1
    for index, token in enumerate(tokens):
        if index <= hidden_to:
            if token.nesting:  # emphasis that ends behind the element
                kept.append(token)
            continue
        name, attributes = start_tag(token.content) if token.type == "html_inline" else ("", "")
        if index <= picture_to:
            kept.append(token)
            continue
        is_hidden = bool(name) and is_invisible(name, attributes)
        if name == "svg" and not is_hidden:
            picture_to = ends.get(index, -1)
        if token.type == "html_inline" and token.content[:9].lower() == "<![cdata[":
            continue
        if is_hidden and name in VOID:
            continue
        if is_hidden and (index in ends or hides(name, attributes)):
            hidden_to = ends.get(index, len(tokens))
            continue
        kept.append(token)
        if name in FOREIGN - {"audio", "video"} and index in ends:
            hidden_to = ends[index] - 1
    return kept


def _ends(tokens: Sequence[Token]) -> dict[int, int]:
    """Return for each start tag that has an end tag the index of that, by its own."""
    ends: dict[int, int] = {}
    open_tags: dict[str, list[int]] = {}
    for index, token in enumerate(tokens):
        if token.type != "html_inline":
            continue
        if token.content.startswith("</"):
            name = token.content[2:].rstrip("> \t\n").lower()
            if open_tags.get(name):
                ends[open_tags[name].pop()] = index
        elif name := start_tag(token.content)[0]:
            open_tags.setdefault(name, []).append(index)
    return ends
