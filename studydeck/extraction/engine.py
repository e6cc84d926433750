"""Apply the rules to the sections of a file.

In: a `Document` and the vocabulary of each of its sections. Out: an `ExtractedFile`: note drafts and skipped blocks.

Each rule is a file in `rules/` and a line in the ordered table `RULES`; the first rule that returns a `RuleResult` for
a block gets it. To add a rule, add a file there, a line in `RULES`, and cases under its name in `tests/snapshots/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck.extraction.context import Rule, RuleContext, RuleResult, context_of, skip
from studydeck.extraction.deduplicate import rejection_reason
from studydeck.extraction.drafts import question_of
from studydeck.extraction.left_over import left_over
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

MOST_ATTACHED = 40  # blocks that are shown with one note
LONGEST_SUPPORTING = 120  # words of statements without a blank that are shown with one note

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
    """Draft the notes of a file.

    Parameters
    ----------
    document : the file; drafts refer to its sections by their index.
    vocabulary : for each of its sections, the part of the deck's vocabulary that it can use.

    Returns
    -------
    the sections without their blocks, the drafts in the order of the source, not yet compared with those of other
    files, and the skipped blocks, each with its reason.
    """
    if document.left_out:
        skipped_file = [
            SkippedBlock(section.span, document.left_out, section.heading.plain) for section in document.sections
        ]
        return ExtractedFile((), (), tuple(skipped_file))
    drafts: list[NoteDraft] = []
    skipped: list[SkippedBlock] = []
    for index, (section, section_vocabulary) in enumerate(
        zip(document.sections, vocabulary, strict=True), document.first
    ):
        section_drafts, section_skipped = _extract_section(section, index, section_vocabulary)
        drafts += section_drafts
        skipped += section_skipped
    headings = tuple([replace(section, blocks=()) for section in document.sections])
    return ExtractedFile(headings, tuple(drafts), tuple(skipped))


def _extract_section(
    section: Section, index: int, vocabulary: SectionVocabulary
) -> tuple[tuple[NoteDraft, ...], tuple[SkippedBlock, ...]]:
    """Return the drafts of one section, with fingerprints, and its skipped blocks."""
    extraction = _apply_rules(context_of(section, index), vocabulary)
    for block in extraction.pending:
        extraction.skip_block(block)
    drafts: list[NoteDraft] = []
    for draft in extraction.drafts:
        finished = _with_fingerprint(draft)
        if reason := rejection_reason(finished):
            extraction.skipped.append(SkippedBlock(draft.span, reason, question_of(draft)))
        else:
            drafts.append(finished)
    kept = _drop_duplicates(drafts)
    return kept, (*extraction.skipped, *left_over(section, kept, extraction.skipped))


def _drop_duplicates(drafts: Sequence[NoteDraft]) -> tuple[NoteDraft, ...]:
    """Drop legacy-only drafts whose text another draft has: the ledger could not tell the two apart."""
    seen = {(draft.kind, draft.fingerprint.text) for draft in drafts if not draft.legacy_only}
    kept: list[NoteDraft] = []
    for draft in drafts:
        key = draft.kind, draft.fingerprint.text
        if not draft.legacy_only or key not in seen:
            kept.append(draft)
            seen.add(key)
    return tuple(kept)


def _with_fingerprint(draft: NoteDraft) -> NoteDraft:
    """Return the draft with its fingerprint and digests, and its other reading with a fingerprint."""
    other = draft.other and replace(draft.other, fingerprint=fingerprint_of(draft.other))
    return replace(
        draft,
        fingerprint=fingerprint_of(draft),
        other=other,
        digests=None if draft.legacy_only else note_digests(draft),
    )


class _Attached(Struct):
    """The blocks that a draft shows with its note, and the number of words in the supporting ones."""

    extra: list[Block]
    supporting: list[Block]
    words: float


class _Extraction(Struct):
    """What was extracted from a context so far.

    `pending` blocks wait for the next note, as no note precedes them. `last_asked` is the index of the last draft that
    has a card. `attached` collects blocks by the index of their draft until `finish`, so that thousands of blocks below
    one note take linear time.
    """

    drafts: list[NoteDraft] = field(default_factory=list)
    skipped: list[SkippedBlock] = field(default_factory=list)
    pending: list[Block] = field(default_factory=list)
    last_asked: int | None = None
    attached: dict[int, _Attached] = field(default_factory=dict)

    def add(self, drafts: Sequence[NoteDraft]) -> None:
        """Add drafts, and attach the pending blocks to the first of them that has a card."""
        start = len(self.drafts)
        self.drafts += drafts
        asked = [number for number, draft in enumerate(drafts, start) if not draft.legacy_only]
        if not asked:
            return
        self.last_asked = asked[-1]
        pending, self.pending = self.pending, []
        for block in pending:
            self._attach_to(asked[0], block)

    def attach(self, blocks: Content) -> None:
        """Attach blocks to the last draft that has a card, or keep them pending."""
        for block in blocks:
            if self.last_asked is None:
                self.pending.append(block)
            else:
                self._attach_to(self.last_asked, block)

    def _attach_to(self, index: int, block: Block) -> None:
        """Attach a block to a draft, or skip it if the draft has no space left."""
        if index not in self.attached:
            draft = self.drafts[index]
            self.attached[index] = _Attached(
                list(draft.extra), list(draft.supporting_blocks), length(draft.supporting_blocks)
            )
        attached = self.attached[index]
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
                self.drafts[index], extra=tuple(attached.extra), supporting_blocks=tuple(attached.supporting)
            )
        self.attached = {}

    def skip_block(self, block: Block) -> None:
        reason = "no-note-to-show-with" if is_figure(block) else "nothing-to-hide"
        self.skipped.append(SkippedBlock(block.span, reason, plain((block,))[:200]))


def _apply_rules(context: RuleContext, vocabulary: SectionVocabulary) -> _Extraction:
    """Apply the rules to each block of a context, and then to the nested contexts of each result."""
    extraction = _Extraction()
    block_index = 0
    while block_index < len(context.blocks):
        result = _first_result(context, block_index, vocabulary)
        extraction.add(result.drafts)
        extraction.attach((*result.attached, *result.unasked))
        extraction.skipped += result.skipped
        for nested in result.nested:
            nested_extraction = _apply_rules(nested, vocabulary)
            extraction.add(nested_extraction.drafts)
            extraction.skipped += nested_extraction.skipped
            extraction.attach(tuple(nested_extraction.pending))
        block_index += result.consumed
    extraction.finish()
    return extraction


def _first_result(context: RuleContext, block_index: int, vocabulary: SectionVocabulary) -> RuleResult:
    for _, rule in RULES:
        if result := rule(context, block_index, vocabulary):
            return result
    return skip(context.blocks[block_index], "no-rule")
