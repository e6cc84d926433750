"""Code, formulas, pictures and raw HTML: shown with the note beside them, or asked for by the name above them."""

from __future__ import annotations

from studydeck.extraction.context import Claim, Topic
from studydeck.extraction.drafts import pair
from studydeck.model.document import Block, Code, Formula, Html, Paragraph
from studydeck.model.notes import SectionVocabulary
from studydeck.model.traverse import plain, words_as_text
from studydeck.text.lexicon import is_generic, is_instance, is_lead_word

LONGEST_CODE = 12


def is_exhibit(block: Block) -> bool:
    """Tell whether a block only shows something."""
    if type(block) is not Paragraph:
        return isinstance(block, (Code, Formula, Html))
    return all(run.form in {"picture", "display", "break"} or not run.text.strip() for run in block.text)


def _is_picture(block: Block) -> bool:
    return isinstance(block, Paragraph) and any(run.form == "picture" for run in block.text)


def exhibit(topic: Topic, at: int, _known: SectionVocabulary) -> Claim | None:
    """Show a block with the note before it; where there is none, let the topic's name ask for it."""
    block = topic.blocks[at]
    if not is_exhibit(block) or topic.decision.skip:
        return None
    name = plain(topic.prompt) or topic.subject
    name = "" if is_instance(name) or is_lead_word(name.rstrip(":： ")) else name
    short = not isinstance(block, Code) or 0 < block.text.count("\n") + 1 <= LONGEST_CODE
    # What a document's own title names is asked, but not by a word like "Overview", and not what its cover shows.
    is_cover = len(topic.trail) < 2 and (is_generic(name) or _is_picture(block))
    opens = at == 0 and short and name and not is_cover
    if not (opens and all(is_exhibit(one) for one in topic.blocks)):
        return Claim(1, attached=(block,))
    trail = topic.trail if topic.prompt else topic.trail[:-1]
    term = topic.name if name == plain(topic.name) else words_as_text(name.rstrip(":： "))
    one = pair(
        topic, "exhibits", term, (block,), place=topic.place, trail=trail, decision=topic.decision, backwards=False
    )
    return Claim(1, (one,))
