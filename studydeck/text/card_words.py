"""The few words that cards show besides the words of the notes, in the language of the deck.

In: the code of a language. Out: its words, from the lists `card_…` of its file of word lists; where there are none,
signs that every language has.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from studydeck.text.dates import is_date, is_year
from studydeck.text.word_list_files import phrase_of

LABEL = "{}"  # in a phrase: where the label, or the number, stands


class CardWords(Struct, frozen=True):
    """The phrases, each from the list of its name; `{}` in one of them stands for a label or a number.

    Attributes
    ----------
    term_question : what the backward card asks.
    term_label_question, meaning_label_question : the same, and the forward card, by the head of a column.
    year, date : the label of a term that is a year, or a date.
    code : what is asked for that is code, by its language.
    more : the head of what stands beside an answer.
    item_count : behind a list's title: one of so many items is hidden.
    report : the link to a form in which a learner reports a mistake.
    """

    term_question: str = "?"
    term_label_question: str = "{}?"
    year: str = ""
    date: str = ""
    meaning_label_question: str = "{}?"
    code: str = "{}"
    more: str = "…"
    item_count: str = "1/{}"
    report: str = "⚠"

    def label_of(self, term: str) -> str:
        """Return the label of a term that no column names: of a year, or of a date; else an empty string."""
        if is_year(term):
            return self.year
        return self.date if is_date(term) else ""

    def ask_term(self, label: str) -> str:
        """Return the question for a term, by the label of its column if it has one."""
        return self.term_label_question.replace(LABEL, label) if label else self.term_question

    def ask_meaning(self, label: str) -> str:
        """Return the question for a meaning by the label of its column."""
        return self.meaning_label_question.replace(LABEL, label)

    def name_code(self, language: str) -> str:
        """Return what a card asks for that is code in a language of programs."""
        return self.code.replace(LABEL, language)

    def count_items(self, count: int) -> str:
        """Return what stands behind the title of a list of so many items."""
        return f"({self.item_count.replace(LABEL, str(count))})"


@cache
def card_words(language: str) -> CardWords:
    """Return the words of a language; of "pt-BR" those of "pt"."""
    code = language.partition("-")[0].lower()
    phrases = {name: phrase_of(f"card_{name}", code) for name in CardWords.__struct_fields__}
    return CardWords(**{name: phrase for name, phrase in phrases.items() if phrase})
