"""Clauses in Chinese, Japanese and Korean, which are no names: "可以这样理解", "データは消える", "값이 있다".

In: a string. Out: whether it is a clause by its signs, its first words or the form of its last verb.
"""

from __future__ import annotations

from studydeck.patterns import lazy_pattern
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
        or bool(_SENTENCE_SIGN.search(string))
        or bool(_TOPIC_AND_VERB.fullmatch(string))
        or bool(_ANNOUNCEMENT.search(string))
    )
