"""`Term: meaning` and similar forms: whether a text is one, and where to cut it.

In: the text of an item and its sibling items. Out: term and meaning as texts, or None.

A shape is trusted by how often human judges accepted its cards: 90 % and more for a bold term, 80 % for a colon once
lead words and long left sides are excluded. The weak shapes (a dash, an equals sign, an arrow, a bracket at the end)
are accepted only where enough siblings have the same shape: such a list is a table in another form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studydeck.model.document import Inline, Item, Style, Text
from studydeck.model.traverse import cut
from studydeck.text.lazy import lazy
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import (
    can_be_name,
    has_verb,
    is_evaluative,
    is_function_word,
    is_lead_word,
    starts_like_sentence,
)
from studydeck.text.words import alternatives

_SEPARATOR = re.compile(
    r"(?=[\s:：→⇒=-])(?:(?P<colon>\s*:\s+|：\s*)|(?P<dash>\s+[-–—]{1,2}\s+)|(?P<equals>\s+=\s+)|(?P<arrow>\s*(?:->|→|=>|⇒)\s*))"
)
_SEPARATOR_SIGN = re.compile(r"[:：=→⇒(–—-]")
_SEPARATOR_AFTER_TERM = re.compile(r"\s*(?:[:：]|[-–—]{1,2}\s|=\s|->|→)\s*")
_COPULA = re.compile(rf"\s*{alternatives('copulas')}\s+(?=\S)")
_THIRD_PERSON_VERB = re.compile(rf"\s+(?!{alternatives('no_verbs')}\b)[a-z]{{2,}}s\s+\w+\s+\w")
_TERM_WITH_GLOSS = re.compile(r"^([^()]{2,60}?)\s+\(([^()]{3,})\)\.?$")
_CROSS_REFERENCE = re.compile(
    rf"^{alternatives('reference_verbs')}\s\w+\W*$|^(?:{alternatives('missing_meanings')}|\?+|\.{{3}}|…)$",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"^[\d\W]+$")
_EQUATION = re.compile(r"^([A-Za-z]{2}[\w /-]{0,30}?)\s*=(?!>)\s*((?=.*[A-Za-z]{2}).{2,})$")
_MARKED_STYLES = Style.STRONG | Style.HIGHLIGHT
_SEPARATOR_AND_TEXT = re.compile(r"\s*(?:[:：]|[-–—]{1,2}\s)\s*\S")
_CLAUSE_BREAK = re.compile(r"(?<=[,.;])\s+")
_PUNCTUATION = re.compile(r"[;?!,](?:\s|$)|\w{6,}\.(?:\s|$)")
_CHARACTER_OR_NUMBER = re.compile(r"\w|[\d.,\s%$-]+")
_URL_OR_MARKUP = re.compile(r"https?$|[{}<>\[\]|]")
_SECOND_TERM = re.compile(r"[,;]\s*[^\s,;:]{1,12}:\s")
_ARITHMETIC = re.compile(r"[=(){}\[\];]|\d\s*[+*/^-]\s*\d")
_ARROW = re.compile(r"->|→|=>|⇒")
_LONGEST_PICTURED_NAME = 6  # words before a colon and a picture
_MOST_SIBLINGS = 40  # siblings that are compared, for speed
_WEAK_SHAPES = {"dash", "equals", "arrow", "gloss"}


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
    return parts


def starts_with_term(item: Item) -> bool:
    """Return whether an item begins with a term that its author marked or put before a colon."""
    return _shape_and_parts(item.text)[0] in {"marked", "colon"}


def equations(text: Text) -> list[tuple[Text, Text]]:
    """Cut `A = x, B = y. C = z` into its pairs, or return an empty list if any part is no equation."""
    pairs, offset = [], 0
    flat_text = text.string
    if "=" not in flat_text or any(inline.kind in {"code", "math"} for inline in text):
        return []
    for clause in _CLAUSE_BREAK.split(flat_text):
        start = flat_text.index(clause, offset)
        offset = start + len(clause)
        stripped = clause.rstrip(",.; ")
        match = _EQUATION.match(stripped)
        if not match or exceeds(match[1], 3) or is_function_word(match[1]):
            return []
        pairs.append((cut(text, start, start + match.end(1)), cut(text, start + match.start(2), start + len(stripped))))
    return pairs


@lazy  # each item of a list asks for the shapes of all its siblings
def _shape_and_parts(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    """Return the shape of a text ("" for none), and its term and meaning; most texts have neither mark nor sign."""
    if len(text.inlines) > 1 and (parts := _picture_and_words(text)):
        return "colon", parts
    unmarked = len(text.inlines) < 2 or not _is_marked(text.inlines[0])
    if unmarked and not _SEPARATOR_SIGN.search(text.string):
        return "", None
    shape, parts = _cut_by_shape(text)
    return shape, parts if parts and _is_explanation(*parts) else None


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
    before = "".join(inline.text for inline in text if inline.kind != "picture")
    is_last = "picture" not in kinds[: kinds.index("picture")] and {*kinds[kinds.index("picture") :]} == {"picture"}
    if not is_last or not before.rstrip().endswith((":", "：")):
        return None
    name = before.rstrip(" :：")
    if not name or exceeds(name, _LONGEST_PICTURED_NAME):
        return None
    return cut(text, 0, len(name)), Text(text.inlines[kinds.index("picture") :])


def _is_explanation(term: Text, meaning: Text) -> bool:
    """Return whether the term is a term and the meaning explains it, rather than points elsewhere."""
    name, explanation = term.plain, meaning.plain
    if not name or not explanation or is_lead_word(term):
        return False
    return not (_NO_WORDS.match(name) or _CROSS_REFERENCE.match(explanation))


def _cut_by_shape(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    flat_text = text.string
    if end := _marked_term_end(text):
        after = flat_text[end:]
        term = flat_text[:end].rstrip()
        if separator := _SEPARATOR_AFTER_TERM.match(after):
            return "marked", (cut(text, 0, end), cut(text, end + separator.end()))
        if term.endswith((":", "：")):
            return "marked", (cut(text, 0, len(term) - 1), cut(text, end))
        if length(term) <= 5 and (verb := _COPULA.match(after)):
            return "marked", (cut(text, 0, end), cut(text, end + verb.end()))
        if length(term) <= 4 and _THIRD_PERSON_VERB.match(after) and not _has_marks_after(text, end):
            return "marked", (cut(text, 0, end), cut(text, end))
    if separator := _SEPARATOR.search(flat_text):
        left, right = flat_text[: separator.start()].strip(), flat_text[separator.end() :].strip()
        shape = separator.lastgroup or ""
        if not _is_inside_markup(text, separator.start()) and _is_term(left, shape) and _is_meaning(right, shape):
            return shape, (cut(text, 0, separator.start()), cut(text, separator.end()))
    gloss = _TERM_WITH_GLOSS.match(flat_text) if "(" in flat_text else None
    if gloss and length(gloss[1]) <= 4 and not has_verb(gloss[1]) and not starts_like_sentence(gloss[1]):
        return "gloss", (cut(text, 0, gloss.end(1)), cut(text, gloss.start(2), gloss.end(2)))
    return "", None


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
        and not text.inlines[0].styles & _MARKED_STYLES
        and not _SEPARATOR_AND_TEXT.match(text.string[end:])
    ):
        return 0
    return end if 0 < end < len(text.string) and length(text.string[:end]) <= 8 else 0


def _is_marked(inline: Inline) -> bool:
    return bool(inline.styles & (_MARKED_STYLES | Style.EM)) or inline.kind == "code"


def _has_marks_after(text: Text, end: int) -> bool:
    """Return whether a text marks other phrases than the one that ends at `end`."""
    return any(inline.styles & _MARKED_STYLES or inline.kind == "code" for inline in cut(text, end))


def _is_inside_markup(text: Text, offset: int) -> bool:
    """Return whether an offset is inside code, math or the text of a link."""
    end = 0
    for inline in text:
        end += len(inline.text)
        if offset < end:
            return inline.kind != "text" or bool(inline.target)
    return False


def _is_term(left: str, shape: str) -> bool:
    """Return whether the text left of a separator can be a term."""
    longest = {"colon": 6, "dash": 5, "equals": 3, "arrow": 3}[shape]
    if not left or exceeds(left, longest) or _PUNCTUATION.search(left) or left.count("(") != left.count(")"):
        return False
    if _CHARACTER_OR_NUMBER.fullmatch(left) or not can_be_name(left) or is_evaluative(left):
        return False
    return not _URL_OR_MARKUP.search(left)


def _is_meaning(right: str, shape: str) -> bool:
    """Return whether the text right of a separator can be a meaning."""
    if not right or right.startswith("//") or (shape == "colon" and _SECOND_TERM.search(right)):
        return False
    if shape == "equals":
        return length(right) >= 1 and not _ARITHMETIC.search(right)
    if shape == "arrow":
        return not _ARROW.search(right)
    return shape != "dash" or length(right) >= 2


def _siblings_share(shape: str, siblings: Sequence[Item]) -> bool:
    """Return whether at least two, and at least half, of the siblings have the shape."""
    compared = siblings[:_MOST_SIBLINGS]
    same_shape = sum(_shape_and_parts(item.text)[0] == shape for item in compared)
    return same_shape >= 2 and same_shape * 2 >= len(compared)
