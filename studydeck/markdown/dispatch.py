"""Which rules of a parser are asked where: only those that can begin with the character that stands there.

By itself markdown-it asks every rule at every line, and at every character that may mean something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_Rule = TypeVar("_Rule")
# What the rules begin with; a rule that is not named here is asked everywhere.
_BLOCKS = {
    "admonition": "!?",
    "math_block": "$",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "footnote_def": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}
_INLINES = {
    "newline": "\n",
    "bracket_math": "\\",
    "math_inline": "$",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
}
_CHAINS = ("paragraph", "reference", "blockquote", "list")
# A link ends at its bracket, and `=` is a mark of ours: neither begins a rule, but text with them is more than text.
_MARK = re.compile(rf"[{re.escape(''.join((*_INLINES.values(), ']=')))}]")


def means_itself(text: str) -> bool:
    """Tell whether an inline text is nothing but its words: no rule can begin in it."""
    return not _MARK.search(text)


def choose_rules(md: MarkdownIt) -> None:
    """Let a parser ask only the rules that can match; after all plugins, for it knows the rules of this moment."""
    _choose_blocks(md)
    _choose_inlines(md)


def _chosen(
    rules: Sequence[_Rule], names: Mapping[_Rule, str], begin: Mapping[str, str]
) -> tuple[Mapping[str, tuple[_Rule, ...]], tuple[_Rule, ...]]:
    """Give the rules of each mark, and those of all other characters, in their order."""
    styles = {*"".join(begin.values())}
    by_mark = {mark: tuple(rule for rule in rules if mark in begin.get(names[rule], mark)) for mark in styles}
    return by_mark, tuple(rule for rule in rules if names[rule] not in begin)


def _choose_blocks(md: MarkdownIt) -> None:
    ruler = md.block.ruler
    names = dict(zip(ruler.getRules(""), ruler.get_active_rules(), strict=True))
    chosen = {chain: _first_block(*_chosen(ruler.getRules(chain), names, _BLOCKS)) for chain in ("", *_CHAINS)}
    ruler.before(next(iter(names.values())), "any", chosen[""])
    for chain in _CHAINS:
        ruler.push(f"end of {chain}", chosen[chain], {"alt": [chain]})
    # The first finds a block in whatever it meets; the others serve their chains, and "code" says that code is read.
    ruler.enableOnly(["any", "code", *(f"end of {chain}" for chain in _CHAINS)])


def _first_block(
    by_mark: Mapping[str, tuple[RuleFuncBlockType, ...]], others: tuple[RuleFuncBlockType, ...]
) -> RuleFuncBlockType:
    def first(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        for rule in by_mark.get(state.src[start : start + 1], others):  # noqa: SIM110  # a generator takes twice the time
            if rule(state, line, end, silent):
                return True
        return False

    return first


def _choose_inlines(md: MarkdownIt) -> None:
    ruler = md.inline.ruler
    names = dict(zip(ruler.getRules(""), ruler.get_active_rules(), strict=True))
    rules = [rule for rule in names if names[rule] != "text"]
    ruler.push("any", _first_inline(*_chosen(rules, names, _INLINES)))
    ruler.enableOnly(["any"])


def _first_inline(
    by_mark: Mapping[str, tuple[RuleFuncInlineType, ...]], others: tuple[RuleFuncInlineType, ...]
) -> RuleFuncInlineType:
    def first(state: StateInline, silent: bool) -> bool:
        for rule in by_mark.get(state.src[state.pos], others):
            if rule(state, silent):
                return True
        return _text(state, silent)

    return first


def _text(state: StateInline, silent: bool) -> bool:
    """Read up to the next mark; markdown-it's own rule stops at many that mean nothing here."""
    found = _MARK.search(state.src, state.pos)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True
