"""Word lists of the rules: words that are no subject, no term or no answer, and tests that use the lists.

In: a plain text. Out: whether it is generic, anaphoric, an example, a possible name, and so on.

The lists are mostly English; the most common German, Swedish, Spanish, Portuguese and Chinese words are included.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.text.length import word_list
from studydeck.text.normalize import normalize

# Headings that name an aspect but not its subject; questions show them together with their parent heading.
GENERIC_NAMES = frozenset(
    """
    advantages advantage disadvantages disadvantage pros cons benefits benefit limitations limitation drawbacks
    use cases use case usage uses when to use features feature key features characteristics properties property types
    type kinds examples example sample samples example usage cost costs pricing price security performance
    configuration configurations settings options option setup set up installation install requirements prerequisites
    commands command syntax parameters arguments steps step process how it works how to use workflow architecture
    components component structure tips tip best practices notes note important warning caution remember rules rule
    common settings details detail definition definitions description overview introduction intro summary recap
    conclusion background basics basic concepts key concepts concept key points key takeaways takeaways terminology
    theory general misc miscellaneous other others more faq questions question answer answers solution purpose goal
    goals objectives why what how when where problem problems issues limits limit tiers tier levels level phases stages
    methods method formula formulas notation complexity time complexity space complexity troubleshooting monitoring
    management scaling backup availability comparison differences difference vs input inputs output outputs scenario
    scenarios vocab vocabulary terms glossary default defaults range impact objectives derivations allgemein
    definitionen typ typen form funktion art arten aufbau tipo tipos función funciones beispiele beispiel
    vorteile nachteile typer exempel funktioner definición definiciones ejemplos
    ventajas desventajas propiedades definição exemplos vantagens desvantagens 定义 例子 特点 优点 缺点 概念
    """.split()
) | frozenset(
    normalize(name)
    for name in (
        "use cases, use case, when to use, key features, example usage, set up, how it works, how to use, best "
        "practices, common settings, basic concepts, key concepts, key points, key takeaways, time complexity, "
        "space complexity, good to know, things to know, how to, table of contents"
    ).split(", ")
)
# Headings that name nothing at all; the parent heading is used as the term.
EMPTY_NAMES = frozenset(
    map(
        normalize,
        "overview introduction intro summary recap conclusion background basics general misc miscellaneous other "
        "others more notes note description definition details important remember".split(),
    )
)
# Words that are often followed by a colon but are not terms.
LEAD_WORDS = frozenset(
    map(
        normalize,
        "note notes nb n.b. e.g. eg i.e. ie ex example examples tip tips warning caution important remember hint fyi "
        "todo see also see source sources link links reference references image figure table answer question result "
        "output input step so then thus hence because however also update edit ps p.s. for example for instance "
        "http https q a ans".split(),
    )
) | {"see also", "for example", "for instance", "e g", "i e"}
FUNCTION_WORDS = frozenset(
    """
    a an the this that these those it its they them their he she we you your i my our his her one ones some any all
    each every both either neither no not none nor and or but if then else so because as of at by for from in into on
    onto off over under up down out to with without within about after before between during through per via than too
    very is are was were be been being am do does did done has have had having can could may might must shall should
    will would there here when where which who whom whose what why how while until since also just only even still
    already again more most less least few many much other others another such same own e.g. i.e. etc vs w/ + & -
    """.split()
)
# Words that are part of so many names that they do not reveal any of them.
COMMON_NAME_WORDS = frozenset(
    """
    amazon aws azure google cloud microsoft apache data service services system systems network networks model models
    machine learning storage file files type types code function functions class classes object objects server servers
    application applications algorithm algorithms method methods number value values input output time table tables
    user users group groups test testing training process processing management manager database databases
    """.split()
)
_FINITE_VERBS = frozenset(
    "is are was were be can cannot could should must may might will would shall has have had does do".split()
)
_NEGATED_VERB = re.compile(r"\b(?:do|does|is|are|wo)n't\b", re.IGNORECASE)
_SENTENCE_OPENINGS = frozenset(
    """
    if when while because since after before once unless although you we i it they this that these those there let make
    do don't please click here go select choose then also but and or so in on at by with from during for as to not no
    """.split()
)
_TASK_VERBS = frozenset(
    """
    understand understanding know using use learn implement implementing creating create configure configuring manage
    managing work working deploy deploying install installing add adding set setting make making build building get
    getting run running define defining describe identify monitor monitoring plan planning choose choosing explain
    compare comparing troubleshoot troubleshooting provision perform prepare apply applying evaluate evaluating
    determine secure securing write writing show give find finding facilitate
    """.split()
) | {"how to"}
# Openings of sentences that refer to the sentence before: on their own they name no subject.
_ANAPHORIC_OPENINGS = frozenset(
    """
    it its they their this that these those such so then thus therefore hence but and or however also because otherwise
    instead both neither either here there now finally first second next another one he she er es sie det den denna
    detta esto esta este estos isso isto
    """.split()
) | frozenset(
    (
        "the latter, the former, the above, the following, the same, the other, the first, the second, the third, "
        "the next, the last, the result, the resulting, as a result, in this, in that, for this, for that, to solve, "
        "to do"
    ).split(", ")
)
_ANAPHORIC_STEMS = ("dies", "这", "那", "它", "其", "上述", "因此", "所以", "但", "而且")
_DEMONSTRATIVE_PHRASE = re.compile(r"[^,.;]{0,30}\b(?:this|these)\s+[a-z]", re.IGNORECASE)
_EXAMPLE_OPENING = re.compile(
    r"\W*(?:for example|for instance|e\.?g\b|example|suppose|assume|let'?s|let us|consider|imagine|say,|"
    r"in this example|in our|in my|in the (?:example|picture|figure|image|above|following|previous)|"
    r"as (?:shown|seen|you can see)|the (?:following|example)|we'll|we will|i |i'm|i've|my |here is|here are|here's|"
    r"see\b|skim\b|read\b|to understand|es gilt|gilt|代码如下|如下|例如|código|det gäller)",
    re.IGNORECASE,
)
_NOTE_PREFIX = re.compile(
    r"^(?:\W{0,3}(?:note|nb|n\.b\.|tip|important|remember|warning|caution|fyi|hint|attention)\W{0,2}\s*[:：–—-]\s*)+",
    re.IGNORECASE,
)
# "An important symbol was the treaty" does not define symbols.
_EVALUATIVE_ADJECTIVES = frozenset(
    """
    another best big biggest common critical crucial essential famous final first great important interesting key last
    main major most next notable only other primary real second simple single third typical whole
    """.split()
)
_WORD_AFTER_ARTICLE = re.compile(r"(?:(?:an?|the|one)\s+)?(\w*)", re.IGNORECASE)
_PUNCTUATION_OR_COUNT = re.compile(r"[,;\"“”?!→]|\b(?:\d+|two|three|four|five|six|zwei|drei|vier|dos|tres)\s+\w")
_CLAUSE_OPENINGS = ("当", "如果", "因为", "wenn", "falls", "när", "om", "cuando", "quando", "si", "se")
_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_FIRST_WORD = re.compile(r"don't\b|\w+", re.IGNORECASE)
_FIRST_THREE_WORDS = re.compile(r"\w+(?: \w+){0,2}")
# `re.IGNORECASE` matches these with "i" and "s"; `str.lower` does not map them to those letters.
_IGNORECASE_TO_ASCII = str.maketrans("İıſ", "iis")
_NON_ALPHANUMERIC = re.compile(r"[\W_]+")
_ASCII_NON_ALPHANUMERIC = {code: None for code in range(128) if not chr(code).isalnum()}


def lower(text: str) -> str:
    """Return the text in lower case, equal to what `re.IGNORECASE` would match, character by character."""
    return text.lower() if text.isascii() else text.translate(_IGNORECASE_TO_ASCII).lower()


def alphanumeric(text: str) -> str:
    """Return only the letters and digits of a text, case-folded."""
    return (text.translate(_ASCII_NON_ALPHANUMERIC) if text.isascii() else _NON_ALPHANUMERIC.sub("", text)).casefold()


def _first_word(text: str) -> str:
    """Return the word at the start of a text in lower case, or an empty string."""
    match = _FIRST_WORD.match(text)
    return lower(match[0]) if match else ""


def starts_with_phrase(text: str, phrases: frozenset[str]) -> bool:
    """Return whether a text starts with one of the phrases, which have three words at most."""
    match = _FIRST_THREE_WORDS.match(text)
    opening = lower(match[0]) if match else ""
    while opening and opening not in phrases:
        opening = opening.rpartition(" ")[0]
    return bool(opening)


def is_anaphoric(sentence: str) -> bool:
    """Return whether a sentence refers back to the one before it."""
    has_stem = lower(sentence[:4]).startswith(_ANAPHORIC_STEMS)
    return has_stem or starts_with_phrase(sentence, _ANAPHORIC_OPENINGS) or bool(_DEMONSTRATIVE_PHRASE.match(sentence))


def is_example(sentence: str) -> bool:
    """Return whether a sentence is only an example, or addresses the reader."""
    return bool(_EXAMPLE_OPENING.match(sentence))


def note_prefix_end(sentence: str) -> int:
    """Return the end of a prefix such as "Note:", or 0."""
    match = _NOTE_PREFIX.match(sentence)
    return match.end() if match else 0


def is_evaluative(subject: str) -> bool:
    """Return whether a subject only rates or numbers something ("an important symbol", "the first step")."""
    match = _WORD_AFTER_ARTICLE.match(subject)
    return match is not None and lower(match[1]) in _EVALUATIVE_ADJECTIVES


def can_be_name(text: str) -> bool:
    """Return whether a text can be the name of something: not a clause, a count or a question."""
    first = _first_word(text)
    if first in _SENTENCE_OPENINGS or (first.startswith(_CLAUSE_OPENINGS) and _is_clause(text, first)):
        return False
    return not (_PUNCTUATION_OR_COUNT.search(text) or has_verb(text))


def _is_clause(text: str, first: str) -> bool:
    """Return whether the clause opening that `first` starts with is a word of its own: a space or CJK follows it."""
    after = next(text[len(opening) :][:1] for opening in _CLAUSE_OPENINGS if first.startswith(opening))
    return after.isspace() or "\u4e00" <= after <= "\u9fff"


def article_end(text: str) -> int:
    """Return the end of a leading article and its space, or 0."""
    match = _ARTICLE.match(text)
    return match.end() if match else 0


def is_generic(name: str) -> bool:
    """Return whether a name stands for an aspect without a subject ("Advantages", "Types")."""
    normal_name = normalize(name)
    return normal_name in GENERIC_NAMES or normal_name.endswith((" types", " type", " on", " of", " for"))


def is_empty_name(name: str) -> bool:
    """Return whether a name carries no information ("Overview", "Notes")."""
    return normalize(name) in EMPTY_NAMES


def is_lead_word(name: str) -> bool:
    """Return whether a name introduces a remark instead of naming a term ("Note", "Example")."""
    return normalize(name) in LEAD_WORDS


def has_verb(text: str) -> bool:
    """Return whether a text contains a common finite verb."""
    return not _FINITE_VERBS.isdisjoint(_WORD.findall(lower(text))) or (
        "'" in text and bool(_NEGATED_VERB.search(text))
    )


def starts_like_sentence(text: str) -> bool:
    """Return whether a text starts like a sentence, not like a name."""
    return _first_word(text) in _SENTENCE_OPENINGS


def starts_like_task(heading: str) -> bool:
    """Return whether a heading says what to do or to learn instead of naming a thing."""
    return starts_with_phrase(heading, _TASK_VERBS)


@lru_cache(maxsize=1 << 12)  # each candidate blank of a sentence is compared with the same words
def content_words(text: str) -> tuple[str, ...]:
    """Return the words of a text without its function words."""
    return tuple([word for word in word_list(text) if word.casefold() not in FUNCTION_WORDS])


def is_function_word(word: str) -> bool:
    """Return whether a word is grammatical only, such as an article, a preposition or an auxiliary."""
    return word.casefold() in FUNCTION_WORDS
