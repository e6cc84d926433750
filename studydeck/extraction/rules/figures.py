"""Code, formulas, pictures and raw HTML: shown with the note beside them, or asked for by the name above them."""

from __future__ import annotations

from studydeck.extraction.context import RuleContext, RuleResult
from studydeck.extraction.drafts import pair
from studydeck.model.document import Block, Code, Formula, Html, Paragraph
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import plain, words_as_text
from studydeck.text.lexicon import is_example, is_generic, is_lead_word

LONGEST_CODE = 12


def is_figure(block: Block) -> bool:
    """Tell whether a block only shows something."""
    if type(block) is not Paragraph:
        return isinstance(block, (Code, Formula, Html))
    return all(inline.kind in {"picture", "display", "break"} or not inline.text.strip() for inline in block.text)


def _is_picture(block: Block) -> bool:
    return isinstance(block, Paragraph) and any(inline.kind == "picture" for inline in block.text)


def figure(context: RuleContext, at: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Show a block with the note before it; where there is none, let the topic's name ask for it."""
    block = context.blocks[at]
    if not is_figure(block) or context.directives.skip:
        return None
    name = plain(context.prompt) or context.subject
    name = "" if is_example(name) or is_lead_word(name.rstrip(":： ")) else name
    short = not isinstance(block, Code) or 0 < block.text.count("\n") + 1 <= LONGEST_CODE
    # What a document's own title names is asked, but not by a word like "Overview", and not what its cover shows.
    is_cover = len(context.heading_path) < 2 and (is_generic(name) or _is_picture(block))
    opens = at == 0 and short and name and not is_cover
    if not (opens and all(is_figure(one) for one in context.blocks)):
        return RuleResult(1, attached=(block,))
    heading_path = context.heading_path if context.prompt else context.heading_path[:-1]
    term = context.name if name == plain(context.name) else words_as_text(name.rstrip(":： "))
    one = pair(
        context,
        "figures",
        term,
        (block,),
        span=context.span,
        heading_path=heading_path,
        directives=context.directives,
        backwards=False,
    )
    return RuleResult(1, (one,))
