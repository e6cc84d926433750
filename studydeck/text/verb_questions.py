"""The question that a subject and its verb ask: "What does Parquet support?", "Woraus besteht ein Koaxialkabel?".

In: a verb phrase as it stands between a subject and the rest of its sentence, whether the sentence names its subject,
and the text around it. Out: the words before and after the subject. What no question is known for is asked as a
sentence to be completed, whose grammar is that of the notes.
"""

from __future__ import annotations

from studydeck.text.languages import language_of
from studydeck.text.word_list_files import languages_by_word, phrase_set, phrases, questions_by_language

SUBJECT = "{}"  # in a question of the word lists: where the subject stands
_COMPLETION = f"{SUBJECT} %s …"
_LABEL = f"{SUBJECT}: %s …"
_AUXILIARIES = phrase_set("present_copulas", "past_copulas", "modal_verbs", "ability_verbs")
_COPULAS, _BE = phrase_set("present_copulas", "past_copulas"), phrases("infinitive_copulas")
_PREPOSITIONS = phrase_set("verb_prepositions").union([kind.rpartition(" ")[2] for kind in phrases("kind_phrases")])
_SINGULAR = phrase_set("third_person_verbs").union([f"{verb}s" for verb in phrases("base_verbs")])
_NO_VERBS = phrase_set("participles", "negations")  # first words of a phrase that has no verb: "made of", "not for"
_PHRASES = phrase_set("verb_phrases")
_ES_ENDINGS = ("sses", "ches", "shes", "xes")


def verb_question(verb: str, nearby: str, *, has_subject: bool) -> tuple[str, str]:
    """Return what stands before and after the subject in the question that a verb asks.

    Parameters
    ----------
    verb : a verb phrase of the word lists, in the case in which the sentence has it.
    nearby : the notes around it, which tell in what language a verb is that several have.
    has_subject : whether the sentence has its subject; where a heading stands for it, its number is not known.
    """
    completion = (_COMPLETION if has_subject else _LABEL) % verb
    question = _listed(verb.lower(), nearby) or _english(verb)
    before, _, after = (question or completion).partition(SUBJECT)
    return before, after


def _listed(verb: str, nearby: str) -> str:
    """Return the question of the word lists, in the language of the notes if several have the verb."""
    questions = questions_by_language("verb_questions")
    by_language = {language: lists[verb] for language, lists in questions.items() if verb in lists}
    for language in languages_by_word("sentence_verbs").get(verb, frozenset()).difference(by_language):
        by_language[language] = _by_pattern(verb, language)
    if len(set(by_language.values())) <= 1:
        return next(iter(by_language.values()), "")
    return by_language.get(language_of([nearby]), "")


def _by_pattern(verb: str, language: str) -> str:
    """Return the question of a verb of one word, or of several by the last of them; nothing if there is no pattern."""
    patterns = questions_by_language("verb_question_patterns").get(language, {})
    words, last = verb.rpartition(" ")[::2]
    if not words:
        return patterns.get("*", "").replace("{verb}", verb)
    first, _, rest = words.partition(" ")
    question = patterns.get(last, "").replace("{verb}", words).replace("{first}", first)
    return question.replace(" {rest}", f" {rest}" if rest else "")


def _english(verb: str) -> str:
    """Return the question of an English verb phrase; nothing for one that has no verb."""
    first, _, rest = verb.partition(" ")
    is_whole = verb.rpartition(" ")[2] in _PREPOSITIONS or not (first in _COPULAS or rest.startswith(_BE))
    if rest and first in _AUXILIARIES and is_whole:  # "is used for", "cannot connect to", but not "is set"
        auxiliary, rest = ("can", f"not {rest}") if first in {"cannot", "can't"} else (first, rest)
        return f"{'When' if rest.endswith(' when') else 'What'} {auxiliary} {SUBJECT} {rest.removesuffix(' when')}?"
    is_plural = f"{first}s" in _SINGULAR or f"{first}s {rest}" in _PHRASES
    if first in _SINGULAR or is_plural or (verb in _PHRASES and first not in _NO_VERBS):
        is_singular = first in _SINGULAR or first.endswith("s")
        base = _base_form(first) if is_singular else first
        return f"What {'does' if is_singular else 'do'} {SUBJECT} {' '.join(filter(None, (base, rest)))}?"
    return ""


def _base_form(verb: str) -> str:
    """Return the base form of an English verb in the third person: "queries" gives "query"."""
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if verb.endswith(_ES_ENDINGS) else verb[:-1]
