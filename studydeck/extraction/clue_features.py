"""The features of a clue without a label: whether it defines its term, or is one of many remarks on it.

In: a clue, and the headings that are shown with it or stand above it. Out: the names of its features.
"""

from __future__ import annotations

from studydeck.extraction.verb_phrases import split_at_verb
from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.labels import heads_properties
from studydeck.text.length import length
from studydeck.text.normalize import alphanumeric
from studydeck.text.search import BLANK
from studydeck.text.tokens import content_words
from studydeck.text.word_list_files import alternatives

_FEW_WORDS = 3
_LEAST_NEW = 2  # content words of a clue that no heading above it has
_LONGEST_NAME = 2  # words of a name in a row of names
_BETWEEN_NAMES = lazy_pattern(rf"[,;、，；،]\s*|\s{alternatives('list_conjunctions')}\s")


def features_of_clue(about: str, clue: Text, heading_path: tuple[str, ...]) -> list[str]:
    """Return what shows that a clue is no definition; `about` is the heading that the card shows with it."""
    found = []
    if heads_properties(about):
        found.append("clue: a property")
    if length(clue) <= _FEW_WORDS:
        found.append("clue: few words")
    shown = alphanumeric(" ".join(heading_path))
    if len([word for word in content_words(clue) if word.casefold() not in shown]) < _LEAST_NEW:
        found.append("clue: repeats its headings")
    names = _BETWEEN_NAMES.split(clue.plain)
    if len(names) > 1 and all(0 < length(name) <= _LONGEST_NAME for name in names):
        found.append("clue: names in a row")
    if BLANK not in clue.string and split_at_verb(clue):
        found.append("clue: has a subject of its own")
    if all(inline.kind == "code" for inline in clue if inline.text.strip()):
        found.append("clue: code")
    return found
