"""Checks that need the drafts of the whole deck: duplicates, ambiguous clues, and conflicting answers.

In: the drafts of all files. Out: the drafts to keep, the duplicates as skipped blocks, and diagnostics.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.extraction.drafts import question_of
from studydeck.extraction.left_over import blocks_left_over
from studydeck.model.document import MEDIA_KINDS, Code, Content, Formula, Html
from studydeck.model.notes import NoteDraft, Pair, SkippedBlock
from studydeck.model.traverse import inlines, plain, text_of_content
from studydeck.text.labels import is_qualifier
from studydeck.text.machine_text import is_sample_value
from studydeck.text.normalize import normalize
from studydeck.text.tokens import content_words

LEAST_RECURRENCES = 3  # sections in which a name stands for an attribute of their subjects
LEAST_BESIDE = 2  # of them beside each other, and labels in a list that make attributes of the other names in it
LEAST_SHARE_OF_LABELS = 1 / 3  # of the names in such a list
_NAMING_RULES = {"lists", "terms", "headings"}  # rules that take a name for a term by its form
SAMPLE_DATA = "sample-data"  # why an address or a key is not asked
Place = tuple[tuple[str, ...], str]  # of a name: the headings above it, and the name
_OWN_QUESTIONS = {"multiple_choice", "flashcards"}  # rules for questions that may hold their answer, as one of several


def deduplicate(drafts: Sequence[NoteDraft]) -> tuple[list[NoteDraft], list[SkippedBlock], list[Diagnostic]]:
    """Drop duplicates, withdraw clues that fit two terms or ask for a label, and report questions with two answers.

    Parameters
    ----------
    drafts : the drafts of all files in the order of the sources, with their fingerprints.

    Returns
    -------
    the drafts to keep, in the same order; a skipped block for each duplicate; a warning for each question that an
    earlier draft answers differently.
    """
    ambiguous, labels = ambiguous_clues(drafts), _attributes(drafts)
    seen: set[tuple[str, str, str]] = set()
    kept: list[NoteDraft] = []
    skipped: list[SkippedBlock] = []
    for draft in drafts:
        if draft.legacy_only:  # asked only where it was packed: never instead of another draft, nor against one
            kept.append(draft)
            continue
        # The same question with the same answer is one note; a cloze has no meaning apart from its question.
        if _asked(draft) in seen and not draft.directives.pin:
            skipped.append(SkippedBlock(draft.span, "duplicate", _summary_text(draft)))
            skipped += blocks_left_over(draft, (*draft.answer_media, *draft.extra, *draft.supporting_blocks))
            continue
        seen.add(_asked(draft))
        if not isinstance(draft.body, Pair):
            kept.append(draft)
            continue
        is_label = _names_something(draft) and _place(draft) in labels and not draft.directives.both_ways
        kept.append(_one_way(draft) if is_label or draft.fingerprint.clue in ambiguous else draft)
    once = [
        draft for draft in kept if not (draft.legacy_only and isinstance(draft.body, Pair) and _asked(draft) in seen)
    ]
    return once, skipped, list(same_questions(once))


def ambiguous_clues(drafts: Iterable[NoteDraft]) -> frozenset[str]:
    """Return the clues that fit several terms, so that none of these is asked by its clue."""
    terms_by_clue: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        if draft.fingerprint.clue and not draft.legacy_only:
            terms_by_clue[draft.fingerprint.clue].add(draft.fingerprint.term)
    return frozenset([clue for clue, terms in terms_by_clue.items() if len(terms) > 1])


def same_questions(drafts: Iterable[NoteDraft]) -> Iterator[Diagnostic]:
    """Yield a warning for each question that an earlier draft answers differently; no draft is there twice."""
    first_by_question: dict[str, NoteDraft] = {}
    for draft in drafts:
        if not draft.legacy_only and isinstance(draft.body, Pair):
            first = first_by_question.setdefault(draft.fingerprint.question, draft)
            if first is not draft:
                yield _same_question(draft, first)


def _asked(draft: NoteDraft) -> tuple[str, str, str]:
    return draft.fingerprint.question, draft.fingerprint.meaning, draft.fingerprint.signs


def _attributes(drafts: Sequence[NoteDraft]) -> set[Place]:
    """Return the names, each with the headings above it, of an attribute ("Key benefit") and so of no thing.

    They recur in several sections. A single word is one, too, if it recurs in two sections beside each other, or stands
    in a list with labels: an enzyme of two words can well have a task in two processes.
    """
    names = {_place(draft) for draft in drafts if _names_something(draft)}
    counts = Counter(name for _, name in names)
    beside = Counter((path[:-1], name) for path, name in names if path)
    recurring = {
        (path, name)
        for path, name in names
        if counts[name] >= LEAST_RECURRENCES or (" " not in name and path and beside[path[:-1], name] >= LEAST_BESIDE)
    }
    aspects = {aspect for draft in drafts if (aspect := _aspect(draft))}
    labels = Counter(path for path, _ in recurring | aspects)
    sizes = Counter(path for path, _ in names)
    labelled = {
        path
        for path, count in labels.items()
        if count >= LEAST_BESIDE and count >= LEAST_SHARE_OF_LABELS * max(sizes[path], count)
    }
    return {(path, name) for path, name in names if path in labelled and " " not in name} | recurring


def _place(draft: NoteDraft) -> Place:
    return draft.heading_path, draft.fingerprint.term


def _aspect(draft: NoteDraft) -> Place | None:
    """Return the subject and the label of a draft that asks for an aspect by it: "Measles: prevention?"."""
    body = draft.body
    if draft.legacy_only or draft.rule not in _NAMING_RULES or not isinstance(body, Pair) or body.term_label:
        return None
    label = body.meaning_label
    return ((*draft.heading_path, plain(body.term)), normalize(label)) if label and not is_qualifier(label) else None


def _names_something(draft: NoteDraft) -> bool:
    """Return whether a draft could ask for its term backwards, and nothing but the form says that it is a term."""
    return draft.rule in _NAMING_RULES and bool(draft.fingerprint.clue) and not draft.card_specs[-1].legacy_only


def _summary_text(draft: NoteDraft) -> str:
    return question_of(draft) if isinstance(draft.body, Pair) else plain(draft.body.text)[:200]


def rejection_reason(draft: NoteDraft) -> str:
    """Return why a draft with a fingerprint cannot be a note, or an empty string if it can."""
    body, fingerprint = draft.body, draft.fingerprint
    if not isinstance(body, Pair):
        return ""
    if not body.meaning:  # all of the answer has a directive that skips it
        return "skipped"
    if not _has_visible_content(body.meaning):
        return f"missing-{_missing_type(body.meaning)}"
    if draft.rule == "headings" and _repeats_headings(draft, body):
        return "answer-in-question"
    if draft.rule not in _OWN_QUESTIONS and is_sample_value(text_of_content(body.meaning).plain):
        return SAMPLE_DATA
    if draft.rule in _OWN_QUESTIONS or fingerprint.meaning not in fingerprint.question:
        return ""
    question = normalize(f"{plain(body.term)}: {body.meaning_label}") if body.meaning_label else fingerprint.term
    return "answer-in-question" if f" {fingerprint.meaning} " in f" {question} " else ""


def _repeats_headings(draft: NoteDraft, body: Pair) -> bool:
    """Return whether an answer has no content word that its headings do not have: "(Theories; demonstration)"."""
    words = {word.casefold() for word in content_words(text_of_content(body.meaning))}
    headings = " ".join((*draft.heading_path, plain(body.term)))
    return bool(words) and words <= {word.casefold() for word in content_words(headings)}


def _one_way(draft: NoteDraft) -> NoteDraft:
    """Return the draft with its backward card withdrawn."""
    return replace(
        draft,
        card_specs=tuple(
            replace(card_spec, legacy_only=card_spec.legacy_only or bool(ordinal))
            for ordinal, card_spec in enumerate(draft.card_specs)
        ),
    )


def _same_question(draft: NoteDraft, first: NoteDraft) -> Diagnostic:
    return warning(
        DiagnosticCode.SAME_QUESTION,
        draft.span.path,
        draft.span.line,
        f'"{question_of(draft)}" is also asked at {first.span.path}:{first.span.line} with another answer; '
        "name the subject or the aspect in one of them",
        named=(f"{first.span.path}:{first.span.line}",),
    )


def _has_visible_content(meaning: Content) -> bool:
    """Return whether an answer holds anything besides embedded files that are missing."""
    for inline in inlines(meaning):
        if inline.target if inline.kind in MEDIA_KINDS else inline.text.strip():
            return True
    return any(isinstance(block, Code | Formula | Html) for block in meaning)


def _missing_type(meaning: Content) -> str:
    """Return what is missing in an answer that holds embedded files only: a picture, a sound or a video."""
    return next((inline.detail for inline in inlines(meaning) if inline.kind == "sound"), "picture")
