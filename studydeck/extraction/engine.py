"""From sections to drafts: one rule a file, one ordered table, the first to claim a block has it.

A rule reads a topic at one of its blocks and gives a `Claim`, or None. A new shape is a new file here, a line in
`RULES`, and a folder of cases under its name in `tests/cases/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck.extraction.context import Claim, Rule, Topic, refuse, topic_of
from studydeck.extraction.deduplicate import hollow
from studydeck.extraction.drafts import question_of
from studydeck.extraction.rules.blockquotes import aside
from studydeck.extraction.rules.boilerplate import noise
from studydeck.extraction.rules.definitions import definitions
from studydeck.extraction.rules.enumerations import enumeration
from studydeck.extraction.rules.figures import exhibit, is_exhibit
from studydeck.extraction.rules.headings import heading
from studydeck.extraction.rules.lead_ins import lead_in
from studydeck.extraction.rules.lists import bullets
from studydeck.extraction.rules.multiple_choice import choice
from studydeck.extraction.rules.paragraphs import paragraphs
from studydeck.extraction.rules.questions import question
from studydeck.extraction.rules.tables import table
from studydeck.model.digests import digests_of
from studydeck.model.document import Block, Content, Document, Section
from studydeck.model.notes import Draft, ExtractedFile, SectionVocabulary, Unclaimed
from studydeck.model.traverse import plain
from studydeck.text.fingerprint import said_of
from studydeck.text.length import length

MOST_BESIDE = 40  # blocks that are shown with one note
LONGEST_BESIDE = 120  # words of statements that nobody can be asked, beside one card

RULES: tuple[tuple[str, Rule], ...] = (
    ("noise", noise),
    ("choices", choice),
    ("questions", question),
    ("leads", lead_in),
    ("exhibits", exhibit),
    ("headings", heading),
    ("tables", table),
    ("definitions", definitions),
    ("enumerations", enumeration),
    ("bullets", bullets),
    ("asides", aside),
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
    drafts: list[Draft] = []
    unclaimed: list[Unclaimed] = []
    for index, (section, section_vocabulary) in enumerate(
        zip(document.sections, vocabulary, strict=True), document.first
    ):
        found, left = _drafted(section, index, section_vocabulary)
        drafts += found
        unclaimed += left
    headings = tuple([replace(section, blocks=()) for section in document.sections])
    return ExtractedFile(headings, tuple(drafts), tuple(unclaimed))


def _drafted(section: Section, index: int, known: SectionVocabulary) -> tuple[tuple[Draft, ...], tuple[Unclaimed, ...]]:
    """Draft what one section holds, by what it can use of what the others say."""
    found = _walk(topic_of(section, index), known)
    for block in found.waiting:
        found.leave(block)
    drafts: list[Draft] = []
    for draft in found.drafts:
        speaking = _speaking(draft)
        if reason := hollow(speaking):
            found.unclaimed.append(Unclaimed(draft.place, reason, question_of(draft)))
        else:
            drafts.append(speaking)
    return _without_twins(drafts), tuple(found.unclaimed)


def _without_twins(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Leave out what is only offered and says what another draft says: nobody could tell whose the history is."""
    said = {(draft.kind, draft.said.text) for draft in drafts if draft.wanted}
    kept: list[Draft] = []
    for draft in drafts:
        key = draft.kind, draft.said.text
        if draft.wanted or key not in said:
            kept.append(draft)
            said.add(key)
    return tuple(kept)


def _speaking(draft: Draft) -> Draft:
    """Fill in what a draft says, in its own reading and in the other."""
    other = draft.other and replace(draft.other, said=said_of(draft.other))
    return replace(draft, said=said_of(draft), other=other, digests=digests_of(draft) if draft.wanted else None)


class _Found(Struct):
    """What a topic gave so far; what is `waiting` is shown with the next note, for none stands before it."""

    drafts: list[Draft] = field(default_factory=list)
    unclaimed: list[Unclaimed] = field(default_factory=list)
    waiting: list[Block] = field(default_factory=list)

    def add(self, drafts: Sequence[Draft]) -> None:
        before = len(self.drafts)
        self.drafts += drafts
        if not self.waiting:
            return
        first = next((number for number in range(before, len(self.drafts)) if self.drafts[number].wanted), None)
        if first is not None:
            waiting, self.waiting = self.waiting, []
            for block in waiting:
                self._beside(first, block)

    def show(self, blocks: Content) -> None:
        if not blocks:
            return
        last = next((number for number in reversed(range(len(self.drafts))) if self.drafts[number].wanted), None)
        for block in blocks:
            if last is None:
                self.waiting.append(block)
            else:
                self._beside(last, block)

    def _beside(self, number: int, block: Block) -> None:
        """Show a block with a draft, up to what fits beside a card."""
        draft = self.drafts[number]
        if is_exhibit(block) and len(draft.extra) < MOST_BESIDE:
            self.drafts[number] = replace(draft, extra=(*draft.extra, block))
        elif not is_exhibit(block) and length((*draft.beside, block)) <= LONGEST_BESIDE:
            self.drafts[number] = replace(draft, beside=(*draft.beside, block))
        else:
            self.leave(block)

    def leave(self, block: Block) -> None:
        reason = "no-note-beside" if is_exhibit(block) else "nothing-to-hide"
        self.unclaimed.append(Unclaimed(block.place, reason, plain((block,))[:200]))


def _walk(topic: Topic, known: SectionVocabulary) -> _Found:
    """Offer each block of a topic to the rules in turn, then read the topics inside."""
    found = _Found()
    at = 0
    while at < len(topic.blocks):
        claim = _claim(topic, at, known)
        found.add(claim.drafts)
        found.show((*claim.attached, *claim.silent))
        found.unclaimed += claim.unclaimed
        for inner in claim.inner:
            below = _walk(inner, known)
            found.add(below.drafts)
            found.unclaimed += below.unclaimed
            found.show(tuple(below.waiting))
        at += claim.taken
    return found


def _claim(topic: Topic, at: int, known: SectionVocabulary) -> Claim:
    for _, rule in RULES:
        if claim := rule(topic, at, known):
            return claim
    return refuse(topic.blocks[at], "no-rule")
