"""The deck-wide vocabulary, narrowed to what a section can use.

In: the sections of all files. Out: their summaries, the deck's vocabulary, and for each section the part that concerns
it. So an edit in one file changes the input of another section only if that section can use what changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from studydeck.model.document import Content, ItemList, Section, Table, Text
from studydeck.model.notes import DeckVocabulary, SectionVocabulary, VocabularySummary
from studydeck.text.labels import is_label
from studydeck.text.lazy import lazy
from studydeck.text.names import is_lead_word
from studydeck.text.normalize import normalize
from studydeck.text.proper_names import LINE_END, capitalised_words
from studydeck.text.section_texts import strings_of, texts_of, words_of_section
from studydeck.text.term_shapes import split_term
from studydeck.text.tokens import first_word, words_of

CAPITALISED_SHARE = 0.4  # of the words: about a half in German, a third in English lists in title case
LEAST_WORDS = 50  # for the share to be significant


def merge_summaries(summaries: Sequence[VocabularySummary]) -> VocabularySummary:
    """Return the summaries of sections or files as one; `words` stay empty, because only single sections need them."""
    return VocabularySummary(
        terms=frozenset().union(*[summary.terms for summary in summaries]),
        lowercase_words=frozenset().union(*[summary.lowercase_words for summary in summaries]),
        word_count=sum([summary.word_count for summary in summaries]),
        capitalised=sum([summary.capitalised for summary in summaries]),
        words=frozenset(),
        names=frozenset().union(*[summary.names for summary in summaries]),
    )


def deck_vocabulary(summaries: Sequence[VocabularySummary]) -> DeckVocabulary:
    """Return the vocabulary of the deck.

    Parameters
    ----------
    summaries : one for each file.

    Returns
    -------
    the defined terms, the words that occur both capitalised and in lower case, and whether so many words are
    capitalised that a capital does not indicate a name.
    """
    total = merge_summaries(summaries)
    capitalised = total.word_count > LEAST_WORDS and total.capitalised > CAPITALISED_SHARE * total.word_count
    return DeckVocabulary(total.terms, total.lowercase_words & total.names, capitalised)


def section_narrower(deck: DeckVocabulary) -> Callable[[VocabularySummary], SectionVocabulary]:
    """Index a deck's vocabulary.

    Parameters
    ----------
    deck : the vocabulary of the deck.

    Returns
    -------
    a function that narrows it to a section, given the section's summary.
    """
    terms_with_words = [(term, term.split()) for term in deck.terms]
    word_counts = Counter(word for _, term_words in terms_with_words for word in term_words)
    # Terms are indexed by their rarest word, so that few sections have to compare a term that they do not contain.
    terms_by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for term, term_words in terms_with_words:
        terms_by_word.setdefault(min(term_words, key=word_counts.__getitem__), []).append((term, frozenset(term_words)))
    indexed_words = frozenset(terms_by_word)

    def narrow(section: VocabularySummary) -> SectionVocabulary:
        section_words = section.words
        terms = frozenset(
            [
                term
                for word in section_words & indexed_words
                for term, words in terms_by_word[word]
                if words <= section_words
            ]
        )
        endings = frozenset([term.rpartition(" ")[2] for term in terms])
        return SectionVocabulary(terms, deck.lowercase_words & section.names, deck.capitalised, endings)

    return narrow


@lazy
def summarize_section(section: Section) -> VocabularySummary:
    """Return what a section contributes to the deck's vocabulary, and by which words it can use the rest.

    Parameters
    ----------
    section : the section with its blocks.

    Returns
    -------
    its terms, its words in lower case, the number of its countable words and of the capitalised ones among them, all
    its words in normal form, and its names.
    """
    strings = strings_of(section)
    lines = [text.string for text in texts_of(section)]
    text = LINE_END.join(lines)  # one search in all lines takes half the time of one in each
    code = LINE_END.join(set(strings).difference(lines)) if len(strings) > len(lines) else ""
    words = words_of(text)
    counted = _counted(words)
    openings = _counted([opening for line in lines if (opening := first_word(line))])
    return VocabularySummary(
        _terms(section),
        frozenset(filter(str.islower, (*words, *words_of(code)))),
        len(counted) - len(openings),
        _capital_count(counted) - _capital_count(openings),
        words_of_section(section),
        frozenset(map(str.casefold, capitalised_words(text))),
    )


def _counted(words: Sequence[str]) -> list[str]:
    """Return the words whose capitals tell whether a language capitalises its nouns; not acronyms and short words."""
    return [word for word in words if len(word) > 3 and word.isalpha() and not word.isupper()]


def _capital_count(words: Sequence[str]) -> int:
    return len([word for word in words if word[0].isupper()])


def _terms(section: Section) -> frozenset[str]:
    """Return the normal forms of the names that a section defines: its heading, terms of items, keys of tables."""
    candidates = _item_terms_and_row_keys(section.blocks)
    if section.level > 1:
        candidates.append(section.heading)
    return frozenset([name for candidate in candidates if (name := _normal_name(candidate))])


def _item_terms_and_row_keys(blocks: Content) -> list[Text]:
    candidates: list[Text] = []
    for block in blocks:
        if type(block) is ItemList:
            for item in block.items:
                if term_and_meaning := split_term(item.text):
                    candidates.append(term_and_meaning[0])
                if item.blocks:
                    candidates += _item_terms_and_row_keys(item.blocks)
        elif type(block) is Table:
            candidates += [row.cells[0] for row in block.rows if row.cells]
    return candidates


def _normal_name(text: Text) -> str:
    """Return the normal form of a text that can be a name, else an empty string."""
    words = text.plain
    if words.islower():
        return ""
    name = normalize(text)
    is_short = 3 <= len(name) <= 40 and name.count(" ") < 4 and not name.isdigit()
    is_name = is_short and any(map(str.isupper, words)) and not is_label(text) and not is_lead_word(text)
    return name if is_name else ""
