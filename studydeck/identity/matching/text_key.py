"""The parts of a note's text key: term, label and meaning of a pair, items of a list.

In: the text of a `NoteKey`. Out: its parts, and whether a text is informative enough to identify a note.
"""

from __future__ import annotations

from studydeck.identity.matching import thresholds
from studydeck.patterns import lazy_pattern

BLANK = "…"  # stands for the phrase that a sentence hides
DIGIT = lazy_pattern(r"\d")
_CJK_RANGES = (("\u3040", "\u9fff"), ("\uac00", "\ud7af"))
_FIRST_CJK = _CJK_RANGES[0][0]


def pair_parts(text: str) -> tuple[str, str, str]:
    """Return a pair's term, label and meaning."""
    term, _, rest = text.partition("|")
    label, _, meaning = rest.partition("|")
    return term.strip(), label.strip(), meaning.strip()


def question_of(text: str) -> str:
    """Return what a pair asks: its term and label."""
    return text.rpartition("|")[0]


def is_cut_in_term(text: str) -> bool:
    """Return whether the text of a pair ends within a long question, so that nothing of its answer is left."""
    return len(text) >= thresholds.TRUNCATED_LENGTH and "|" not in text


def sentence_around(text: str, blank: str) -> str:
    """Return a sentence without the phrase that it hides; empty without a phrase, or where it stands there twice."""
    before, found, after = f" {text} ".partition(f" {blank} ")
    is_whole = blank and found and len(text) < thresholds.TRUNCATED_LENGTH and "|" not in text
    return f"{before} {BLANK} {after}".strip() if is_whole and f" {blank} " not in f" {after}" else ""


def is_informative(text: str) -> bool:
    """Return whether a meaning can identify a note: "yes", "high" and "O(1)" cannot."""
    is_long = len(text) >= thresholds.INFORMATIVE_LENGTH and len(text.split()) >= thresholds.INFORMATIVE_WORDS
    return is_long or (len(text) >= thresholds.INFORMATIVE_CJK_LENGTH and has_cjk(text))


def list_items(text: str) -> list[str]:
    """Return the items of a list; without the last one if the text was truncated, as it may be incomplete."""
    items = [item.strip() for item in text.split("|")]
    return items[:-1] if len(text) >= thresholds.TRUNCATED_LENGTH and len(items) > 1 else items


def without_cjk_spaces(text: str) -> str:
    """Return a text without its spaces, if its script needs none: "设置 flex" is "设置flex"."""
    return text.replace(" ", "") if has_cjk(text) else text


def has_cjk(text: str) -> bool:
    """Return whether a text contains letters of a script that does not separate words."""
    if text.isascii() or max(text) < _FIRST_CJK:
        return False
    return any(first <= letter <= last for letter in text for first, last in _CJK_RANGES)
