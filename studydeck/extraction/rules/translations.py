"""Rule for sentences with their translations below them: a pair of both, which is not asked backwards."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult
from studydeck.extraction.drafts import pair
from studydeck.model.document import NO_DIRECTIVES, Block, Directives, ItemList, Paragraph, Quotation, SourceSpan, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph
from studydeck.text.names import label_end
from studydeck.text.term_shapes import is_sentence_pair
from studydeck.text.translations import are_translations, ends_like_sentence


def translation(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of a sentence and the quote below it that says the same in another language."""
    block, following = context.blocks[index], context.blocks[index + 1 : index + 2]
    if type(block) is not Paragraph or not following or context.directives.skip or block.directives != NO_DIRECTIVES:
        return None
    if not isinstance(following[0], Quotation) or not (sides := translated(block.text, following[0])):
        return None
    return RuleResult(2, (translation_pair(context, sides, block.span),))


def translation_pair(
    context: RuleContext, sides: tuple[Text, Text], span: SourceSpan, directives: Directives = NO_DIRECTIVES
) -> NoteDraft:
    """Return the pair of a sentence and its translation."""
    sentence, meaning = sides
    return pair(
        context,
        "translations",
        sentence,
        paragraph(meaning),
        span=span,
        directives=directives,
        allow_backwards=False,
    )


def translated(text: Text, below: Block) -> tuple[Text, Text] | None:
    """Return a sentence, without a label such as "Example:", and its translation if the block below it is one."""
    meaning = _only_text(below)
    if not meaning or is_sentence_pair(text):
        return None
    if not ends_like_sentence(text.string) or not ends_like_sentence(meaning.string):
        return None
    end = label_end(text.string)
    sentence = cut(text, end)
    return (sentence, meaning) if are_translations(sentence.plain, meaning.plain, is_example=end > 0) else None


def _only_text(block: Block) -> Text | None:
    """Return the text of a quote, item or paragraph that holds nothing else."""
    if isinstance(block, Quotation):
        return _only_text(block.blocks[0]) if block.style == "quote" and len(block.blocks) == 1 else None
    if isinstance(block, ItemList):
        return block.items[0].text if len(block.items) == 1 and not block.items[0].blocks else None
    return block.text if isinstance(block, Paragraph) else None
