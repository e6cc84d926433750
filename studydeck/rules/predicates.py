"""A plain sentence with a short subject and a common verb asks by both: "Parquet: is good for?".

Bullets leave their subject out ("Supports X", "Used for Y"): then the topic is the subject. Verbs come from a closed
list, so that the question is never cut out of the middle of a thought.
"""

from __future__ import annotations

import re

from studydeck.content import cut, flat, length, paragraph, plain, word_list, words_as_text
from studydeck.rules.lexicon import is_function_word, starts_like_sentence
from studydeck.rules.topic import Topic, pair
from studydeck.shapes import Decision, Draft, Place, Text

LONGEST = 28
LONGEST_SUBJECT = 5
_FOR = r"(?:for|to|with|in|on|by|when|as|from|at|of|into|through|via|instead of|in place of|based (?:on|off))"
_VERBS = (
    rf"(?:can|should|must|may) (?:also |only |not |never )?be (?:used|invoked|triggered|run|called|set|configured|"
    rf"combined|created|accessed|deployed|stored|attached|assigned|shared|shown|applied|measured|written|found) {_FOR}",
    rf"(?:can|cannot|can't) (?:also |only )?(?:invoke|run|use|read|write|scale|convert|integrate|contain|handle|store|"
    rf"catalog|have|hold|access|take|return|be)(?: {_FOR})?",
    rf"(?:is|are) (?:also |mainly |mostly |often |usually |typically |only |not |always )?(?:used|useful|good|great|ideal|"
    rf"best|bad|suited|suitable|perfect|designed|based|built|made up|made|composed|responsible|limited|similar|related|"
    rf"equivalent|equal|known|called|measured|stored|written|managed|caused|triggered|charged|billed|required|"
    rf"available|located|defined|part|an? (?:kind|type|form|set|way|measure|method|subset|part) of) ?{_FOR}?",
    rf"(?:mainly |mostly |often |also )?(?:used|useful|good|great|ideal|best|bad|suited|suitable|perfect|designed|based|"
    rf"built|responsible|similar|measured|stored|written|managed|caused|triggered|charged|billed|made up|made) {_FOR}",
    r"not suitable for|not for|won't work with|limited to|also known as|defaults to|default is|made of",
    r"consists of|integrates with|works with|depends on|runs on|belongs to|relies on|leads to|results in|refers to|"
    r"stands for|deals with|focuses on|inherits from|connects? to|allows?(?: you)? to|lets you|enables? you to|"
    r"helps? (?:to|with)|tries to|aims to|tends to|happens when|occurs when",
    r"supports?|requires?|needs?|provides?|contains?|includes?|enables?|returns|stores|measures|replaces|extends|"
    r"describes|specifies|defines|determines|represents|produces|generates|computes|calculates|converts|reduces|"
    r"increases|prevents|avoids|improves|ensures|causes|affects|captures|monitors|detects|handles|manages|controls|"
    r"creates|combines|minimi[sz]es|maximi[sz]es|consumes|exposes|performs|accepts|implements|queries|uses|holds|"
    r"keeps|takes|gives|makes|means",
)
_OPENING = re.compile(rf"^(?P<verb>{'|'.join(_VERBS)})\s+(?=\S)", re.IGNORECASE)
_MIDDLE = re.compile(rf"\s(?P<verb>{'|'.join(_VERBS)}|(?:is|are|was|were) (?:an?|the))\s+(?=\S)")
_COPULA = re.compile(r"(?:is|are|was|were) (?:an?|the)")
_PRONOUN = re.compile(
    r"^(?:it|its|they|this|that|these|those|there|here|he|she|we|you|i|one|some|such|each|both)\b", re.IGNORECASE
)


def verb_of(text: Text) -> str:
    """Give the verb phrase that opens a bullet, or nothing."""
    found = _OPENING.match(flat(text))
    return found["verb"].lower() if found else ""


def subject_of(text: Text) -> tuple[Text, str, Text] | None:
    """Cut a sentence into its short subject, its verb and the rest, or give None."""
    words = flat(text)
    found = _MIDDLE.search(words)
    if not found or length(text) > LONGEST:
        return None
    left, rest = words[: found.start()].strip(), cut(text, found.end())
    telling = [word for word in word_list(left) if not is_function_word(word)]
    if not telling or length(left) > LONGEST_SUBJECT or not left[0].isalnum() or re.search(r"[,;:()?!]|\.\s", left):
        return None
    if _PRONOUN.match(left) or starts_like_sentence(left) or length(rest) < 2:
        return None
    return cut(text, 0, found.start()), found["verb"], rest


def predicate(topic: Topic, text: Text, *, place: Place, decision: Decision) -> Draft | None:
    """Draft a pair of a subject, its verb, and what is said of it."""
    if length(text) > LONGEST or ". " in flat(text).rstrip(". "):
        return None
    if (found := _OPENING.match(flat(text))) and plain(topic.name) and not topic.prompt:
        rest = cut(text, found.end())
        verb = found["verb"][:1].lower() + found["verb"][1:]
        name = topic.name if plain(topic.name) == topic.subject else words_as_text(topic.subject)
        trail = topic.trail[:-1]
    elif three := subject_of(text):
        name, verb, rest = three
        trail = topic.trail
    else:
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
    )
