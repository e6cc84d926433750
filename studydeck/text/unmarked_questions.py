"""Questions without a question mark, as Japanese, Chinese, Korean, Thai and others write them.

In: a string. Out: whether its words make it a question.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import lower
from studydeck.text.word_list_files import phrases

LONGEST = 80  # characters
_ENDINGS = phrases("question_endings")
_OPENINGS = phrases("question_openings")
_PARTICLES = phrases("question_particles")
_WORDS = phrases("question_words")
_POINTERS = phrases("unspaced_pointers")  # at options that stand elsewhere
_FIRST_UNSPACED = "\u0e00"  # Thai, Korean, Chinese and Japanese do not separate such an ending by a space
_FINAL_SIGN = ("。", ".", "।", "։", "」", "』", "”")
_OPENING_QUOTES, _CLOSING_QUOTES = ("「", "『"), ("」", "』")
_FINAL_SIGNS = lazy_pattern(rf"[{''.join(_FINAL_SIGN)}\s]+$")
# "MIMOとは。", "入出力制御の方式2つ。": what Japanese notes ask their reader.
_BRIEF = lazy_pattern(
    r"""
    (?: .*[^\W\d](?:は|のか)                             # a topic of which nothing is said
      | [^はがをにで、。]+\d\s?(?:つ|個|種類)(?:以外)?     # so many things to be named
    ) [。．] (?: （[^（）]*） )?
    """,
    re.VERBOSE,
)
_LABEL = lazy_pattern(r"\w{1,8}[:：]")  # a label makes a statement of what it says
_CLAUSE_MARK = lazy_pattern(r"[，,；;。.、:：]")


def asks_without_mark(string: str) -> bool:
    """Return whether a single short sentence is a question by its first or last words: "植物とは何ですか。"."""
    if len(string) > LONGEST:
        return False
    string = string.strip()
    if string.startswith(_OPENING_QUOTES) and string.endswith(_CLOSING_QUOTES):
        return False  # words of somebody, with which a sentence goes on
    sentence = lower(_FINAL_SIGNS.sub("", string) if string.endswith(_FINAL_SIGN) else string)
    if not sentence or "。" in sentence or ". " in sentence or any(word in sentence for word in _POINTERS):
        return False
    if sentence.endswith(_ENDINGS) and _is_whole_ending(sentence):
        return True
    if sentence.startswith(_OPENINGS) and not _CLAUSE_MARK.search(sentence):
        return True
    # A question word directly before the particle makes an indefinite one of it: "いつか" is "some day".
    if not sentence.endswith(_PARTICLES) or _LABEL.match(sentence):
        return False
    return any(word in sentence[:-3] for word in _WORDS)


def asks_briefly(string: str) -> bool:
    """Return whether a string asks its reader without a mark, as lists of questions for a review do in Japanese."""
    string = string.strip()
    return not string.isascii() and (asks_without_mark(string) or bool(_BRIEF.fullmatch(string)))


def points_at_options(string: str) -> bool:
    """Return whether a string asks for what stands elsewhere: "以下の用語の説明"."""
    return string.endswith(_ENDINGS) and any(word in string for word in _POINTERS)


def _is_whole_ending(sentence: str) -> bool:
    """Return whether the ending is no part of a longer word, and not the whole text."""
    for ending in _ENDINGS:
        if sentence.endswith(ending) and len(sentence) > len(ending):
            return ending[0] >= _FIRST_UNSPACED or not sentence[-len(ending) - 1].isalnum()
    return False
