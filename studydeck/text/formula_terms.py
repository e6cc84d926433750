"""Terms beside formulas: `$L < 1$: converges`, `Arc length $s = r\\theta$`, `The work is $W = Fs$`.

In: the text of an item or a paragraph. Out: its term and its meaning, the verb before its formula, or None.
"""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile

from studydeck.model.document import FORMULA_KINDS, Inline, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds
from studydeck.text.names import can_be_name, is_lead_word
from studydeck.text.tokens import is_function_word, words_of
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

LONGEST_NAME = 4  # words before a formula
MOST_FORMULAS = 9  # in one line, each with its name
_SIGN = lazy_pattern(r"\s*[:：]\s*(?=\S)|\s+[-–—]{1,2}\s+(?=[^\W\d_]{2})")  # a dash before a formula is a minus
_NAMED_EQUATION = lazy_pattern(
    r"""
    (?P<equation> (?:[^\w\s:=]|[^\W\d_]){1,4} (?:[ ]\w)? [ ] = [ ]    # a quantity
        (?! [^:]* [^\W\d_]{4} ) [^:\n]{1,40}? )                       # signs, numbers and letters, but no words
    \s* : [ ]+ (?=[^\W\d_]{3})                                       # the name
    """,
    re.VERBOSE,
)
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
_FINAL_CONJUNCTIONS = phrase_set("name_conjunctions", "final_prepositions")
_OPENINGS = phrase_set("formula_openings") | {""}
LEAST_FORMULA = 3  # characters of a formula that a sentence can ask for
_VERB_BEFORE_FORMULA = lazy_pattern(rf"(?<=\s)(?P<verb>{alternatives('formula_verbs')})\s*[:：]?\s*$")
_VERB_AFTER_SYMBOL = lazy_pattern(rf"\s*(?:{alternatives('defining_verbs')}|[:=])\s+(?=\S)")
_CONJUNCTION = lazy_pattern(rf"[,;.]?\s*(?:{alternatives('name_conjunctions')}\s*)?$")


def formula_before_sign(text: Text) -> tuple[Text, Text] | None:
    """Return a formula at the start of a text, and what is said of it behind a colon or a dash."""
    if text.inlines[0].kind != "math":
        return None
    sign = _SIGN.match(text.string, len(text.inlines[0].text))
    return (Text(text.inlines[:1]), cut(text, sign.end())) if sign else None


def named_equation(text: Text) -> tuple[Text, Text] | None:
    """Return a formula in plain characters, and what it is called: "F = m·a: Newton's second law"."""
    match = _NAMED_EQUATION.match(text.string) if " = " in text.string else None
    return (cut(text, 0, match.end("equation")), cut(text, match.end())) if match else None


def name_before_formula(text: Text, *, is_first: bool = True) -> tuple[Text, Text] | None:
    """Return the name at the start of a text, and the formula directly behind it with the clause that explains it.

    "Then we have $a = b$" is no name: it begins with a capital, unless it is not the first of its line.
    """
    first, *others = text.inlines
    if first.kind != "text" or not others or others[0].kind not in FORMULA_KINDS:
        return None
    name = first.text.strip(" :：=")
    is_whole = name[-1:].isalnum() or name.endswith(")")
    is_relation = first.text.rstrip().endswith("=") or _RELATION.search(others[0].text)
    if not is_whole or not is_relation or (is_first and not name[0].isupper()):
        return None
    if exceeds(name, LONGEST_NAME) or is_lead_word(name) or name.rpartition(" ")[2] in _FINAL_CONJUNCTIONS:
        return None
    words = words_of(name)
    if not _PROSE.isdisjoint(map(str.casefold, words)) or any(map(is_function_word, words)) or not can_be_name(name):
        return None
    after = "".join([inline.text for inline in dropwhile(_continues_formula, others)]).lstrip(" ,.;(")
    if after and not after.startswith(_CLAUSE_OPENINGS):
        return None
    return cut(text, 0, len(first.text.rstrip(" :：="))), cut(text, len(first.text))


def _continues_formula(inline: Inline) -> bool:
    return inline.kind in FORMULA_KINDS or (inline.kind == "text" and not any(map(str.isalpha, inline.text)))


def verb_before_formula(text: Text) -> tuple[int, int, int] | None:
    """Return start and end of the verb before the formula that ends a sentence, and the offset of the formula."""
    before = tuple(takewhile(lambda inline: inline.kind not in FORMULA_KINDS, text))
    others = text.inlines[len(before) :]
    if not before or not others or any(inline.kind != "text" for inline in before):
        return None
    end = sum([len(inline.text) for inline in before])
    verb = _VERB_BEFORE_FORMULA.search(text.string[:end])
    if not verb or not (_RELATION.search(others[0].text) or len(others[0].text) >= LEAST_FORMULA):
        return None
    after = "".join([each.text for each in dropwhile(_continues_formula, others)]).lstrip(" ,.;(")
    if after and not after.startswith(_CLAUSE_OPENINGS):
        return None
    return verb.start("verb"), verb.end("verb"), end


def defined_symbols(text: Text) -> list[tuple[Text, Text]]:
    """Cut `where $m$ is the mass and $a$ is the acceleration` into its symbols and what they are, if it has several."""
    if [inline.kind for inline in text].count("math") < 2:
        return []
    starts, offset, string = [], 0, text.string
    for inline in text:
        end = offset + len(inline.text)
        if inline.kind == "math" and (verb := _VERB_AFTER_SYMBOL.match(string, end)):
            starts.append((offset, end, verb.end()))
        offset = end
    if len(starts) < 2 or string[: starts[0][0]].strip(" ,").casefold() not in _OPENINGS:
        return []
    ends = [start for start, _, _ in starts[1:]] + [len(string)]
    pairs: list[tuple[Text, Text]] = []
    for (start, symbol_end, meaning_start), end in zip(starts, ends, strict=True):
        conjunction = _CONJUNCTION.search(string, meaning_start, end)
        meaning = cut(text, meaning_start, conjunction.start() if conjunction else end)
        if not meaning.plain:
            return []
        pairs.append((cut(text, start, symbol_end), meaning))
    return pairs


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
