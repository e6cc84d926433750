"""The whole build: sources, settings, ledger and templates in; notes, package and the new ledger out.

    parse -> resolve -> vocabulary -> extract -> deduplicate -> identify -> render -> package
    file     file       deck          file       deck           deck        note      deck

Every stage is a function of frozen values. A runner decides how those of a file are run: one after the other here, in
several processes in `parallel`, and only where something changed in `cache`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from studydeck import __version__, build_inputs
from studydeck.apkg import writer
from studydeck.build_inputs import InitialLedger, Inputs, ResolvedConfig
from studydeck.config import Config
from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.errors import DiagnosticCollector
from studydeck.extraction.deduplicate import deduplicate
from studydeck.extraction.engine import extract
from studydeck.extraction.vocabulary import merged, narrower, summary_of, vocabulary
from studydeck.identity import ledger as ledger_file
from studydeck.identity.assign import Assignment, assign_identities
from studydeck.identity.ledger import Ledger
from studydeck.markdown.sections import parse
from studydeck.media import links, resolve
from studydeck.model.anki import Deck, NoteType, Picture, Row
from studydeck.model.document import Document, Source
from studydeck.model.notes import (
    DeckVocabulary,
    ExtractedDeck,
    ExtractedFile,
    FileSummary,
    Note,
    NoteDraft,
    SectionVocabulary,
    SkippedBlock,
    VocabularySummary,
)
from studydeck.notetypes import note_types
from studydeck.rendering.fields import RenderedFields, render_fields, tag_part, with_identity

Links = Iterable[tuple[str, str]]  # (path of a file, link of a picture as written)
Pictures = Mapping[tuple[str, str], Picture]
Names = Mapping[tuple[str, str], str]  # the same, and the name of the picture in the package
Narrowed = tuple[SectionVocabulary, ...]  # what each section of a file can use of the deck's vocabulary
Progress = Callable[[int, int], None]  # hears how many of how many files are extracted
_SRC = re.compile(r'<img [^<>]*\bsrc="([^"]+)"')


class ParsedFile(Struct, frozen=True):
    """A file between the two stages of a runner: what it was read from, and what each section adds to the deck."""

    source: Source
    document: Document
    sections: tuple[VocabularySummary, ...]
    summary: FileSummary


class Runner:
    """Runs the stages of files and notes one after the other; the others override how one of them is run.

    `parse` comes first, then `extract` of the same files. `progress` hears how many of how many files are extracted.
    """

    def __init__(self, progress: Progress = lambda _done, _total: None) -> None:
        self.progress = progress
        self._parsed: list[ParsedFile] = []

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        """Read files, and give what the rest of the deck must know of each."""
        first: Counter[str] = Counter()
        self._parsed = []
        for source in sources:
            parsed = self._parse_file(source, first[source.path])
            first[source.path] += len(parsed.document.sections)
            self._parsed.append(parsed)
        return [one.summary for one in self._parsed]

    def extract(self, vocabulary: DeckVocabulary, names: Names) -> list[ExtractedFile]:
        """Draft the notes of the files that were parsed last."""
        narrow, total = narrower(vocabulary), len(self._parsed)
        extracted: list[ExtractedFile] = []
        for parsed in self._parsed:
            extracted.append(self._extract_file(parsed, tuple(map(narrow, parsed.sections)), names))
            self.progress(len(extracted), total)
        self._parsed = []  # the notes hold what is needed of it
        return extracted

    def render(self, notes: Sequence[Note], deck_tag: str, source_url: str) -> tuple[Row, ...]:
        """Fill the fields of notes."""
        return tuple(
            [with_identity(note, self._fill(note.draft, note.since or "", deck_tag, source_url)) for note in notes]
        )

    def read_ledger(self, text: str) -> Ledger:
        """Read the ledger's text."""
        return ledger_file.read(text)

    def write_ledger(self, ledger: Ledger) -> str:
        """Give the ledger's text."""
        return ledger_file.write(ledger)

    def _parse_file(self, source: Source, first: int) -> ParsedFile:
        document = parse(source, first)
        sections = tuple(map(summary_of, document.sections))
        summary = FileSummary(source.path, document.diagnostics, links(document), merged(sections))
        return ParsedFile(source, document, sections, summary)

    def _extract_file(self, parsed: ParsedFile, vocabulary: Narrowed, names: Names) -> ExtractedFile:
        if not parsed.summary.pictures:
            return extract(parsed.document, vocabulary)
        document = resolve(replace(parsed.document, diagnostics=()), names)
        return replace(extract(document, vocabulary), diagnostics=document.diagnostics)

    def _fill(self, draft: NoteDraft, *around: str) -> RenderedFields:
        return render_fields(draft, *around)


class Built(Struct, frozen=True):
    """All that a build gives; `before` is the ledger that it found, `gone` what stood in the notes until now."""

    config: Config
    notes: tuple[Note, ...]
    skipped: tuple[SkippedBlock, ...]
    diagnostics: tuple[Diagnostic, ...]
    deck: Deck
    ledger: Ledger
    ledger_text: str
    before: Ledger = field(default_factory=Ledger)
    retired: tuple[ledger_file.LedgerEntry, ...] = ()


PLAIN = Runner()
NO_PICTURES: Pictures = MappingProxyType({})


def extract_deck(
    sources: Sequence[Source], find: Callable[[Links], Pictures] = lambda _links: NO_PICTURES, runner: Runner = PLAIN
) -> ExtractedDeck:
    """Draft the notes of all sources.

    Parameters
    ----------
    sources : in the order of their paths.
    find : gives the pictures that it finds of those that the sources show.
    runner : how the stages of a file are run.
    """
    summaries = runner.parse(sources)
    pictures = find([(file.path, link) for file in summaries for link in file.pictures])
    names = {link: picture.name for link, picture in pictures.items()}
    files = runner.extract(vocabulary([file.vocabulary for file in summaries]), names)
    drafts, twice, doubts = deduplicate(list(chain.from_iterable([file.drafts for file in files])))
    skipped = [*chain.from_iterable([file.skipped for file in files]), *twice]
    return ExtractedDeck(
        tuple(chain.from_iterable([file.sections for file in files])),
        tuple(drafts),
        tuple(sorted(skipped, key=lambda one: (one.span.path, one.span.line))),
        tuple(chain(*[file.diagnostics for file in summaries], *[file.diagnostics for file in files], doubts)),
        pictures,
    )


def build(inputs: Inputs, extracted: ExtractedDeck, runner: Runner = PLAIN) -> Built:
    """Give identities to drafts, and make the deck that is packed.

    Raises
    ------
    BuildError : where any problem of the build is an error.
    """
    found, notetypes = DiagnosticCollector(extracted.diagnostics), tuple[NoteType, ...]()
    start, settled = InitialLedger(Ledger()), ResolvedConfig(inputs.config)
    with found.collecting():
        ledger = None if inputs.ledger_text is None else runner.read_ledger(inputs.ledger_text)
        start = build_inputs.initial_ledger(inputs, extracted.drafts, ledger)
        found += start.diagnostics
        settled = build_inputs.resolve_config(inputs, start.ledger)
        found += settled.diagnostics
    with found.collecting():
        notetypes = note_types.load_note_types(inputs.templates, settled.config.id)
    found.raise_on_errors()
    config, before = settled.config, start.ledger
    ledger = replace(before, deck=config.id, name=config.name)
    with found.collecting():
        notetypes = build_inputs.date_note_types(notetypes, ledger, inputs.now)
    with found.collecting():
        ledger = replace(ledger, note_types=build_inputs.note_type_records(notetypes))
        assigned = assign_identities(extracted.drafts, extracted.sections, ledger, inputs.now)
        found += assigned.diagnostics
    found.raise_on_errors(extracted.skipped)
    found += _empty(assigned)
    rows = runner.render(assigned.notes, tag_part(config.name), config.source_url)
    packed = assemble(config, rows, notetypes, extracted.pictures)
    text = runner.write_ledger(assigned.ledger)
    values = (assigned.ledger, text, before, assigned.retired)
    return Built(config, assigned.notes, extracted.skipped, tuple(found), packed, *values)


def _empty(assigned: Assignment) -> tuple[Diagnostic, ...]:
    if assigned.notes:
        return ()
    message = "nothing in the notes became a card; `list` says of every block why"
    return (warning(DiagnosticCode.NO_NOTES, ".", 0, message),)


def assemble(config: Config, rows: tuple[Row, ...], notetypes: Sequence[NoteType], pictures: Pictures) -> Deck:
    """Put the deck together, with the pictures that its rows show."""
    shown = (
        {name for with_identity in rows for field in with_identity.fields for name in _SRC.findall(field)}
        if pictures
        else set()
    )
    media = {one.name: one.data for one in pictures.values() if one.name in shown}
    about = build_inputs.deck_description(config)
    return Deck(config.id, config.name, about, config.version, rows, tuple(notetypes), media, __version__)


def pack(build_inputs: Deck) -> bytes:
    """Give the package's bytes."""
    return writer.pack(build_inputs)
