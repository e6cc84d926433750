"""Math between dollars: rules of markdown-it that make tokens of `$x$`, `$ x $` and `$$x$$` within a line.

`$ x $` is math where it holds TeX or a sign, as "$ 5 or $ 6" is money. `$$x$$` within a sentence is shown in the
line, as in GitBook, in a file that has no other math in lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from studydeck.patterns import lazy_pattern

_LONGEST = 1_000  # characters between dollars with spaces
_COMMAND = lazy_pattern(r"\\[A-Za-z]{2,}|[\^_]\{")
_SHORT_FORMULA = lazy_pattern(
    r"(?!\d)(?!.*(?<![\\A-Za-z])[A-Za-z]{3})"  # no amount of money, no word
    r"(?:[A-Za-z]|.*[\^_=<>+].*)",  # a letter, or a sign between its parts
)


def spaced_math(state: StateInline, silent: bool) -> bool:
    """Read `$ x $` as math, with a space at either end; a markdown-it inline rule, after that of `$x$`."""
    source, start = state.src, state.pos
    if source[start] != "$" or source[start + 1 : start + 2] in {"$", ""} or source[max(start - 1, 0) : start] == "$":
        return False
    is_command = source[start + 1] == "\\" and source[start + 2 : start + 3].isalpha()  # "1$\\sigma$" is no money
    if start and ((source[start - 1].isalnum() and not is_command) or source[start - 1] == "\\"):
        return False
    end = source.find("$", start + 1, min(state.posMax, start + _LONGEST))
    while end > 0 and source[end - 1] == "\\":
        end = source.find("$", end + 1, min(state.posMax, start + _LONGEST))
    if end < 0 or source[end + 1 : end + 2] == "$" or (source[end + 1 : end + 2].isalnum() and not is_command):
        return False
    tex = source[start + 1 : end]
    if not tex.strip() or "`" in tex or not (_COMMAND.search(tex) or _SHORT_FORMULA.fullmatch(tex.strip())):
        return False
    if not silent:
        state.push("math_inline", "math", 0).content = tex.strip()
    state.pos = end + 1
    return True


def plugin(parser: MarkdownIt) -> None:
    """Add math with spaces to a parser; a markdown-it plugin, after that of math between dollars."""
    parser.inline.ruler.after("math_inline", "spaced_math", spaced_math)


def show_in_lines(tokens: Sequence[Token]) -> None:
    """Make `$$x$$` within a sentence math in the line, in place, in a file that has no `$x$`."""
    texts = [token.children for token in tokens if token.type == "inline" and token.children]
    if any(child.type in {"math_inline", "math_single"} for children in texts for child in children):
        return
    for children in texts:
        doubles = [child for child in children if child.type == "math_inline_double" and child.markup == "$$"]
        if doubles and any(child.type == "text" and child.content.strip() for child in children):
            for child in doubles:
                child.type = "math_inline"
