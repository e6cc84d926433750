"""Which words of a statement to hide, so that the rest forces them.

What the author marked comes first; then one blank of our own: a number with its unit, a term that the notes define
elsewhere, a proper name or acronym. Never the subject alone, a function word, half of the words, or a word that
stands elsewhere on the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.extraction.forced_blanks import BlankContext, Span, is_forced, sentence_of
from studydeck.model.document import Style, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import flat
from studydeck.text.lexicon import is_example, is_function_word
from studydeck.text.normalize import normal, pieces

MOST = 3
LEAST_WORDS = 4
LONGEST_TERM = 5
_MARKED = Style.STRONG | Style.HIGHLIGHT
_UNIT = (
    r"(?:%|percent|[KMGTP]i?B|[kKMG]bps|ms|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|"
    r"bits?|bytes?|[cmkn]?m|µm|[kmµ]?g|[mkMG]?W|[kMG]?Hz|dB|m?mol(?:/l(?:iter)?)?|[md]?l|eV|[kMG]eV|J|kJ|N|Pa|bar|"
    r"°[CF]?|x|times|vCPUs?|cores?|GPUs?|V|€|USD|dollars)"
)
_LIMIT = re.compile(r"\b(?:max|min|maximum|minimum|most|least|limit|per|every|is|are|was|were|can|must)\b")
_NUMBER = re.compile(
    rf"(?<![\w.$/-])(?P<value>[~$€£<>≤≥]?\d[\d,.]*(?:\s?[-–/]\s?\d[\d,.]*)?(?:\s?{_UNIT}(?![\w]))?)(?![\w/-])"
)
_NAME = re.compile(
    r"(?<![\w@/.])(?:[A-Z][\w+#-]*[A-Za-z0-9+#]|[A-Z]{2,})(?:\s+(?:(?:von|van|de|der|den|la|le|di|du|da)\s+)*(?:[A-Z][\w+#-]*|[A-Z]{2,}|\d+(?:\.\d+)*))*(?![\w@])"
)
_FORMULA_SIGNS = frozenset("=<>{}|[(")
_FORMULA = re.compile(r"[=<>{}|]|\w\[|\w\(\w*\)")
_NUMBERED = re.compile(r"[A-Z][\w-]*\s$|[(#]$|\b(?:or|and|step|figure|chapter|page|version|type)\s$")
_RANGE = re.compile(r"\s(?:or|and|to)\s\d|[)\]]|['’′]")
_TOKEN = re.compile(r"[^\W_]+(?:[-/.'’][^\W_]+)*")
_MIXED = re.compile(r"[a-z][A-Z]|\d")
_NO_ASCII_LETTER = re.compile(r"[^a-zA-Z\s]")
_MEASURED = re.compile(r"[^\d.,\s]")


def blanks(text: Text, vocabulary: SectionVocabulary, shown: str = "", phrases: tuple[str, ...] = ()) -> list[Span]:
    """Give what to hide, as offsets in reading order; `shown` is what else stands on the card."""
    words = flat(text)
    if "?" in words or "？" in words or words.rstrip().endswith((":", "：")):
        return []
    if phrases:
        found = [span for phrase in phrases if (span := _find(words, phrase))]
    else:
        found = _candidates(text, sentence_of(words, shown), vocabulary)
    fixed = _fixed(text)
    return [span for span in found if not _overlaps(span, fixed)] if fixed else found


def _fixed(text: Text) -> list[Span]:
    """Give where formulas and pictures stand: they are shown whole, or not at all."""
    at, found = 0, []
    for inline in text:
        if inline.kind not in {"text", "code"}:
            found.append((at, at + len(inline.text)))
        at += len(inline.text)
    return found


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _candidates(text: Text, sentence: BlankContext, vocabulary: SectionVocabulary) -> list[Span]:
    words = sentence.words
    marked = [span for span in _marked(text) if _weighty(words, span) and is_forced(span, sentence)]
    if marked:
        return marked[:MOST]
    italic = [span for span in _marked(text, Style.EM) if span[1] - span[0] > 3 and is_forced(span, sentence)]
    if is_example(words):
        return []
    if italic:
        return italic[:MOST]
    if sentence.content_words < LEAST_WORDS or not _is_prose(words):
        return []
    for candidates in (_numbers(words), _defined(words, vocabulary), _names(words, vocabulary)):
        fitting = [span for span in candidates if is_forced(span, sentence)]
        if fitting:
            return [max(fitting, key=lambda span: (_weight(words, span), -span[0]))]
    return []


def _find(words: str, phrase: str) -> Span | None:
    at = words.casefold().find(phrase.casefold())
    return (at, at + len(phrase)) if at >= 0 else None


def _weighty(words: str, span: Span) -> bool:
    """Tell whether a marked phrase is more than the name of a variable or an emphasis."""
    piece = words[span[0] : span[1]]
    return len(piece) > 2 and not is_function_word(piece)


def _is_prose(words: str) -> bool:
    """Tell whether a text is made of words; formulas and code force nothing."""
    signs = [one for one in _NO_ASCII_LETTER.findall(words) if not one.isalpha()]
    letters = len(words) - len(signs)
    return letters >= 0.78 * len(words) and (_FORMULA_SIGNS.isdisjoint(signs) or not _FORMULA.search(words))


def _marked(text: Text, styles: int = _MARKED) -> list[Span]:
    """Give what an author marked, side by side as one."""
    code = "code" if styles == _MARKED else None
    at, start = 0, -1
    found: list[Span] = []
    for inline in text:
        if inline.styles & Style.STRIKE:
            return []
        if inline.styles & styles or inline.kind == code:
            start = at if start < 0 else start
        elif start >= 0:
            found.append((start, at))
            start = -1
        at += len(inline.text)
    if start >= 0:
        found.append((start, at))
    return _bare(flat(text), found) if found else []


def _bare(words: str, spans: list[Span]) -> list[Span]:
    """Give spans without the white space and the stops at their ends."""
    found = []
    for start, end in spans:
        piece = words[start:end]
        left = len(piece) - len(piece.lstrip())
        right = len(piece.rstrip(" .,:;"))
        if right > left:
            found.append((start + left, start + right))
    return found


def _numbers(words: str) -> Iterator[Span]:
    for found in _NUMBER.finditer(words):
        value = found["value"].rstrip(".,")
        before, after = words[: found.start()], words[found.start() + len(value) :]
        # "Windows 10" and "Layer 7" are names, "1 or 2" is a guess, "(1)" counts.
        part = _NUMBERED.search(before)
        if part or _RANGE.match(after):
            continue
        # At the start a bare number counts or numbers; only where a limit is spoken of does it say anything.
        if not before.strip() and value.isdigit() and not _LIMIT.search(after):
            continue
        if any(digit.isdigit() for digit in value):
            yield found.start(), found.start() + len(value)


def _defined(words: str, vocabulary: SectionVocabulary) -> Iterator[Span]:
    """Find the terms that the notes define elsewhere, longest first at each word."""
    if not vocabulary.endings or (words.isascii() and vocabulary.endings.isdisjoint(pieces(words.casefold()))):
        return
    found = [one.span() for one in _TOKEN.finditer(words)]
    ends = [at for at, (start, end) in enumerate(found) if _ending(words[start:end]) in vocabulary.endings]
    at = max(ends[0] - LONGEST_TERM + 1, 0) if ends else 0
    while ends and at <= ends[-1]:
        for last in [one for one in reversed(ends) if at <= one < at + LONGEST_TERM]:
            start, end = found[at][0], found[last][1]
            piece = words[start:end]
            named = last > at or any(letter.isupper() for letter in piece)
            if named and normal(piece) in vocabulary.terms and len(piece) > 2 and not is_function_word(piece):
                yield start, end
                at = last
                break
        at += 1


def _ending(word: str) -> str:
    return word.lower() if word.isascii() and word.isalnum() else normal(word).rpartition(" ")[2]


def _names(words: str, vocabulary: SectionVocabulary) -> Iterator[Span]:
    for found in _NAME.finditer(words):
        first = found[0].split()[0]
        # A word that these notes also write small is no name, only a capital; in German every noun has one.
        if found[0].istitle() and (
            vocabulary.capitalised or (found[0].isalpha() and found[0].casefold() in vocabulary.capitalised_words)
        ):
            continue
        if _begins(words[: found.start()]) and not (len(first) > 1 and first.isupper()) and not _MIXED.search(first):
            continue
        if not is_function_word(found[0]) and len(found[0]) > 1:
            yield found.start(), found.end()


def _begins(before: str) -> bool:
    """Tell whether a sentence, or a part of one, begins behind these words."""
    last = before.rstrip()[-1:]
    return not (last.isalnum() or last in "_,;)]") if last else before in {"", "\n"}


def _weight(words: str, span: Span) -> tuple[int, int]:
    piece = words[span[0] : span[1]]
    if piece[0].isdigit():
        # With a unit or as a fraction a number says more than a bare one, and 10 more than 1.
        return int(bool(_MEASURED.search(piece))), len(piece)
    return len(piece.split()), len(piece)
