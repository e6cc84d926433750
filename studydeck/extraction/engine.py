"""Apply the rules to the sections of a file.

In: a `Document` and the vocabulary of each of its sections. Out: an `ExtractedFile`: note drafts and skipped blocks.

Each rule is a file in `rules/` and a line in the ordered table `RULES`; the first rule that returns a `RuleResult` for
a block gets it. To add a rule, add a file there, a line in `RULES`, and cases under its name in `tests/snapshots/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from studydeck.extraction.attachments import Extraction
from studydeck.extraction.confidence import with_confidence
from studydeck.extraction.context import Rule, RuleContext, RuleResult, context_of, skip
from studydeck.extraction.course_remarks import without_course_remarks
from studydeck.extraction.deduplicate import SAMPLE_DATA, rejection_reason
from studydeck.extraction.drafts import question_of
from studydeck.extraction.footnotes import with_footnotes, without_footnotes
from studydeck.extraction.former_readings import with_former_readings
from studydeck.extraction.hide_requests import missed_requests
from studydeck.extraction.left_over import left_over
from studydeck.extraction.refused_sections import refused_sections
from studydeck.extraction.rules.alphabetical_lists import alphabetical_list
from studydeck.extraction.rules.blockquotes import blockquote
from studydeck.extraction.rules.boilerplate import boilerplate
from studydeck.extraction.rules.definitions import definitions
from studydeck.extraction.rules.enumerations import enumeration
from studydeck.extraction.rules.exercises import exercise
from studydeck.extraction.rules.figures import figure
from studydeck.extraction.rules.flashcards import flashcards
from studydeck.extraction.rules.headings import heading
from studydeck.extraction.rules.lead_ins import lead_in
from studydeck.extraction.rules.lists import lists
from studydeck.extraction.rules.multiple_choice import multiple_choice
from studydeck.extraction.rules.note_data import note_data
from studydeck.extraction.rules.paragraphs import paragraphs
from studydeck.extraction.rules.questions import question
from studydeck.extraction.rules.refused_sections import refused_section
from studydeck.extraction.rules.tables import table
from studydeck.extraction.rules.terms import term
from studydeck.extraction.rules.translations import translation
from studydeck.model.digests import note_digests
from studydeck.model.document import Document, Section
from studydeck.model.notes import ExtractedFile, NoteDraft, SectionVocabulary, SkippedBlock
from studydeck.text.fingerprint import fingerprint_of

Rules = tuple[tuple[str, Rule], ...]  # in the order in which they are tried, with their names
RULES: Rules = (
    ("flashcards", flashcards),  # also below titles such as "Exercises": their authors wrote question and answer
    ("boilerplate", boilerplate),
    ("note_data", note_data),
    ("alphabetical_lists", alphabetical_list),
    ("multiple_choice", multiple_choice),
    ("translations", translation),
    ("refused_sections", refused_section),
    ("questions", question),
    ("exercises", exercise),
    ("lead_ins", lead_in),
    ("terms", term),
    ("headings", heading),  # which takes the figures above its text
    ("figures", figure),
    ("tables", table),
    ("definitions", definitions),
    ("enumerations", enumeration),
    ("lists", lists),
    ("blockquotes", blockquote),
    ("paragraphs", paragraphs),
)
ExtractedSection = tuple[tuple[NoteDraft, ...], tuple[SkippedBlock, ...]]
_REFUSING_RULES = frozenset(("boilerplate", "note_data", "refused_sections", "exercises"))
_ASKING_RULES = tuple((name, rule) for name, rule in RULES if name not in _REFUSING_RULES)


def extract_section(
    section: Section, index: int, vocabulary: SectionVocabulary, is_title: bool, *, has_packed: bool = True
) -> ExtractedSection:
    """Return the drafts of one section, with fingerprints, and its skipped blocks.

    Without packed notes (`has_packed`) there is no card to keep, and so no draft that is `legacy_only` and no other
    reading.
    """
    section, footnotes = without_footnotes(section)
    section, remarks = without_course_remarks(section)
    context = context_of(section, index, is_document=is_title, has_packed=has_packed)
    extraction = _apply_rules(context, vocabulary)
    for block in extraction.pending:
        extraction.skip_block(block)
    drafts: list[NoteDraft] = []
    for draft in map(_with_fingerprint, extraction.drafts):
        if reason := rejection_reason(draft):
            if draft.legacy_only:  # nothing asks it today: `left_over` reports the text
                continue
            answer = f" = {draft.card_specs[0].phrase}" if reason == SAMPLE_DATA else ""
            extraction.skipped.append(SkippedBlock(draft.span, reason, f"{question_of(draft)}{answer}"[:200]))
        else:
            drafts.append(draft)
    with_notes, skipped_notes = with_footnotes(drafts, footnotes)
    extraction.skipped += skipped_notes
    kept = with_confidence(_drop_duplicates([_with_digests(draft) for draft in with_notes]))
    missed = missed_requests(section, kept)
    return kept, (*remarks, *extraction.skipped, *left_over(section, kept, extraction.skipped), *missed)


def extract(
    document: Document,
    vocabulary: Sequence[SectionVocabulary],
    extract_one: Callable[[Section, int, SectionVocabulary, bool], ExtractedSection] = extract_section,
) -> ExtractedFile:
    """Draft the notes of a file.

    Parameters
    ----------
    document : the file; drafts refer to its sections by their index.
    vocabulary : for each of its sections, the part of the deck's vocabulary that it can use.
    extract_one : drafts the notes of a section, given its index and whether its heading is a title.

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
    titles, refused = _titles(document), refused_sections(document)
    for index, (section, section_vocabulary) in enumerate(
        zip(document.sections, vocabulary, strict=True), document.first
    ):
        read = replace(section, refused=refused[index]) if index in refused else section
        section_drafts, section_skipped = extract_one(read, index, section_vocabulary, index in titles)
        drafts += section_drafts
        skipped += section_skipped
    headings = tuple([replace(section, blocks=()) for section in document.sections])
    return ExtractedFile(headings, tuple(drafts), tuple(skipped))


def _titles(document: Document) -> set[int]:
    """Return the sections whose headings are titles: the only one of the first level, or one with sections below it.

    The name of the file, which stands for a title, always is one.
    """
    numbered = list(enumerate(document.sections, document.first))
    named = {index for index, section in numbered if section.level < 1}
    first_level = {index for index, section in numbered if section.level == 1}
    parents = {section.parent for section in document.sections}
    return named | (first_level & parents if len(first_level) > 1 else first_level)


def unrefused_drafts(document: Document) -> Iterator[NoteDraft]:
    """Yield what the rules make of the blocks that are refused as a whole today, and of all others."""
    titles = _titles(document)
    for index, section in enumerate(document.sections, document.first):
        content, _ = without_footnotes(section)
        context = context_of(content, index, is_document=index in titles)
        yield from _apply_rules(context, SectionVocabulary(), _ASKING_RULES).drafts


def _drop_duplicates(drafts: Sequence[NoteDraft]) -> tuple[NoteDraft, ...]:
    """Drop legacy-only drafts whose text another draft has: the ledger could not tell the two apart."""
    asked = [draft for draft in drafts if not draft.legacy_only]
    readings = [*asked, *[draft.other for draft in asked if draft.other]]
    seen = {(reading.kind, reading.fingerprint.text) for reading in readings}
    kept: list[NoteDraft] = []
    for draft in drafts:
        key = draft.kind, draft.fingerprint.text
        if not draft.legacy_only or key not in seen:
            kept.append(draft)
            seen.add(key)
    return tuple(kept)


def _with_fingerprint(draft: NoteDraft) -> NoteDraft:
    """Return the draft and its other reading with fingerprints."""
    other = draft.other and replace(draft.other, fingerprint=fingerprint_of(draft.other))
    return replace(draft, fingerprint=fingerprint_of(draft), other=other)


def _with_digests(draft: NoteDraft) -> NoteDraft:
    """Return the draft with its digests, which depend on all that its note shows."""
    return draft if draft.legacy_only else replace(draft, digests=note_digests(draft))


def _apply_rules(context: RuleContext, vocabulary: SectionVocabulary, rules: Rules = RULES) -> Extraction:
    """Apply the rules to each block of a context, and then to the nested contexts of each result."""
    extraction = Extraction()
    block_index = 0
    while block_index < len(context.blocks):
        result = _first_result(context, block_index, vocabulary, rules)
        start = len(extraction.drafts)
        if context.has_packed:
            drafts = with_former_readings(context, block_index, result)
        else:
            drafts = [_without_other(draft) for draft in result.drafts if not draft.legacy_only]
        extraction.add(drafts)
        asked = {draft.span.line: number for number, draft in enumerate(drafts, start) if not draft.legacy_only}
        if not context.is_shown:
            extraction.attach((*result.attached, *result.unasked))
        extraction.skipped += result.skipped
        for nested in result.nested:
            nested_extraction = _apply_rules(nested, vocabulary, rules)
            if nested_extraction.drafts:
                extraction.add(nested_extraction.drafts)
            extraction.skipped += nested_extraction.skipped
            if nested_extraction.pending:
                extraction.attach_below(nested, tuple(nested_extraction.pending), asked)
        block_index += result.consumed
    extraction.finish()
    return extraction


def _without_other(draft: NoteDraft) -> NoteDraft:
    return replace(draft, other=None) if draft.other else draft


def _first_result(context: RuleContext, block_index: int, vocabulary: SectionVocabulary, rules: Rules) -> RuleResult:
    for _, rule in rules:
        if result := rule(context, block_index, vocabulary):
            return result
    return skip(context.blocks[block_index], "no-rule")
