"""Recognise notes that earlier versions keyed without their signs.

In: the texts of the ledger, and those of the drafts. Out: the texts of the ledger as they would be keyed today. Earlier
versions left every sign out of a key, so that "♩ | length | a quarter" was " | length | a quarter".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from studydeck.patterns import lazy_pattern

_SEPARATOR = " | "
_PART_OF_SIGNS = lazy_pattern(r"(?:\A|[ ]\|[ ])[\W_]*(?:[ ]\|[ ]|\Z)")


def with_signs(old_texts: Sequence[str], new_texts: Sequence[str]) -> list[str]:
    """Return the old texts, each one without a sign replaced by the only new text that differs in nothing else."""
    without = [_without_signs(text) for text in new_texts]
    signed = {stripped: text for stripped, text in zip(without, new_texts, strict=True) if stripped != text}
    if not signed:
        return list(old_texts)
    counts, old_counts = Counter(without), Counter(old_texts)
    return [
        signed[text] if text in signed and counts[text] == 1 and old_counts[text] == 1 else text for text in old_texts
    ]


def _without_signs(text: str) -> str:
    """Return a key with each part that consists of signs alone emptied."""
    if not _PART_OF_SIGNS.search(text):
        return text.rstrip()
    parts = [part if any(map(str.isalnum, part)) else "" for part in text.split(_SEPARATOR)]
    return _SEPARATOR.join(parts).rstrip()
