"""What every rule receives and returns.

In: a `RuleContext`, the index of one of its blocks, and the section's vocabulary. Out: a `RuleResult`, or None if the
rule does not apply to the block.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from studydeck.model.document import (
    NO_DIRECTIVES,
    NO_TEXT,
    Block,
    Content,
    Directives,
    Paragraph,
    Section,
    SourceSpan,
    Text,
)
from studydeck.model.notes import NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.model.text_edits import cut, text_of
from studydeck.model.traverse import paragraph, plain, texts
from studydeck.text.length import length
from studydeck.text.names import has_formulas, is_empty_name, is_generic, name_string
from studydeck.text.normalize import normalize
from studydeck.text.punctuation import without_colon


class RuleContext(Struct, frozen=True, dict=True):
    """A heading, or a list item with nested blocks, and the blocks below it.

    `heading_path` ends with the context's own name. `prompt` is the text of a parent item or a lead-in that is not in
    the heading path. `defined`: a pair for the name exists already, or the blocks only continue what stands below it,
    so nothing below may define it again. `parent` is the list item below which the blocks stand, if they stand below
    one. `is_document`: the name is the title of the whole file. `is_shown`: a card shows the blocks as its answer, so
    that no other card has to show them. `has_packed`: other readings may keep notes that an earlier build packed.
    """

    name: Text
    heading_path: tuple[str, ...]
    blocks: tuple[Block, ...]
    span: SourceSpan
    section: int
    directives: Directives = NO_DIRECTIVES
    nested: bool = False
    prompt: Content = ()
    defined: bool = False
    parent: Text = NO_TEXT
    is_document: bool = False
    is_shown: bool = False
    has_packed: bool = True
    refused: str = ""

    @property
    def prompt_text(self) -> Text:
        """The prompt as a text; empty if it does not begin with a paragraph."""
        return self.prompt[0].text if self.prompt and isinstance(self.prompt[0], Paragraph) else NO_TEXT

    @cached_property
    def title(self) -> str:
        """The normal form of the last heading."""
        return normalize(self.heading_path[-1] if self.heading_path else "")

    @cached_property
    def subject(self) -> Text:
        """The name of the context; a generic name follows its parent's ("Amazon S3: Limits")."""
        if len(self.heading_path) > 1 and is_empty_name(self.name):
            return text_of(self.heading_path[-2])
        if len(self.heading_path) > 1 and is_generic(self.name):
            return text_of(f"{self.heading_path[-2]}: {self.name.plain}")
        return self.name

    @cached_property
    def nearby_texts(self) -> tuple[str, ...]:
        """The texts of the blocks, case-folded."""
        return tuple([text.string.casefold() for text in texts(self.blocks)])

    @cached_property
    def nearby_string(self) -> str:
        """The headings and the blocks as one string, which shows in what language the notes are."""
        return " ".join((*self.heading_path, plain(self.blocks)))

    @property
    def subject_name(self) -> Text:
        """The subject as a text without styles; one with formulas keeps them and its styles."""
        return self.subject if has_formulas(self.subject) else text_of(self.subject.plain)

    @property
    def prompt_name(self) -> Text:
        """The prompt as a text without styles and the colon at its end; one with formulas keeps them and its styles."""
        text = self.prompt_text if len(self.prompt) == 1 else NO_TEXT
        if has_formulas(text):
            return cut(text, 0, len(without_colon(text.string)))
        return text_of(without_colon(plain(self.prompt)))


class RuleResult(Struct, frozen=True):
    """The result of a rule: how many blocks it consumes, and what it makes of them.

    `nested` contexts are read in turn. Blocks in `attached`, and statements that cannot be asked (`unasked`), are shown
    with a note of the same context.
    """

    consumed: int = 1
    drafts: tuple[NoteDraft, ...] = ()
    skipped: tuple[SkippedBlock, ...] = ()
    nested: tuple[RuleContext, ...] = ()
    attached: Content = ()
    unasked: Content = ()


Rule = Callable[[RuleContext, int, SectionVocabulary], RuleResult | None]


def context_of(section: Section, index: int, *, is_document: bool = False, has_packed: bool = True) -> RuleContext:
    """Return the context of a section, which is number `index` of its file."""
    return RuleContext(
        section.heading,
        section.heading_path,
        section.blocks,
        section.span,
        index,
        section.directives,
        defined=section.continues,
        is_document=is_document,
        has_packed=has_packed,
        refused=section.refused,
    )


def merge_directives(outer: Directives, inner: Directives) -> Directives:
    """Merge the directives of a heading or parent item with those below it; the inner ones take precedence.

    A pin and a phrase to hide apply to a single note and are not inherited.
    """
    if outer == NO_DIRECTIVES:
        return inner
    return replace(
        inner,
        one_way=inner.one_way or (outer.one_way and not inner.both_ways),
        both_ways=inner.both_ways or (outer.both_ways and not inner.one_way),
        items=outer.items or inner.items,
        typed=outer.typed or inner.typed,
        tags=tuple(dict.fromkeys((*outer.tags, *inner.tags))),
        allow=tuple(dict.fromkeys((*outer.allow, *inner.allow))),
    )


def skip(block: Block, reason: str, *following: Block) -> RuleResult:
    """Return a result that consumes the blocks and reports them as skipped, with a reason."""
    blocks = (block, *following)
    span = replace(block.span, end_line=max(block.span.end_line, *(skipped.span.end_line for skipped in blocks)))
    return RuleResult(len(blocks), skipped=(SkippedBlock(span, reason, plain(blocks)[:200]),))


def nested_context(
    context: RuleContext,
    name: Text,
    blocks: Content,
    span: SourceSpan,
    directives: Directives,
    *,
    defined: bool = False,
) -> RuleContext:
    """Return the context of a parent item: a short name extends the heading path, a sentence becomes the prompt."""
    plain_name = without_colon(name.plain)
    directives = merge_directives(context.directives, directives)
    if context.directives.skip:
        directives = replace(directives, skip=True)
    if plain_name and length(plain_name) <= 8 and not plain_name.endswith("."):
        short_name = cut(name, 0) if name.string.rstrip() == plain_name else _without_final_colon(name, plain_name)
        return RuleContext(
            short_name,
            (*context.heading_path, without_colon(name_string(name))),
            blocks,
            span,
            context.section,
            directives,
            True,
            (),
            defined,
            has_packed=context.has_packed,
        )
    return RuleContext(
        context.name,
        context.heading_path,
        blocks,
        span,
        context.section,
        directives,
        True,
        paragraph(name),
        defined,
        has_packed=context.has_packed,
    )


def _without_final_colon(text: Text, plain_name: str) -> Text:
    """Return a text without the colon at its end, if nothing else distinguishes it from `plain_name`."""
    flat_text = text.string.rstrip()
    return cut(text, 0, len(without_colon(flat_text))) if without_colon(flat_text).strip() == plain_name else text
