"""Whether the rest of a sentence forces a blank: never its subject, half of its words, or what stands elsewhere."""

from __future__ import annotations

import re

from msgspec import Struct

from studydeck.text.length import word_list
from studydeck.text.lexicon import alphanumeric, content_words, is_function_word, lower
from studydeck.text.search import is_found, phrase_pattern, stem_pattern

LEAST_REST = 2
LEAST_SQUASHED = 4
# What stands before an example, which nobody can be asked.
_SUCH_AS = tuple(
    "such as|e.g.|i.e.|for example|for example,|for instance|for instance,|like|z. b.|z.b.|如|...|...,|…|…,".split("|")
)
_LONGEST_SUCH_AS = max(map(len, _SUCH_AS))
_NO_LETTER = re.compile(r"\W")

Span = tuple[int, int]


class BlankContext(Struct, frozen=True):
    """A sentence, what else stands on its card, how many of its words tell, and where the first of them ends."""

    words: str
    shown: str
    content_words: int
    subject_end: int


def sentence_of(words: str, shown: str) -> BlankContext:
    """Look at a sentence once, for all blanks that it could have."""
    return BlankContext(words, shown, len(content_words(words)), _subject_end(words))


def _subject_end(words: str) -> int:
    """Give where the first word ends that means something alone; a blank before it would hide the subject."""
    at = 0
    for word in word_list(words):
        at = words.index(word, at) + len(word)
        if not is_function_word(word):
            return at
    return len(words) + 1


def is_forced(span: Span, sentence: BlankContext) -> bool:
    """Tell whether the rest can force the blank: not the subject, not too much, not given away."""
    start, end = span
    words = sentence.words
    before, piece, after = words[:start], words[start:end], words[end:]
    hidden = content_words(piece)
    if not hidden or len(hidden) * 2 > sentence.content_words or sentence.content_words - len(hidden) < LEAST_REST:
        return False
    if start < sentence.subject_end and not piece[0].isdigit() and not content_words(before):
        return False
    if "~~" in words or "==" in words or _leads_to_example(before) or _spelled_out(words, span, hidden):
        return False
    rest = f"{before} \n {after} \n {sentence.shown}"
    letters = alphanumeric(piece)
    if len(letters) >= LEAST_SQUASHED and letters in alphanumeric(rest):
        return False
    return not is_found([phrase_pattern(piece), *[stem_pattern(word) for word in hidden if len(word) > 5]], rest)


def _leads_to_example(before: str) -> bool:
    """Tell whether words end with "such as" or its like, and perhaps an opening bracket or quote."""
    before = before.removesuffix("\n")
    if before.endswith(("(", "“", '"', "'")):
        before = before[:-1]
    ending = lower(before.rstrip()[-_LONGEST_SUCH_AS:])
    return ending.endswith(_SUCH_AS) or (
        ending.endswith("ex.") and not (ending[-4:-3].isalnum() or ending[-4:-3] == "_")
    )


def _spelled_out(words: str, span: Span, hidden: tuple[str, ...]) -> bool:
    """Tell whether an acronym and its expansion stand side by side: one gives the other away."""
    start, end = span
    piece = words[start:end]
    if piece.isupper() or not piece.isascii():
        letters = _NO_LETTER.sub("", piece)
        if letters.isupper() and len(letters) > 1:
            rest = f"{words[:start]} {words[end:]}"
            return letters.casefold() in "".join([word[0] for word in content_words(rest)]).casefold()
    initials = "".join([word[0] for word in hidden]).upper()
    if len(initials) < 2 or initials not in words:
        return False
    return bool(re.search(rf"\b{re.escape(initials)}s?\b", f"{words[:start]} {words[end:]}"))
