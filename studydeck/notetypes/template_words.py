"""The places in card templates for words in the language of the deck: `%{more}`, `%{term_question}`.

In: the text of a card template. Out: the same with the words in their places, and places for words that there are not.
"""

from __future__ import annotations

from collections.abc import Iterator

from studydeck.notetypes.template_parser import Fault
from studydeck.patterns import lazy_pattern
from studydeck.text.card_words import LABEL, CardWords

_PLACE = lazy_pattern(r"%\{([^{}]*)\}")
_FIELDS = {"term_label_question": "{{TermLabel}}", "meaning_label_question": "{{MeaningLabel}}"}


def with_words(template: str, words: CardWords) -> str:
    """Return a card template with the words in their places, and the field of a label in those that have one."""
    return _PLACE.sub(lambda place: getattr(words, place[1]).replace(LABEL, _FIELDS.get(place[1], "")), template)


def unknown_words(template: str) -> Iterator[Fault]:
    """Yield the places for words that there are not."""
    names = CardWords.__struct_fields__
    for place in _PLACE.finditer(template):
        if place[1] not in names:
            yield place.start(), f"there is no word {place[0]}; there are {', '.join(f'%{{{name}}}' for name in names)}"
