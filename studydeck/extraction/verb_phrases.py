"""A plain sentence with a short subject and a common verb asks by both: "Parquet: is good for?".

Bullets leave their subject out ("Supports X", "Used for Y"): then the topic is the subject. Verbs come from a closed
list, so that the question is never cut out of the middle of a thought.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import pair
from studydeck.model.document import Directives, SourceSpan, Text
from studydeck.model.notes import NoteDraft
from studydeck.model.traverse import cut, flat, paragraph, plain, words_as_text
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import (
    article_end,
    content_words,
    has_verb,
    is_anaphoric,
    is_evaluative,
    is_example,
    lower,
    opens_with,
    starts_like_sentence,
)
from studydeck.text.normalize import normal
from studydeck.text.search import is_found, stem_pattern

LONGEST = 28
LONGEST_SUBJECT = 5
MOST_COMMAS = 4
LEAST_TELLING = 3
_PARTICIPLES = """
    accessed applied assigned attached based billed built called caused charged combined composed configured created
    defined designed found good great ideal best bad invoked known limited located made managed measured
    perfect required responsible run set shared shown similar stored suitable suited triggered used useful written
    available equal equivalent related
    """.split()
_THIRD_PERSON = """
    accepts affects avoids calculates captures causes combines computes consumes controls converts creates defines
    describes detects determines ensures exposes extends generates gives handles holds implements improves increases
    keeps makes manages maximises maximizes means measures minimises minimizes monitors performs prevents produces
    queries reduces replaces represents returns specifies stores takes uses
    """.split()
_BASE = "contain enable include need provide require support".split()
_PHRASES = """
    aims to, aka, allow to, allow you to, allows to, allows you to, also called as, also called, also known as,
    belongs to, called, connect to, connects to, consists of, deals with, default is, defaults to, depends on,
    enables you to, focuses on, happens when, helps to, helps with, inherits from, integrates with, known as,
    leads to, lets you, limited to, made of, made up of, not for, not suitable for, occurs when, refers to, relies on,
    results in, runs on, stands for, tends to, tries to, works with
    """.split(",")
# What is said in one way only, by its first word; the longer phrase stands before the one that it begins with.
_PLAIN: dict[str, list[str]] = {}
for _verb in (*map(str.strip, _PHRASES), *_BASE, *[f"{verb}s" for verb in _BASE], *_THIRD_PERSON):
    _PLAIN.setdefault(_verb.split()[0], []).append(_verb)
_ABLE = "access|catalog|contain|convert|handle|have|hold|integrate|invoke|read|return|run|scale|store|take|use|write"
_FOR = "(?:for|to|with|in place of|instead of|in|on|by|when|as|from|at|of|into|through|via|based (?:on|off))"
_ADVERBS = "also mainly mostly often usually typically only not always never".split()
_OFTEN = f"(?:(?:{'|'.join(_ADVERBS)}) )?"
_DONE = f"(?:{'|'.join(_PARTICIPLES)})"
_GAP = re.compile(r"(?P<gap>\s+)(?=\S)")
_HELPED = re.compile(
    rf"(?:(?:can|should|must|may) {_OFTEN}be {_DONE} {_FOR}|"
    rf"(?:can|cannot|can't) {_OFTEN}(?:{_ABLE})(?: {_FOR})?|"
    rf"(?:is|are) {_OFTEN}{_DONE} ?{_FOR}?|"
    rf"(?:is|are) (?:an? )?(?:kind|type|form|set|way|measure|method|subset|part) of){_GAP.pattern}"
)
# "Used for Y" leaves its subject out; inside of a sentence a bare participle only belongs to a noun.
_PARTICIPLE = re.compile(rf"{_OFTEN}{_DONE} (?!to (?:{_ABLE})){_FOR}{_GAP.pattern}")
_COPULA = re.compile(rf"(?:is|are|was|were) (?:an?|the){_GAP.pattern}")
_ARTICLES = (" a", " an", " the")
_HELPERS = frozenset("can cannot can't should must may is are".split())
_INSIDE = _HELPERS.union(_PLAIN, ["was", "were"])
_OPENS = _HELPERS.union(_PLAIN, _ADVERBS, _PARTICIPLES)
_WORD = re.compile(r"\S+")
_BARE = frozenset("enables enable uses use takes gives makes keeps holds means allows".split())
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where)$", re.IGNORECASE)
_STOP = re.compile(r"[,;:()?!]|\.\s")
_SUBJECTS = (" it", " they", " you", " we", " he", " she")  # as written: "Shadow IT" is a name
LONGEST_OBJECT = 8
_PRONOUNS = frozenset("it its they this that these those there here he she we you i one some such each both".split())


def verb_of(text: Text) -> str:
    """Give the verb phrase that opens a bullet, or nothing."""
    return _opening(flat(text))[0].lower()


@lru_cache(maxsize=1 << 10)  # a bullet is asked for its verb by one rule after another
def _opening(words: str) -> tuple[str, int]:
    """Give the verb phrase that opens a text, and where what follows it begins."""
    found = _WORD.match(words)
    first = lower(found[0]) if found else ""
    if first not in _OPENS or not (gap := _behind_verb(lower(words), first, 0, _PARTICIPLE)):
        return "", 0
    return words[: gap[0]], gap[1]


def _inside(words: str) -> tuple[int, int, int] | None:
    """Give where the first verb phrase inside of a sentence begins, ends, and where what follows it begins."""
    if _INSIDE.isdisjoint(words.split()):
        return None
    at = 0
    for word in words.split():
        at = words.index(word, at)
        if word in _INSIDE and at and (gap := _behind_verb(words, word, at, _COPULA)):
            return at, *gap
        at += len(word)
    return None


def _behind_verb(words: str, first: str, at: int, last: re.Pattern[str]) -> tuple[int, int] | None:
    """Give the gap behind the verb phrase that begins with a word at an offset; the last pattern is the weakest."""
    for phrase in _PLAIN.get(first, ()):
        if words.startswith(phrase, at) and (gap := _GAP.match(words, at + len(phrase))):
            return gap.span()
    found = (first in _HELPERS and _HELPED.match(words, at)) or last.match(words, at)
    return found.span("gap") if found else None


def subject_of(text: Text) -> tuple[Text, str, Text] | None:
    """Cut a sentence into its short subject, its verb and the rest, or give None."""
    words = flat(text)
    found = _inside(words)
    if not found or exceeds(text, LONGEST):
        return None
    at, end, then = found
    left = words[:at].strip()
    if not left[:1].isalnum() or _STOP.search(left) or exceeds(left, LONGEST_SUBJECT) or not content_words(left):
        return None
    if opens_with(left, _PRONOUNS) or starts_like_sentence(left) or is_anaphoric(left) or is_evaluative(left):
        return None
    if has_verb(left) or _RELATIVE.search(left) or _is_clause(left):
        return None
    rest = cut(text, then)
    if flat(rest).count(",") > MOST_COMMAS or length(rest) < 2:
        return None
    bare = left[article_end(left) :]
    if left[:4].lower() == "the " and " " not in bare and bare.islower():
        # "The value can be …": of what, only the sentence before says.
        return None
    return cut(text, _subject_start(left), at - 1), words[at:end], rest


def _is_clause(subject: str) -> bool:
    """Tell whether a subject is a clause with a subject of its own: "An anti-pattern as it"."""
    return subject.endswith(_SUBJECTS)


def _subject_start(words: str) -> int:
    """Give where a subject begins behind its article, or behind the "where" that explains a formula."""
    start = len("where ") if words.startswith(("Where ", "where ")) else 0
    return start + article_end(words[start:])


def predicate(context: RuleContext, text: Text, *, span: SourceSpan, directives: Directives) -> NoteDraft | None:
    """Draft a pair of a subject, its verb, and what is said of it."""
    words = flat(text)
    if exceeds(text, LONGEST) or ". " in words.rstrip(". ") or is_example(words):
        return None
    opening, end = _opening(words)
    if opening and plain(context.name) and not context.prompt:
        rest = cut(text, end)
        if flat(rest).count(",") > MOST_COMMAS or (opening.lower() in _BARE and exceeds(rest, LONGEST_OBJECT)):
            return None
        verb = opening[:1].lower() + opening[1:]
        name = context.name if plain(context.name) == context.subject else words_as_text(context.subject)
        heading_path, key_term = context.heading_path[:-1], ""
    elif three := subject_of(text):
        name, verb, rest = three
        # "A Stack is …" below the heading "Stack" asks by the heading itself.
        key_term = plain(name)
        heading_path = (
            context.heading_path[:-1] if normal(plain(name)) == normal(plain(context.name)) else context.heading_path
        )
    else:
        return None
    said = [stem_pattern(word) for word in content_words(flat(rest)) if len(word) > LEAST_TELLING]
    named = plain(name)
    if is_found(said, named) and sum([is_found((word,), named) for word in said]) * 2 > len(said):
        return None
    # "X is a Y" defines X: there the verb adds nothing to the question, and the answer can ask for its term.
    defines = verb.endswith(_ARTICLES)
    return pair(
        context,
        "predicates",
        name,
        paragraph(rest),
        span=span,
        labels=("", "" if defines else verb),
        heading_path=heading_path,
        directives=directives,
        backwards=defines,
        key_term=key_term,
    )
