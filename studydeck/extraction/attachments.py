"""What is shown with a note: the blocks that no rule asks, attached to the draft beside them.

In: the drafts and blocks of a context, in their order. Out: drafts with their answer media, extra and supporting
blocks; skipped blocks where a draft has no space left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck.extraction.context import RuleContext
from studydeck.extraction.embeds import is_media
from studydeck.extraction.rules.figures import is_figure
from studydeck.extraction.skipped_content import without_skipped
from studydeck.model.document import Block, Content, Item, ItemList, Paragraph
from studydeck.model.links import is_remote
from studydeck.model.notes import NoteDraft, SkippedBlock
from studydeck.model.traverse import plain
from studydeck.text.length import length

MOST_ATTACHED = 40  # blocks that are shown with one note
MOST_SHOWN = 4  # embedded files, or rows of them, below one answer
LONGEST_SUPPORTING = 120  # words of statements without a blank that are shown with one note


class _Attached(Struct):
    """The blocks that a draft shows with its note, and the number of words in the supporting ones."""

    extra: list[Block]
    supporting: list[Block]
    words: float
    media: list[Block]


class Extraction(Struct):
    """What was extracted from a context so far.

    `pending` blocks wait for the next note, as no note precedes them. `last_asked` is the index of the last draft that
    has a card; `last_is_alone`: what was read with it gave no other. `attached` collects blocks by the index of their
    draft until `finish`, so that thousands of blocks below one note take linear time.
    """

    drafts: list[NoteDraft] = field(default_factory=list)
    skipped: list[SkippedBlock] = field(default_factory=list)
    pending: list[Block] = field(default_factory=list)
    last_asked: int | None = None
    last_is_alone: bool = False
    attached: dict[int, _Attached] = field(default_factory=dict)

    def add(self, drafts: Sequence[NoteDraft]) -> None:
        """Add drafts, and attach the pending blocks to the first of them that has a card."""
        start = len(self.drafts)
        self.drafts += map(_with_answer_media, drafts)
        asked = [number for number, draft in enumerate(drafts, start) if not draft.legacy_only]
        if not asked:
            return
        self.last_asked, self.last_is_alone = asked[-1], len(asked) == 1
        pending, self.pending = self.pending, []
        for block in pending:
            self._attach_to(asked[0], block, is_alone=self.last_is_alone)

    def attach(self, blocks: Content) -> None:
        """Attach blocks to the last draft that has a card, or keep them pending."""
        for block in blocks:
            if self.last_asked is None:
                self.pending.append(block)
            else:
                self._attach_to(self.last_asked, block, is_alone=self.last_is_alone)

    def attach_below(self, nested: RuleContext, blocks: Content, asked: Mapping[int, int]) -> None:
        """Attach blocks below a list item to the draft of the item; `asked` are the drafts of its list by their lines.

        Where the item has none, they are shown below its words, so that no card shows them as a fact of another item.
        """
        own = [asked[line] for line in range(nested.span.line, nested.span.end_line + 1) if line in asked]
        if nested.parent and own:
            for block in blocks:
                self._attach_to(own[-1], block, is_alone=True)
        elif nested.parent:
            self.attach((ItemList((Item(nested.parent, blocks, nested.span),), ordered=False, span=nested.span),))
        else:
            self.attach(blocks)

    def _attach_to(self, index: int, block: Block, *, is_alone: bool) -> None:
        """Attach a block to a draft, or skip it if the draft has no space left.

        A picture or sound belongs to the answer of the note beside it where that is alone; among several it is extra.
        """
        if index not in self.attached:
            draft = self.drafts[index]
            self.attached[index] = _Attached(
                list(draft.extra),
                list(draft.supporting_blocks),
                length(draft.supporting_blocks),
                list(draft.answer_media),
            )
        attached = self.attached[index]
        if is_alone and len(attached.media) < MOST_SHOWN and _can_follow_answer(block, self.drafts[index]):
            attached.media.append(block)
            return
        if is_figure(block):
            if len(attached.extra) < MOST_ATTACHED:
                attached.extra.append(block)
                return
        elif (words := attached.words + length((block,))) <= LONGEST_SUPPORTING:
            attached.supporting.append(block)
            attached.words = words
            return
        self.skip_block(block)

    def finish(self) -> None:
        """Give the drafts their attached blocks."""
        for index, attached in self.attached.items():
            self.drafts[index] = replace(
                self.drafts[index],
                extra=without_skipped(tuple(attached.extra)),
                supporting_blocks=without_skipped(tuple(attached.supporting)),
                answer_media=without_skipped(tuple(attached.media)),
            )
        self.attached = {}

    def skip_block(self, block: Block) -> None:
        reason = "no-note-to-show-with" if is_figure(block) else "nothing-to-hide"
        self.skipped.append(SkippedBlock(block.span, reason, plain((block,))[:200]))


def _can_follow_answer(block: Block, draft: NoteDraft) -> bool:
    """Return whether a block of embedded files can stand below the answer of a draft.

    The text of a cloze is on both sides: Anki would play a sound in it with the question, and show a picture that is
    not in the package as its address.
    """
    if not is_media(block):
        return False
    if draft.kind == "pair":
        return True
    return isinstance(block, Paragraph) and not any(
        inline.kind == "sound" or is_remote(inline.target) for inline in block.text
    )


def _with_answer_media(draft: NoteDraft) -> NoteDraft:
    """Return a draft whose embedded files are below its answer, and not among what is shown on demand."""
    if not draft.extra or not any(map(is_media, draft.extra)):
        return draft
    media = tuple([block for block in draft.extra if _can_follow_answer(block, draft)])[:MOST_SHOWN]
    return replace(
        draft,
        answer_media=(*draft.answer_media, *media),
        extra=tuple([block for block in draft.extra if block not in media]),
    )
