"""Math in brackets with backslashes: a rule of markdown-it that makes a token of `\\(...\\)` and `\\[...\\]`."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from studydeck.markdown import limits
from studydeck.patterns import lazy_pattern

_MATH_BRACKETS = {"(": ("\\)", "math_inline"), "[": ("\\]", "math_inline_double")}
_TEX_SIGN = lazy_pattern(r"[\\^_={}+<>$]")
_LONG_WORD = lazy_pattern(r"[^\W\d_]{3}|[^\W\d_a-zA-Z]{2}")
_LONG_WORDS = lazy_pattern(r"[^\W\d_]{3}[^\W\d_]*\s(?:.*\s)?[^\W\d_]{3}")


def bracket_math(state: StateInline, silent: bool) -> bool:
    r"""Read `\(...\)` and `\[...\]` as math; a markdown-it inline rule."""
    source, start = state.src, state.pos
    if not source.startswith("\\", start) or source[start + 1 : start + 2] not in _MATH_BRACKETS:
        return False
    closing, kind = _MATH_BRACKETS[source[start + 1]]
    end = source.find(closing, start + 2, state.posMax) if limits.closes(state, closing, start + 2) else -1
    if end < 0 or not source[start + 2 : end].strip() or _is_escaped_text(source, start, end):
        return False
    if not silent:
        state.push(kind, "math", 0).content = source[start + 2 : end].strip()
    state.pos = end + 2
    return True


def _is_escaped_text(source: str, start: int, end: int) -> bool:
    r"""Return whether brackets hold words and no TeX: tools escape them, as in `\[main\]` and `list\[str\]`."""
    words = source[start + 2 : end].replace("\\[", "")
    if _TEX_SIGN.search(words):
        return False
    if source[start + 1] == "(":
        return bool(_LONG_WORDS.search(words))
    return source[start - 1 : start].isalnum() or bool(_LONG_WORD.search(words))


def bracket_math_plugin(parser: MarkdownIt) -> None:
    """Add math in brackets to a parser, before the rule for backslash escapes; a markdown-it plugin."""
    parser.inline.ruler.before("escape", "bracket_math", bracket_math)
