"""Rule for paragraphs that explain a term: `**Term**: meaning`, or `Term: meaning`."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, nested_context
from studydeck.extraction.drafts import pair
from studydeck.extraction.rules.open_sentences import completing_blocks
from studydeck.extraction.rules.term_pairs import term_pair
from studydeck.extraction.sentence_drafts import sentence_drafts
from studydeck.model.document import FORMULA_KINDS, NO_TEXT, Block, Item, ItemList, Paragraph, Style, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern
from studydeck.text.formula_terms import named_formulas
from studydeck.text.length import exceeds
from studydeck.text.names import can_be_name, is_lead_word
from studydeck.text.normalize import normalize
from studydeck.text.openings import note_prefix_end
from studydeck.text.punctuation import has_question_mark
from studydeck.text.sentences import sentences
from studydeck.text.term_shapes import split_term, untrusted_term
from studydeck.text.tokens import is_cjk

LONGEST_NAME = 8  # words of a term on a line of its own
LONGEST_UNMARKED = 3  # words of a term without a mark
LONGEST_UNSPACED = 12  # characters of such a term in a script without spaces
LEAST_MEANING = 3  # words behind a dash or an equals sign
_WEAK_SEPARATORS = frozenset(["-", "–", "—", "="])
_FURTHER_SEPARATOR = lazy_pattern(r"\s[–—=-]\s|[=:]")


def explained_term(block: Block, name: Text = NO_TEXT) -> tuple[Text, Text] | None:
    """Return the term and the meaning of a paragraph that explains a term, or None.

    Without a mark, it explains no term that has the `name` of its heading, which is asked already.
    """
    if type(block) is not Paragraph or not block.text or block.directives.hide:
        return None
    text = block.text
    parts = None if note_prefix_end(text.string) or has_question_mark(text.string) else split_term(text)
    if not parts:
        if has_question_mark(text.string) or note_prefix_end(text.string):
            return None
        unmarked = _unmarked_term(text)
        return unmarked if unmarked and normalize(unmarked[0]) != normalize(name) else None
    term, meaning = parts
    is_marked = bool(text.inlines[0].styles & Style.STRONG)
    separated = text.string[len(term.string) : text.string.rfind(meaning.string)].strip()
    if is_marked:
        return parts if separated and not separated[0].isalnum() else None
    if meaning.inlines[0].kind in FORMULA_KINDS and not separated:
        return parts
    if term.inlines[0].kind in {"math", "code"} and len(term.inlines) == 1:
        return parts if separated and not separated[0].isalnum() else None
    is_plain = all(inline.kind == "text" and not inline.target for inline in term)
    is_short = not exceeds(term, LONGEST_UNMARKED) or _is_short_without_spaces(term.plain)
    return parts if is_plain and separated in {":", "："} and is_short else None


def _unmarked_term(text: Text) -> tuple[Text, Text] | None:
    """Return the sides of a dash or an equals sign behind a short name in capitals: "ESP = Stack Pointer"."""
    parts = untrusted_term(text)
    if not parts:
        return None
    term, meaning = parts
    separated = text.string[len(term.string) : text.string.rfind(meaning.string)].strip()
    if separated not in _WEAK_SEPARATORS or any(inline.kind != "text" or inline.target for inline in term):
        return None
    name, explanation = term.string.strip(), meaning.string
    if not name[:1].isupper() or exceeds(term, LONGEST_UNMARKED) or len(sentences(text)) > 1:
        return None
    if _FURTHER_SEPARATOR.search(explanation):
        return None
    is_abbreviation = name.isupper() and len(name) > 1
    return parts if is_abbreviation or exceeds(meaning, LEAST_MEANING - 1) else None


def _is_short_without_spaces(name: str) -> bool:
    return len(name) <= LONGEST_UNSPACED and all(map(is_cjk, name))


def defines_marked_term(block: Block) -> bool:
    """Return whether a paragraph begins with a term in bold and says what it is: "**Mitosis** is a division"."""
    if type(block) is not Paragraph or not block.text or not block.text.inlines[0].styles & Style.STRONG:
        return False
    return bool(split_term(block.text))


def _is_name(block: Block) -> bool:
    """Return whether a paragraph is a term in bold, and nothing else."""
    if type(block) is not Paragraph or not can_be_name(block.text) or exceeds(block.text, LONGEST_NAME):
        return False
    is_bold = all(inline.styles & Style.STRONG or not inline.text.strip() for inline in block.text)
    return (
        is_bold
        and bool(block.text.string.strip())
        and not block.text.string.endswith((".", "!"))
        and not is_lead_word(block.text)
    )


def term(context: RuleContext, index: int, vocabulary: SectionVocabulary) -> RuleResult | None:
    """Draft a pair of a term and the rest of its paragraph."""
    block = context.blocks[index]
    if type(block) is not Paragraph or context.directives.skip or block.directives.skip:
        return None
    following = context.blocks[index + 1 : index + 2]
    if context.nested and following and _is_name(block) and type(following[0]) is Paragraph:
        # A heading within a quote or an item, which starts no section.
        name, meaning = cut(block.text, 0, len(block.text.string.rstrip(":： "))), following[0]
        if not (_is_name(meaning) or explained_term(meaning) or has_question_mark(meaning.text.string)):
            return RuleResult(2, (pair(context, "terms", name, (meaning,), span=block.span),))
    parts = explained_term(block, context.name)
    item = Item(block.text, (), block.span, block.directives)
    if not parts:
        pairs = [term_pair(context, "terms", each, item) for each in named_formulas(block.text)]
        return RuleResult(1, tuple(pairs)) if pairs else None
    if normalize(parts[0]) == normalize(context.name) and not context.prompt:
        # "**Osmosis**: ..." below the heading "Osmosis": the heading names the term already.
        context = replace(context, heading_path=context.heading_path[:-1])
    former = (
        sentence_drafts(context, block.text, vocabulary, span=block.span, directives=block.directives)
        if context.has_packed
        else []
    )
    rest = completing_blocks(context.blocks, index)
    note = term_pair(context, "terms", parts, item, announced=rest)
    drafts = (note, *[draft.withdrawn() for draft in former])  # statements that were packed keep their cards
    below = following[0] if following and not rest else None
    if isinstance(below, ItemList) and len(below.items) > 1 and below.span.line == block.span.end_line + 1:
        # What the lines directly below a term say is said of it.
        nested = nested_context(context, parts[0], (below,), block.span, block.directives, defined=True)
        return RuleResult(2, drafts, nested=(nested,))
    return RuleResult(1 + len(rest), drafts)
