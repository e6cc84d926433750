"""What every rule reads and gives: a topic with its blocks, what the deck lends it, and a claim."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from studydeck.model.document import UNDECIDED, Block, Content, Decision, Paragraph, Place, Section, Text
from studydeck.model.notes import Draft, SectionVocabulary, Unclaimed
from studydeck.model.traverse import cut, flat, paragraph, plain, squeeze
from studydeck.text.length import length
from studydeck.text.lexicon import is_empty_name, is_generic


class Topic(Struct, frozen=True):
    """A heading, or a list item with something nested below it, and its blocks.

    `trail` ends with the topic's own name. `prompt` is what a parent item or lead-in says beyond the trail.
    `defined`: the name has its pair already, so that nothing below may define it again.
    """

    name: Text
    trail: tuple[str, ...]
    blocks: tuple[Block, ...]
    place: Place
    section: int
    decision: Decision = UNDECIDED
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
        if len(self.trail) > 1 and is_empty_name(name):
            return self.trail[-2]
        if len(self.trail) > 1 and is_generic(name):
            return f"{self.trail[-2]}: {name}"
        return name


class Claim(Struct, frozen=True):
    """A rule's answer: how many blocks it takes, and what becomes of them.

    Topics inside are read in turn. What is `attached`, and statements that nobody can be asked (`silent`), are shown
    with a note of the topic.
    """

    taken: int = 1
    drafts: tuple[Draft, ...] = ()
    unclaimed: tuple[Unclaimed, ...] = ()
    inner: tuple[Topic, ...] = ()
    attached: Content = ()
    silent: Content = ()


Rule = Callable[[Topic, int, SectionVocabulary], Claim | None]


def topic_of(section: Section, index: int) -> Topic:
    """Make a topic of a section."""
    return Topic(section.heading, section.trail, section.blocks, section.place, index, section.decision)


def decided(above: Decision, below: Decision) -> Decision:
    """Join what the author decided at a heading, or a parent item, with what stands below it, which has the last word.

    A pin and a phrase to hide are meant for one note alone.
    """
    if above == UNDECIDED:
        return below
    return replace(
        below,
        one_way=below.one_way or (above.one_way and not below.both_ways),
        both_ways=below.both_ways or (above.both_ways and not below.one_way),
        items=above.items or below.items,
        tags=tuple(dict.fromkeys((*above.tags, *below.tags))),
        allow=tuple(dict.fromkeys((*above.allow, *below.allow))),
    )


def refuse(block: Block, reason: str, *more: Block) -> Claim:
    """Claim blocks and make nothing of them, with the reason."""
    blocks = (block, *more)
    place = replace(block.place, end_line=max(block.place.end_line, *(one.place.end_line for one in blocks)))
    return Claim(len(blocks), unclaimed=(Unclaimed(place, reason, plain(blocks)[:200]),))


def inner_topic(
    topic: Topic, name: Text, blocks: Content, place: Place, decision: Decision, *, defined: bool = False
) -> Topic:
    """Make a topic of a parent item: a short name joins the trail, a sentence becomes the prompt."""
    words = plain(name).rstrip(":：").strip()
    decision = decided(topic.decision, decision)
    if topic.decision.skip:
        decision = replace(decision, skip=True)
    if words and length(words) <= 8 and not words.endswith("."):
        short = squeeze(tuple(name)) if flat(name).rstrip() == words else paragraph_text(name, words)
        return Topic(short, (*topic.trail, words), blocks, place, topic.section, decision, True, (), defined)
    return Topic(topic.name, topic.trail, blocks, place, topic.section, decision, True, paragraph(name), defined)


def paragraph_text(text: Text, words: str) -> Text:
    """Give a text without the colon that ends it."""
    shown = flat(text).rstrip()
    return cut(text, 0, len(shown.rstrip(":：").rstrip())) if shown.rstrip(":：").strip() == words else text
