"""Answers that are cut to their first sentences, with the whole answer as the extra.

In: the two sides of a pair. Out: the shorter answer, and what the back shows below it.
"""

from __future__ import annotations

from studydeck.extraction.embeds import is_media
from studydeck.model.document import Content, Formula, Paragraph, Text
from studydeck.model.text_edits import cut
from studydeck.model.traverse import text_of_content
from studydeck.text.length import exceeds, length
from studydeck.text.openings import is_anaphoric, is_example, is_open, is_preface, is_premise
from studydeck.text.punctuation import ends_in_colon, has_question_mark
from studydeck.text.search import occurs_in, stem_pattern
from studydeck.text.sentences import sentences
from studydeck.text.tokens import content_words

LONGEST_ANSWER = 34  # words
LONGEST_SHORTENED = 28  # words; a longer answer is cut to whole sentences of so many words at most
LONGEST_AT_ONCE = 25  # words that are answered in one breath
SHORTEST_FIRST = 5  # words of a first sentence that answers


def is_unfinished(text: Text) -> bool:
    """Return whether a text says only half without what is below it: it ends in a colon, or states a premise."""
    return ends_in_colon(text.string) or is_premise(text.plain)


def shortened(meaning: Content) -> tuple[Content, Content]:
    """Cut a long answer to its first sentences; return it with the whole answer as the extra, or with nothing."""
    first = meaning[0]
    if not isinstance(first, Paragraph):
        return meaning, ()
    if len(meaning) > 1 and isinstance(meaning[1], Formula) and is_open(first.text.string):
        return meaning, ()
    parts = () if is_media(first) else sentences(first.text)
    if not parts:  # pictures, which are shown whole
        return meaning, ()
    kept_count, word_count = 1, length(parts[0])
    while kept_count < len(parts) and word_count + length(parts[kept_count]) <= LONGEST_SHORTENED:
        word_count += length(parts[kept_count])
        kept_count += 1
    if (kept_count == len(parts) and len(meaning) == 1) or word_count > LONGEST_ANSWER:
        return meaning, ()
    text = (
        cut(first.text, 0, first.text.string.find(parts[kept_count].string)) if kept_count < len(parts) else first.text
    )
    if len(meaning) > 1 and is_unfinished(text):
        return meaning, ()
    return (Paragraph(text, first.span, first.directives),), meaning


def first_sentence(term: Text, meaning: Content) -> Content:
    """Return the first of several sentences, if it alone says what a term means and all are too long to be answered.

    It has to name the term: else it may only lead to the sentence that explains it.
    """
    text = text_of_content(meaning)
    if not exceeds(text, LONGEST_AT_ONCE) or exceeds(text, LONGEST_ANSWER) or not isinstance(meaning[0], Paragraph):
        return ()
    first = meaning[0]
    parts = () if is_media(first) else sentences(first.text)
    opening = parts[0] if len(parts) > 1 else first.text
    if (len(parts) < 2 and len(meaning) < 2) or not SHORTEST_FIRST <= length(opening) <= LONGEST_AT_ONCE:
        return ()
    string = opening.string
    if has_question_mark(string) or is_unfinished(opening) or is_preface(string) or is_example(string):
        return ()
    words = [stem_pattern(word) for word in content_words(term.string)]
    if is_anaphoric(opening) or not occurs_in(words, string):
        return ()
    text = cut(first.text, 0, first.text.string.find(parts[1].string)) if len(parts) > 1 else first.text
    return (Paragraph(text, first.span, first.directives),)


def is_shown_whole(meaning: Content, extra: Content) -> bool:
    """Return whether the extra is an answer of which the first sentence is asked."""
    whole = text_of_content(extra).plain
    return not exceeds(whole, LONGEST_ANSWER) and whole.startswith(text_of_content(meaning).plain)
