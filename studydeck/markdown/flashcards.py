"""Parse flashcards and clozes that an author wrote; rules for markdown-it.

The dialects bring all the ways in which tools write them to one form. Each line of a card begins with a mark, as each
line of a quote begins with `>`; a cloze has a mark at both ends. The marks are control characters, which
`source.clean` removes from every source: no author can write one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from studydeck.patterns import lazy_pattern

QUESTION, ANSWER, ANSWER_BOTH_WAYS = "\x02", "\x03", "\x04"
# The ends of a cloze. To the rules for emphasis `\x0b` and `\x0c` are spaces, so that `_word_` is read inside of it.
CLOZE_START, CLOZE_END = "\x05", "\x0b\x06"
_ANSWERS = (ANSWER, ANSWER_BOTH_WAYS)
_MARKS = (QUESTION, *_ANSWERS)
_CLOZE_START = lazy_pattern("\x05(\\d+):([^\x05]*)\x05\x0c")
_CLOZE_MARK = lazy_pattern("(\x05\\d+:[^\x05]*\x05\x0c|\x0b\x06)")
_BRACES = lazy_pattern(r"\\.|([{}])|\\(?:left|right|begin|end)\b", re.DOTALL)


def cloze_start(number: int, hint: str) -> str:
    """Return the mark before a phrase that a card of that number hides."""
    return f"{CLOZE_START}{number}:{hint}{CLOZE_START}\x0c"


def plugin(parser: MarkdownIt) -> None:
    """Add the rules to a parser; a markdown-it plugin."""
    parser.block.ruler.before("code", "flashcard", flashcard, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("escape", "cloze", cloze)
    parser.core.ruler.push("clozes_outside_of_text", clozes_outside_of_text)


def flashcard(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the lines of one card: question, then answer; a markdown-it block rule."""
    if not _line(state, start).startswith(QUESTION):
        return False
    if silent:
        return True
    question: list[str] = []
    answer: list[str] = []
    both_ways, line = False, start
    while line < end and (text := _line(state, line))[:1] in _MARKS and not (answer and text.startswith(QUESTION)):
        before, mark, after = _split(text)
        if not mark or before:
            question.append(before)
        if mark:
            both_ways = both_ways or mark == ANSWER_BOTH_WAYS
            answer += [*[""] * (line - start - len(answer)), after]
        line += 1
    token = state.push("flashcard_open", "", 1)
    token.map, token.meta = [start, line], {"both_ways": both_ways}
    _parse(state, question, start)
    state.push("flashcard_answer", "", 0)
    _parse(state, answer, start)
    state.push("flashcard_close", "", -1)
    state.line = line
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _split(text: str) -> tuple[str, str, str]:
    """Return what a line adds to the question, the mark of the answer, and what it adds to that."""
    for mark in _ANSWERS:
        before, found, after = text.partition(mark)
        if found:
            return before.removeprefix(QUESTION), mark, after
    return text.removeprefix(QUESTION), "", ""


def _parse(state: StateBlock, lines: list[str], start: int) -> None:
    """Parse the lines of one side of a card as blocks; the first of them is line `start` of the state."""
    tokens: list[Token] = []
    state.md.block.parse("\n".join(lines), state.md, state.env, tokens)
    for token in tokens:
        token.level += state.level
        if token.map:
            token.map = [token.map[0] + start, token.map[1] + start]
    state.tokens += tokens


def cloze(state: StateInline, silent: bool) -> bool:
    """Read a mark at an end of a cloze; a markdown-it inline rule."""
    if state.src.startswith(CLOZE_END, state.pos):
        if not silent:
            state.push("cloze_close", "", 0)
        state.pos += len(CLOZE_END)
        return True
    start = _CLOZE_START.match(state.src, state.pos)
    if not start:
        return False
    if not silent:
        state.push("cloze_open", "", 0).meta = {"number": int(start[1]), "hint": start[2]}
    state.pos = start.end()
    return True


def clozes_outside_of_text(state: StateCore) -> None:
    """Read the clozes in formulas, and turn those in raw HTML and pictures to text; a markdown-it core rule.

    A formula is cut at the ends of a cloze, or hidden as a whole where it cannot be cut.
    """
    if CLOZE_START not in state.src:
        return
    tokens: list[Token] = []
    for token in state.tokens:
        if token.type == "inline" and CLOZE_START in token.content:
            token.children = [part for child in token.children or [] for part in _cut(child)]
        elif CLOZE_START in token.content:
            token.content = token.content if token.type == "math_block" else _without_clozes(token.content)
        if token.type == "math_block" and CLOZE_START in token.content:
            paragraph = Token("paragraph_open", "p", 1, map=token.map, level=token.level)
            children = list(_cut(token))
            inline = Token("inline", "", 0, map=token.map, level=token.level + 1, children=children)
            tokens += (paragraph, inline, Token("paragraph_close", "p", -1, level=token.level))
        else:
            tokens.append(token)
    state.tokens = tokens


def _without_clozes(text: str) -> str:
    """Return a text without the marks of clozes, and with their hints in parentheses."""
    hints: list[str] = []
    parts = _CLOZE_MARK.split(text)
    for index in range(1, len(parts), 2):
        if start := _CLOZE_START.fullmatch(parts[index]):
            hints.append(start[2])
            parts[index] = ""
        else:
            hint = hints.pop() if hints else ""
            parts[index] = f" ({hint})" if hint else ""
    return "".join(parts)


def _cut(token: Token) -> Iterator[Token]:
    if not token.type.startswith("math") or CLOZE_START not in token.content:
        if CLOZE_START in token.content or CLOZE_END in token.content:
            token.content = _without_clozes(token.content)
        yield token
        return
    parts = _CLOZE_MARK.split(token.content)
    if not all(_is_balanced(part) for part in parts[::2]):
        first = _CLOZE_START.match(parts[1])
        assert first
        parts = ["", parts[1], "".join(parts[::2]), CLOZE_END, ""]
    kind = "math_inline" if any(part.strip() for part in (parts[0], *parts[4::2])) else "math_inline_double"
    kind = "math_inline" if token.type == "math_inline" else kind
    for part in parts:
        if part == CLOZE_END:
            yield Token("cloze_close", "", 0)
        elif start := _CLOZE_START.fullmatch(part):
            yield Token("cloze_open", "", 0, meta={"number": int(start[1]), "hint": start[2]})
        elif part.strip():
            yield Token(kind, "math", 0, content=part.strip())


def _is_balanced(tex: str) -> bool:
    """Return whether a part of a formula is one by itself: each brace that it opens is closed in it."""
    depth = 0
    for match in _BRACES.finditer(tex):
        if match[1] is None:
            if match[0].startswith(("\\left", "\\right", "\\begin", "\\end")):
                return False
            continue
        depth += 1 if match[1] == "{" else -1
        if depth < 0:
            return False
    return depth == 0 and not tex.rstrip().endswith(("^", "_")) and not tex.lstrip().startswith(("^", "_"))
