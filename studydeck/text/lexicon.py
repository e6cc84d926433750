"""The few words that rules must know: closed lists, in English, of what is no subject, no term and no answer."""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.text.length import word_list
from studydeck.text.normalize import normal

# Names of sections that say which aspect, but not of what: they are asked with their parent.
GENERIC = frozenset(
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
    normal(name)
    for name in (
        "use cases, use case, when to use, key features, example usage, set up, how it works, how to use, best "
        "practices, common settings, basic concepts, key concepts, key points, key takeaways, time complexity, "
        "space complexity, good to know, things to know, how to, table of contents"
    ).split(", ")
)
# Names of sections that name nothing at all: their parent is the term.
EMPTY_NAMES = frozenset(
    map(
        normal,
        "overview introduction intro summary recap conclusion background basics general misc miscellaneous other "
        "others more notes note description definition details important remember".split(),
    )
)
# What stands before a colon without being a term.
LEAD_WORDS = frozenset(
    map(
        normal,
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
# Words that stand in so many names that they give none away.
COMMON = frozenset(
    """
    amazon aws azure google cloud microsoft apache data service services system systems network networks model models
    machine learning storage file files type types code function functions class classes object objects server servers
    application applications algorithm algorithms method methods number value values input output time table tables
    user users group groups test testing training process processing management manager database databases
    """.split()
)
_FINITE = frozenset(
    "is are was were be can cannot could should must may might will would shall has have had does do".split()
)
_NEGATED = re.compile(r"\b(?:do|does|is|are|wo)n't\b", re.IGNORECASE)
_SENTENCE_OPENINGS = frozenset(
    """
    if when while because since after before once unless although you we i it they this that these those there let make
    do don't please click here go select choose then also but and or so in on at by with from during for as to not no
    """.split()
)
_TASKS = frozenset(
    """
    understand understanding know using use learn implement implementing creating create configure configuring manage
    managing work working deploy deploying install installing add adding set setting make making build building get
    getting run running define defining describe identify monitor monitoring plan planning choose choosing explain
    compare comparing troubleshoot troubleshooting provision perform prepare apply applying evaluate evaluating
    determine secure securing write writing show give find finding facilitate
    """.split()
) | {"how to"}
# Sentences that hang on what was said before: alone they name no subject.
_HANGING = frozenset(
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
_HANGING_STEMS = ("dies", "这", "那", "它", "其", "上述", "因此", "所以", "但", "而且")
_POINTS_BACK = re.compile(r"[^,.;]{0,30}\b(?:this|these)\s+[a-z]", re.IGNORECASE)
_INSTANCE = re.compile(
    r"\W*(?:for example|for instance|e\.?g\b|example|suppose|assume|let'?s|let us|consider|imagine|say,|"
    r"in this example|in our|in my|in the (?:example|picture|figure|image|above|following|previous)|"
    r"as (?:shown|seen|you can see)|the (?:following|example)|we'll|we will|i |i'm|i've|my |here is|here are|here's|"
    r"see\b|skim\b|read\b|to understand|es gilt|gilt|代码如下|如下|例如|código|det gäller)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^(?:\W{0,3}(?:note|nb|n\.b\.|tip|important|remember|warning|caution|fyi|hint|attention)\W{0,2}\s*[:：–—-]\s*)+",
    re.IGNORECASE,
)
# "An important symbol was the treaty" is no definition of symbols.
_PRAISE = frozenset(
    """
    another best big biggest common critical crucial essential famous final first great important interesting key last
    main major most next notable only other primary real second simple single third typical whole
    """.split()
)
_BEHIND_ARTICLE = re.compile(r"(?:(?:an?|the|one)\s+)?(\w*)", re.IGNORECASE)
_COUNTS = re.compile(r"[,;\"“”?!→]|\b(?:\d+|two|three|four|five|six|zwei|drei|vier|dos|tres)\s+\w")
_CLAUSES = ("当", "如果", "因为", "wenn", "falls", "när", "om", "cuando", "quando", "si", "se")
_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_FIRST_WORD = re.compile(r"don't\b|\w+", re.IGNORECASE)
_OPENING = re.compile(r"\w+(?: \w+){0,2}")
# To `re.IGNORECASE` these are an "i" and an "s" as well; to `lower` they are not.
_SMALL = str.maketrans("İıſ", "iis")
_SIGNS = re.compile(r"[\W_]+")
_ASCII_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}


def lower(words: str) -> str:
    """Write words as these lists are written, letter by letter."""
    return words.lower() if words.isascii() else words.translate(_SMALL).lower()


def alphanumeric(words: str) -> str:
    """Give the letters and digits of words alone, small."""
    return (words.translate(_ASCII_SIGNS) if words.isascii() else _SIGNS.sub("", words)).casefold()


def _first(words: str) -> str:
    """Give the word that words begin with, or nothing."""
    found = _FIRST_WORD.match(words)
    return lower(found[0]) if found else ""


def opens_with(words: str, openings: frozenset[str]) -> bool:
    """Tell whether words begin with one of these phrases, of three words at most."""
    found = _OPENING.match(words)
    opening = lower(found[0]) if found else ""
    while opening and opening not in openings:
        opening = opening.rpartition(" ")[0]
    return bool(opening)


def is_anaphoric(words: str) -> bool:
    """Tell whether a sentence leans on the one before it."""
    stem = lower(words[:4]).startswith(_HANGING_STEMS)
    return stem or opens_with(words, _HANGING) or bool(_POINTS_BACK.match(words))


def is_example(words: str) -> bool:
    """Tell whether a sentence only plays through an example, or talks to its reader."""
    return bool(_INSTANCE.match(words))


def note_prefix_end(words: str) -> int:
    """Give where "Note:" and its like end, before what they introduce."""
    found = _ASIDE.match(words)
    return found.end() if found else 0


def is_evaluative(words: str) -> bool:
    """Tell whether a subject only says that something is important, or which in a row it is."""
    found = _BEHIND_ARTICLE.match(words)
    return found is not None and lower(found[1]) in _PRAISE


def names_a_thing(words: str) -> bool:
    """Tell whether words can be the name of something: no clause, no count, no question."""
    first = _first(words)
    if first in _SENTENCE_OPENINGS or (first.startswith(_CLAUSES) and _is_clause(words, first)):
        return False
    return not (_COUNTS.search(words) or has_verb(words))


def _is_clause(words: str, first: str) -> bool:
    """Tell whether a clause begins: a blank or a CJK character must stand behind the word that opens it."""
    after = next(words[len(one) :][:1] for one in _CLAUSES if first.startswith(one))
    return after.isspace() or "\u4e00" <= after <= "\u9fff"


def article_end(words: str) -> int:
    """Give where a leading article ends."""
    found = _ARTICLE.match(words)
    return found.end() if found else 0


def is_generic(name: str) -> bool:
    """Tell whether a name says an aspect without a subject."""
    plain_name = normal(name)
    return plain_name in GENERIC or plain_name.endswith((" types", " type", " on", " of", " for"))


def is_empty_name(name: str) -> bool:
    """Tell whether a name says nothing at all."""
    return normal(name) in EMPTY_NAMES


def is_lead_word(name: str) -> bool:
    """Tell whether a name introduces an aside instead of naming a term."""
    return normal(name) in LEAD_WORDS


def has_verb(words: str) -> bool:
    """Tell whether words hold a finite verb that everyone knows."""
    return not _FINITE.isdisjoint(_WORD.findall(lower(words))) or ("'" in words and bool(_NEGATED.search(words)))


def starts_like_sentence(words: str) -> bool:
    """Tell whether words begin as a sentence does, not as a name."""
    return _first(words) in _SENTENCE_OPENINGS


def starts_like_task(words: str) -> bool:
    """Tell whether a heading tells what to do or learn instead of naming a thing."""
    return opens_with(words, _TASKS)


@lru_cache(maxsize=1 << 12)  # every blank of a sentence is held against the same words
def content_words(words: str) -> tuple[str, ...]:
    """Give the words of a text that mean something alone."""
    return tuple([word for word in word_list(words) if word.casefold() not in FUNCTION_WORDS])


def is_function_word(word: str) -> bool:
    """Tell whether a word holds a sentence together and means nothing alone."""
    return word.casefold() in FUNCTION_WORDS
