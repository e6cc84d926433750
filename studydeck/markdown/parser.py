"""Configure the parser: Markdown text in, markdown-it tokens out.

CommonMark with tables, callouts, definition lists, footnotes and math, and headings without a space after `#`.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import validateLink
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from studydeck.markdown import (
    comments,
    dispatch,
    dollar_math,
    embeds,
    emphasis,
    flashcards,
    folds,
    hidden_elements,
    limits,
    setext,
    table_bars,
    wikilinks,
)
from studydeck.markdown.bracket_math import bracket_math_plugin
from studydeck.markdown.dialects.lines import HIDDEN_LINE, without_hidden_lines
from studydeck.patterns import lazy_pattern

_TAG_NAME = lazy_pattern(r"</?([A-Za-z][A-Za-z0-9-]*)")
_HEADING = lazy_pattern(r"(#{1,6})([^#\s].*|[ \t].*|)")


def _begins_like_a_title(text: str) -> bool:
    return "A" <= text[:1] <= "Z" or "\u00c0" <= text[:1] <= "\uffff"


def _is_line_of_tags(title: str) -> bool:
    """Return whether a title without a space before it is a tag with a path, or the first of several tags."""
    return "/" in title.partition(" ")[0] or " #" in title


def _loose_heading(state: StateBlock, line: int, _end: int, silent: bool) -> bool:
    """Parse an ATX heading, also `##Heading` without a space; a markdown-it block rule."""
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or not state.src.startswith("#", start):
        return False
    heading = _HEADING.fullmatch(state.src[start : state.eMarks[line]])
    # "#word" is a hashtag or a preprocessor directive unless it begins with a capital letter.
    if not heading or (
        len(heading[1]) == 1
        and heading[2][:1].strip()
        and (not _begins_like_a_title(heading[2]) or _is_line_of_tags(heading[2]))
    ):
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


def _block_of_html(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Parse raw HTML, but not a tag that is not HTML (`<url>`), which is text; a markdown-it block rule."""
    start = state.bMarks[line] + state.tShift[line]
    name = _TAG_NAME.match(state.src, start, state.eMarks[line])
    if name:
        from studydeck.markdown.html_tags import is_element  # imported here: few notes contain HTML

        if not is_element(name[1]):
            return False
    return html_block(state, line, end, silent)


def _keep_unused_footnotes(state: StateCore) -> None:
    """Number the footnotes that no text refers to after the others, so that they are kept; a markdown-it core rule."""
    if "footnotes" not in state.env:
        return
    state.tokens = _unnested_footnotes(state.tokens)
    references, numbered = state.env["footnotes"]["refs"], state.env["footnotes"]["list"]
    labels: set[str] = set()
    for token in reversed(state.tokens):
        if token.type == "footnote_reference_open":
            if token.meta["label"] in labels:  # text refers to the last of several with one label
                token.meta["label"] += f"\0{len(labels)}"
                references[":" + token.meta["label"]] = -1
            labels.add(token.meta["label"])
    for label, number in references.items():
        if number < 0:
            references[label] = len(numbered)
            numbered[len(numbered)] = {"label": label[1:], "count": 0}


def _unnested_footnotes(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens in which a footnote inside of another stands after it; the plugin would lose the outer one."""
    own: list[list[Token]] = [[]]  # the tokens of the text, and of each footnote that is open
    inner: list[Token] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            own.append([])
        own[-1].append(token)
        if token.type == "footnote_reference_close":
            footnote = own.pop()
            if len(own) > 1:
                inner += footnote
            else:
                own[0] += (*footnote, *inner)
                inner = []
    return own[0]


def unoptimised_parser() -> MarkdownIt:
    """Return the parser that tries all of its rules everywhere."""
    parser = MarkdownIt("commonmark", {"maxNesting": 2 * limits.MAX_DEPTH}).enable(["table", "strikethrough"])
    parser.use(admon_plugin).use(deflist_plugin).use(footnote_plugin).use(bracket_math_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True, allow_labels=False)
    parser.use(dollar_math.plugin).use(emphasis.plugin)
    parser.use(comments.plugin).use(table_bars.plugin).use(wikilinks.plugin).use(flashcards.plugin).use(embeds.plugin)
    parser.use(folds.plugin).use(hidden_elements.plugin)
    parser.core.ruler.before("footnote_tail", "unused_footnotes", _keep_unused_footnotes)
    parser.block.ruler.at("html_block", _block_of_html, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("heading", _loose_heading, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.at("lheading", setext.heading)
    limits.guard(parser)
    parser.validateLink = _is_valid_link  # type: ignore[method-assign, assignment]  # markdown-it's own way to replace it
    return parser


def _is_valid_link(address: str) -> bool:
    """Return whether an address can be that of a link or picture.

    Pictures written as data are packed as files; of a link to a file of the author's machine, cards show the words.
    """
    return address[:11].lower() == "data:image/" or address[:5].lower() == "file:" or validateLink(address)


def _optimised_parser() -> MarkdownIt:
    parser = unoptimised_parser()
    dispatch.choose_rules(parser)
    return parser


PARSER = _optimised_parser()


def tokens_of(text: str) -> Sequence[Token]:
    """Return the tokens of a text, with the lines that they have in it; hidden lines are not read."""
    if HIDDEN_LINE not in text:
        return PARSER.parse(text, {})
    text, numbers = without_hidden_lines(text)
    tokens = PARSER.parse(text, {})
    for token in tokens:
        if token.map:
            start, end = token.map
            token.map = [numbers[start], numbers[end - 1] + 1] if end > start else [numbers[start], numbers[start]]
    return tokens
