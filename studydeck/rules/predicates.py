"""A bullet that leaves its subject out ("Supports X", "Used for Y") asks by its verb: the topic's name, and what of it.

A closed list of verb phrases; what follows them is the answer.
"""

from __future__ import annotations

import re

from studydeck.content import cut, flat, length, paragraph, plain, words_as_text
from studydeck.rules.topic import Topic, pair
from studydeck.shapes import Decision, Draft, Place, Text

LONGEST = 25
_VERBS = re.compile(
    r"^(?P<verb>(?:can (?:also )?be (?:used|invoked|triggered|run|called|set|configured|combined|created|accessed) "
    r"(?:in place of|based off|based on|by|for|with|to|from|as|in|on|when|instead of)|can (?:also )?(?:invoke|run|use|"
    r"read|write|scale|convert|integrate|contain|handle|store|catalog)(?: (?:based off|based on|from|to|with|on|in))?|"
    r"supports?|requires?|needs?|"
    r"provides?|contains?|includes?|consists of|allows?(?: you)? to|lets you|enables?|used (?:for|to|in|with|by|when|as)|"
    r"useful (?:for|when|to)|good (?:for|at|when)|great for|ideal for|best for|bad for|suited (?:for|to)|suitable for|"
    r"perfect for|designed (?:for|to)|based on|built on|runs on|depends on|integrates with|works with|similar to|"
    r"also known as|defaults to|default is|measured in|stored in|stored on|written in|managed by|made of|made up of|"
    r"responsible for|not suitable for|not for|won't work with|limited to|returns?|stores?|measures?|helps? (?:to|with)|"
    r"replaces?|extends?|inherits from|belongs to|triggered by|caused by|charged (?:by|for|per)|billed (?:by|for|per)|"
    r"connects? to|connects?|queries|captures?|monitors?|detects?|handles?|manages?))\s+(?=\S)",
    re.IGNORECASE,
)


def verb_of(text: Text) -> str:
    """Give the verb phrase that opens a bullet, or nothing."""
    found = _VERBS.match(flat(text))
    return found["verb"].lower() if found else ""


def predicate(topic: Topic, text: Text, *, place: Place, decision: Decision) -> Draft | None:
    """Draft a pair of the topic's name, the verb, and what follows it."""
    found = _VERBS.match(flat(text))
    if not found or not plain(topic.name) or topic.prompt or length(text) > LONGEST:
        return None
    rest = cut(text, found.end())
    if length(rest) < 1 or ". " in flat(rest):
        return None
    name = topic.name if plain(topic.name) == topic.subject else words_as_text(topic.subject)
    labels = ("", found["verb"][:1].lower() + found["verb"][1:])
    return pair(
        topic, "predicates", name, paragraph(rest), place=place, labels=labels, trail=topic.trail[:-1],
        decision=decision, backwards=False,
    )
