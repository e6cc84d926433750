"""`Term: meaning` and similar forms: whether a text is one, and where to cut it.

In: the text of an item and its sibling items. Out: term and meaning as texts, or None.

A bold term is a strong shape, and so is a colon once lead words, long left sides and dates are excluded. The weak
shapes (a dash, an equals sign, an arrow, a bracket at the end, a letter or a number as the term) are accepted only
where enough siblings have the same shape: such a list is a table in another form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category

from studydeck.model.document import Inline, Item, Style, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.formula_terms import formula_before_sign, name_before_formula, named_equation
from studydeck.text.key_chords import chord_end
from studydeck.text.lazy import lazy
from studydeck.text.length import exceeds, length
from studydeck.text.names import is_lead_word
from studydeck.text.openings import starts_like_sentence
from studydeck.text.phrases import Phrases
from studydeck.text.pronunciations import end_of_pronunciation
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.sentence_pairs import sentence_pair, translated_sentence
from studydeck.text.term_sides import is_meaning, is_sign, kind_of_term
from studydeck.text.tokens import may_hold_cjk
from studydeck.text.verbs import has_verb
from studydeck.text.word_list_files import alternatives


def _separator(more_colons: str = "", more_dashes: str = "") -> re.Pattern[str]:
    """Return the pattern of what separates a term from its meaning, with further forms of the colon and the dash."""
    return lazy_pattern(
        rf"""
        (?=[\s:：→⇒⟶⟹➔➜↔⇔=<—-])                  # no separator begins otherwise; for speed
        (?: (?P<colon> \s*(?<!:):\s+ | ：\s* {more_colons} )
          | (?P<dash> \s+(?:[-–—]{{1,2}}|…)\s+ {more_dashes} )
          | (?P<equals> \s+=\s+ )
          | (?P<arrow> \s*(?:<?->|→|<?=>|[⇒⟶⟹➔➜↔⇔])\s* )
        )
        """,
        re.VERBOSE,
    )


_SEPARATOR = _separator()
_CJK_SEPARATOR = _separator(  # apart, as wide ranges of characters take long to compile
    r"| (?<=[^\W\d_]):(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3])",
    r"| (?<=[\u2e80-\uffef])——(?=[\u2e80-\uffef])",
)
_SEPARATOR_SIGN = lazy_pattern(r"[:：=→⇒⟶⟹➔➜↔⇔(–—…\[/-]")
_SEPARATOR_AFTER_TERM = lazy_pattern(r"\s*(?:[:：](?:\s*[:：])?|[-–—]{1,2}\s|=\s|->|→)\s*|[ ]*\n\s*")
_SEPARATOR_IN_BOLD = lazy_pattern(r"(?<=\w)\s+(?:[-–—]{1,2}|=|->|→)$")  # "**Term →** meaning"
_COPULA = lazy_pattern(rf"\s*{alternatives('copulas')}\s+(?=\S)")
_THIRD_PERSON_VERB = lazy_pattern(rf"\s+(?!{alternatives('no_verbs')}\b)[a-z]{{2,}}s\s+\w+\s+\w")
_TERM_WITH_GLOSS = lazy_pattern(r"^([^()]{2,60}?)\s+\(([^()]{3,})\)\.?$")
_CROSS_REFERENCE = lazy_pattern(
    rf"""
      ^{alternatives("reference_verbs")}\s\w+\W*$                   # "see below"
    | ^(?: {alternatives("missing_meanings")} | \?+ | \.{{3}} | … )$    # no meaning yet
    """,
    re.IGNORECASE | re.VERBOSE,
)
_REFERENCES = Phrases("reference_verbs", "missing_meanings")
_NO_WORDS = lazy_pattern(r"[\d\W]+")
_SEPARATOR_AND_TEXT = lazy_pattern(r"\s*(?:[:：]|[-–—]{1,2}\s)\s*\S")
_LONGEST_PICTURED_NAME = 6  # words before a colon and a picture
_TWO_NAMES = lazy_pattern(r"(?:[A-Z]\w+\s){1,2}[–—]\s[A-Z]\w+(?:\s[A-Z]\w+)?[:：]")
_MOST_SIBLINGS = 40  # siblings that are compared, for speed
_SEPARATED_SHAPES = {"dash", "equals", "arrow", "colon", "date", "sentences", "phrase", "formula"}
_WEAK_SHAPES = {"dash", "equals", "arrow", "gloss", "letter", "number", "phrase"}


def split_term(text: Text, siblings: Sequence[Item] = ()) -> tuple[Text, Text] | None:
    """Cut an item's text into its term and its meaning.

    Parameters
    ----------
    text : the text of the item.
    siblings : the items of its list, itself included; the weak shapes are trusted only by their siblings.

    Returns
    -------
    term and meaning, or None if the text has no such form or it cannot be trusted.
    """
    shape, parts = _shape_and_parts(text)
    if not parts or (shape in _WEAK_SHAPES and not _siblings_share(shape, siblings)):
        return None
    if shape == "arrow" and _recurs(parts[0], siblings):  # steps, such as "Client → SYN", "Client → ACK"
        return None
    return parts


def untrusted_term(text: Text) -> tuple[Text, Text] | None:
    """Return the term and the meaning of a weak shape, which only the siblings of an item can confirm."""
    shape, parts = _shape_and_parts(text)
    return parts if shape in _WEAK_SHAPES else None


def starts_with_term(item: Item) -> bool:
    """Return whether an item begins with a term that its author marked or put before a colon."""
    return _shape_and_parts(item.text)[0] in {"marked", "colon", "date"}


@lazy  # each item of a list asks for the shapes of all its siblings
def _shape_and_parts(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    """Return the shape of a text ("" for none), and its term and meaning; most texts have neither mark nor sign."""
    if len(text.inlines) > 1 and (parts := _picture_and_words(text)):
        return "colon", parts
    if pair := translated_sentence(text):
        return "sentences", pair
    unmarked = len(text.inlines) < 2 or not _is_marked(text.inlines[0])
    if unmarked and not _SEPARATOR_SIGN.search(text.string):
        return "", None
    shape, parts = _cut_by_shape(text)
    return shape, parts if parts and _is_explanation(shape, *parts) else None


def _picture_and_words(text: Text) -> tuple[Text, Text] | None:
    """Return the parts of `picture: words` or `words: picture`, or None if a text is neither."""
    kinds = [inline.kind for inline in text]
    if "picture" not in kinds:
        return None
    if kinds[0] == "picture":
        offset = len(text.inlines[0].text)
        separator = _SEPARATOR_AFTER_TERM.match(text.string, offset)
        rest = cut(text, separator.end()) if separator else None
        return (Text(text.inlines[:1]), rest) if rest and rest.plain and text.inlines[0].target else None
    first = kinds.index("picture")
    before = "".join([inline.text for inline in text.inlines[:first]])
    if {*kinds[first:]} != {"picture"} or not ends_in_colon(before.rstrip()):
        return None
    name = before.rstrip(" :：")
    if not name or exceeds(name, _LONGEST_PICTURED_NAME):
        return None
    return cut(text, 0, len(name)), Text(text.inlines[first:])


def _is_explanation(shape: str, term: Text, meaning: Text) -> bool:
    """Return whether the term is a term and the meaning explains it, rather than points elsewhere."""
    name, explanation = term.plain, meaning.plain
    if not name or not explanation or (is_lead_word(term) and shape != "letter" and category(name[0]) != "Sm"):
        return False
    if _NO_WORDS.fullmatch(name) and shape not in {"date", "number"} and not (is_sign(name) or _is_code_of_signs(term)):
        return False
    return not (_REFERENCES.may_begin(explanation) and _CROSS_REFERENCE.match(explanation))


def _is_code_of_signs(term: Text) -> bool:
    """Return whether a term is code without digits: `;` is an operator, and `0` a value."""
    return all(inline.kind == "code" for inline in term) and not any(map(str.isdigit, term.string))


def _formula_or_spoken_word(text: Text) -> tuple[str, tuple[Text, Text]] | None:
    """Return the shape and the parts of a text that begins with a formula, or with a word and its pronunciation."""
    string = text.string
    if formula := formula_before_sign(text):
        return ("colon" if ends_in_colon(string[: -len(formula[1].string)].rstrip()) else "dash"), formula
    if spoken := end_of_pronunciation(string):
        return "marked", (cut(text, 0, spoken[0]), cut(text, spoken[1]))
    named = named_equation(text)
    return ("colon", named) if named else None


def _cut_by_shape(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    flat_text = text.string
    if first := _formula_or_spoken_word(text):
        return first
    end_of_keys = chord_end(flat_text)
    if (end := _marked_term_end(text)) and end >= end_of_keys:
        after = flat_text[end:]
        term = flat_text[:end].rstrip()
        if separator := _SEPARATOR_AFTER_TERM.match(after):
            return "marked", (cut(text, 0, end), cut(text, end + separator.end()))
        if ends_in_colon(term):
            return "marked", (cut(text, 0, len(term) - 1), cut(text, end))
        if sign := _SEPARATOR_IN_BOLD.search(term):
            return "marked", (cut(text, 0, sign.start()), cut(text, end))
        if length(term) <= 5 and (verb := _COPULA.match(after)):
            return "marked", (cut(text, 0, end), cut(text, end + verb.end()))
        if length(term) <= 4 and _THIRD_PERSON_VERB.match(after) and not _has_marks_after(text, end):
            return "marked", (cut(text, 0, end), cut(text, end))
    if (pair := sentence_pair(text)) and not _is_inside_markup(text, len(pair[0].string)):
        return "sentences", pair
    separators = _SEPARATOR if flat_text.isascii() or not may_hold_cjk(flat_text) else _CJK_SEPARATOR
    separator = separators.search(flat_text, end_of_keys)
    while separator and separator.start() and _is_inside_markup(text, separator.start()):
        separator = separators.search(flat_text, separator.end())
    if separator and not separator.start():
        separator = separators.match(flat_text, 1)  # "⇒: implies" asks for the arrow
    if separator and separator["dash"] and _TWO_NAMES.match(flat_text):
        separator = separators.search(flat_text, separator.end())  # the names of a pair of people: "Navier", "Stokes"
    # A dash behind a comma is a form of the word: "der Löffel, -" has no plural.
    if separator and separator["dash"] and flat_text[: separator.start()].endswith(","):
        separator = separators.search(flat_text, separator.end() - 1)
    if separator:
        left, right = flat_text[: separator.start()].strip(), flat_text[separator.end() :].strip()
        shape = separator.lastgroup or ""
        if (
            not _is_inside_markup(text, separator.start())
            and (kind := shape if separator.start() == end_of_keys else kind_of_term(left, shape))
            and is_meaning(right, shape)
        ):
            return kind, (cut(text, 0, separator.start()), cut(text, separator.end()))
    gloss = _TERM_WITH_GLOSS.match(flat_text) if "(" in flat_text else None
    if (
        gloss
        and " = " not in gloss[1]
        and length(gloss[1]) <= 4
        and not has_verb(gloss[1])
        and not starts_like_sentence(gloss[1])
    ):
        return "gloss", (cut(text, 0, gloss.end(1)), cut(text, gloss.start(2), gloss.end(2)))
    named = name_before_formula(text)
    return ("formula", named) if named else ("", None)


def is_sentence_pair(text: Text) -> bool:
    """Return whether a text is a sentence and its translation."""
    return _shape_and_parts(text)[0] == "sentences"


def _marked_term_end(text: Text) -> int:
    """Return the end of the bold, highlighted or code term at the start of a text, or 0."""
    end = 0
    for inline in text:
        if not _is_marked(inline):
            break
        end += len(inline.text)
    # Italics mark a term only where a separator follows; elsewhere they are emphasis.
    if (
        text
        and text.inlines[0].styles & Style.EM
        and not text.inlines[0].styles & Style.MARKED
        and not _SEPARATOR_AND_TEXT.match(text.string[end:])
    ):
        return 0
    return end if 0 < end < len(text.string) and length(text.string[:end]) <= 8 else 0


def _is_marked(inline: Inline) -> bool:
    return bool(inline.styles & (Style.MARKED | Style.EM)) or inline.kind == "code"


def _has_marks_after(text: Text, end: int) -> bool:
    """Return whether a text marks other phrases than the one that ends at `end`."""
    return any(inline.styles & Style.MARKED or inline.kind == "code" for inline in cut(text, end))


def _is_inside_markup(text: Text, offset: int) -> bool:
    """Return whether an offset is inside code, math or the text of a link."""
    end = 0
    for inline in text:
        end += len(inline.text)
        if offset < end:
            return inline.kind != "text" or bool(inline.target)
    return False


def _recurs(term: Text, siblings: Sequence[Item]) -> bool:
    """Return whether several siblings begin with the same term before an arrow."""
    found = [_shape_and_parts(item.text) for item in siblings[:_MOST_SIBLINGS]]
    return [parts[0].plain for shape, parts in found if shape == "arrow" and parts].count(term.plain) > 1


def _siblings_share(shape: str, siblings: Sequence[Item]) -> bool:
    """Return whether at least two, and at least half, of the siblings have the shape, or all have any separator."""
    compared = siblings[:_MOST_SIBLINGS]
    shapes = [_shape_and_parts(item.text)[0] for item in compared]
    count = shapes.count(shape)
    if shape == "letter" and count < 3 and len(shapes) > 2 * count:  # "K → violet" beside "Na → yellow"
        return _SEPARATED_SHAPES.issuperset({*shapes} - {"letter"})
    if shape in {"letter", "number"}:
        return count >= 2 and count * 2 >= len(compared) and not _is_numbering(compared, shape)
    if shape != "phrase" and count >= 2 and count * 2 >= len(compared):
        return True
    if shape == "gloss":  # a greeting without words of a known language, beside sentences with their translations
        return 2 * shapes.count("sentences") >= len(shapes) and {"sentences", "gloss"}.issuperset(shapes)
    return shape in _SEPARATED_SHAPES and len(compared) >= 2 and _SEPARATED_SHAPES.issuperset(shapes)


def _is_numbering(siblings: Sequence[Item], shape: str) -> bool:
    """Return whether letters or numbers before the siblings only count them: A, B, C or 10, 11, 12."""
    parts = [parts for item in siblings if (found := _shape_and_parts(item.text))[0] == shape and (parts := found[1])]
    names = [term.plain.casefold() for term, _ in parts]
    if names[0] in {"q", "a"} and {"q", "a"}.issuperset(names):
        return True
    if not all(name.isdecimal() or len(name) == 1 for name in names):  # also what it is called: "x (x_train)"
        return False
    numbers = [int(name) if name.isdecimal() else ord(name) for name in names]
    starts = names[0] in {"a", "α", "а"} or names[0].isdecimal()
    return starts and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
