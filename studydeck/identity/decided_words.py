"""The words that a decision was made about: what a draft asks in; its question and answer, and a comparison, out."""

from __future__ import annotations

from collections.abc import Sequence

from studydeck.identity.decision_merge import MAX_WORDS, NoteDecision
from studydeck.identity.matching.contrast import hold_contrasting
from studydeck.identity.matching.edit_distance import character_similarity
from studydeck.model.document import ItemList
from studydeck.model.notes import Cloze, NoteDraft
from studydeck.model.traverse import plain
from studydeck.text.normalize import normalize

_LEAST_LIKENESS = 0.7  # of a word and its other spelling, from 0 to 1


def words_of(draft: NoteDraft) -> tuple[str, str]:
    """Return what a note asks and what it answers, as a decision about it keeps them.

    A pair asks for its term, a list for its prompt; the question of a sentence is the sentence with what it hides, so
    that another blank is no other question.
    """
    body = draft.body
    if not isinstance(body, Cloze):
        label = f": {body.meaning_label}" if body.meaning_label else ""
        question, answer = plain(body.term) + label, plain(body.meaning)
    elif body.text and isinstance(body.text[0], ItemList):
        prompt = plain(body.prompt) or " › ".join(draft.heading_path[-1:])
        question, answer = prompt, " | ".join([item.text.plain for item in body.text[0].items])
    else:
        question, answer = plain(body.text), " | ".join([card_spec.phrase for card_spec in draft.card_specs])
    return question[:MAX_WORDS].rstrip(), answer[:MAX_WORDS].rstrip()


def is_about_other_words(decision: NoteDecision, draft: NoteDraft) -> bool:
    """Return whether a decision was made about another question; one that is only spelled otherwise is the same."""
    old, new = normalize(decision.question), normalize(words_of(draft)[0])
    if old == new or old.replace(" ", "") == new.replace(" ", ""):
        return False
    words, others = old.split(), new.split()
    if len(words) != len(others) or hold_contrasting({*words}, {*others}):
        return True
    return not all(map(_is_spelling, words, others))


def _is_spelling(word: str, other: str) -> bool:
    """Return whether two words are spellings of one: equal, or alike and without numbers."""
    if word == other:
        return True
    if any(map(str.isdigit, word + other)):
        return False
    return character_similarity(word, other) >= _LEAST_LIKENESS


def by_words(decision: NoteDecision, drafts: Sequence[tuple[int, NoteDraft]]) -> int | None:
    """Return the number of the draft that asks what was decided, or None: by the question, then by the answer, too."""
    question, answer = normalize(decision.question), normalize(decision.answer)
    same: list[tuple[int, str]] = []
    for number, draft in drafts:
        for reading in filter(None, (draft, draft.other)):
            own_question, own_answer = words_of(reading)
            if normalize(own_question) == question:
                same.append((number, normalize(own_answer)))
    numbers = {number for number, _ in same}
    if len(numbers) != 1:
        numbers = {number for number, own_answer in same if own_answer == answer}
    return min(numbers, default=None)
