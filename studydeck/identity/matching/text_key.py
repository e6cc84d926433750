"""What the text of a leaf is made of: the term, label and meaning of a pair, the items of a list."""

from __future__ import annotations

# The ledger cuts texts at 200 characters, and white space off their ends.
CUT = 198
# Meanings are compared for equality up to here: a longer term leaves less of them in a text that was cut.
MEANING = 100
TELLING_LENGTH, _TELLING_WORDS = 12, 2
_CJK = (("\u3040", "\u9fff"), ("\uac00", "\ud7af"))
_FIRST_CJK = _CJK[0][0]


def triple(text: str) -> tuple[str, str, str]:
    """Give a pair's term, label and meaning."""
    term, _, rest = text.partition("|")
    label, _, meaning = rest.partition("|")
    return term.strip(), label.strip(), meaning.strip()


def asked(text: str) -> str:
    """Give what a pair asks: its term and label."""
    return text.rpartition("|")[0]


def is_telling(text: str) -> bool:
    """Tell whether a meaning says enough to be known by: not "yes", "high" or "O(1)"."""
    long = len(text) >= TELLING_LENGTH and len(text.split()) >= _TELLING_WORDS
    return long or (len(text) >= TELLING_LENGTH // 2 and has_cjk(text))


def items_of(text: str) -> list[str]:
    """Give the items of a list; the last of a text that was cut may be half of one."""
    items = [item.strip() for item in text.split("|")]
    return items[:-1] if len(text) >= CUT and len(items) > 1 else items


def has_cjk(text: str) -> bool:
    """Tell whether a text holds letters of a script that sets no words apart."""
    if text.isascii() or max(text) < _FIRST_CJK:
        return False
    return any(first <= letter <= last for letter in text for first, last in _CJK)
