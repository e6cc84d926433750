"""Rule for lead-ins: a paragraph that ends in a colon, or a caption above code, names the block below it."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, nested_context
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.figures import is_embed
from studydeck.extraction.verb_phrases import split_at_verb
from studydeck.model.document import (
    NO_TEXT,
    Block,
    Code,
    Content,
    Formula,
    Inline,
    ItemList,
    Paragraph,
    Quotation,
    Table,
    Text,
)
from studydeck.model.notes import NoteDraft, SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.formula_terms import verb_before_formula
from studydeck.text.length import exceeds
from studydeck.text.names import can_be_name, is_generic, is_lead_word
from studydeck.text.openings import begins_with_plural, is_anaphoric, is_example
from studydeck.text.punctuation import ends_in_colon, without_colon
from studydeck.text.sentences import sentences
from studydeck.text.term_shapes import split_term, starts_with_term
from studydeck.text.unspaced_clauses import is_unspaced_clause
from studydeck.text.word_list_files import alternatives

LONGEST_CAPTION = 12  # words
_SENTENCE_MARKS = frozenset(".!,;")
_ANNOUNCING = lazy_pattern(rf"{alternatives('list_announcements')}[^、，,]{{0,20}}[。.]?\s*$")
LONGEST_NAME = 6  # words of a name in the line above a list
LONGEST_APART = 3  # words of a name with a blank line below it
_NO_NAME_ENDS = frozenset(".!,;?:：。？")


def introduces(block: Block, following: Block) -> bool:
    """Return whether a paragraph is a lead-in or a caption for the block below it."""
    if isinstance(block, Paragraph) and isinstance(following, Formula) and ends_in_formula_verb(block.text):
        return True
    return _ends_in_colon(block) or _is_caption(block, following) or _announces(block, following)


def ends_in_formula_verb(text: Text) -> bool:
    """Return whether a text ends with a verb that a formula follows: "The standard deviation is"."""
    return bool(split_at_verb(_with_formula(text, "=")))


def _with_formula(text: Text, tex: str) -> Text:
    """Return a text without its colon, and a formula behind it."""
    opening = cut(text, 0, len(without_colon(text.string).rstrip()))
    return Text((*opening, Inline(" "), Inline(tex, kind="display")))


def _formula_pair(context: RuleContext, block: Paragraph, sentence: Text, formula: Formula) -> NoteDraft | None:
    """Return the pair of what a sentence ends with a verb about, and the formula below it: "The mean is given by"."""
    whole = _with_formula(sentence, formula.tex)
    if not verb_before_formula(whole) or not (parts := split_at_verb(whole)):
        return None
    subject, verb, _ = parts
    return pair(
        context,
        "verb_phrases",
        subject,
        (formula,),
        span=block.span,
        labels=("", verb),
        directives=block.directives,
        allow_backwards=False,
        key_term=subject.plain,
    )


def _ends_in_colon(block: Block) -> bool:
    return isinstance(block, Paragraph) and ends_in_colon(block.text.string)


def _is_caption(block: Block, following: Block) -> bool:
    """Return whether a block is a short line, without a full stop, above code."""
    if not isinstance(block, Paragraph) or not isinstance(following, Code) or exceeds(block.text, LONGEST_CAPTION):
        return False
    return bool(block.text.plain) and not block.text.string.rstrip().endswith((".", "!", "?"))


def _announces(block: Block, following: Block) -> bool:
    """Return whether a paragraph is one sentence that announces the list below it without a colon."""
    if not isinstance(block, Paragraph) or not isinstance(following, ItemList) or len(following.items) < 2:
        return False
    string = block.text.string
    if begins_with_plural(string) and not exceeds(block.text, LONGEST_CAPTION):
        return len(sentences(block.text)) == 1
    return not string.isascii() and bool(_ANNOUNCING.search(string)) and len(sentences(block.text)) == 1


def names_list(block: Block, following: Block) -> bool:
    """Return whether a block is a short name in the line directly above a list."""
    if not isinstance(block, Paragraph) or not isinstance(following, ItemList):
        return False
    if following.span.line != block.span.end_line + 1 or exceeds(block.text, LONGEST_NAME):
        return False
    text = block.text.plain
    if text[-1:] in _SENTENCE_MARKS or not can_be_name(block.text) or is_lead_word(block.text):
        return False
    if split_term(block.text):  # "Femur: the bone of the thigh" is a term with its meaning
        return False
    return len(following.items) > 1 or is_generic(block.text)


def _is_one_of_several_names(blocks: Content, index: int) -> bool:
    """Return whether a short line is a name above a list after a blank line, as others among the blocks are."""
    return _is_name_above_list(blocks, index) and any(
        _is_name_above_list(blocks, number) for number in range(len(blocks) - 1) if number != index
    )


def _is_name_above_list(blocks: Content, index: int) -> bool:
    block, following = blocks[index], blocks[index + 1]
    if not isinstance(block, Paragraph) or not isinstance(following, ItemList) or exceeds(block.text, LONGEST_APART):
        return False
    is_name = can_be_name(block.text) and not is_lead_word(block.text)
    return is_name and block.text.plain[:1].isupper() and block.text.plain[-1:] not in _NO_NAME_ENDS


def is_code_line(block: Block) -> bool:
    """Return whether a paragraph is only code, which as a line above a list names it."""
    return isinstance(block, Paragraph) and all(inline.kind == "code" for inline in block.text)


def labels_list(context: RuleContext, block: Paragraph) -> bool:
    """Return whether the first line below a heading rather names the list below it than says what the heading means."""
    return is_generic(block.text) or is_generic(context.name) or is_code_line(block)


def lead_in(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read a lead-in and the list, table, code, formula or quote below it in a nested context."""
    block = context.blocks[index]
    if type(block) is not Paragraph or index + 1 >= len(context.blocks):
        return None
    following = context.blocks[index + 1]
    # The first line below a heading rather says what the heading means.
    may_name = index > 0 or context.nested or context.is_document or labels_list(context, block)
    names = names_list(block, following) or (index > 0 and _is_one_of_several_names(context.blocks, index))
    if not introduces(block, following) and not (may_name and names):
        return None
    if not isinstance(following, ItemList | Code | Table | Formula | Quotation) or is_embed(following):
        return None
    # Only the last sentence is the lead-in; the sentences before it are read as a paragraph.
    *before, last = sentences(block.text)
    asked = _formula_pair(context, block, last, following) if isinstance(following, Formula) else None
    # A lead-in such as "So there are:" names nothing: the name of the context is the prompt.
    names_nothing = isinstance(following, ItemList) and (
        is_example(last.plain)
        or is_anaphoric(last.plain)
        # "有如下方法": above terms the name of the context says more.
        or (is_unspaced_clause(last.plain) and all(map(starts_with_term, following.items)))
    )
    nested = nested_context(context, NO_TEXT if names_nothing else last, (following,), block.span, block.directives)
    if asked and not before:
        return RuleResult(2, (asked,))
    if not before:
        return RuleResult(2, nested=(nested,))
    opening = Paragraph(cut(block.text, 0, block.text.string.rfind(last.string)), block.span, block.directives)
    opening_context = replace(context, blocks=(opening,), prompt=(), defined=context.defined or index > 0)
    return RuleResult(2, (asked,) if asked else (), nested=(opening_context,) if asked else (opening_context, nested))
