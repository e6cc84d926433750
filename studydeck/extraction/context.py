"""What every rule reads and gives: a topic with its blocks, what the deck lends it, and a claim."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from studydeck.model.document import NO_DIRECTIVES, Block, Content, Directives, Paragraph, Section, SourceSpan, Text
from studydeck.model.notes import NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.model.traverse import cut, flat, paragraph, plain, squeeze
from studydeck.text.length import length
from studydeck.text.lexicon import is_empty_name, is_generic


class RuleContext(Struct, frozen=True):
    """A heading, or a list item with something nested below it, and its blocks.

    `trail` ends with the topic's own name. `prompt` is what a parent item or lead-in says beyond the trail.
    `defined`: the name has its pair already, so that nothing below may define it again.
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

    @property
    def prompt_text(self) -> Text:
        """The prompt as a text."""
        return self.prompt[0].text if self.prompt and isinstance(self.prompt[0], Paragraph) else ()

    @property
    def subject(self) -> str:
        """The topic's name; a generic one stands behind its parent's."""
        name = plain(self.name)
        if len(self.heading_path) > 1 and is_empty_name(name):
            return self.heading_path[-2]
        if len(self.heading_path) > 1 and is_generic(name):
            return f"{self.heading_path[-2]}: {name}"
        return name


class RuleResult(Struct, frozen=True):
    """A rule's answer: how many blocks it takes, and what becomes of them.

    Topics inside are read in turn. What is `attached`, and statements that nobody can be asked (`silent`), are shown
    with a note of the topic.
    """

    consumed: int = 1
    drafts: tuple[NoteDraft, ...] = ()
    skipped: tuple[SkippedBlock, ...] = ()
    nested: tuple[RuleContext, ...] = ()
    attached: Content = ()
    unasked: Content = ()


Rule = Callable[[RuleContext, int, SectionVocabulary], RuleResult | None]


def context_of(section: Section, index: int) -> RuleContext:
    """Make a topic of a section."""
    return RuleContext(section.heading, section.heading_path, section.blocks, section.span, index, section.directives)


def merge_directives(above: Directives, below: Directives) -> Directives:
    """Join what the author decided at a heading, or a parent item, with what stands below it, which has the last word.

    A pin and a phrase to hide are meant for one note alone.
    """
    if above == NO_DIRECTIVES:
        return below
    return replace(
        below,
        one_way=below.one_way or (above.one_way and not below.both_ways),
        both_ways=below.both_ways or (above.both_ways and not below.one_way),
        items=above.items or below.items,
        tags=tuple(dict.fromkeys((*above.tags, *below.tags))),
        allow=tuple(dict.fromkeys((*above.allow, *below.allow))),
    )


def skip(block: Block, reason: str, *more: Block) -> RuleResult:
    """Claim blocks and make nothing of them, with the reason."""
    blocks = (block, *more)
    span = replace(block.span, end_line=max(block.span.end_line, *(one.span.end_line for one in blocks)))
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
    """Make a topic of a parent item: a short name joins the trail, a sentence becomes the prompt."""
    words = plain(name).rstrip(":：").strip()
    directives = merge_directives(context.directives, directives)
    if context.directives.skip:
        directives = replace(directives, skip=True)
    if words and length(words) <= 8 and not words.endswith("."):
        short = squeeze(tuple(name)) if flat(name).rstrip() == words else paragraph_text(name, words)
        return RuleContext(
            short, (*context.heading_path, words), blocks, span, context.section, directives, True, (), defined
        )
    return RuleContext(
        context.name, context.heading_path, blocks, span, context.section, directives, True, paragraph(name), defined
    )


def paragraph_text(text: Text, words: str) -> Text:
    """Give a text without the colon that ends it."""
    shown = flat(text).rstrip()
    return cut(text, 0, len(shown.rstrip(":：").rstrip())) if shown.rstrip(":：").strip() == words else text
