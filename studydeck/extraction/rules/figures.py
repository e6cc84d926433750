"""Rule for code, formulas, pictures and raw HTML.

A figure is shown with the note before it; where a section holds only figures, its name asks for them.
"""

from __future__ import annotations

from functools import partial
from itertools import chain

from msgspec.structs import replace

from studydeck.extraction.context import RuleContext, RuleResult
from studydeck.extraction.drafts import pair
from studydeck.extraction.verb_phrases import split_at_verb
from studydeck.model.document import Block, Code, Content, Formula, Html, ItemList, Paragraph, Quotation, Style, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import plain
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds, length
from studydeck.text.machine_text import reads_as_code
from studydeck.text.names import can_be_name, is_generic, is_lead_word
from studydeck.text.openings import begins_derivation, is_example
from studydeck.text.punctuation import ends_in_question_mark, without_colon
from studydeck.text.tokens import is_cjk
from studydeck.text.unspaced_clauses import is_unspaced_clause

LONGEST_CODE = 12  # lines
LONGEST_EMBED = 60  # words
LONGEST_NAME = 6  # words of a heading that is asked for a figure of its kind
_CLAUSE_SIGN = lazy_pattern(r"[:：，。、]")
_LANGUAGE = lazy_pattern(r"[A-Za-z][\w+#-]{0,14}")
_NO_LANGUAGES = frozenset(("text", "txt", "plain", "plaintext", "output", "none", "md", "markdown", "console", "log"))


def is_embed(block: Block) -> bool:
    """Return whether a block is text of another note, which is asked where it stands."""
    if isinstance(block, ItemList):
        return all(not item.text and item.blocks and all(map(is_embed, item.blocks)) for item in block.items)
    return isinstance(block, Quotation) and block.style == "embed"


def inserted(blocks: Content) -> Content:
    """Return blocks with the blocks of embedded text in place of it."""
    return tuple(chain.from_iterable(map(_inserted, blocks)))


def _inserted(block: Block) -> Content:
    if not is_embed(block):
        return (block,)
    if isinstance(block, ItemList):
        return inserted(tuple(chain.from_iterable([item.blocks for item in block.items])))
    return block.blocks if isinstance(block, Quotation) else ()


def is_figure(block: Block) -> bool:
    """Return whether a block holds only code, output, math, pictures, raw HTML or embedded text."""
    if type(block) is not Paragraph:
        return isinstance(block, (Code, Formula, Html)) or is_embed(block)
    figures = {"picture", "sound", "display", "break"}
    return all(inline.kind in figures or not inline.text.strip() for inline in block.text) or is_output(block)


def is_output(block: Block) -> bool:
    """Return whether a paragraph is code or the output of a program, which its author put into no code block."""
    if type(block) is not Paragraph or any(inline.kind != "text" for inline in block.text):
        return False
    return reads_as_code(block.text.string.rstrip())


def are_exhibits(shown: Content, meaning: Content) -> bool:
    """Return whether what is shown below an answer is what the answer explains, or was inserted from another note."""
    start = meaning[0].span.line
    return all(
        is_embed(block) or (isinstance(block, Code | Formula | Html) and 0 < block.span.line < start) for block in shown
    )


def _is_heading(block: Block) -> bool:
    """Return whether a block of embedded text was a heading, which is read as a line in bold."""
    return isinstance(block, Paragraph) and all(inline.styles & Style.STRONG for inline in block.text)


def _has_picture(block: Block) -> bool:
    return isinstance(block, Paragraph) and any(inline.kind == "picture" for inline in block.text)


def figure(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Attach a figure to the note before it, or draft a pair where a context holds nothing but figures."""
    block = context.blocks[index]
    if not is_figure(block) or context.directives.skip:
        return None
    name = plain(context.prompt) or context.subject.plain
    name = "" if is_example(name) or is_lead_word(without_colon(name)) else name
    meaning: Content = (block,)
    is_short = not isinstance(block, Code) or 0 < block.text.count("\n") + 1 <= LONGEST_CODE
    if is_embed(block):
        meaning = inserted(context.blocks)
        is_short = 0 < length(meaning) <= LONGEST_EMBED and not any(map(_is_heading, meaning))
    # The document's own title may be asked, unless it is generic ("Overview") or the figure is a cover picture.
    is_cover = len(context.heading_path) < 2 and (is_generic(name) or _has_picture(block))
    continues = context.defined and not context.nested
    can_ask = index == 0 and is_short and name and not is_cover and not continues
    if not (can_ask and all(is_figure(other_block) for other_block in context.blocks)):
        return RuleResult(1, attached=(block,))
    heading_path = context.heading_path if context.prompt else context.heading_path[:-1]
    term = context.name if name == context.name.plain else context.prompt_name or text_of(without_colon(name))
    ask = partial(
        pair,
        context,
        "figures",
        term,
        meaning,
        span=context.span,
        heading_path=heading_path,
        directives=context.directives,
        allow_backwards=False,
    )
    draft = ask()
    if _is_statement(term):
        return RuleResult(1, (draft.withdrawn(),))
    if label := _kind_of_answer(block, term):
        draft = replace(ask(labels=("", label)), other=draft)
    return RuleResult(len(context.blocks) if is_embed(block) else 1, (draft,))


def _is_statement(term: Text) -> bool:
    """Return whether a line above a figure is a sentence in a script without spaces, which asks for nothing."""
    string = term.string.strip(" *＊※・")
    return is_unspaced_clause(string) or (not string.isascii() and bool(split_at_verb(term)))


def _kind_of_answer(block: Block, term: Text) -> str:
    """Return what a figure is for a name, which does not say what is asked of it: the language of code, or "="."""
    if (
        not can_be_name(term)
        or begins_derivation(term.plain)
        or _CLAUSE_SIGN.search(term.plain)
        or ends_in_question_mark(term.plain)
        or exceeds(term, LONGEST_NAME)
    ):
        return ""
    if isinstance(block, Code):
        language = block.language.strip("{}.").split(" ")[0]
        letters = [character for character in block.text if character.isalpha()]
        # Prose in a box, or a shell within a fence of another language.
        if 2 * sum(map(is_cjk, letters)) > len(letters) or block.text.lstrip().startswith("$ "):
            return ""
        return language if _LANGUAGE.fullmatch(language) and language.lower() not in _NO_LANGUAGES else ""
    return "=" if isinstance(block, Formula) and "=" in block.tex else ""
