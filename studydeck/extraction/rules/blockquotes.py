"""Rule for quotes, callouts and folds: their blocks are read as blocks of the section around them.

The title of a callout is read like a heading: it names what its body says, or asks what its body answers.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult, merge_directives, nested_context, skip
from studydeck.extraction.rules.questions import answered_title, is_answer, is_question
from studydeck.model.document import Paragraph, Quotation
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import cut
from studydeck.text.names import is_generic
from studydeck.text.openings import is_example
from studydeck.text.word_list_files import phrase_set

_QUESTIONS, _DEFINITIONS = phrase_set("asking_callouts"), phrase_set("defining_callouts")
# Their titles name a case, an author or a task, which the body does not define.
_UNDEFINED = frozenset({"example", "quote", "cite", "abstract", "summary", "tldr", "bug", "failure", "fail", "missing"})
_TASKS = frozenset({"todo"})
_EMPTY_TITLES = phrase_set("callout_titles")


def blockquote(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Read the blocks of a quote, callout or fold in a context nested in the current one."""
    block = context.blocks[index]
    if type(block) is not Quotation:
        return None
    if context.directives.skip or block.directives.skip:
        return skip(block, "skipped")
    if block.style == "callout" and block.kind in _TASKS:
        return skip(block, "task")
    if block.style == "callout" and _is_titled(block):
        return _titled(context, index, block)
    return RuleResult(1, nested=(_same_section(context, index, block),))


def _is_titled(block: Quotation) -> bool:
    """Return whether the author wrote a title that says more than the kind of a callout."""
    return _name(block) not in {"", block.kind} and not is_answer(block)


def _name(block: Quotation) -> str:
    return block.title.plain.rstrip(":：!?.").casefold()


def _same_section(context: RuleContext, index: int, block: Quotation) -> RuleContext:
    return RuleContext(
        context.name,
        context.heading_path,
        block.blocks,
        block.span,
        context.section,
        block.directives,
        True,
        context.prompt,
        defined=context.defined or index > 0,
        is_document=context.is_document,
        has_packed=context.has_packed,
    )


def _titled(context: RuleContext, index: int, block: Quotation) -> RuleResult | None:
    """Read a callout with a title of its own."""
    if is_question(block.title) or block.kind in _QUESTIONS:
        nested = _below_title(context, block)
        if is_question(block.title) and block.blocks and nested.name is not context.name:
            return RuleResult(1, nested=(nested,))  # which may be a question with options
        return answered_title(context, index, block)
    if not block.blocks:  # the title is all that it says
        statement = replace(block, blocks=(Paragraph(block.title, block.span),))
        return RuleResult(1, nested=(_same_section(context, index, statement),))
    if is_generic(block.title) or is_example(block.title.plain) or _name(block) in _EMPTY_TITLES:
        return RuleResult(1, nested=(_same_section(context, index, block),))
    return RuleResult(1, nested=(_below_title(context, block),))


def _below_title(context: RuleContext, block: Quotation) -> RuleContext:
    directives = merge_directives(context.directives, block.directives)
    is_defined = block.kind in _UNDEFINED
    prefix = re.match(rf"{re.escape(block.kind)}[\s\d.]*[:：—–-]\s*(?=\S)", block.title.string, re.IGNORECASE)
    title = cut(block.title, prefix.end()) if prefix else block.title  # "Definition 2.1: Group"
    nested = nested_context(context, title, block.blocks, block.span, directives, defined=is_defined)
    # A definition is asked whatever its title looks like; of other callouts, only titles that name a thing.
    return replace(nested, nested=block.kind not in _DEFINITIONS)
