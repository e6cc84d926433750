"""Verb phrases of a closed list: "is good for", "can be used with", "supports", "besteht aus", とは.

In: a text. Out: the verb phrase at its start, or the first one inside it, and the offset of what follows; whether it
has any common finite verb.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.normalize import lower
from studydeck.text.tokens import may_hold_cjk, tokens
from studydeck.text.word_list_files import alternatives, languages_by_word, phrase_set, phrases

_PARTICIPLES = phrases("participles")
_BASE_VERBS = phrases("base_verbs")
# Verb phrases without variants, by their first word; a longer phrase comes before its own beginning. Those of other
# languages than English are whole phrases.
_FIXED_PHRASES: dict[str, list[str]] = {}
for _phrase in (
    *phrases("verb_phrases"),
    *_BASE_VERBS,
    *[f"{verb}s" for verb in _BASE_VERBS],
    *phrases("third_person_verbs"),
    *sorted(phrases("sentence_verbs"), key=len, reverse=True),
):
    _FIXED_PHRASES.setdefault(_phrase.split()[0], []).append(_phrase)
_VERB_AFTER_CAN = alternatives("verbs_after_can")
_PREPOSITION = alternatives("verb_prepositions")
_OPTIONAL_ADVERB = rf"(?:{alternatives('verb_adverbs')}[ ])?"
_PARTICIPLE = alternatives("participles")
_PRESENT_COPULA = alternatives("present_copulas")
_SPACE_AFTER_VERB = lazy_pattern(r"(?P<gap>\s+)(?=\S)")
_AUXILIARY_PHRASE = lazy_pattern(
    rf"""
    (?: (?: (?P<modal> {alternatives("modal_verbs")}[ ] {_OPTIONAL_ADVERB} {alternatives("infinitive_copulas")}[ ] )
          | {_PRESENT_COPULA}[ ] {_OPTIONAL_ADVERB}
        ) {_PARTICIPLE} (?(modal) [ ]{_PREPOSITION} | [ ]?{_PREPOSITION}? )    # "can be used with", "is based on"
      | {alternatives("ability_verbs")}[ ] {_OPTIONAL_ADVERB} {_VERB_AFTER_CAN}
          (?: [ ]{_PREPOSITION} )?                                              # "cannot connect to"
      | {_PRESENT_COPULA}[ ] (?: {alternatives("indefinite_articles")}[ ] )?
          {alternatives("kind_phrases")}                                        # "is a kind of"
    ) {_SPACE_AFTER_VERB.pattern}
    """,
    re.VERBOSE,
)
# "Used for Y" omits its subject; inside a sentence a participle without auxiliary only modifies a noun.
_PARTICIPLE_PHRASE = lazy_pattern(
    rf"""
    {_OPTIONAL_ADVERB} {_PARTICIPLE}[ ]
    (?! {alternatives("infinitive_particles")}[ ] {_VERB_AFTER_CAN} )     # not "used to store"
    {_PREPOSITION} {_SPACE_AFTER_VERB.pattern}
    """,
    re.VERBOSE,
)
_COPULA_AND_ARTICLE = lazy_pattern(
    rf"""
    {alternatives("present_copulas", "past_copulas")}[ ]                  # "was the", "is a"
    {alternatives("indefinite_articles", "definite_articles")} {_SPACE_AFTER_VERB.pattern}
    """,
    re.VERBOSE,
)
_AUXILIARIES = phrase_set("modal_verbs", "ability_verbs", "present_copulas")
_FIRST_WORDS_INSIDE = _AUXILIARIES.union(
    _FIXED_PHRASES,
    phrases("past_copulas", "auxiliary_verbs"),
    [verb.split()[0] for verb in phrases("plural_verbs")],
)
_FIRST_WORDS_AT_START = _AUXILIARIES.union(_FIXED_PHRASES, phrases("verb_adverbs"), _PARTICIPLES)
_FINITE_VERBS = phrase_set("finite_verbs")
# Auxiliaries of other languages, each with the endings of the forms behind it: "puede ejecutar", "viene chiamato".
_FORMS = {
    verb: tuple([ending for ending, others in languages_by_word("auxiliary_forms").items() if languages & others])
    for verb, languages in languages_by_word("auxiliary_verbs").items()
}
_NO_FORMS, _PREPOSITIONS_OF_FORMS = phrase_set("no_auxiliary_forms"), phrase_set("auxiliary_prepositions")
_AUXILIARY_AND_FORM = lazy_pattern(r"\w+ (?P<form>\w+)(?P<gap>\s+)(?=\S)")
_PREPOSITION_AND_GAP = lazy_pattern(r"(?P<preposition>\w+)(?P<gap>\s+)(?=\S)")
_PLURAL_VERBS = tuple(sorted(phrases("plural_verbs"), key=len, reverse=True))
_FIRST_PLURAL_WORDS = frozenset([verb.split()[0] for verb in _PLURAL_VERBS])
_PLURAL = lazy_pattern(r"\w{2,}(?<![sui])s")
_NEGATED_VERB = lazy_pattern(rf"\b{alternatives('negated_verbs')}\b", re.IGNORECASE)
_ALPHANUMERIC_WORD = lazy_pattern(r"\w+")
_WORD = lazy_pattern(r"\S+")
_CYRILLIC = lazy_pattern(r"[\u0400-\u04ff]")
# A verb without a space before it, a topic as Japanese marks it, and the dash that Russian writes for "is".
_UNSPACED_VERB = lazy_pattern(
    rf"""
    (?P<verb>
        (?<=[\w）)」』”]) (?<!{alternatives("letters_before_no_verb")})      # 是, but not 但是
          {alternatives("unspaced_sentence_verbs")} (?!{alternatives("letters_after_no_verb")})
      | (?<=[\u30a0-\u30ff\u4e00-\u9fffA-Za-z0-9）)」』])                 # は after a noun, not after a particle
          {alternatives("topic_particles")}
      | (?<=[\u0400-\u04ff\d)»]\s) [—–] (?=\s[\u0400-\u04ff])          # "Гелий — газ"
    )
    [、，]? \s* (?=\S)
    """,
    re.VERBOSE,
)


@lazy
def opening_verb(text: Text) -> tuple[str, int]:
    """Return the verb phrase at the start of a text, and the offset of what follows it; ("", 0) for none."""
    return _verb_at_start(text.string)


def verb_of(text: Text) -> str:
    """Return the verb phrase at the start of a bullet in lower case, or an empty string."""
    return opening_verb(text)[0].lower()


def begins_with_verb(name: Text) -> bool:
    """Return whether a name is a verb phrase, or begins with one: "Used for", "Is good for images"."""
    return bool(_verb_at_start(name.string + " x")[0])


def _verb_at_start(string: str) -> tuple[str, int]:
    match = _WORD.match(string)
    first_word = lower(match[0]) if match else ""
    if first_word not in _FIRST_WORDS_AT_START or not (
        gap := _gap_after_verb(lower(string), first_word, 0, _PARTICIPLE_PHRASE)
    ):
        return "", 0
    return string[: gap[0]], gap[1]


@lazy
def inner_verb(text: Text) -> tuple[int, int, int] | None:
    """Return start and end of the first verb phrase inside a sentence, and the offset of what follows it."""
    string = text.string
    may_lack_spaces = not string.isascii() and (may_hold_cjk(string) or _CYRILLIC.search(string))
    if may_lack_spaces and (match := _UNSPACED_VERB.search(string)):
        return *match.span("verb"), match.end()
    if _FIRST_WORDS_INSIDE.isdisjoint(string.split()):
        return None
    start, previous = 0, ""
    for word in string.split():
        start = string.index(word, start)
        if (
            word in _FIRST_WORDS_INSIDE
            and start
            and (
                (gap := _gap_after_verb(string, word, start, _COPULA_AND_ARTICLE))
                or (gap := _gap_after_plural(string, word, start, previous))
                or (gap := _gap_after_form(string, word, start))
            )
        ):
            return start, *gap
        start += len(word)
        previous = word
    return None


def _gap_after_plural(text: str, first_word: str, start: int, previous: str) -> tuple[int, int] | None:
    """Return the span of the space after a verb in the plural, behind a noun in the plural: "Backends improve"."""
    if first_word not in _FIRST_PLURAL_WORDS or not _PLURAL.fullmatch(previous):
        return None
    for verb in _PLURAL_VERBS:
        if text.startswith(verb, start) and (gap := _SPACE_AFTER_VERB.match(text, start + len(verb))):
            return gap.span()
    return None


def _gap_after_form(text: str, auxiliary: str, start: int) -> tuple[int, int] | None:
    """Return the span of the space after an auxiliary, the form that follows it, and the preposition of that."""
    if auxiliary not in _FORMS or not (match := _AUXILIARY_AND_FORM.match(text, start)):
        return None
    if match["form"] in _NO_FORMS or not match["form"].endswith(_FORMS[auxiliary]):
        return None
    preposition = _PREPOSITION_AND_GAP.match(text, match.end())
    is_part = preposition is not None and preposition["preposition"] in _PREPOSITIONS_OF_FORMS
    return preposition.span("gap") if preposition and is_part else match.span("gap")


def _gap_after_verb(text: str, first_word: str, start: int, fallback: re.Pattern[str]) -> tuple[int, int] | None:
    """Return the span of the space after the verb phrase that begins at `start`; the fallback is tried last."""
    for phrase in _FIXED_PHRASES.get(first_word, ()):
        if text.startswith(phrase, start) and (gap := _SPACE_AFTER_VERB.match(text, start + len(phrase))):
            return gap.span()
    match = (first_word in _AUXILIARIES and _AUXILIARY_PHRASE.match(text, start)) or fallback.match(text, start)
    return match.span("gap") if match else None


@lazy
def has_verb(text: Text | str) -> bool:
    """Return whether a text contains a common finite verb."""
    string = plain_words(text)
    words = tokens(lower(string)) if "_" not in string else _ALPHANUMERIC_WORD.findall(lower(string))
    return not _FINITE_VERBS.isdisjoint(words) or ("'" in string and bool(_NEGATED_VERB.search(string)))
