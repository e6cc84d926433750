"""A sentence becomes a cloze over what the rest of it forces."""

from __future__ import annotations

from studydeck.extraction.cloze_candidates import blanks
from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import cloze
from studydeck.model.document import Content, Directives, SourceSpan, Text
from studydeck.model.notes import CardSpec, NoteDraft, SectionVocabulary
from studydeck.model.traverse import flat, hide, paragraph, plain
from studydeck.text.length import length

SHORTEST = 3
LONGEST = 45


def statement(
    context: RuleContext,
    text: Text,
    vocabulary: SectionVocabulary,
    *,
    span: SourceSpan,
    directives: Directives,
    extra: Content = (),
) -> NoteDraft | None:
    """Draft a cloze of one statement; without a good blank it asks nothing, and stays only where it was packed."""
    if not SHORTEST <= length(text) <= LONGEST:
        return None
    shown = " ".join((*context.heading_path, plain(context.prompt)))
    spans = blanks(text, vocabulary, shown, directives.hide)
    words, card_specs, marked = flat(text), [], text
    for number, (start, end) in enumerate(spans, 1):
        card_specs.append(CardSpec(words[start:end].strip(), span.line))
        marked = hide(marked, start, end, number)
    return cloze(
        context,
        "statements",
        paragraph(marked),
        tuple(card_specs),
        span=span,
        extra=extra,
        directives=directives,
        movable_blanks=True,
    )
