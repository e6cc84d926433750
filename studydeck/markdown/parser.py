"""Configure the parser: Markdown text in, markdown-it tokens out.

CommonMark with tables, callouts, definition lists, footnotes and math, and headings without a space after `#`.
"""

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


def _begins_like_a_title(text: str) -> bool:
    return "A" <= text[:1] <= "Z" or "\u00c0" <= text[:1] <= "\uffff"


def _loose_heading(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    """Parse an ATX heading, also `##Heading` without a space; a markdown-it block rule."""
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or not state.src.startswith("#", start):
        return False
    heading = _HEADING.fullmatch(state.src[start : state.eMarks[line]])
    # "#word" is a hashtag or a preprocessor directive unless it begins with a capital letter.
    if not heading or (len(heading[1]) == 1 and heading[2][:1].strip() and not _begins_like_a_title(heading[2])):
        return False
    if silent:
        return True
    state.line = line + 1
    title = heading[2].strip()
    title_without_hashes = title.rstrip("#")
    content = title_without_hashes.rstrip() if title_without_hashes[-1:] in {"", " ", "\t"} else title
    for token_type, nesting in (("heading_open", 1), ("inline", 0), ("heading_close", -1)):
        token = state.push(token_type, f"h{len(heading[1])}" if nesting else "", nesting)  # type: ignore[arg-type]  # nesting is one of its literals
        token.map = [line, line + 1]
        if not nesting:
            token.content, token.children = content, []
    return True


def unoptimised_parser() -> MarkdownIt:
    """Return the parser that tries all of its rules everywhere."""
    parser = (
        MarkdownIt("commonmark", {"maxNesting": 2 * limits.MAX_DEPTH})
        .enable(["table", "strikethrough"])
        .disable("lheading")
    )
    parser.use(admon_plugin).use(deflist_plugin).use(footnote_plugin).use(bracket_math_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.block.ruler.at("heading", _loose_heading, {"alt": ["paragraph", "reference", "blockquote"]})
    limits.guard(parser)
    return parser


def _optimised_parser() -> MarkdownIt:
    parser = unoptimised_parser()
    dispatch.choose_rules(parser)
    return parser


PARSER = _optimised_parser()
