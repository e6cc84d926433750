"""The words that a decision was made about: what a draft asks in; its question and answer, and a comparison, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from studydeck.identity.decision_merge import MAX_WORDS, NoteDecision
from studydeck.identity.matching.contrast import hold_contrasting
from studydeck.identity.matching.edit_distance import character_similarity, edit_count, nearest
from studydeck.identity.matching.text_key import has_cjk, is_informative
from studydeck.model.document import ItemList
from studydeck.model.notes import Cloze, NoteDraft
from studydeck.model.traverse import plain
from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import normalize

_LONGER, _LONG = 5, 8  # letters of a word in which one is a matter of spelling, and two
# Of the words of a note that was edited while its ledger was lost.
_LEAST_QUESTION, _LEAST_ANSWER = 0.8, 0.7
_MOST_EDITED = 5  # drafts that are compared
_NUMBER = lazy_pattern(r"\d+")


def words_of(draft: NoteDraft) -> tuple[str, str]:
    """Return what a note asks and what it answers, as a decision about it keeps them.

    A pair asks for its term, a list for its prompt; the question of a sentence is the sentence with what it hides, so
    that another blank is no other question.
    """
    body = draft.body
    if not isinstance(body, Cloze):
        label = f": {body.meaning_label}" if body.meaning_label else ""
        term = plain(body.term)
        if draft.key_term and term.startswith(f"{draft.key_term} ("):
            term = draft.key_term  # without the number of items
        question, answer = term + label, plain(body.meaning)
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
    """Return whether two words are spellings of one: a letter differs, two in a long word, none in a short one."""
    if word == other:
        return True
    if any(map(str.isdigit, word + other)):
        return False
    size = max(len(word), len(other))
    letters = int(size >= _LONG) if has_cjk(word + other) else (size >= _LONGER) + (size >= _LONG)
    return bool(letters) and edit_count(word, other) <= letters


class DraftsByWords:
    """The drafts of a deck by what they ask."""

    def __init__(self, drafts: Iterable[tuple[int, NoteDraft]]) -> None:
        """Read the words of numbered drafts, and of their other readings."""
        self._words: list[tuple[int, str, str]] = []  # number of the draft, question, answer
        self._by_question: dict[str, list[int]] = defaultdict(list)  # indices of these
        self._by_answer: dict[str, list[int]] = defaultdict(list)
        for number, draft in drafts:
            for reading in filter(None, (draft, draft.other)):
                question, answer = map(normalize, words_of(reading))
                self._by_question[question].append(len(self._words))
                self._by_answer[answer].append(len(self._words))
                self._words.append((number, question, answer))
        self._questions = {index: question for index, (_, question, _) in enumerate(self._words)}

    def find(self, decision: NoteDecision, taken: Collection[int]) -> int | None:
        """Return the number of the draft that asks what was decided, or None; those that are `taken` are left out.

        The same question comes first, and of several the one with the same answer; then a question that was edited,
        with the same answer or one that was edited, too. Where several fit, none does.
        """
        question, answer = normalize(decision.question), normalize(decision.answer)
        same = self._numbers(self._by_question.get(question, ()), taken)
        if len(same) == 1:
            return min(same)
        if same:
            return min(same & self._numbers(self._by_answer.get(answer, ()), taken), default=None)
        alike = [index for index, _ in nearest(question, self._questions, _LEAST_QUESTION, _MOST_EDITED)]
        alike = [index for index in alike if character_similarity(self._words[index][2], answer) >= _LEAST_ANSWER]
        if is_informative(answer):
            alike += self._by_answer.get(answer, ())
        edited = self._numbers([index for index in alike if _may_be(question, self._questions[index])], taken)
        return min(edited) if len(edited) == 1 else None

    def _numbers(self, indices: Iterable[int], taken: Collection[int]) -> set[int]:
        return {self._words[index][0] for index in indices} - {*taken}


def _may_be(question: str, other: str) -> bool:
    """Return whether a question may have become another one: numbers and opposites ask something else."""
    return _NUMBER.findall(question) == _NUMBER.findall(other) and not hold_contrasting(
        {*question.split()}, {*other.split()}
    )
