"""The parser: CommonMark with tables, callouts, definition lists, footnotes and math; headings as authors mean them."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from studydeck.markdown import dispatch, limits
from studydeck.markdown.inline import bracket_math_plugin

_HEADING = re.compile(r"(#{1,6})([^#\s].*|[ \t].*|)")


def _begins_a_title(words: str) -> bool:
    return "A" <= words[:1] <= "Z" or "\u00c0" <= words[:1] <= "\uffff"


def _loose_heading(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    """Read a heading as its author means it, `##Heading` without a space included; a markdown-it block rule."""
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or not state.src.startswith("#", start):
        return False
    found = _HEADING.fullmatch(state.src[start : state.eMarks[line]])
    # "#word" is a hashtag or a directive unless it begins like a title.
    if not found or (len(found[1]) == 1 and found[2][:1].strip() and not _begins_a_title(found[2])):
        return False
    if silent:
        return True
    state.line = line + 1
    words = found[2].strip()
    bare = words.rstrip("#")
    content = bare.rstrip() if bare[-1:] in {"", " ", "\t"} else words
    for kind, nesting in (("heading_open", 1), ("inline", 0), ("heading_close", -1)):
        token = state.push(kind, f"h{len(found[1])}" if nesting else "", nesting)  # type: ignore[arg-type]  # nesting is one of its literals
        token.map = [line, line + 1]
        if not nesting:
            token.content, token.children = content, []
    return True


def whole() -> MarkdownIt:
    """Make the parser that asks all of its rules everywhere."""
    md = (
        MarkdownIt("commonmark", {"maxNesting": 2 * limits.DEEPEST})
        .enable(["table", "strikethrough"])
        .disable("lheading")
    )
    md.use(admon_plugin).use(deflist_plugin).use(footnote_plugin).use(bracket_math_plugin)
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    md.block.ruler.at("heading", _loose_heading, {"alt": ["paragraph", "reference", "blockquote"]})
    limits.guard(md)
    return md


def _parser() -> MarkdownIt:
    md = whole()
    dispatch.choose_rules(md)
    return md


PARSER = _parser()
