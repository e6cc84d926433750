"""Draft a cloze from one sentence.

In: the text of a sentence. Out: a cloze over the phrases that the rest of the sentence forces, or None.
"""

from __future__ import annotations

from studydeck.extraction.cloze_candidates import blanks
from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import cloze
from studydeck.model.document import Content, Directives, SourceSpan, Text
from studydeck.model.notes import CardSpec, NoteDraft, SectionVocabulary
from studydeck.model.text_edits import hide
from studydeck.model.traverse import paragraph, plain
from studydeck.text.exam_tasks import is_exam_task
from studydeck.text.length import length

SHORTEST = 3  # words
LONGEST = 45  # words


def statement_draft(
    context: RuleContext,
    text: Text,
    vocabulary: SectionVocabulary,
    *,
    span: SourceSpan,
    directives: Directives,
    extra: Content = (),
) -> NoteDraft | None:
    """Return a cloze of one statement; without a good blank it has no card and is kept only where it was packed."""
    if not SHORTEST <= length(text) <= LONGEST or _holds_task(text.string):
        return None
    card_text = " ".join((*context.heading_path, plain(context.prompt)))
    spans = blanks(text, vocabulary, card_text, directives.hide, context.nearby_texts)
    flat_text, card_specs, hidden_text = text.string, [], text
    for number, (start, end) in enumerate(spans, 1):
        card_specs.append(CardSpec(flat_text[start:end].strip(), span.line))
        hidden_text = hide(hidden_text, start, end, number)
    return cloze(
        context,
        "statements",
        paragraph(hidden_text),
        tuple(card_specs),
        span=span,
        extra=extra,
        directives=directives,
        movable_blanks=True,
    )


def _holds_task(string: str) -> bool:
    """Return whether a statement is a task of an exam, also behind a label: "Question of last year: Compare both"."""
    if is_exam_task(string.partition(": ")[2]):
        return True
    return is_exam_task(string) and string.partition(" ")[0].strip("-–*• ").isalpha()  # no "Compare-and-swap"
