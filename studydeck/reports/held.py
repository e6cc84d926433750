"""List the cards that stay only because a package had them: a build in; each beside what today's rules ask, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from studydeck.diagnostics import counted
from studydeck.extraction.confidence import least_confidence
from studydeck.identity.held import HeldKind, held_cards, todays_note
from studydeck.model.notes import Note
from studydeck.pipeline import Built
from studydeck.reports import listing
from studydeck.reports.printable import to_json
from studydeck.text.card_words import card_words


class _HeldCard(Struct, frozen=True):
    """A held card of a note, with its kind, and the cards of the note by today's rules."""

    note: Note
    kind: HeldKind
    card: dict[str, object]
    today: list[dict[str, object]]


def _held(built: Built) -> Iterator[_HeldCard]:
    least, words = least_confidence(built.config.min_confidence), card_words(built.config.language)
    for note, asked in zip(built.notes, built.asked, strict=True):
        held = held_cards(note.draft, note.ordinals, asked, least)
        if not held:
            continue
        today = list(listing.cards(todays_note(note, asked, least), words))
        for card, ordinal in zip(listing.cards(note, words), note.ordinals, strict=True):
            if ordinal in held:
                yield _HeldCard(note, held[ordinal], card, today)


def text_lines(built: Built, shown_path: Callable[[str], str] = str) -> Iterator[str]:
    """Yield each held card, below it today's cards of its note, and how to accept them."""
    counts: Counter[str] = Counter()
    for held in _held(built):
        counts[held.kind] += 1
        span = held.note.draft.span
        yield f"{shown_path(span.path)}:{span.line}: {held.note.guid} {held.kind}, confidence {held.card['confidence']}"
        yield f"    {held.card['question']}"
        yield f"        = {held.card['answer']}"
        for card in held.today:
            yield f"    today: {card['question']}"
            yield f"        = {card['answer']}"
        if not held.today:
            yield "    today: no card"
    if not counts:
        yield "no card stays only because a package had it"
        return
    yield ""
    kinds = ", ".join(f"{kind} {count}" for kind, count in counts.most_common())
    yield f"{counted(counts.total(), 'held card')}: {kinds}"
    yield (
        "to let today's rules decide: studydeck build --accept-held GUID, or KIND; learners lose the history of these "
        "cards"
    )


def json_lines(built: Built) -> Iterator[str]:
    """Yield a JSON object for each held card."""
    for held in _held(built):
        span = held.note.draft.span
        place = {"guid": held.note.guid, "kind": held.kind, "path": span.path, "line": span.line}
        yield to_json({"held": {**place, "card": held.card, "today": held.today}})
