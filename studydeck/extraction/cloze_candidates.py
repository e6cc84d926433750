"""Choose the phrases of a sentence that a cloze hides, so that the rest of the sentence forces them.

In: the text of a sentence, the section's vocabulary, and the other text on the card. Out: spans in reading order.

Phrases that the author marked come first. Otherwise one blank is chosen: a number with its unit, a term that the notes
define elsewhere, or a proper name or acronym. `forced_blanks` rejects those that are not forced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.extraction.forced_blanks import Sentence, Span, is_forced, sentence_of
from studydeck.model.document import Style, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.text.lexicon import is_example, is_function_word
from studydeck.text.normalize import normalize, tokens
from studydeck.text.words import alternatives

MOST_BLANKS = 3
LEAST_WORDS = 4  # content words of a sentence in which a blank is chosen
LONGEST_TERM = 5  # words
_MARKED_STYLES = Style.STRONG | Style.HIGHLIGHT
_UNIT = (
    rf"(?:%|{alternatives('unit_words')}|[KMGTP]i?B|[kKMG]bps|ms|[cmkn]?m|µm|[kmµ]?g|[mkMG]?W|[kMG]?Hz|dB|"
    r"m?mol(?:/l(?:iter)?)?|[md]?l|eV|[kMG]eV|J|kJ|N|Pa|bar|°[CF]?|x|vCPUs?|GPUs?|V|€|USD)"
)
_LIMIT_WORD = re.compile(rf"\b{alternatives('limit_words')}\b")
_NUMBER = re.compile(
    rf"(?<![\w.$/-])(?P<value>[~$€£<>≤≥]?\d[\d,.]*(?:\s?[-–/]\s?\d[\d,.]*)?(?:\s?{_UNIT}(?![\w]))?)(?![\w/-])"
)
_PROPER_NAME = re.compile(
    r"(?<![\w@/.])(?:[A-Z][\w+#-]*[A-Za-z0-9+#]|[A-Z]{2,})"
    rf"(?:\s+(?:{alternatives('name_particles')}\s+)*(?:[A-Z][\w+#-]*|[A-Z]{{2,}}|\d+(?:\.\d+)*))*(?![\w@])"
)
_FORMULA_SIGNS = frozenset("=<>{}|[(")
_FORMULA = re.compile(r"[=<>{}|]|\w\[|\w\(\w*\)")
_BEFORE_LABEL_NUMBER = re.compile(rf"[A-Z][\w-]*\s$|[(#]$|\b{alternatives('number_labels')}\s$")
_AFTER_AMBIGUOUS_NUMBER = re.compile(rf"\s{alternatives('number_conjunctions')}\s\d|[)\]]|['’′]")
_TOKEN = re.compile(r"[^\W_]+(?:[-/.'’][^\W_]+)*")
_CAMEL_CASE_OR_DIGIT = re.compile(r"[a-z][A-Z]|\d")
_NOT_ASCII_LETTER = re.compile(r"[^a-zA-Z\s]")
_UNIT_OR_SIGN = re.compile(r"[^\d.,\s]")


def blanks(text: Text, vocabulary: SectionVocabulary, card_text: str = "", phrases: tuple[str, ...] = ()) -> list[Span]:
    """Choose what to hide in a sentence.

    Parameters
    ----------
    text : the sentence.
    vocabulary : the section's vocabulary.
    card_text : the other text on the card; a phrase in it is not hidden.
    phrases : what the author asks to hide, in place of any choice.

    Returns
    -------
    offsets (start, end) in the flat text, in reading order; none for a question or a lead-in.
    """
    flat_text = text.string
    if "?" in flat_text or "？" in flat_text or flat_text.rstrip().endswith((":", "：")):
        return []
    if phrases:
        spans = [span for phrase in phrases if (span := _phrase_span(flat_text, phrase))]
    else:
        spans = _candidates(text, sentence_of(text, card_text), vocabulary)
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
        if _is_significant(flat_text, span) and is_forced(span, sentence, by_author=span in highlighted)
    ]
    if marked:
        return marked[:MOST_BLANKS]
    italic = [span for span in _marked(text, Style.EM) if span[1] - span[0] > 3 and is_forced(span, sentence)]
    if is_example(flat_text):
        return []
    if italic:
        return italic[:MOST_BLANKS]
    if sentence.content_word_count < LEAST_WORDS or not _is_prose(flat_text):
        return []
    for candidates in (_numbers(flat_text), _defined_terms(flat_text, vocabulary), _names(flat_text, vocabulary)):
        forced = [span for span in candidates if is_forced(span, sentence)]
        if forced:
            return [max(forced, key=lambda span: (_preference(flat_text, span), -span[0]))]
    return []


def _phrase_span(text: str, phrase: str) -> Span | None:
    if len(phrase) > 2 and phrase.startswith("$") and phrase.endswith("$"):
        phrase = phrase.strip("$")  # a formula, which has no delimiters in a text
    start = text.casefold().find(phrase.casefold())
    return (start, start + len(phrase)) if start >= 0 else None


def _is_significant(text: str, span: Span) -> bool:
    """Return whether a marked phrase is more than the name of a variable or an emphasis."""
    phrase = text[span[0] : span[1]]
    return len(phrase) > 2 and not is_function_word(phrase)


def _is_prose(text: str) -> bool:
    """Return whether a text consists of words; formulas and code force nothing."""
    signs = [character for character in _NOT_ASCII_LETTER.findall(text) if not character.isalpha()]
    letter_count = len(text) - len(signs)
    return letter_count >= 0.78 * len(text) and (_FORMULA_SIGNS.isdisjoint(signs) or not _FORMULA.search(text))


def _marked(text: Text, styles: int = _MARKED_STYLES) -> list[Span]:
    """Return the spans with one of the styles; adjacent inlines form one span."""
    code = "code" if styles == _MARKED_STYLES else None
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


def _numbers(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        value = match["value"].rstrip(".,")
        before, after = text[: match.start()], text[match.start() + len(value) :]
        # "Windows 10" and "Layer 7" are names, "1 or 2" cannot be known, "(1)" is numbering.
        label = _BEFORE_LABEL_NUMBER.search(before)
        if label or _AFTER_AMBIGUOUS_NUMBER.match(after):
            continue
        # A bare number at the start is a count or numbering, unless the sentence states a limit.
        if not before.strip() and value.isdigit() and not _LIMIT_WORD.search(after):
            continue
        if any(character.isdigit() for character in value):
            yield match.start(), match.start() + len(value)


def _defined_terms(text: str, vocabulary: SectionVocabulary) -> Iterator[Span]:
    """Yield the terms that the notes define elsewhere, the longest one at each word."""
    if not vocabulary.endings or (text.isascii() and vocabulary.endings.isdisjoint(tokens(text.casefold()))):
        return
    token_spans = [match.span() for match in _TOKEN.finditer(text)]
    ending_indexes = [
        index for index, (start, end) in enumerate(token_spans) if _last_token(text[start:end]) in vocabulary.endings
    ]
    first = max(ending_indexes[0] - LONGEST_TERM + 1, 0) if ending_indexes else 0
    while ending_indexes and first <= ending_indexes[-1]:
        for last in [index for index in reversed(ending_indexes) if first <= index < first + LONGEST_TERM]:
            start, end = token_spans[first][0], token_spans[last][1]
            phrase = text[start:end]
            is_name = last > first or any(character.isupper() for character in phrase)
            if is_name and normalize(phrase) in vocabulary.terms and len(phrase) > 2 and not is_function_word(phrase):
                yield start, end
                first = last
                break
        first += 1


def _last_token(word: str) -> str:
    return word.lower() if word.isascii() and word.isalnum() else normalize(word).rpartition(" ")[2]


def _names(text: str, vocabulary: SectionVocabulary) -> Iterator[Span]:
    for match in _PROPER_NAME.finditer(text):
        first_word = match[0].split()[0]
        # A word that the notes also write in lower case is not a name; in German every noun is capitalised.
        if match[0].istitle() and (
            vocabulary.capitalised or (match[0].isalpha() and match[0].casefold() in vocabulary.capitalised_words)
        ):
            continue
        if (
            _is_sentence_start(text[: match.start()])
            and not (len(first_word) > 1 and first_word.isupper())
            and not _CAMEL_CASE_OR_DIGIT.search(first_word)
        ):
            continue
        if not is_function_word(match[0]) and len(match[0]) > 1:
            yield match.start(), match.end()


def _is_sentence_start(before: str) -> bool:
    """Return whether a sentence, or a part of one, begins after this text."""
    last = before.rstrip()[-1:]
    return not (last.isalnum() or last in "_,;)]") if last else before in {"", "\n"}


def _preference(text: str, span: Span) -> tuple[int, int]:
    """Return a sort key for candidates of one kind; the highest is preferred."""
    phrase = text[span[0] : span[1]]
    if phrase[0].isdigit():
        # A number with a unit or a fraction is more specific than a bare one, and 10 more than 1.
        return int(bool(_UNIT_OR_SIGN.search(phrase))), len(phrase)
    return len(phrase.split()), len(phrase)
