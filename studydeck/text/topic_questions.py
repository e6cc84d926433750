"""Questions about a topic, as Japanese は and Korean 는 mark it: what its verb does to which object.

In: what a sentence says of its topic. Out: the words behind the topic that ask for that object, or nothing where there
is none: a topic alone does not say what is asked of it.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

_JAPANESE_OBJECT = lazy_pattern(
    rf"""
    [^、。，,；;:：はがをにでへて「」（）()]{{1,24}}                      # the object, without a clause of its own
    (?: (?P<particle> を | から | より )
        (?P<verb> [^、。，,をはがにでとて「」（）()\s]{{1,14}} )
      | (?P<goal> {alternatives("goal_verbs")} )                             # "に属する"
    )
    [。．]?
    """,
    re.VERBOSE,
)
_JAPANESE_VERB = lazy_pattern(r".*(?:[うくぐすつぬぶむるたい]|ません)")
_NOUN = lazy_pattern(r"[\u30a0-\u30ff\u4e00-\u9fff]+")
_JAPANESE_NOUN = lazy_pattern(rf"[^、，は]+{alternatives('noun_predicates')}[。．]?")
_PERSONS = ("人は", "者は", "家は")
_KOREAN_OBJECT = lazy_pattern(
    r"""
    (?P<object> (?:\S+[ ]){0,3} \S+[을를] )[ ]        # "데이터의 무결성을"
    (?P<verb> (?:\S+[ ])? \S+[다함됨음] ) \.?         # "보장한다", "맺지 않음"
    """,
    re.VERBOSE,
)
_KOREAN_NOUN = lazy_pattern(r"[^,]*(?P<noun>이다|입니다)\.?")
_KOREAN_CLAUSE = lazy_pattern(r"\S*[에은는며고서면게로가이도]$")
_SYLLABLES, _FINALS = 0xAC00, 28  # the first syllable of Hangul; how many finals each has, 0 for none
N, SS = 4, 20  # finals: ㄴ, ㅆ


def topic_question(rest: str, topic: str = "") -> str:
    """Return the words behind a topic that ask for what its sentence says of it; nothing if they cannot be formed."""
    string = rest.strip()
    if not string or string.isascii():
        return ""
    if topic.endswith(_PERSONS) and _JAPANESE_NOUN.fullmatch(string):
        return "誰か？"
    return _japanese(string) if not _is_hangul(string.rstrip(".")[-1]) else _korean(string)


def _japanese(rest: str) -> str:
    match = _JAPANESE_OBJECT.fullmatch(rest)
    if not match:
        return "何か？" if _JAPANESE_NOUN.fullmatch(rest) else ""
    if match["goal"]:
        return f"何{match['goal']}か？"
    verb = match["verb"]
    if _NOUN.fullmatch(verb):
        verb += "する"
    return f"何{match['particle']}{verb}か？" if _JAPANESE_VERB.fullmatch(verb) else ""


def _korean(rest: str) -> str:
    match = _KOREAN_OBJECT.fullmatch(rest)
    if not match:
        return " 무엇인가?" if _KOREAN_NOUN.fullmatch(rest) else ""
    words = match["object"].split()
    verb = _asking(match["verb"])
    return f" 무엇을 {verb}?" if verb and not any(map(_KOREAN_CLAUSE.match, words[:-1])) else ""


def _asking(verb: str) -> str:
    """Return the form of a Korean verb that asks: 보장한다 and 보장함 give 보장하는가; nothing for an adjective."""
    if verb.endswith("니다"):
        return f"{verb[:-1]}까"
    stem = verb[:-1]
    if not verb.endswith("다"):
        return f"{stem if verb.endswith('음') else _with_final(verb, 0)}는가"
    if stem.endswith("는"):
        return f"{stem}가"
    final = final_consonant(stem)
    if final == N:
        return f"{_with_final(stem, 0)}는가"
    return f"{stem}는가" if final == SS else ""


def _is_hangul(character: str) -> bool:
    return "가" <= character <= "힣"


def final_consonant(word: str) -> int:
    """Return the number of the consonant that ends the last syllable of a word, 0 for none."""
    return (ord(word[-1]) - _SYLLABLES) % _FINALS if word and _is_hangul(word[-1]) else 0


def _with_final(word: str, final: int) -> str:
    """Return a word whose last syllable ends in another consonant."""
    return word[:-1] + chr(ord(word[-1]) - final_consonant(word) + final)
