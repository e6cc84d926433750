"""A plain sentence with a short subject and a common verb asks by both: "Parquet: is good for?".

Bullets leave their subject out ("Supports X", "Used for Y"): then the topic is the subject. Verbs come from a closed
list, so that the question is never cut out of the middle of a thought.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.content import cut, flat, length, normal, paragraph, plain, words_as_text
from studydeck.rules.drafts import pair
from studydeck.rules.lexicon import (
    article_end,
    hangs,
    has_verb,
    is_instance,
    is_praise,
    starts_like_sentence,
    telling,
)
from studydeck.rules.sought import is_found, kin
from studydeck.rules.topic import Topic
from studydeck.shapes import Decision, Draft, Place, Text

LONGEST = 28
LONGEST_SUBJECT = 5
MOST_COMMAS = 4
LEAST_TELLING = 3
_PARTICIPLES = "|".join(
    """
    accessed applied assigned attached based billed built called caused charged combined composed configured created
    defined designed found good great ideal best bad invoked known limited located made managed measured
    perfect required responsible run set shared shown similar stored suitable suited triggered used useful written
    available equal equivalent related
    """.split()
)
_THIRD_PERSON = "|".join(
    """
    accepts affects avoids calculates captures causes combines computes consumes controls converts creates defines
    describes detects determines ensures exposes extends generates gives handles holds implements improves increases
    keeps makes manages maximises maximizes means measures minimises minimizes monitors performs prevents produces
    queries reduces replaces represents returns specifies stores takes uses
    """.split()
)
_BASE = "|".join(f"{verb}s?" for verb in "contain enable include need provide require support".split())
_PHRASES = "|".join(
    phrase.strip()
    for phrase in """
    aims to, aka, allow to, allow you to, allows to, allows you to, also called as, also called, also known as,
    belongs to, called, connect to, connects to, consists of, deals with, default is, defaults to, depends on,
    enables you to, focuses on, happens when, helps to, helps with, inherits from, integrates with, known as,
    leads to, lets you, limited to, made of, made up of, not for, not suitable for, occurs when, refers to, relies on,
    results in, runs on, stands for, tends to, tries to, works with
    """.split(",")
)
_ABLE = "access|catalog|contain|convert|handle|have|hold|integrate|invoke|read|return|run|scale|store|take|use|write"
_FOR = "(?:for|to|with|in place of|instead of|in|on|by|when|as|from|at|of|into|through|via|based (?:on|off))"
_OFTEN = "(?:(?:also|mainly|mostly|often|usually|typically|only|not|always|never) )?"
_VERBS = (
    f"(?:can|should|must|may) {_OFTEN}be (?:{_PARTICIPLES}) {_FOR}",
    f"(?:can|cannot|can't) {_OFTEN}(?:{_ABLE})(?: {_FOR})?",
    f"(?:is|are) {_OFTEN}(?:{_PARTICIPLES}) ?{_FOR}?",
    "(?:is|are) (?:an? )?(?:kind|type|form|set|way|measure|method|subset|part) of",
    _PHRASES,
    _BASE,
    _THIRD_PERSON,
)
# "Used for Y" leaves its subject out; inside of a sentence a bare participle only belongs to a noun.
_PARTICIPLE = f"{_OFTEN}(?:{_PARTICIPLES}) (?!to (?:{_ABLE})){_FOR}"
_OPENING = re.compile(rf"^(?P<verb>{'|'.join((*_VERBS, _PARTICIPLE))})\s+(?=\S)", re.IGNORECASE)
_MIDDLE = re.compile(rf"\s(?P<verb>{'|'.join(_VERBS)}|(?:is|are|was|were) (?:an?|the))\s+(?=\S)")
_BARE = frozenset("enables enable uses use takes gives makes keeps holds means allows".split())
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where)$", re.IGNORECASE)
_STOP = re.compile(r"[,;:()?!]|\.\s")
LONGEST_OBJECT = 8
_COPULA = re.compile(r"(?:is|are|was|were) (?:an?|the)")
_PRONOUN = re.compile(
    r"^(?:it|its|they|this|that|these|those|there|here|he|she|we|you|i|one|some|such|each|both)\b", re.IGNORECASE
)


def verb_of(text: Text) -> str:
    """Give the verb phrase that opens a bullet, or nothing."""
    return _opening(flat(text))[0].lower()


@lru_cache(maxsize=1 << 10)  # a bullet is asked for its verb by one rule after another
def _opening(words: str) -> tuple[str, int]:
    """Give the verb phrase that opens a text, and where what follows it begins."""
    found = _OPENING.match(words)
    return (found["verb"], found.end()) if found else ("", 0)


def subject_of(text: Text) -> tuple[Text, str, Text] | None:
    """Cut a sentence into its short subject, its verb and the rest, or give None."""
    words = flat(text)
    found = _MIDDLE.search(words)
    if not found or length(text) > LONGEST:
        return None
    left, rest = words[: found.start()].strip(), cut(text, found.end())
    if has_verb(left) or _RELATIVE.search(left):
        return None
    if flat(rest).count(",") > MOST_COMMAS:
        return None
    if not telling(left) or length(left) > LONGEST_SUBJECT or not left[0].isalnum() or _STOP.search(left):
        return None
    if _PRONOUN.match(left) or hangs(left) or is_praise(left) or starts_like_sentence(left) or length(rest) < 2:
        return None
    bare = left[article_end(left) :]
    if left[:4].lower() == "the " and " " not in bare and bare.islower():
        # "The value can be …": of what, only the sentence before says.
        return None
    return cut(text, article_end(left), found.start()), found["verb"], rest


def predicate(topic: Topic, text: Text, *, place: Place, decision: Decision) -> Draft | None:
    """Draft a pair of a subject, its verb, and what is said of it."""
    if length(text) > LONGEST or ". " in flat(text).rstrip(". ") or is_instance(flat(text)):
        return None
    opening, end = _opening(flat(text))
    if opening and plain(topic.name) and not topic.prompt:
        rest = cut(text, end)
        if flat(rest).count(",") > MOST_COMMAS or (opening.lower() in _BARE and length(rest) > LONGEST_OBJECT):
            return None
        verb = opening[:1].lower() + opening[1:]
        name = topic.name if plain(topic.name) == topic.subject else words_as_text(topic.subject)
        trail, known_as = topic.trail[:-1], ""
    elif three := subject_of(text):
        name, verb, rest = three
        # "A Stack is …" below the heading "Stack" asks by the heading itself.
        known_as = plain(name)
        trail = topic.trail[:-1] if normal(plain(name)) == normal(plain(topic.name)) else topic.trail
    else:
        return None
    words = [word for word in telling(flat(rest)) if len(word) > LEAST_TELLING]
    named = plain(name)
    if words and sum(is_found((kin(word),), named) for word in words) * 2 > len(words):
        return None
    # "X is a Y" defines X: there the verb adds nothing to the question, and the answer can ask for its term.
    defines = bool(_COPULA.fullmatch(verb))
    return pair(
        topic,
        "predicates",
        name,
        paragraph(rest),
        place=place,
        labels=("", "" if defines else verb),
        trail=trail,
        decision=decision,
        backwards=defines,
        known_as=known_as,
    )
