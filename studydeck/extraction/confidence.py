"""The confidence of a card, in whole points: how sure it is that a learner wants it as it is.

In: a draft. Out: the same draft, whose card specs have their confidence: a sum of points from `confidence.toml`, one
for each feature of the card, so that it is the same on every machine. What an author asked for by a directive, or wrote
as a flashcard, is as sure as can be.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files

from msgspec import Struct, convert
from msgspec.structs import replace

from studydeck.extraction.card_features import ASKED_TWICE, features, own_features, shared_features
from studydeck.extraction.cloze_features import HIDDEN_BEFORE
from studydeck.extraction.drafts import question_of
from studydeck.extraction.left_over import blocks_left_over
from studydeck.model.document import Directives
from studydeck.model.notes import MOST_CONFIDENCE, CardSpec, Cloze, NoteDraft, Pair, SkippedBlock, WithheldCard
from studydeck.model.traverse import plain
from studydeck.text.normalize import normalize

WEAK_REASON, WAITING_REASON = "low-confidence", "new-by-upgrade"
_MOST_REASONS = 3  # weaknesses that are told of a card
_MAX_SHOWN = 200  # characters of a card whose words stand elsewhere, too
_AUTHORED_RULES = frozenset({"flashcards", "multiple_choice"})  # rules for cards that the notes spell out


class ConfidenceTable(Struct, frozen=True, forbid_unknown_fields=True):
    """The points of each feature, where the sum starts, and below which sum no card is made."""

    start: int
    threshold: int
    points: dict[str, int]

    def confidence(self, names: Iterable[str]) -> int:
        """Return the sum for the features of a card."""
        return self.start + self.points_of(names)

    def points_of(self, names: Iterable[str]) -> int:
        """Return the points of features; a feature that is not in the table has none."""
        points = self.points
        return sum([points[name] for name in names if name in points])

    def weaknesses(self, names: Iterable[str]) -> list[str]:
        """Return the features that took points, the most first."""
        return sorted((name for name in names if self.points.get(name, 0) < 0), key=lambda name: self.points[name])


class Seen(Struct, frozen=True):
    """What the section of a draft holds besides it.

    Attributes
    ----------
    siblings : how many other drafts are by the same rule.
    is_asked_twice : another pair has the same question, so that nobody can know which answer is wanted.
    hidden : the phrases that sentences before it hide, which nobody needs to recall once more.
    """

    siblings: int
    is_asked_twice: bool
    hidden: AbstractSet[str]

    def of(self, draft: NoteDraft, number: int) -> tuple[str, ...]:
        """Return the features that the card of spec `number` has because of the others."""
        if isinstance(draft.body, Cloze):
            phrase = draft.card_specs[number].phrase
            return (HIDDEN_BEFORE,) if self.hidden and normalize(phrase) in self.hidden else ()
        return (ASKED_TWICE,) if self.is_asked_twice and not number else ()


def least_confidence(setting: int | None) -> int:
    """Return the points that a card needs: what deck.toml says, or else the threshold of the table."""
    return confidence_table().threshold if setting is None else setting


@cache
def confidence_table() -> ConfidenceTable:
    """Return the table that is shipped."""
    text = files("studydeck.extraction").joinpath("confidence.toml").read_text("utf-8")
    return convert(tomllib.loads(text), ConfidenceTable)


def with_confidence(drafts: Sequence[NoteDraft]) -> tuple[NoteDraft, ...]:
    """Return the drafts of a section with the confidence of their card specs, and of those of their other readings."""
    counts = Counter([draft.rule for draft in drafts if not draft.legacy_only])
    fronts = [_front(draft) for draft in drafts]
    front_counts = Counter([front for front, draft in zip(fronts, drafts, strict=True) if not draft.legacy_only])
    hidden: set[str] = set()
    rated: list[NoteDraft] = []
    for draft, front in zip(drafts, fronts, strict=True):
        seen = Seen(max(0, counts[draft.rule] - 1), front_counts[front] > 1, hidden)
        rated.append(_with_confidence(draft, seen))
        if isinstance(draft.body, Cloze) and not draft.legacy_only:
            hidden.update([normalize(card_spec.phrase) for card_spec in draft.card_specs])
    return tuple(rated)


def _front(draft: NoteDraft) -> str:
    """Return what the forward card of a pair shows, or an empty text for a cloze."""
    return "\n".join((*draft.heading_path, question_of(draft))) if isinstance(draft.body, Pair) else ""


def _with_confidence(draft: NoteDraft, seen: Seen) -> NoteDraft:
    """Return a draft with its points. A card that only an earlier package may have has those of the first one."""
    other = draft.other and _with_confidence(draft.other, seen)
    if draft.rule in _AUTHORED_RULES or not draft.card_specs:
        return replace(draft, other=other) if other else draft
    table = confidence_table()
    shared = table.confidence(shared_features(draft, seen.siblings))
    card_specs: list[CardSpec] = []
    for number, card_spec in enumerate(draft.card_specs):
        if number and card_spec.legacy_only:
            points = card_specs[0].confidence
        elif _asks_for(draft.directives, is_backward=number > 0):
            points = MOST_CONFIDENCE
        else:
            points = shared + table.points_of(own_features(draft, number)) + table.points_of(seen.of(draft, number))
        card_specs.append(CardSpec(card_spec.phrase, card_spec.line, card_spec.legacy_only, points))
    return replace(draft, card_specs=tuple(card_specs), other=other)


def weaknesses(draft: NoteDraft, number: int) -> list[str]:
    """Return what takes points from the card that spec `number` of a draft gives, the most first."""
    return confidence_table().weaknesses(features(draft, number))


def with_weak_cards(
    skipped: tuple[SkippedBlock, ...], withheld: Sequence[WithheldCard], reason: str = WEAK_REASON
) -> tuple[SkippedBlock, ...]:
    """Return the skipped blocks with those cards that are not made, and what would be shown with them."""
    if not withheld:
        return skipped
    lost: dict[int, WithheldCard] = {}  # the first card of each draft that is no note
    for card in withheld:
        if not card.is_in_note:
            lost.setdefault(id(card.draft), card)
    blocks = [_card_block(card, reason, is_lost=lost.get(id(card.draft)) is card) for card in withheld]
    for draft in [card.draft for card in lost.values()]:  # its answer media are named with the card
        blocks += blocks_left_over(draft, (*draft.extra, *draft.supporting_blocks))
    return tuple(sorted((*skipped, *blocks), key=lambda block: (block.span.path, block.span.line)))


def _card_block(card: WithheldCard, reason: str, *, is_lost: bool) -> SkippedBlock:
    """Return the skipped block for a card: its points, its main weaknesses, and its question."""
    draft, card_spec = card.draft, card.draft.card_specs[card.number]
    if is_lost:
        shown = _everything_on_note(draft)
    elif not isinstance(draft.body, Pair):
        shown = f"{plain(draft.body.text)} [{card_spec.phrase}]"[:_MAX_SHOWN]
    elif card.number == 0:
        shown = question_of(draft)[:_MAX_SHOWN]
    else:
        shown = f"{plain(draft.body.clue)} [{card_spec.phrase}]"[:_MAX_SHOWN]
    reasons = ", ".join(weaknesses(draft, card.number)[:_MOST_REASONS])
    points = f"{card_spec.confidence} ({reasons})" if reasons else str(card_spec.confidence)
    return SkippedBlock(draft.span, reason, f"{points}: {shown}")


def _everything_on_note(draft: NoteDraft) -> str:
    """Return question, answer and headings of a draft that is no note: their words may stand nowhere else."""
    body = draft.body
    if isinstance(body, Pair):
        label = f"{body.term_label}: " if body.term_label else ""
        shown = f"{label}{question_of(draft)} = {plain((*body.meaning, *draft.answer_media))}"
    else:
        shown = f"{plain((*body.prompt, *body.text, *draft.answer_media))} [{draft.card_specs[0].phrase}]"
    return f"{shown} (below {' › '.join(draft.heading_path)})" if draft.heading_path else shown


def _asks_for(directives: Directives, *, is_backward: bool) -> bool:
    """Return whether the author asked for a card by a comment."""
    if directives.both_ways or directives.items or directives.hide:
        return True
    return bool(directives.pin) and not is_backward
