"""Terms beside formulas: `$L < 1$: converges`, `Arc length $s = r\\theta$`.

In: the text of an item or a paragraph. Out: its term and its meaning, or None.
"""

from __future__ import annotations

import re
from itertools import dropwhile

from studydeck.model.document import FORMULA_KINDS, Inline, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.names import can_be_name, is_lead_word
from studydeck.text.tokens import is_function_word, words_of
from studydeck.text.word_list_files import phrase_set, phrases

LONGEST_NAME = 4  # words before a formula
MOST_FORMULAS = 9  # in one line, each with its name
_COLON = lazy_pattern(r"\s*[:：]\s*(?=\S)")
_RELATION = lazy_pattern(
    r"""
      [=<>]                                # a sign, or a command for one
    | \\(?: leq? | geq? | neq? | approx | sim | propto | equiv | to | rightarrow | in )\b
    """,
    re.VERBOSE,
)
_PROSE = phrase_set("formula_prose")
_CLAUSE_OPENINGS = tuple([f"{word} " for word in phrases("formula_clauses")])
_PARTS = lazy_pattern(r";\s+")


def formula_before_colon(text: Text) -> tuple[Text, Text] | None:
    """Return a formula at the start of a text, and what is said of it behind a colon."""
    if text.inlines[0].kind != "math":
        return None
    colon = _COLON.match(text.string, len(text.inlines[0].text))
    return (Text(text.inlines[:1]), cut(text, colon.end())) if colon else None


def name_before_formula(text: Text, *, is_first: bool = True) -> tuple[Text, Text] | None:
    """Return the name at the start of a text, and the formula directly behind it with the clause that explains it.

    "Then we have $a = b$" is no name: it begins with a capital, unless it is not the first of its line.
    """
    first, *others = text.inlines
    if first.kind != "text" or not others or others[0].kind not in FORMULA_KINDS:
        return None
    name = first.text.strip(" :：")
    is_whole = name[-1:].isalnum() or name.endswith(")")
    if not is_whole or not _RELATION.search(others[0].text) or (is_first and not name[0].isupper()):
        return None
    if exceeds(name, LONGEST_NAME) or is_lead_word(name):
        return None
    words = words_of(name)
    if not _PROSE.isdisjoint(map(str.casefold, words)) or any(map(is_function_word, words)) or not can_be_name(name):
        return None
    after = "".join([inline.text for inline in dropwhile(_continues_formula, others)]).lstrip(" ,.;(")
    if after and not after.startswith(_CLAUSE_OPENINGS):
        return None
    return cut(text, 0, len(first.text.rstrip(" :："))), cut(text, len(first.text))


def _continues_formula(inline: Inline) -> bool:
    return inline.kind in FORMULA_KINDS or (inline.kind == "text" and not any(map(str.isalpha, inline.text)))


def named_formulas(text: Text) -> list[tuple[Text, Text]]:
    """Cut `Disk $V = a$; shell $V = b$` into its names and formulas; an empty list if a part is something else."""
    if not 0 < text.string.count(";") < MOST_FORMULAS or all(inline.kind != "math" for inline in text):
        return []
    pairs: list[tuple[Text, Text]] = []
    start = 0
    for end in (*_part_ends(text), len(text.string)):
        pair = name_before_formula(cut(text, start, end), is_first=not pairs)
        if not pair:
            return []
        pairs.append(pair)
        start = end + 1
    return pairs if len(pairs) > 1 else []


def _part_ends(text: Text) -> list[int]:
    """Return the offsets of the semicolons between formulas."""
    ends, offset = [], 0
    for inline in text:
        if inline.kind == "text":
            ends += [offset + match.start() for match in _PARTS.finditer(inline.text)]
        offset += len(inline.text)
    return ends
