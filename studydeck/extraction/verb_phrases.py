"""Draft a pair from a sentence with a short subject and a common verb: "What is Parquet good for?".

In: the text of a sentence or a bullet. Out: its verb phrase, its subject, verb and rest, or a pair that asks by them.

Bullets often omit their subject ("Supports X", "Used for Y"): then the context's name is the subject. Verbs come from a
closed list, so that the question always ends at a verb.
"""

from __future__ import annotations

import re

from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import pair
from studydeck.model.document import NO_TEXT, Directives, Inline, SourceSpan, Text
from studydeck.model.notes import NoteDraft
from studydeck.model.text_edits import cut, normalized_text, text_of, with_text
from studydeck.model.traverse import paragraph
from studydeck.patterns import lazy_pattern
from studydeck.text.formula_terms import verb_before_formula
from studydeck.text.labels import is_adverb
from studydeck.text.languages import language_of
from studydeck.text.lazy import lazy
from studydeck.text.length import exceeds, length
from studydeck.text.names import is_evaluative
from studydeck.text.normalize import lower, normalize
from studydeck.text.openings import (
    FORMULA_OPENINGS,
    announces,
    article_end,
    first_word,
    is_anaphoric,
    is_example,
    starts_like_sentence,
    starts_with_phrase,
)
from studydeck.text.search import occurs_in, stem_pattern
from studydeck.text.tokens import content_words, is_cjk, is_function_word
from studydeck.text.topic_questions import topic_question
from studydeck.text.verb_questions import verb_question
from studydeck.text.verbs import begins_with_verb, has_verb, inner_verb, opening_verb
from studydeck.text.word_list_files import alternatives, languages_by_word, phrase_set, phrases

LONGEST = 28  # words of the sentence
LONGEST_SUBJECT = 7  # words
MOST_COMMAS = 4
LONGEST_IGNORED = 3  # characters of a word that may appear in both question and answer
_FINAL_ARTICLES = tuple([f" {article}" for article in phrases("indefinite_articles", "definite_articles")])
# "ist eine", "es un": of languages other than English.
_FOREIGN_DEFINITIONS = frozenset(
    [f"{verb} {article}" for verb in phrases("defining_verbs") for article in phrases("definition_articles")]
)
_DEFINITE_ARTICLES = tuple([f"{article} " for article in phrases("definite_articles")])
_INVERTING_VERBS, _WORDS_AFTER = phrase_set("inverting_verbs"), phrase_set("words_after_inverting_verbs")
_BASE_VERBS, _INFINITIVE_PARTICLES = phrase_set("base_verbs"), phrase_set("infinitive_particles")
_SHORT_OBJECT_VERBS = phrase_set("short_object_verbs")
# "Land that a king gives": the verb belongs to the relative clause.
_RELATIVE_PRONOUN = lazy_pattern(rf"(?<=\w\s){alternatives('relative_pronouns')}\b", re.IGNORECASE)
_INNER_ARTICLE = lazy_pattern(
    rf"""
    (\w+)\s                                                             # the word before it: "sum" or "of"
    {alternatives("indefinite_articles", "definite_articles")}\s
    (?=[^\W\dA-Z])                                                      # not in a name: "Alexander the Great"
    """,
    re.VERBOSE,
)
_PUNCTUATION = lazy_pattern(r"[,;:()?!、，。；：！？،؛]|\.\s")
# In lower case only: "Shadow IT" is a name.
_FINAL_SUBJECT_PRONOUNS = tuple([f" {pronoun}" for pronoun in phrases("subject_pronouns")])
_COMMON_WORDS = phrase_set("common_words")  # among them the articles of all languages
_CYRILLIC_PHRASE = lazy_pattern(r"[\u0400-\u042f][\u0430-\u045f]+ [\u0430-\u045f]")  # "Скорость света"
_ELIDED_ARTICLE = lazy_pattern(r"L['’]")
LONGEST_OBJECT = 8  # words
_PRONOUNS = phrase_set("pronouns")
_ARTICLES = phrase_set("indefinite_articles", "definite_articles", "definition_articles")
_IMPERATIVES = phrase_set("imperative_forms")
_CONJUNCTIONS = phrase_set("name_conjunctions")
_CLAUSE_OPENINGS = phrase_set("clause_openings")
_NO_SUBJECT_OPENINGS = phrase_set("no_subject_openings")
_UNSPACED_CLAUSE_OPENINGS = phrases("unspaced_clause_openings", "unspaced_choice_openings")
_UNSPACED_REASONS, _UNSPACED_ADJECTIVE_ENDS = phrases("unspaced_reason_openings"), phrases("unspaced_adjective_ends")
_BRACKETS = (("（", "）"), ("「", "」"), ("『", "』"), ("“", "”"), ("【", "】"), ("《", "》"))
_ADVERB_ENDINGS = phrases("adverb_endings")
_NEGATIONS = phrase_set("negations")
_TOPIC_PARTICLES, _ANSWER_LABELS = phrase_set("topic_particles"), phrase_set("answer_labels")
_FINAL_NEGATIONS = tuple([f" {negation}" for negation in _NEGATIONS])
_GOING_ON = phrase_set("name_conjunctions", "reflexive_pronouns")
_SPLIT_VERBS, _FINAL_PARTICLES = phrase_set("split_verbs"), phrase_set("final_particles")
_PARTICIPLE_ENDINGS, SHORTEST_PARTICIPLE = ("t", "en"), 5  # letters
_ENGLISH = frozenset({"en"})  # its verb phrases have lists of their own
_DASHES = frozenset("—–")


@lazy
def split_at_verb(text: Text) -> tuple[Text, str, Text] | None:
    """Cut a sentence into its short subject, its verb phrase and the rest, or return None."""
    flat_text = text.string
    formula_span = verb_before_formula(text)
    verb_span = formula_span or inner_verb(text)
    if not verb_span or exceeds(text, LONGEST):
        return None
    verb_start, verb_end, rest_start = verb_span
    subject = flat_text[:verb_start].strip()
    if (
        not subject[:1].isalnum()
        or subject.partition(" ")[0].isdigit()  # "12 weeks are needed": the number is the fact
        or _PUNCTUATION.search(subject)
        or exceeds(subject, LONGEST_SUBJECT)
        or not content_words(subject)
        or not any(map(str.isalpha, subject))
        or subject.rpartition(" ")[2] in _ARTICLES  # "The firm offers a product": "a product" is no verb
    ):
        return None
    if (
        starts_with_phrase(subject, _PRONOUNS)
        or starts_like_sentence(subject)
        or is_anaphoric(subject)
        or is_evaluative(subject)
        or any(len(word) > 1 and word.istitle() and lower(word) in _PRONOUNS for word in subject.split()[1:])
    ):
        return None
    if has_verb(subject) or _RELATIVE_PRONOUN.search(subject) or _is_clause(subject):
        return None
    rest = cut(text, rest_start)
    if rest.string.startswith(("(", "->", "→", "⇒")) or rest.string.partition(" ")[0] in _CONJUNCTIONS:
        return None  # "The heart contracts and relaxes": half of the statement
    is_symbol = text.inlines[0].kind == "math" and verb_start <= len(text.inlines[0].text) + 1
    if not formula_span and (rest.string.count(",") > MOST_COMMAS or (length(rest) < 2 and not is_symbol)):
        return None
    noun = subject[article_end(subject) :]
    if not formula_span and subject.lower().startswith(_DEFINITE_ARTICLES) and " " not in noun and noun.islower():
        # "The value can be …": which value, only the sentence before says.
        return None
    verb, subject_end = flat_text[verb_start:verb_end], len(flat_text[:verb_start].rstrip())
    if subject_end == verb_start:  # without a space between them, both are one phrase
        if verb in rest.string:  # another topic, another statement
            return None
        subject_end = verb_end
    return cut(text, _subject_start(subject), subject_end), verb, rest


def _is_clause(subject: str) -> bool:
    """Return whether a subject is a clause with a subject of its own: "An anti-pattern as it", "The sum a debtor"."""
    return subject.endswith(_FINAL_SUBJECT_PRONOUNS) or any(
        not is_function_word(word) for word in _INNER_ARTICLE.findall(subject)
    )


def _is_no_subject(subject: str) -> bool:
    """Return whether a verb follows a negation, a clause or an adverb: "Les clés ne", "Nur wenn beide", "Usually"."""
    if is_adverb(subject) or starts_with_phrase(subject, _NO_SUBJECT_OPENINGS) or begins_with_verb(text_of(subject)):
        return True
    if (
        subject[:-1] in _ANSWER_LABELS
        or subject.startswith(_UNSPACED_CLAUSE_OPENINGS)
        or any(subject.count(opening) != subject.count(closing) for opening, closing in _BRACKETS)
    ):
        return True
    if " " not in subject:
        return subject.endswith(_ADVERB_ENDINGS)
    return subject.endswith(_FINAL_NEGATIONS) or starts_with_phrase(subject, _CLAUSE_OPENINGS)


def _opens_adverbially(sentence: str, verb: str) -> bool:
    """Return whether a sentence puts something else than its subject before its verb: "An Knoten beträgt …"."""
    languages = languages_by_word("adverbial_openings").get(lower(sentence.partition(" ")[0]))
    return bool(languages and languages & languages_by_word("sentence_verbs").get(verb, _ENGLISH))


def _subject_start(subject: str) -> int:
    """Return the start of a subject after its article, or after the "where" that explains a formula."""
    start = _formula_opening_end(subject)
    return start + article_end(subject[start:])


def _formula_opening_end(string: str) -> int:
    return next((len(opening) for opening in FORMULA_OPENINGS if string.startswith(opening)), 0)


def _question(context: RuleContext, subject: Text, verb: str, article: str | None, rest: Text) -> Text:
    """Return the question of a subject and its verb; without an article of its sentence for the name of a heading."""
    before, after = verb_question(verb, context.nearby_string, has_subject=article is not None)
    if verb in _TOPIC_PARTICLES and (asked := topic_question(rest.plain, subject.plain)):
        after = asked
    if final := _final_word(verb, rest):
        after = f" {final}{after}"
    if article is not None:
        subject = within_sentence(subject, article, context.nearby_string) if before else subject
        before += article.lower() if before else article
    return normalized_text((Inline(before), *subject.inlines, Inline(after)))


def within_sentence(subject: Text, article: str, nearby: str) -> Text:
    """Return a subject without the capital that it has only because it opens its sentence."""
    first = subject.inlines[0]
    word = first_word(subject.string)
    is_common = (
        is_function_word(word)
        or word in _COMMON_WORDS
        or f" {word}" in nearby
        or _ELIDED_ARTICLE.match(subject.string)
        or _CYRILLIC_PHRASE.match(subject.string)
    )
    if article or first.kind != "text" or not is_common or subject.string[1:2].isupper():
        return subject
    return Text((with_text(first, first.text[:1].lower() + first.text[1:]), *subject.inlines[1:]))


def verb_phrase_draft(
    context: RuleContext, text: Text, *, span: SourceSpan, directives: Directives
) -> NoteDraft | None:
    """Return a pair that asks by a subject and its verb for the rest of the sentence, or None."""
    flat_text = text.string
    if exceeds(text, LONGEST) or ". " in flat_text.rstrip(". ") or is_example(flat_text):
        return None
    opening, rest_start = opening_verb(text)
    if opening and context.name.plain and not context.prompt:
        rest = cut(text, rest_start)
        if opening.lower() in _IMPERATIVES:
            return None
        if opening.lower() in _INVERTING_VERBS and not starts_with_phrase(rest.string, _WORDS_AFTER):
            return None  # the sentence has a subject of its own behind its verb
        if opening.lower() in _BASE_VERBS and starts_with_phrase(rest.string, _INFINITIVE_PARTICLES):
            return None  # "Need to keep track of the graph": the reader needs it
        if rest.string.count(",") > MOST_COMMAS or (
            opening.lower() in _SHORT_OBJECT_VERBS and exceeds(rest, LONGEST_OBJECT)
        ):
            return None
        if _is_other_word(opening.lower(), context.nearby_string):
            return None
        verb = opening.lower() if opening.isupper() else opening[:1].lower() + opening[1:]
        subject = context.subject
        if lower(subject.string).startswith(f"{verb} "):
            return None  # "Offers feedback" below "Offers cues"
        heading_path, key_term, article = context.heading_path[:-1], "", None
    elif subject_verb_rest := split_at_verb(text):
        subject, verb, rest = subject_verb_rest
        article = flat_text[: max(flat_text.find(subject.string), 0)]
        article = article[_formula_opening_end(article) :]
        # "A Stack is …" below the heading "Stack": the heading is the term already.
        key_term = subject.plain
        heading_path = (
            context.heading_path[:-1] if normalize(subject) == normalize(context.name) else context.heading_path
        )
    else:
        return None
    patterns = [stem_pattern(word) for word in content_words(rest.string) if len(word) > LONGEST_IGNORED]
    plain_subject = subject.plain
    if occurs_in(patterns, plain_subject) and sum(
        [occurs_in((pattern,), plain_subject) for pattern in patterns]
    ) * 2 > len(patterns):
        return None
    # "X is a Y" defines X: the verb adds nothing to the question, and the answer may ask for the term.
    is_definition = verb.endswith(_FINAL_ARTICLES) or verb in _DASHES or verb in _FOREIGN_DEFINITIONS
    is_in_subject = plain_subject.endswith(verb)
    final = _final_word(verb, rest)
    draft = pair(
        context,
        "verb_phrases",
        subject,
        paragraph(cut(rest, 0, rest.string.rindex(final)) if final else rest),
        span=span,
        labels=("", "" if is_definition or is_in_subject else verb),
        heading_path=heading_path,
        directives=directives,
        allow_backwards=is_definition,
        key_term=key_term,
        asked=NO_TEXT if is_definition else _question(context, subject, verb, article, rest),
    )
    is_foreign = opening and opening.isascii() and any(map(is_cjk, rest.string))  # "ES Modules" has no Spanish "es"
    is_inverted = article is not None and _opens_adverbially(flat_text, verb)
    is_wrong = is_foreign or is_inverted or (verb in _SPLIT_VERBS and not final)
    return draft.withdrawn() if is_wrong or _is_no_subject(plain_subject) or _is_no_answer(rest) else draft


def _final_word(verb: str, rest: Text) -> str:
    """Return the word at the end of a sentence that belongs to its verb: "Der Abstand wird durch … bestimmt"."""
    last = rest.string.rstrip(" .!").rpartition(" ")[2] if verb in _SPLIT_VERBS and "," not in rest.string else ""
    is_participle = len(last) >= SHORTEST_PARTICIPLE and last.islower() and last.endswith(_PARTICIPLE_ENDINGS)
    return last if is_participle or last in _FINAL_PARTICLES else ""


def _is_other_word(verb: str, nearby: str) -> bool:
    """Return whether a verb of one language is a common word of that of the notes: Spanish "es" in German."""
    languages = languages_by_word("sentence_verbs").get(verb, frozenset())
    others = languages_by_word("common_words").get(verb, frozenset())
    return bool(languages and others - languages) and language_of([nearby]) in others - languages


def _is_no_answer(rest: Text) -> bool:
    """Return whether a sentence goes on with what stands elsewhere: "… as follows:", "uses this strategy"."""
    words = rest.string.rstrip(".!").split()
    if rest.string.startswith(_UNSPACED_REASONS) or rest.string.rstrip("。．.！!").endswith(_UNSPACED_ADJECTIVE_ENDS):
        return True  # "是整体的", "是为了加快速度": no noun says what it is
    goes_on = rest.inlines[0].kind == "text" and rest.string[:1].islower() and first_word(rest.string) in _GOING_ON
    if goes_on or words[-1:][0].lower() in _NEGATIONS:
        return True  # "detects and responds", "prüft die Grenzen nicht"
    return announces(rest.string) or (is_anaphoric(rest) and not exceeds(rest, LONGEST_IGNORED))
