"""Draft a pair from a sentence that names what it describes: "What is meant by inflation?".

In: the text of a sentence. Out: a pair that asks for what the sentence says of its name, or None.
"""

from __future__ import annotations

from studydeck.extraction.context import RuleContext
from studydeck.extraction.drafts import pair
from studydeck.extraction.verb_phrases import within_sentence
from studydeck.model.document import Directives, Inline, SourceSpan, Text
from studydeck.model.notes import NoteDraft
from studydeck.model.text_edits import cut, normalized_text
from studydeck.model.traverse import paragraph
from studydeck.text.length import exceeds
from studydeck.text.naming_sentences import naming_sentence
from studydeck.text.openings import article_end, is_example

LONGEST = 45  # words


def naming_draft(context: RuleContext, text: Text, *, span: SourceSpan, directives: Directives) -> NoteDraft | None:
    """Return a pair that asks what a sentence says of the name that it gives, or None."""
    if exceeds(text, LONGEST) or is_example(text.string) or not (found := naming_sentence(text)):
        return None
    asked: list[Inline] = []
    for part in found.question:
        if isinstance(part, str):
            asked.append(Inline(part))
        else:
            asked += within_sentence(part, "", context.nearby_string).inlines
    term = cut(found.term, article_end(found.term.string))
    return pair(
        context,
        "verb_phrases",
        term,
        paragraph(found.meaning),
        span=span,
        directives=directives,
        allow_backwards=found.is_named,
        key_term=term.plain,
        asked=normalized_text(asked),
    )
