"""Choose the phrases of a sentence that a cloze hides, so that the rest of the sentence forces them.

In: the text of a sentence, the section's vocabulary, and the other text on the card. Out: spans in reading order.

Phrases that the author marked come first. Otherwise one blank is chosen: a number with its unit, a term that the notes
define elsewhere, or a proper name or acronym. `forced_blanks` rejects those that are not forced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.extraction.blank_places import is_joined_name
from studydeck.extraction.forced_blanks import Sentence, is_forced, sentence_of
from studydeck.model.document import Style, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import text_of
from studydeck.patterns import lazy_pattern
from studydeck.text.dates import widened
from studydeck.text.length import length
from studydeck.text.names import is_lead_word
from studydeck.text.normalize import normalize
from studydeck.text.numbers import numbers
from studydeck.text.openings import is_example
from studydeck.text.proper_names import proper_names
from studydeck.text.punctuation import ends_in_colon, has_question_mark
from studydeck.text.tokens import Span, is_function_word, tokens, word_spans

MOST_BLANKS = 3
LEAST_WORDS = 4  # content words of a sentence in which a blank is chosen
LONGEST_TERM = 5  # words
LEAST_COMMAS, LONGEST_LISTED_NAME = 2, 4  # commas of a list of names, words of each of them
_LISTED_NAME = lazy_pattern(r"[^,;()、]+")
_FORMULA_SIGNS = frozenset("=<>{}|[(")
_FORMULA = lazy_pattern(r"[=<>{}|]|\w\[|\w\(\w*\)")
_NOT_ASCII_LETTER = lazy_pattern(r"[^a-zA-Z\s]")
_LEAST_LIKENESS = 0.8  # of a phrase and its other spelling, from 0 to 1
_UNIT_OR_SIGN = lazy_pattern(r"[^\d.,\s]")
_MARKS = lazy_pattern(r"(\$\$?|\*\*|__|`+|==)(\S|\S[^\n]*?\S)\1")


def blanks(
    text: Text,
    vocabulary: SectionVocabulary,
    card_text: str = "",
    phrases: tuple[str, ...] = (),
    nearby: tuple[str, ...] = (),
) -> list[Span]:
    """Choose what to hide in a sentence.

    Parameters
    ----------
    text : the sentence.
    vocabulary : the section's vocabulary.
    card_text : the other text on the card; a phrase in it is not hidden.
    phrases : what the author asks to hide, in place of any choice.
    nearby : the texts among which the sentence stands, case-folded; what most of them name is not hidden.

    Returns
    -------
    offsets (start, end) in the flat text, in reading order; none for a question or a lead-in.
    """
    flat_text = text.string
    if has_question_mark(flat_text) or ends_in_colon(flat_text):
        return []
    if phrases:
        spans = [span for phrase in phrases if (span := _phrase_span(flat_text, phrase))]
    else:
        spans = _candidates(text, sentence_of(text, card_text, nearby), vocabulary)
    indivisible = _indivisible(text)
    return [span for span in spans if not _overlaps(span, indivisible)] if indivisible else spans


def _indivisible(text: Text) -> list[Span]:
    """Return the spans of formulas and pictures, of which no part can be hidden."""
    start, spans = 0, []
    for inline in text:
        if inline.kind not in {"text", "code"}:
            spans.append((start, start + len(inline.text)))
        start += len(inline.text)
    return spans


def _overlaps(span: Span, others: list[Span]) -> bool:
    """Return whether a span holds a part of one of the others, but not all of it."""
    return any(start < span[1] and span[0] < end and not span[0] <= start < end <= span[1] for start, end in others)


def _candidates(text: Text, sentence: Sentence, vocabulary: SectionVocabulary) -> list[Span]:
    flat_text = sentence.text
    highlighted = {*_marked(text, Style.HIGHLIGHT), *_indivisible(text)}  # a formula in bold is asked whole
    marked = [
        span
        for span in _marked(text)
        if _is_significant(flat_text, span) and is_forced(span, sentence, by_author=span in highlighted, marked=True)
    ]
    if marked:
        return marked[:MOST_BLANKS]
    if any(inline.styles & Style.HIGHLIGHT and len(inline.text) > 1 for inline in text):
        return []  # a highlight is hidden itself, or nothing is
    italic = [span for span in _marked(text, Style.EM) if span[1] - span[0] > 3 and is_forced(span, sentence)]
    if is_example(flat_text):
        return []
    if italic:
        return italic[:MOST_BLANKS]
    if sentence.content_word_count < LEAST_WORDS or not _is_prose(flat_text):
        return []
    for candidates in (numbers(text), _defined_terms(text, vocabulary), _names(text, vocabulary)):
        whole = dict.fromkeys([span for candidate in candidates if (span := widened(candidate, text))])
        forced = [span for span in whole if is_forced(span, sentence) and not _is_one_of_several(flat_text, span)]
        if forced:
            return [max(forced, key=lambda span: (_preference(flat_text, span), -span[0]))]
    return []


def unmarked_phrase(phrase: str) -> str:
    """Return a phrase that a directive names as it stands in a text: without the marks of formulas, code and bold."""
    return _MARKS.sub(r"\2", phrase)


def _phrase_span(text: str, phrase: str) -> Span | None:
    return next(_phrase_spans(text, phrase), None)


def _phrase_spans(text: str, phrase: str) -> Iterator[Span]:
    """Yield where a phrase stands in a text, in any case: folding a whole text would move what is behind an "ß"."""
    for written in dict.fromkeys((phrase, unmarked_phrase(phrase))):
        if written:
            yield from (match.span() for match in re.finditer(re.escape(written), text, re.IGNORECASE))


def hidable_span(text: Text, phrase: str) -> Span | None:
    """Return where a phrase of a sentence can be hidden, or None.

    Whole words come first, then a part of a word, and then words that are a phrase in another spelling.
    """
    string, indivisible = text.string, _indivisible(text)
    spans = [span for span in _phrase_spans(string, phrase) if not _overlaps(span, indivisible)]
    words = word_spans(text)
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    whole = [
        span
        for span in spans
        if (span[0] in starts or not string[span[0]].isalnum())
        and (span[1] in ends or not string[span[1] - 1].isalnum())
    ]
    if spans:
        return (whole or spans)[0]
    count = len(word_spans(text_of(phrase)))
    windows = {
        string[words[first][0] : words[first + count - 1][1]]: (words[first][0], words[first + count - 1][1])
        for first in range(len(words) - count + 1 if count else 0)
    }
    from difflib import get_close_matches  # imported here: few phrases are spelled otherwise

    for spelling in get_close_matches(phrase, windows, 1, _LEAST_LIKENESS):
        is_same_number = list(filter(str.isdigit, spelling)) == list(filter(str.isdigit, phrase))
        if is_same_number and not _overlaps(windows[spelling], indivisible):
            return windows[spelling]
    return None


def _is_one_of_several(text: str, span: Span) -> bool:
    """Return whether a span is, or is part of, one of several names in a row, any of which could be missing."""
    if text[span[0]].isdigit():
        return False
    before, after = text[: span[0]], text[span[1] :]
    if is_joined_name(before, after) or before.endswith(" / ") or after.startswith(" / "):
        return True
    if text.count(",") + text.count("、") < LEAST_COMMAS:
        return False
    parts = [(match.start(), match.end()) for match in _LISTED_NAME.finditer(text)]
    is_short = [0 < length(text[start:end]) <= LONGEST_LISTED_NAME for start, end in parts]
    own = next((number for number, (start, end) in enumerate(parts) if start <= span[0] < end), len(parts))
    windows = [is_short[first : first + 3] for first in range(max(own - 2, 0), own + 1)]
    return any(len(window) > LEAST_COMMAS and all(window) for window in windows)


def _is_significant(text: str, span: Span) -> bool:
    """Return whether a marked phrase is more than the name of a variable or an emphasis."""
    phrase = text[span[0] : span[1]]
    is_long = len(phrase) > 2 or (len(phrase) == 2 and phrase.islower())
    is_label = is_lead_word(phrase) and not any(map(str.isalpha, text[: span[0]]))  # "✅ Example: ..."
    return is_long and not is_function_word(phrase) and not is_label


def _is_prose(text: str) -> bool:
    """Return whether a text consists of words; formulas and code force nothing."""
    signs = [character for character in _NOT_ASCII_LETTER.findall(text) if not character.isalpha()]
    letter_count = len(text) - len(signs)
    return letter_count >= 0.78 * len(text) and (_FORMULA_SIGNS.isdisjoint(signs) or not _FORMULA.search(text))


def _marked(text: Text, styles: int = Style.MARKED) -> list[Span]:
    """Return the spans with one of the styles; adjacent inlines form one span."""
    code = "code" if styles == Style.MARKED else None
    offset, start = 0, -1
    spans: list[Span] = []
    for inline in text:
        if inline.styles & Style.STRIKE:
            return []
        if inline.styles & styles or inline.kind == code:
            start = offset if start < 0 else start
        elif start >= 0:
            spans.append((start, offset))
            start = -1
        offset += len(inline.text)
    if start >= 0:
        spans.append((start, offset))
    return _stripped(text.string, spans) if spans else []


def _stripped(text: str, spans: list[Span]) -> list[Span]:
    """Return the spans without the white space and punctuation at their ends; empty ones are left out."""
    stripped = []
    for start, end in spans:
        phrase = text[start:end]
        left = len(phrase) - len(phrase.lstrip())
        right = len(phrase.rstrip(" .,:;"))
        if right > left:
            stripped.append((start + left, start + right))
    return stripped


def _defined_terms(text: Text, vocabulary: SectionVocabulary) -> Iterator[Span]:
    """Yield the terms that the notes define elsewhere, the longest one at each word."""
    string = text.string
    if not vocabulary.endings or (string.isascii() and vocabulary.endings.isdisjoint(tokens(string.casefold()))):
        return
    spans = word_spans(text)
    ending_indexes = [
        index for index, (start, end) in enumerate(spans) if _last_token(string[start:end]) in vocabulary.endings
    ]
    first = max(ending_indexes[0] - LONGEST_TERM + 1, 0) if ending_indexes else 0
    while ending_indexes and first <= ending_indexes[-1]:
        for last in [index for index in reversed(ending_indexes) if first <= index < first + LONGEST_TERM]:
            start, end = spans[first][0], spans[last][1]
            phrase = string[start:end]
            is_name = last > first or any(character.isupper() for character in phrase)
            if is_name and normalize(phrase) in vocabulary.terms and len(phrase) > 2 and not is_function_word(phrase):
                yield start, end
                first = last
                break
        first += 1


def _last_token(word: str) -> str:
    return word.lower() if word.isascii() and word.isalnum() else normalize(word).rpartition(" ")[2]


def _names(text: Text, vocabulary: SectionVocabulary) -> Iterator[Span]:
    """Yield the names, without words that the notes also write in lower case; in German every noun is capitalised."""
    for start, end in proper_names(text):
        name = text.string[start:end]
        is_ordinary_word = name.istitle() and (
            vocabulary.capitalised or (name.isalpha() and name.casefold() in vocabulary.capitalised_words)
        )
        if not is_ordinary_word:
            yield start, end


def _preference(text: str, span: Span) -> tuple[int, int]:
    """Return a sort key for candidates of one kind; the highest is preferred."""
    phrase = text[span[0] : span[1]]
    if phrase[0].isdigit():
        # A number with a unit or a fraction is more specific than a bare one, and 10 more than 1.
        return int(bool(_UNIT_OR_SIGN.search(phrase))), len(phrase)
    return len(phrase.split()), len(phrase)
