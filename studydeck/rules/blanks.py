"""Which words of a statement to hide, so that the rest forces them.

What the author marked comes first; then one blank of our own: a number with its unit, a term that the notes define
elsewhere, a proper name or acronym. Never the subject alone, a function word, half of the words, or a word that
stands elsewhere on the card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from studydeck.content import flat, normal
from studydeck.rules.lexicon import is_function_word, is_instance, telling
from studydeck.rules.sought import is_found, kin, phrase
from studydeck.rules.topic import Known
from studydeck.shapes import Mark, Text

MOST = 3
LEAST_WORDS = 4
LEAST_REST = 2
LEAST_SQUASHED = 4
_MARKED = Mark.STRONG | Mark.HIGHLIGHT
_UNIT = (
    r"(?:%|percent|[KMGTP]i?B|[kKMG]bps|ms|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|"
    r"bits?|bytes?|[cmkn]?m|µm|[kmµ]?g|[mkMG]?W|[kMG]?Hz|dB|m?mol(?:/l(?:iter)?)?|[md]?l|eV|[kMG]eV|J|kJ|N|Pa|bar|"
    r"°[CF]?|x|times|vCPUs?|cores?|GPUs?|V|€|USD|dollars)"
)
_EXAMPLE_SLOT = re.compile(
    r"(?:such as|e\.g\.|i\.e\.|\bex\.|for (?:example|instance),?|like|z\. ?B\.|t\.ex\.|例如|如|\.{3},?|…,?)"
    r"\s*[(“\"']?$",
    re.IGNORECASE,
)
_LIMIT = re.compile(r"\b(?:max|min|maximum|minimum|most|least|limit|per|every|is|are|was|were|can|must)\b")
_SQUASH = re.compile(r"[\W_]+")
_NUMBER = re.compile(
    rf"(?<![\w.$/-])(?P<value>[~$€£<>≤≥]?\d[\d,.]*(?:\s?[-–/]\s?\d[\d,.]*)?(?:\s?{_UNIT}(?![\w]))?)(?![\w/-])"
)
_NAME = re.compile(
    r"(?<![\w@/.])(?:[A-Z][\w+#-]*[A-Za-z0-9+#]|[A-Z]{2,})(?:\s+(?:(?:von|van|de|der|den|la|le|di|du|da)\s+)*(?:[A-Z][\w+#-]*|[A-Z]{2,}|\d+(?:\.\d+)*))*(?![\w@])"
)
_FORMULA = re.compile(r"[=<>{}|]|\w\[|\w\(\w*\)")
_NUMBERED = re.compile(r"[A-Z][\w-]*\s$|[(#]$|\b(?:or|and|step|figure|chapter|page|version|type)\s$")
_RANGE = re.compile(r"\s(?:or|and|to)\s\d|[)\]]|['’′]")
_TOKEN = re.compile(r"[^\W_]+(?:[-/.'’][^\W_]+)*")
_MIXED = re.compile(r"[a-z][A-Z]|\d")
_NO_LETTER = re.compile(r"\W")
_MEASURED = re.compile(r"[^\d.,\s]")
_SENTENCE = re.compile(r"(?:^|[.!?:]\s+|[^\w\s,;)\]]\s*)$")


Span = tuple[int, int]


def blanks(text: Text, known: Known, shown: str = "", phrases: tuple[str, ...] = ()) -> list[Span]:
    """Give what to hide, as offsets in reading order; `shown` is what else stands on the card."""
    words = flat(text)
    fixed = _fixed(text)
    return [span for span in _candidates(text, words, known, shown, phrases) if not _overlaps(span, fixed)]


def _fixed(text: Text) -> list[Span]:
    """Give where formulas and pictures stand: they are shown whole, or not at all."""
    at, found = 0, []
    for run in text:
        if run.form not in {"text", "code"}:
            found.append((at, at + len(run.text)))
        at += len(run.text)
    return found


def _overlaps(span: Span, others: list[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _candidates(text: Text, words: str, known: Known, shown: str, phrases: tuple[str, ...]) -> list[Span]:
    if "?" in words or "？" in words or words.rstrip().endswith((":", "：")):
        return []
    if phrases:
        return [span for phrase in phrases if (span := _find(words, phrase))]
    total = max(len(telling(words)), 1)
    marked = [span for span in _marked(text) if _fits(words, span, shown, total) and _weighty(words, span)]
    if marked:
        return marked[:MOST]
    italic = [span for span in _marked(text, Mark.EM) if _fits(words, span, shown, total) and span[1] - span[0] > 3]
    if italic and not is_instance(words):
        return italic[:MOST]
    if total < LEAST_WORDS or is_instance(words) or not _is_prose(words):
        return []
    for candidates in (_numbers(words), _defined(words, known), _names(words, known)):
        fitting = [span for span in candidates if _fits(words, span, shown, total)]
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
    letters = sum(letter.isalpha() or letter.isspace() for letter in words)
    return letters >= 0.78 * len(words) and not _FORMULA.search(words)


def _marked(text: Text, marks: int = _MARKED) -> Iterator[Span]:
    """Give what an author marked, side by side as one."""
    if any(run.marks & Mark.STRIKE for run in text):
        return
    at, start = 0, -1
    for run in (*text, None):
        on = run is not None and bool(run.marks & marks or (run.form == "code" and marks == _MARKED))
        if on and start < 0:
            start = at
        if not on and start >= 0:
            piece = flat(text)[start:at]
            left = len(piece) - len(piece.lstrip())
            right = len(piece.rstrip(" .,:;"))
            if right > left:
                yield start + left, start + right
            start = -1
        at += len(run.text) if run else 0


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


def _defined(words: str, known: Known) -> Iterator[Span]:
    """Find the terms that the notes define elsewhere, longest first at each word."""
    found = list(_TOKEN.finditer(words))
    ends = [normal(one[0]).rpartition(" ")[2] in known.endings for one in found]
    at = 0
    while at < len(found):
        for count in range(min(5, len(found) - at), 0, -1):
            if not ends[at + count - 1]:
                continue
            start, end = found[at].start(), found[at + count - 1].end()
            piece = words[start:end]
            named = count > 1 or any(letter.isupper() for letter in piece)
            if named and normal(piece) in known.terms and len(piece) > 2 and not is_function_word(piece):
                yield start, end
                at += count - 1
                break
        at += 1


def _names(words: str, known: Known) -> Iterator[Span]:
    for found in _NAME.finditer(words):
        first = found[0].split()[0]
        # A word that these notes also write small is no name, only a capital; in German every noun has one.
        if found[0].istitle() and (known.capitals or (found[0].isalpha() and found[0].casefold() in known.common)):
            continue
        begins = bool(_SENTENCE.search(words[: found.start()]))
        if begins and not (len(first) > 1 and first.isupper()) and not _MIXED.search(first):
            continue
        if not is_function_word(found[0]) and len(found[0]) > 1:
            yield found.start(), found.end()


def _fits(words: str, span: Span, shown: str, total: int) -> bool:
    """Tell whether the rest can force the blank: not the subject, not too much, not given away."""
    piece = words[span[0] : span[1]]
    hidden = telling(piece)
    if not hidden or len(hidden) * 2 > total or total - len(hidden) < LEAST_REST:
        return False
    if not telling(words[: span[0]]) and not piece[0].isdigit():
        return False
    if _EXAMPLE_SLOT.search(words[: span[0]]) or _spelled_out(words, span) or "~~" in words or "==" in words:
        return False
    rest = f"{words[: span[0]]} \n {words[span[1] :]} \n {shown}"
    squashed = _SQUASH.sub("", piece).casefold()
    if len(squashed) >= LEAST_SQUASHED and squashed in _SQUASH.sub("", rest).casefold():
        return False
    return not is_found((phrase(piece), *(kin(word) for word in hidden if len(word) > 5)), rest)


def _spelled_out(words: str, span: Span) -> bool:
    """Tell whether an acronym and its expansion stand side by side: one gives the other away."""
    piece = words[span[0] : span[1]]
    letters = _NO_LETTER.sub("", piece)
    rest = words[: span[0]] + " " + words[span[1] :]
    if letters.isupper() and len(letters) > 1:
        return letters.casefold() in "".join(word[0] for word in telling(rest)).casefold()
    initials = "".join(word[0] for word in telling(piece)).upper()
    return len(initials) > 1 and initials in rest and bool(re.search(rf"\b{re.escape(initials)}s?\b", rest))


def _weight(words: str, span: Span) -> tuple[int, int]:
    piece = words[span[0] : span[1]]
    if piece[0].isdigit():
        # With a unit or as a fraction a number says more than a bare one, and 10 more than 1.
        return int(bool(_MEASURED.search(piece))), len(piece)
    return len(piece.split()), len(piece)
