"""Rule for code, formulas, pictures and raw HTML.

A figure is shown with the note before it; where a section holds only figures, its name asks for them.
"""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult
from studydeck.extraction.drafts import pair
from studydeck.model.document import Block, Code, Formula, Html, Paragraph
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import plain, text_of
from studydeck.text.lexicon import is_example, is_generic, is_lead_word

LONGEST_CODE = 12  # lines


def is_figure(block: Block) -> bool:
    """Return whether a block holds only code, math, pictures or raw HTML."""
    if type(block) is not Paragraph:
        return isinstance(block, (Code, Formula, Html))
    figures = {"picture", "sound", "display", "break"}
    return all(inline.kind in figures or not inline.text.strip() for inline in block.text)


def _has_picture(block: Block) -> bool:
    return isinstance(block, Paragraph) and any(inline.kind == "picture" for inline in block.text)


def figure(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Attach a figure to the note before it, or draft a pair where a context holds nothing but figures."""
    block = context.blocks[index]
    if not is_figure(block) or context.directives.skip:
        return None
    name = plain(context.prompt) or context.subject.plain
    name = "" if is_example(name) or is_lead_word(name.rstrip(":： ")) else name
    is_short = not isinstance(block, Code) or 0 < block.text.count("\n") + 1 <= LONGEST_CODE
    # The document's own title may be asked, unless it is generic ("Overview") or the figure is a cover picture.
    is_cover = len(context.heading_path) < 2 and (is_generic(name) or _has_picture(block))
    can_ask = index == 0 and is_short and name and not is_cover
    if not (can_ask and all(is_figure(other_block) for other_block in context.blocks)):
        return RuleResult(1, attached=(block,))
    heading_path = context.heading_path if context.prompt else context.heading_path[:-1]
    term = context.name if name == context.name.plain else text_of(name.rstrip(":： "))
    draft = pair(
        context,
        "figures",
        term,
        (block,),
        span=context.span,
        heading_path=heading_path,
        directives=context.directives,
        allow_backwards=False,
    )
    return RuleResult(1, (draft,))
