"""Clauses in Chinese, Japanese and Korean, which are no names: "可以这样理解", "データは消える", "값이 있다".

In: a string. Out: whether it is a clause by its signs, its first words or the form of its last verb.
"""

from __future__ import annotations

from studydeck.patterns import lazy_pattern
from studydeck.text.topic_questions import SS, N, final_consonant
from studydeck.text.word_list_files import alternatives, phrases

_SENTENCE_SIGN = lazy_pattern(r"[。；！？，](?![^（(]*[）)])")  # outside of brackets
_OPENINGS, _ENDINGS = phrases("unspaced_sentence_openings"), phrases("unspaced_sentence_endings")
_TOPIC_AND_VERB = lazy_pattern(rf"[^\W\u3040-\u309f]{alternatives('topic_particles')}.*[うくぐすつぬむぶるたいだ]")
_ANNOUNCEMENT = lazy_pattern(rf"[有是為为].*{alternatives('list_announcements')}")


def is_unspaced_clause(string: str) -> bool:
    """Return whether a string in a script without spaces, or with Korean verbs, says something and names nothing."""
    if string.isascii():
        return False
    return (
        string.startswith(_OPENINGS)
        or string.endswith(_ENDINGS)
        or _ends_in_korean_verb(string)
        or bool(_SENTENCE_SIGN.search(string))
        or bool(_TOPIC_AND_VERB.fullmatch(string))
        or bool(_ANNOUNCEMENT.search(string))
    )


def _ends_in_korean_verb(string: str) -> bool:
    """Return whether a string ends in a verb in the plain form, such as 있었다; nouns that end so are short."""
    word = string.rpartition(" ")[2].rstrip(".")
    return len(word) > 2 and word.endswith("다") and final_consonant(word[:-1]) in {N, SS}
