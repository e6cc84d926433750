"""From sections to drafts: one rule a file, one ordered table, the first to claim a block has it.

A rule reads a topic at one of its blocks and gives a `Claim`, or None. A new shape is a new file here, a line in
`RULES`, and a folder of cases under its name in `tests/cases/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck.extraction.context import Rule, RuleContext, RuleResult, context_of, skip
from studydeck.extraction.deduplicate import rejection_reason
from studydeck.extraction.drafts import question_of
from studydeck.extraction.rules.blockquotes import blockquote
from studydeck.extraction.rules.boilerplate import boilerplate
from studydeck.extraction.rules.definitions import definitions
from studydeck.extraction.rules.enumerations import enumeration
from studydeck.extraction.rules.figures import figure, is_figure
from studydeck.extraction.rules.headings import heading
from studydeck.extraction.rules.lead_ins import lead_in
from studydeck.extraction.rules.lists import lists
from studydeck.extraction.rules.multiple_choice import multiple_choice
from studydeck.extraction.rules.paragraphs import paragraphs
from studydeck.extraction.rules.questions import question
from studydeck.extraction.rules.tables import table
from studydeck.model.digests import note_digests
from studydeck.model.document import Block, Content, Document, Section
from studydeck.model.notes import ExtractedFile, NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.model.traverse import plain
from studydeck.text.fingerprint import fingerprint_of
from studydeck.text.length import length

MOST_BESIDE = 40  # blocks that are shown with one note
LONGEST_BESIDE = 120  # words of statements that nobody can be asked, beside one card

RULES: tuple[tuple[str, Rule], ...] = (
    ("boilerplate", boilerplate),
    ("multiple_choice", multiple_choice),
    ("questions", question),
    ("lead_ins", lead_in),
    ("figures", figure),
    ("headings", heading),
    ("tables", table),
    ("definitions", definitions),
    ("enumerations", enumeration),
    ("lists", lists),
    ("blockquotes", blockquote),
    ("paragraphs", paragraphs),
)


def extract(document: Document, vocabulary: Sequence[SectionVocabulary]) -> ExtractedFile:
    """Draft every note that a file holds, and say what became nothing and why.

    Parameters
    ----------
    document : the file; drafts refer to its sections by their number.
    vocabulary : for each of its sections, what it can use of the deck's.

    Returns
    -------
    drafts in the order of the source, not yet compared with those of other files, and the blocks that became nothing.
    """
    drafts: list[NoteDraft] = []
    skipped: list[SkippedBlock] = []
    for index, (section, section_vocabulary) in enumerate(
        zip(document.sections, vocabulary, strict=True), document.first
    ):
        found, left = _drafted(section, index, section_vocabulary)
        drafts += found
        skipped += left
    headings = tuple([replace(section, blocks=()) for section in document.sections])
    return ExtractedFile(headings, tuple(drafts), tuple(skipped))


def _drafted(
    section: Section, index: int, vocabulary: SectionVocabulary
) -> tuple[tuple[NoteDraft, ...], tuple[SkippedBlock, ...]]:
    """Draft what one section holds, by what it can use of what the others say."""
    found = _walk(context_of(section, index), vocabulary)
    for block in found.waiting:
        found.leave(block)
    drafts: list[NoteDraft] = []
    for draft in found.drafts:
        speaking = _with_fingerprint(draft)
        if reason := rejection_reason(speaking):
            found.skipped.append(SkippedBlock(draft.span, reason, question_of(draft)))
        else:
            drafts.append(speaking)
    return _drop_duplicates(drafts), tuple(found.skipped)


def _drop_duplicates(drafts: Sequence[NoteDraft]) -> tuple[NoteDraft, ...]:
    """Leave out what is only offered and says what another draft says: nobody could tell whose the history is."""
    said = {(draft.kind, draft.fingerprint.text) for draft in drafts if draft.wanted}
    kept: list[NoteDraft] = []
    for draft in drafts:
        key = draft.kind, draft.fingerprint.text
        if draft.wanted or key not in said:
            kept.append(draft)
            said.add(key)
    return tuple(kept)


def _with_fingerprint(draft: NoteDraft) -> NoteDraft:
    """Fill in what a draft says, in its own reading and in the other."""
    other = draft.other and replace(draft.other, fingerprint=fingerprint_of(draft.other))
    return replace(
        draft, fingerprint=fingerprint_of(draft), other=other, digests=note_digests(draft) if draft.wanted else None
    )


class _Found(Struct):
    """What a topic gave so far; what is `waiting` is shown with the next note, for none stands before it."""

    drafts: list[NoteDraft] = field(default_factory=list)
    skipped: list[SkippedBlock] = field(default_factory=list)
    waiting: list[Block] = field(default_factory=list)

    def add(self, drafts: Sequence[NoteDraft]) -> None:
        before = len(self.drafts)
        self.drafts += drafts
        if not self.waiting:
            return
        first = next((number for number in range(before, len(self.drafts)) if self.drafts[number].wanted), None)
        if first is not None:
            waiting, self.waiting = self.waiting, []
            for block in waiting:
                self._attach(first, block)

    def show(self, blocks: Content) -> None:
        if not blocks:
            return
        last = next((number for number in reversed(range(len(self.drafts))) if self.drafts[number].wanted), None)
        for block in blocks:
            if last is None:
                self.waiting.append(block)
            else:
                self._attach(last, block)

    def _attach(self, number: int, block: Block) -> None:
        """Show a block with a draft, up to what fits beside a card."""
        draft = self.drafts[number]
        if is_figure(block) and len(draft.extra) < MOST_BESIDE:
            self.drafts[number] = replace(draft, extra=(*draft.extra, block))
        elif not is_figure(block) and length((*draft.supporting_blocks, block)) <= LONGEST_BESIDE:
            self.drafts[number] = replace(draft, supporting_blocks=(*draft.supporting_blocks, block))
        else:
            self.leave(block)

    def leave(self, block: Block) -> None:
        reason = "no-note-to-show-with" if is_figure(block) else "nothing-to-hide"
        self.skipped.append(SkippedBlock(block.span, reason, plain((block,))[:200]))


def _walk(context: RuleContext, vocabulary: SectionVocabulary) -> _Found:
    """Offer each block of a topic to the rules in turn, then read the topics inside."""
    found = _Found()
    at = 0
    while at < len(context.blocks):
        result = _claim(context, at, vocabulary)
        found.add(result.drafts)
        found.show((*result.attached, *result.unasked))
        found.skipped += result.skipped
        for inner in result.nested:
            below = _walk(inner, vocabulary)
            found.add(below.drafts)
            found.skipped += below.skipped
            found.show(tuple(below.waiting))
        at += result.consumed
    return found


def _claim(context: RuleContext, at: int, vocabulary: SectionVocabulary) -> RuleResult:
    for _, rule in RULES:
        if result := rule(context, at, vocabulary):
            return result
    return skip(context.blocks[at], "no-rule")
