"""One sentence, or one bullet with nothing below it: the best card that it makes, if any."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext
from studydeck.extraction.statements import statement
from studydeck.extraction.verb_phrases import predicate
from studydeck.model.document import Content, Directives, SourceSpan, Style, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.traverse import cut, flat, paragraph
from studydeck.text.length import exceeds, length
from studydeck.text.lexicon import is_anaphoric, note_prefix_end
from studydeck.text.sentences import sentences

LONGEST_WHOLE = 30
LONGEST_CONTEXT = 30
_MARKED = Style.STRONG | Style.HIGHLIGHT


def sentence_drafts(
    context: RuleContext,
    text: Text,
    vocabulary: SectionVocabulary,
    *,
    span: SourceSpan,
    directives: Directives,
    verb: bool = True,
    extra: Content = (),
) -> list[NoteDraft]:
    """Draft what a text of one or more sentences says: a short one whole, a long one sentence by sentence."""
    text = cut(text, note_prefix_end(flat(text)))
    parts = sentences(text)
    if _asks(parts):
        return []
    offered: list[NoteDraft] = []
    if len(parts) > 1 and (exceeds(text, LONGEST_WHOLE) or not _marked(text)):
        found = [
            one
            for before, part in zip(((), *parts), parts, strict=False)
            for one in sentence_drafts(
                _leaning(context, part, before), part, vocabulary, span=span, directives=directives, verb=verb
            )
        ]
        if any(one.wanted for one in found):
            return [replace(found[0], extra=(*found[0].extra, *extra)), *found[1:]]
        offered = found
    hidden = statement(context, text, vocabulary, span=span, directives=directives, extra=extra)
    said = predicate(context, text, span=span, directives=directives)
    if said:
        # A verb that its siblings share asks two things at once: such a card only stays where it was packed.
        said = replace(said if verb else said.withdrawn(), extra=(*said.extra, *extra))
    if not (hidden and said):
        return [*[one for one in (hidden, said) if one], *offered]
    first, other = (hidden, said) if _marked(text) else (said, hidden)
    if other.wanted and not first.wanted:
        first, other = other, first
    # Both readings ask the same words; a note that was packed as one stays what it is, for Anki cannot change it.
    return [replace(first, other=other), *offered]


def _asks(parts: list[Text]) -> bool:
    """Tell whether at least half of the sentences are questions, or there are none."""
    asked = [part for part in parts if flat(part).rstrip(" .)").endswith(("?", "？"))]
    return 2 * len(asked) >= len(parts)


def _leaning(context: RuleContext, text: Text, before: Text) -> RuleContext:
    """Show the sentence before one that leans on it."""
    if before and is_anaphoric(flat(text)) and length(before) <= LONGEST_CONTEXT:
        return replace(context, prompt=paragraph(before))
    return context


def _marked(text: Text) -> bool:
    return bool([inline for inline in text if inline.styles & _MARKED or inline.kind == "code"])
