"""Run the stages of files and notes one after the other; `cache` and `parallel` run them in other ways.

In: sources, the vocabulary of the deck, notes. Out: summaries and extracted notes of files, rendered notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.extraction.engine import ExtractedSection, extract, extract_section
from studydeck.extraction.packed_readings import packed_readings
from studydeck.extraction.reworded_readings import reworded_readings
from studydeck.extraction.vocabulary import merge_summaries, section_narrower, summarize_section
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.identity.ledger import Ledger, LedgerEntry
from studydeck.identity.ledger_reader import LedgerText
from studydeck.identity.matching.outline import NoteKey
from studydeck.identity.outlines import draft_key
from studydeck.identity.readings import Reading, known_reading
from studydeck.identity.withheld import CardPolicy
from studydeck.markdown.sections import parse
from studydeck.media import picture_links, resolve_pictures
from studydeck.model.anki import NoteType, Row
from studydeck.model.document import Document, Section, Source
from studydeck.model.notes import (
    DeckVocabulary,
    ExtractedFile,
    FileSummary,
    LostNote,
    Note,
    NoteDraft,
    SectionVocabulary,
    VocabularySummary,
)
from studydeck.notetypes.note_types import load_note_types
from studydeck.rendering.fields import RenderedFields, RenderSettings, render_fields, with_identity

PictureNames = Mapping[tuple[str, str], str]  # by the same key, the name of the picture in the package
LostNotes = Mapping[str, Sequence[LostNote]]  # by the path of a file
FileVocabulary = tuple[SectionVocabulary, ...]  # for each section of a file, what it can use of the deck's vocabulary
Progress = Callable[[int, int], None]  # called with the number of extracted files, and of all files


class ParsedFile(Struct, frozen=True):
    """A parsed file, which the runner keeps until it extracts: its source, document, and vocabulary by section."""

    source: Source
    document: Document
    sections: tuple[VocabularySummary, ...]
    summary: FileSummary


class Runner:
    """Runs the stages of files and notes one after the other; subclasses override how a stage is run.

    Call `parse` first, then `extract` for the same files. Without packed notes (`has_packed`) no draft is there only to
    keep a card.
    """

    def __init__(self, progress: Progress = lambda _done, _total: None, *, has_packed: bool = True) -> None:
        self.progress, self._has_packed = progress, has_packed
        self._parsed: list[ParsedFile] = []

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        """Parse files, and return a summary of each for the stages of the deck."""
        section_counts: Counter[str] = Counter()
        self._parsed = []
        for source in sources:
            parsed = self._parse_file(source, section_counts[source.path])
            section_counts[source.path] += len(parsed.document.sections)
            self._parsed.append(parsed)
        return [parsed.summary for parsed in self._parsed]

    def extract(self, deck_vocabulary: DeckVocabulary, names: PictureNames) -> list[ExtractedFile]:
        """Extract the notes of the files that were parsed last."""
        narrow, total = section_narrower(deck_vocabulary), len(self._parsed)
        extracted: list[ExtractedFile] = []
        for parsed in self._parsed:
            extracted.append(self._extract_file(parsed, tuple(map(narrow, parsed.sections)), names))
            self.progress(len(extracted), total)
        self._parsed = []  # frees memory
        return extracted

    def read_lost(self, sources: Sequence[Source], notes: LostNotes, names: PictureNames) -> list[NoteDraft]:
        """Return drafts with the words, or the nearest ones, of packed notes that no draft keeps, given by file."""
        section_counts: Counter[str] = Counter()
        found: list[NoteDraft] = []
        for source in sources:
            if source.path in notes:
                parsed = self._parse_file(source, section_counts[source.path])
                section_counts[source.path] += len(parsed.document.sections)
                document, lost = resolve_pictures(parsed.document, names), notes[source.path]
                packed = packed_readings(document, [(note.kind, note.text) for note in lost])
                texts = {(draft.kind, draft.fingerprint.text) for draft in packed}
                gone = [note for note in lost if (note.kind, note.text) not in texts and not note.has_draft]
                near = reworded_readings(document, gone)
                # In the order of the source, which is that of the next build, when all of them stand as packed.
                found += sorted((*packed, *near), key=lambda draft: (draft.span.line, draft.fingerprint.text))
        return found

    def render(self, notes: Sequence[Note], settings: RenderSettings) -> tuple[Row, ...]:
        """Render the fields of notes."""
        return tuple([with_identity(note, self._fill(note.draft, note.since or "", settings)) for note in notes])

    def load_note_types(self, templates: Mapping[str, str], deck: str, language: str) -> tuple[NoteType, ...]:
        """Load the note types of a deck from the card templates."""
        return load_note_types(templates, deck, language)

    def key_of(self, draft: NoteDraft) -> tuple[NoteKey, str]:
        """Return by what a draft is recognised, without its section."""
        return draft_key(draft)

    def read_known(
        self, draft: NoteDraft, old: LedgerEntry, reworded: Mapping[str, str], policy: CardPolicy
    ) -> Reading:
        """Return the reading of a draft for its known note."""
        return known_reading(draft, old, reworded, policy)

    def read_ledger(self, text: str) -> LedgerText:
        """Parse the text of a ledger."""
        return ledger_reader.read(text)

    def write_ledger(self, ledger: Ledger) -> str:
        """Return the text of a ledger."""
        return ledger_file.to_text(ledger)

    def _parse_file(self, source: Source, first: int) -> ParsedFile:
        document = self._parse_document(source, first)
        sections = tuple(map(summarize_section, document.sections))
        summary = FileSummary(source.path, document.diagnostics, picture_links(document), merge_summaries(sections))
        return ParsedFile(source, document, sections, summary)

    def _extract_file(self, parsed: ParsedFile, vocabulary: FileVocabulary, names: PictureNames) -> ExtractedFile:
        if not parsed.summary.pictures:
            return extract(parsed.document, vocabulary, self._extract_section)
        document = resolve_pictures(replace(parsed.document, diagnostics=()), names)
        extracted = extract(document, vocabulary, self._extract_section)
        return replace(extracted, diagnostics=document.diagnostics)

    def _parse_document(self, source: Source, first: int) -> Document:
        return parse(source, first)

    def _extract_section(
        self, section: Section, index: int, vocabulary: SectionVocabulary, is_title: bool
    ) -> ExtractedSection:
        return extract_section(section, index, vocabulary, is_title, has_packed=self._has_packed)

    def _fill(self, draft: NoteDraft, since: str, settings: RenderSettings) -> RenderedFields:
        return render_fields(draft, since, settings)
