"""Draft a pair from a sentence with a short subject and a common verb: "Parquet: is good for?".

In: the text of a sentence or a bullet. Out: its verb phrase, its subject, verb and rest, or a pair that asks by them.

Bullets often omit their subject ("Supports X", "Used for Y"): then the context's name is the subject. Verbs come from a
closed list, so that the question always ends at a verb.
"""

from __future__ import annotations

import re
from functools import lru_cache

from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import pair
from studydeck.model.document import Directives, SourceSpan, Text
from studydeck.model.notes import NoteDraft
from studydeck.model.traverse import cut, flat, paragraph, plain, text_of
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import (
    article_end,
    content_words,
    has_verb,
    is_anaphoric,
    is_evaluative,
    is_example,
    lower,
    starts_like_sentence,
    starts_with_phrase,
)
from studydeck.text.normalize import normalize
from studydeck.text.search import occurs_in, stem_pattern
from studydeck.text.words import alternatives, phrase_set, phrases

LONGEST = 28  # words of the sentence
LONGEST_SUBJECT = 5  # words
MOST_COMMAS = 4
LONGEST_IGNORED = 3  # characters of a word that may appear in both question and answer
_PARTICIPLES = phrases("participles")
_BASE_VERBS = phrases("base_verbs")
# Verb phrases without variants, by their first word; a longer phrase comes before its own beginning.
_FIXED_PHRASES: dict[str, list[str]] = {}
for _phrase in (
    *phrases("verb_phrases"),
    *_BASE_VERBS,
    *[f"{verb}s" for verb in _BASE_VERBS],
    *phrases("third_person_verbs"),
):
    _FIXED_PHRASES.setdefault(_phrase.split()[0], []).append(_phrase)
_VERB_AFTER_CAN = alternatives("verbs_after_can")
_PREPOSITION = alternatives("verb_prepositions")
_OPTIONAL_ADVERB = f"(?:{alternatives('verb_adverbs')} )?"
_PARTICIPLE = alternatives("participles")
_SPACE_AFTER_VERB = re.compile(r"(?P<gap>\s+)(?=\S)")
_AUXILIARY_PHRASE = re.compile(
    rf"(?:(?:can|should|must|may) {_OPTIONAL_ADVERB}be {_PARTICIPLE} {_PREPOSITION}|"
    rf"(?:can|cannot|can't) {_OPTIONAL_ADVERB}{_VERB_AFTER_CAN}(?: {_PREPOSITION})?|"
    rf"(?:is|are) {_OPTIONAL_ADVERB}{_PARTICIPLE} ?{_PREPOSITION}?|"
    rf"(?:is|are) (?:an? )?{alternatives('kind_nouns')} of){_SPACE_AFTER_VERB.pattern}"
)
# "Used for Y" omits its subject; inside a sentence a participle without auxiliary only modifies a noun.
_PARTICIPLE_PHRASE = re.compile(
    rf"{_OPTIONAL_ADVERB}{_PARTICIPLE} (?!to {_VERB_AFTER_CAN}){_PREPOSITION}{_SPACE_AFTER_VERB.pattern}"
)
_COPULA_AND_ARTICLE = re.compile(rf"(?:is|are|was|were) (?:an?|the){_SPACE_AFTER_VERB.pattern}")
_FINAL_ARTICLES = tuple([f" {article}" for article in phrases("articles")])
_AUXILIARIES = frozenset(("can", "cannot", "can't", "should", "must", "may", "is", "are"))
_FIRST_WORDS_INSIDE = _AUXILIARIES.union(_FIXED_PHRASES, ["was", "were"])
_FIRST_WORDS_AT_START = _AUXILIARIES.union(_FIXED_PHRASES, phrases("verb_adverbs"), _PARTICIPLES)
_WORD = re.compile(r"\S+")
_SHORT_OBJECT_VERBS = phrase_set("short_object_verbs")
_FINAL_RELATIVE_PRONOUN = re.compile(rf"\b{alternatives('relative_pronouns')}$", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[,;:()?!]|\.\s")
# In lower case only: "Shadow IT" is a name.
_FINAL_SUBJECT_PRONOUNS = tuple([f" {pronoun}" for pronoun in phrases("subject_pronouns")])
LONGEST_OBJECT = 8  # words
_PRONOUNS = phrase_set("pronouns")


def verb_of(text: Text) -> str:
    """Return the verb phrase at the start of a bullet in lower case, or an empty string."""
    return _opening_verb(flat(text))[0].lower()


@lru_cache(maxsize=1 << 10)  # several rules in turn ask for the verb of the same bullet
def _opening_verb(text: str) -> tuple[str, int]:
    """Return the verb phrase at the start of a text, and the offset of what follows it; ("", 0) for none."""
    match = _WORD.match(text)
    first_word = lower(match[0]) if match else ""
    if first_word not in _FIRST_WORDS_AT_START or not (
        gap := _gap_after_verb(lower(text), first_word, 0, _PARTICIPLE_PHRASE)
    ):
        return "", 0
    return text[: gap[0]], gap[1]


def _inner_verb(text: str) -> tuple[int, int, int] | None:
    """Return start and end of the first verb phrase inside a sentence, and the offset of what follows it."""
    if _FIRST_WORDS_INSIDE.isdisjoint(text.split()):
        return None
    start = 0
    for word in text.split():
        start = text.index(word, start)
        if word in _FIRST_WORDS_INSIDE and start and (gap := _gap_after_verb(text, word, start, _COPULA_AND_ARTICLE)):
            return start, *gap
        start += len(word)
    return None


def _gap_after_verb(text: str, first_word: str, start: int, fallback: re.Pattern[str]) -> tuple[int, int] | None:
    """Return the span of the space after the verb phrase that begins at `start`; the fallback is tried last."""
    for phrase in _FIXED_PHRASES.get(first_word, ()):
        if text.startswith(phrase, start) and (gap := _SPACE_AFTER_VERB.match(text, start + len(phrase))):
            return gap.span()
    match = (first_word in _AUXILIARIES and _AUXILIARY_PHRASE.match(text, start)) or fallback.match(text, start)
    return match.span("gap") if match else None


def split_at_verb(text: Text) -> tuple[Text, str, Text] | None:
    """Cut a sentence into its short subject, its verb phrase and the rest, or return None."""
    flat_text = flat(text)
    verb_span = _inner_verb(flat_text)
    if not verb_span or exceeds(text, LONGEST):
        return None
    verb_start, verb_end, rest_start = verb_span
    subject = flat_text[:verb_start].strip()
    if (
        not subject[:1].isalnum()
        or _PUNCTUATION.search(subject)
        or exceeds(subject, LONGEST_SUBJECT)
        or not content_words(subject)
    ):
        return None
    if (
        starts_with_phrase(subject, _PRONOUNS)
        or starts_like_sentence(subject)
        or is_anaphoric(subject)
        or is_evaluative(subject)
    ):
        return None
    if has_verb(subject) or _FINAL_RELATIVE_PRONOUN.search(subject) or _is_clause(subject):
        return None
    rest = cut(text, rest_start)
    if flat(rest).count(",") > MOST_COMMAS or length(rest) < 2:
        return None
    noun = subject[article_end(subject) :]
    if subject[:4].lower() == "the " and " " not in noun and noun.islower():
        # "The value can be …": which value, only the sentence before says.
        return None
    return cut(text, _subject_start(subject), verb_start - 1), flat_text[verb_start:verb_end], rest


def _is_clause(subject: str) -> bool:
    """Return whether a subject is a clause with a subject of its own: "An anti-pattern as it"."""
    return subject.endswith(_FINAL_SUBJECT_PRONOUNS)


def _subject_start(subject: str) -> int:
    """Return the start of a subject after its article, or after the "where" that explains a formula."""
    start = len("where ") if subject.startswith(("Where ", "where ")) else 0
    return start + article_end(subject[start:])


def verb_phrase_draft(
    context: RuleContext, text: Text, *, span: SourceSpan, directives: Directives
) -> NoteDraft | None:
    """Return a pair that asks by a subject and its verb for the rest of the sentence, or None."""
    flat_text = flat(text)
    if exceeds(text, LONGEST) or ". " in flat_text.rstrip(". ") or is_example(flat_text):
        return None
    opening, rest_start = _opening_verb(flat_text)
    if opening and plain(context.name) and not context.prompt:
        rest = cut(text, rest_start)
        if flat(rest).count(",") > MOST_COMMAS or (
            opening.lower() in _SHORT_OBJECT_VERBS and exceeds(rest, LONGEST_OBJECT)
        ):
            return None
        verb = opening[:1].lower() + opening[1:]
        subject = context.name if plain(context.name) == context.subject else text_of(context.subject)
        heading_path, key_term = context.heading_path[:-1], ""
    elif subject_verb_rest := split_at_verb(text):
        subject, verb, rest = subject_verb_rest
        # "A Stack is …" below the heading "Stack": the heading is the term already.
        key_term = plain(subject)
        heading_path = (
            context.heading_path[:-1]
            if normalize(plain(subject)) == normalize(plain(context.name))
            else context.heading_path
        )
    else:
        return None
    patterns = [stem_pattern(word) for word in content_words(flat(rest)) if len(word) > LONGEST_IGNORED]
    plain_subject = plain(subject)
    if occurs_in(patterns, plain_subject) and sum(
        [occurs_in((pattern,), plain_subject) for pattern in patterns]
    ) * 2 > len(patterns):
        return None
    # "X is a Y" defines X: the verb adds nothing to the question, and the answer may ask for the term.
    is_definition = verb.endswith(_FINAL_ARTICLES)
    return pair(
        context,
        "verb_phrases",
        subject,
        paragraph(rest),
        span=span,
        labels=("", "" if is_definition else verb),
        heading_path=heading_path,
        directives=directives,
        allow_backwards=is_definition,
        key_term=key_term,
    )
