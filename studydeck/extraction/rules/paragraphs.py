"""Rule for paragraphs: a draft for each sentence that makes a card."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.drafts import pair
from studydeck.extraction.sentence_drafts import sentence_drafts
from studydeck.model.document import Paragraph
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.model.traverse import paragraph
from studydeck.text.names import label_end
from studydeck.text.openings import note_prefix_end
from studydeck.text.term_shapes import is_sentence_pair, split_term


def paragraphs(context: RuleContext, index: int, vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft notes from a paragraph, sentence by sentence."""
    block = context.blocks[index]
    if type(block) is not Paragraph:
        return None
    if context.directives.skip or block.directives.skip:
        return skip(block, "skipped")
    if is_sentence_pair(block.text) and (sides := split_term(block.text)):
        draft = pair(
            context,
            "paragraphs",
            sides[0],
            paragraph(sides[1]),
            span=block.span,
            directives=block.directives,
            allow_backwards=False,
        )
        return RuleResult(1, (draft,))
    drafts = sentence_drafts(context, block.text, vocabulary, span=block.span, directives=block.directives)
    drafts += _former_drafts(context, block)
    return RuleResult(1, tuple(drafts), unasked=() if any(not draft.legacy_only for draft in drafts) else (block,))


def _former_drafts(context: RuleContext, block: Paragraph) -> list[NoteDraft]:
    """Return the pair of a label such as "Note" and its remark, which was asked before the label was known for one."""
    string = block.text.string
    end = note_prefix_end(string) or label_end(string)
    label, remark = cut(block.text, 0, len(string[:end].rstrip(":： "))), cut(block.text, end)
    if not (label and remark):
        return []
    draft = pair(context, "terms", label, paragraph(remark), span=block.span, directives=block.directives)
    return [draft.withdrawn()]
