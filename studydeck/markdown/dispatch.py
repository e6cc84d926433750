"""Speed up the parser: a parser in, the same parser with its rules chosen by the next character out.

On its own markdown-it tries every rule at every line and at every character that can begin markup.
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

from studydeck.markdown import flashcards
from studydeck.patterns import lazy_pattern

_Rule = TypeVar("_Rule")
# The characters with which a rule can begin; a rule that is not listed is tried everywhere.
_BLOCK_STARTS = {
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
    "flashcard": flashcards.QUESTION,
}
_INLINE_STARTS = {
    "newline": "\n",
    "bracket_math": "\\",
    "math_inline": "$",
    "spaced_math": "$",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "wikilink": "[!",
    "link": "[",
    "image_with_size": "!",
    "image": "!",
    "image_with_spaces": "!",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "autolink": "<",
    "comment": "<",
    "html_inline": "<",
    "entity": "&",
    "cloze": flashcards.CLOZE_START + flashcards.CLOZE_END[0],
}
_RULE_CHAINS = ("paragraph", "reference", "blockquote", "list")
# `]` ends a link, `=` is highlight markup and `{` ruby: none of them begins a rule, but text with them is not plain.
_MARKUP_CHARACTER = lazy_pattern(rf"[{re.escape(''.join((*_INLINE_STARTS.values(), ']={')))}]")


def is_plain_text(text: str) -> bool:
    """Return whether an inline text has no markup: no rule can begin in it."""
    return not _MARKUP_CHARACTER.search(text)


def choose_rules(parser: MarkdownIt) -> None:
    """Make a parser try only rules that can match; call it after all plugins are added."""
    _choose_blocks(parser)
    _choose_inlines(parser)


def _rules_by_character(
    rules: Sequence[_Rule], names: Mapping[_Rule, str], first_characters_of: Mapping[str, str]
) -> tuple[Mapping[str, tuple[_Rule, ...]], tuple[_Rule, ...]]:
    """Return the rules for each first character, and the rules for all other characters, in their order."""
    first_characters = {*"".join(first_characters_of.values())}
    by_character = {
        character: tuple(rule for rule in rules if character in first_characters_of.get(names[rule], character))
        for character in first_characters
    }
    return by_character, tuple(rule for rule in rules if names[rule] not in first_characters_of)


def _choose_blocks(parser: MarkdownIt) -> None:
    ruler = parser.block.ruler
    names = dict(zip(ruler.getRules(""), ruler.get_active_rules(), strict=True))
    rules = {
        chain: _block_dispatcher(*_rules_by_character(ruler.getRules(chain), names, _BLOCK_STARTS))
        for chain in ("", *_RULE_CHAINS)
    }
    ruler.before(next(iter(names.values())), "any", rules[""])
    for chain in _RULE_CHAINS:
        ruler.push(f"end of {chain}", rules[chain], {"alt": [chain]})
    # "any" finds every block, the others serve their chains; markdown-it checks by name whether "code" is enabled.
    ruler.enableOnly(["any", "code", *(f"end of {chain}" for chain in _RULE_CHAINS)])


def _block_dispatcher(
    by_character: Mapping[str, tuple[RuleFuncBlockType, ...]], others: tuple[RuleFuncBlockType, ...]
) -> RuleFuncBlockType:
    def first_matching_rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        start = state.bMarks[line] + state.tShift[line]
        for rule in by_character.get(state.src[start : start + 1], others):  # noqa: SIM110  # a generator takes twice the time
            if rule(state, line, end, silent):
                return True
        return False

    return first_matching_rule


def _choose_inlines(parser: MarkdownIt) -> None:
    ruler = parser.inline.ruler
    names = dict(zip(ruler.getRules(""), ruler.get_active_rules(), strict=True))
    rules = [rule for rule in names if names[rule] != "text"]
    ruler.push("any", _inline_dispatcher(*_rules_by_character(rules, names, _INLINE_STARTS)))
    ruler.enableOnly(["any"])


def _inline_dispatcher(
    by_character: Mapping[str, tuple[RuleFuncInlineType, ...]], others: tuple[RuleFuncInlineType, ...]
) -> RuleFuncInlineType:
    def first_matching_rule(state: StateInline, silent: bool) -> bool:
        for rule in by_character.get(state.src[state.pos], others):
            if rule(state, silent):
                return True
        return _parse_text(state, silent)

    return first_matching_rule


def _parse_text(state: StateInline, silent: bool) -> bool:
    """Parse text up to the next markup character; markdown-it's own rule stops at more characters."""
    markup = _MARKUP_CHARACTER.search(state.src, state.pos)
    end = markup.start() if markup else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True
