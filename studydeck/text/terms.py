"""`Term: meaning` and its sisters: which of them can be trusted, and where to cut.

Trust comes from how often a human found each shape sensible (a bold term 90 % and more, a colon 80 % once lead words
and long left sides are gone) and, for the weak shapes (a dash, an equals sign, an arrow, a bracket at the end), from
the item's own siblings: a family that is written alike is a table in disguise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from studydeck.model.document import Inline, Item, Style, Text
from studydeck.model.traverse import cut, flat, plain
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import (
    has_verb,
    is_evaluative,
    is_function_word,
    is_lead_word,
    names_a_thing,
    starts_like_sentence,
)

_SEPARATOR = re.compile(
    r"(?=[\s:：→⇒=-])(?:(?P<colon>\s*:\s+|：\s*)|(?P<dash>\s+[-–—]{1,2}\s+)|(?P<equals>\s+=\s+)|(?P<arrow>\s*(?:->|→|=>|⇒)\s*))"
)
_SIGN = re.compile(r"[:：=→⇒(–—-]")
_AFTER_MARK = re.compile(r"\s*(?:[:：]|[-–—]{1,2}\s|=\s|->|→)\s*")
_COPULA = re.compile(r"\s*(?:is|are|was|were|means?|refers to|stands for|denotes)\s+(?=\S)")
_THIRD_PERSON = re.compile(
    r"\s+(?!(?:is|was|has|does|as|its|this|always|sometimes|plus|versus|thus)\b)[a-z]{2,}s\s+\w+\s+\w"
)
_GLOSS = re.compile(r"^([^()]{2,60}?)\s+\(([^()]{3,})\)\.?$")
_POINTS_AWAY = re.compile(
    r"^(?:see|siehe|se|ver|véase|voir)\s\w+\W*$|^(?:见上|同上|tbd|todo|\?+|\.{3}|…)$", re.IGNORECASE
)
_CLOSED = re.compile(r"^[\d\W]+$")
_EQUATION = re.compile(r"^([A-Za-z]{2}[\w /-]{0,30}?)\s*=(?!>)\s*((?=.*[A-Za-z]{2}).{2,})$")
_MARKED = Style.STRONG | Style.HIGHLIGHT
_SEPARATED = re.compile(r"\s*(?:[:：]|[-–—]{1,2}\s)\s*\S")
_CLAUSE = re.compile(r"(?<=[,.;])\s+")
_STOPS = re.compile(r"[;?!,](?:\s|$)|\w{6,}\.(?:\s|$)")
_NO_NAME = re.compile(r"\w|[\d.,\s%$-]+")
_MARKUP = re.compile(r"https?$|[{}<>\[\]|]")
_NEXT_TERM = re.compile(r"[,;]\s*[^\s,;:]{1,12}:\s")
_RECKONS = re.compile(r"[=(){}\[\];]|\d\s*[+*/^-]\s*\d")
_ARROW = re.compile(r"->|→|=>|⇒")
_FAMILY = 40  # siblings that are looked at
WEAK = {"dash", "equals", "arrow", "gloss"}


def split_term(text: Text, siblings: Sequence[Item] = ()) -> tuple[Text, Text] | None:
    """Cut an item into its term and its meaning, or give None where that cannot be trusted."""
    shape, found = _shape(text)
    if not found or (shape in WEAK and not _family(shape, siblings)):
        return None
    return found


def is_named(item: Item) -> bool:
    """Tell whether an item begins with a term that the author set apart."""
    return _shape(item.text)[0] in {"marked", "colon"}


def equations(text: Text) -> list[tuple[Text, Text]]:
    """Cut `A = x, B = y. C = z` into its pairs, or give nothing."""
    found, at = [], 0
    words = flat(text)
    if "=" not in words or any(inline.kind in {"code", "math"} for inline in text):
        return []
    for piece in _CLAUSE.split(words):
        begin = words.index(piece, at)
        at = begin + len(piece)
        bare = piece.rstrip(",.; ")
        one = _EQUATION.match(bare)
        if not one or exceeds(one[1], 3) or is_function_word(one[1]):
            return []
        found.append((cut(text, begin, begin + one.end(1)), cut(text, begin + one.start(2), begin + len(bare))))
    return found


def _shape(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    """Give how an item is written, and its term and meaning: most begin with no mark and have no sign."""
    bare = not text or len(text) == 1 or not _sets_apart(text[0])
    return ("", None) if bare and not _SIGN.search(flat(text)) else _signed(text)


@lru_cache(maxsize=1 << 16)  # every item of a list asks for the shapes of its siblings, and the whole deck did before
def _signed(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    shape, found = _cut(text)
    return shape, found if found and _explains(*found) else None


def _explains(term: Text, meaning: Text) -> bool:
    """Tell whether a meaning says something, of a term that is one."""
    name, said = plain(term), plain(meaning)
    if not name or not said or is_lead_word(name):
        return False
    return not (_CLOSED.match(name) or _POINTS_AWAY.match(said))


def _cut(text: Text) -> tuple[str, tuple[Text, Text] | None]:
    words = flat(text)
    if end := _marked_end(text):
        after = words[end:]
        inside = words[:end].rstrip()
        if sep := _AFTER_MARK.match(after):
            return "marked", (cut(text, 0, end), cut(text, end + sep.end()))
        if inside.endswith((":", "：")):
            return "marked", (cut(text, 0, len(inside) - 1), cut(text, end))
        if length(inside) <= 5 and (verb := _COPULA.match(after)):
            return "marked", (cut(text, 0, end), cut(text, end + verb.end()))
        if length(inside) <= 4 and _THIRD_PERSON.match(after) and not _marks_more(text, end):
            return "marked", (cut(text, 0, end), cut(text, end))
    if sep := _SEPARATOR.search(words):
        left, right = words[: sep.start()].strip(), words[sep.end() :].strip()
        kind = sep.lastgroup or ""
        if not _inside_marks(text, sep.start()) and _left_names(left, kind) and _right_explains(right, kind):
            return kind, (cut(text, 0, sep.start()), cut(text, sep.end()))
    gloss = _GLOSS.match(words) if "(" in words else None
    if gloss and length(gloss[1]) <= 4 and not has_verb(gloss[1]) and not starts_like_sentence(gloss[1]):
        return "gloss", (cut(text, 0, gloss.end(1)), cut(text, gloss.start(2), gloss.end(2)))
    return "", None


def _marked_end(text: Text) -> int:
    """Give where the bold, highlighted or code term that begins a text ends, or 0."""
    end = 0
    for inline in text:
        if not _sets_apart(inline):
            break
        end += len(inline.text)
    # Italics set a term apart only where a separator follows; elsewhere they stress.
    if text and text[0].styles & Style.EM and not text[0].styles & _MARKED and not _SEPARATED.match(flat(text)[end:]):
        return 0
    return end if 0 < end < len(flat(text)) and length(flat(text)[:end]) <= 8 else 0


def _sets_apart(inline: Inline) -> bool:
    return bool(inline.styles & (_MARKED | Style.EM)) or inline.kind == "code"


def _marks_more(text: Text, end: int) -> bool:
    """Tell whether a text marks other phrases than the one that begins it."""
    return any(inline.styles & _MARKED or inline.kind == "code" for inline in cut(text, end))


def _inside_marks(text: Text, at: int) -> bool:
    """Tell whether an offset stands in code, math or a link's text."""
    end = 0
    for inline in text:
        end += len(inline.text)
        if at < end:
            return inline.kind != "text" or bool(inline.target)
    return False


def _left_names(left: str, kind: str) -> bool:
    most = {"colon": 6, "dash": 5, "equals": 3, "arrow": 3}[kind]
    if not left or exceeds(left, most) or _STOPS.search(left) or left.count("(") != left.count(")"):
        return False
    if _NO_NAME.fullmatch(left) or not names_a_thing(left) or is_evaluative(left):
        return False
    return not _MARKUP.search(left)


def _right_explains(right: str, kind: str) -> bool:
    if not right or right.startswith("//") or (kind == "colon" and _NEXT_TERM.search(right)):
        return False
    if kind == "equals":
        return length(right) >= 1 and not _RECKONS.search(right)
    if kind == "arrow":
        return not _ARROW.search(right)
    return kind != "dash" or length(right) >= 2


def _family(shape: str, siblings: Sequence[Item]) -> bool:
    """Tell whether an item's siblings are written like it."""
    family = siblings[:_FAMILY]
    alike = sum(_shape(item.text)[0] == shape for item in family)
    return alike >= 2 and alike * 2 >= len(family)
