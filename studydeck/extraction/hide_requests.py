"""Find phrases that an author asked to hide (`hide="…"`) and that no card hides.

In: a section and its drafts. Out: a skipped block for each such phrase, so that the author is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studydeck.extraction.cloze_candidates import unmarked_phrase
from studydeck.model.document import (
    Content,
    Definition,
    DefinitionList,
    Directives,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    Section,
    SourceSpan,
    Table,
)
from studydeck.model.notes import NoteDraft, SkippedBlock


def missed_requests(section: Section, drafts: Sequence[NoteDraft]) -> list[SkippedBlock]:
    """Return the phrases that a directive of the section names, and that no draft of its lines asks for."""
    requests = [(section.directives, section.span), *_requests_in(section.blocks)]
    wanted = [(span, phrase) for directives, span in requests for phrase in directives.hide if not directives.skip]
    if not wanted:
        return []
    hidden = {
        (card_spec.line, card_spec.phrase.casefold())
        for draft in drafts
        for card_spec in draft.card_specs
        if not card_spec.legacy_only
    }
    return [
        SkippedBlock(span, "phrase-not-hidden", phrase)
        for span, phrase in wanted
        if not any(span.line <= line <= span.end_line and known in _forms(phrase) for line, known in hidden)
    ]


def _forms(phrase: str) -> set[str]:
    """Return a phrase as it was written and as it stands in the text, for comparison."""
    return {phrase.casefold(), unmarked_phrase(phrase).casefold()}


def _requests_in(content: Content) -> Iterator[tuple[Directives, SourceSpan]]:
    """Yield the directives of blocks, items, rows and definitions that ask to hide a phrase, with their lines."""
    for block in content:
        if isinstance(block, Paragraph | Quotation) and block.directives.hide:
            yield block.directives, block.span
        if isinstance(block, Quotation):
            yield from _requests_in(block.blocks)
        elif isinstance(block, ItemList):
            yield from _requests_of(block.items)
        elif isinstance(block, Table):
            yield from ((row.directives, row.span) for row in block.rows if row.directives.hide)
        elif isinstance(block, DefinitionList):
            yield from _requests_of(block.definitions)


def _requests_of(parts: Sequence[Item] | Sequence[Definition]) -> Iterator[tuple[Directives, SourceSpan]]:
    for part in parts:
        if part.directives.hide:
            yield part.directives, part.span
        if part.blocks:
            yield from _requests_in(part.blocks)
