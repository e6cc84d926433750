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

from studydeck import __version__
from studydeck import build_inputs as deck
from studydeck.apkg import writer as package
from studydeck.build_inputs import Inputs, Settled, Start
from studydeck.config import Config
from studydeck.diagnostics import Code, Problem, warning
from studydeck.errors import Collected
from studydeck.extraction.deduplicate import deduplicate
from studydeck.extraction.engine import extract
from studydeck.extraction.vocabulary import merged, narrower, summary_of, vocabulary
from studydeck.identity import ledger as outline
from studydeck.identity.assign import Stamped, stamp
from studydeck.identity.ledger import Ledger
from studydeck.markdown.sections import parse
from studydeck.media import links, resolve
from studydeck.model.anki import Deck, NoteType, Picture, Row
from studydeck.model.document import Document, Source
from studydeck.model.notes import (
    DeckVocabulary,
    Draft,
    ExtractedDeck,
    ExtractedFile,
    FileSummary,
    Note,
    SectionVocabulary,
    Unclaimed,
    VocabularySummary,
)
from studydeck.notetypes import note_types as faces
from studydeck.rendering.fields import Filled, fill, row, tag_part

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
        return tuple([row(note, self._fill(note.draft, note.since or "", deck_tag, source_url)) for note in notes])

    def read_ledger(self, text: str) -> Ledger:
        """Read the ledger's text."""
        return outline.read(text)

    def write_ledger(self, ledger: Ledger) -> str:
        """Give the ledger's text."""
        return outline.write(ledger)

    def _parse_file(self, source: Source, first: int) -> ParsedFile:
        document = parse(source, first)
        sections = tuple(map(summary_of, document.sections))
        summary = FileSummary(source.path, document.problems, links(document), merged(sections))
        return ParsedFile(source, document, sections, summary)

    def _extract_file(self, parsed: ParsedFile, vocabulary: Narrowed, names: Names) -> ExtractedFile:
        if not parsed.summary.pictures:
            return extract(parsed.document, vocabulary)
        document = resolve(replace(parsed.document, problems=()), names)
        return replace(extract(document, vocabulary), problems=document.problems)

    def _fill(self, draft: Draft, *around: str) -> Filled:
        return fill(draft, *around)


class Built(Struct, frozen=True):
    """All that a build gives; `before` is the ledger that it found, `gone` what stood in the notes until now."""

    config: Config
    notes: tuple[Note, ...]
    unclaimed: tuple[Unclaimed, ...]
    problems: tuple[Problem, ...]
    deck: Deck
    ledger: Ledger
    ledger_text: str
    before: Ledger = field(default_factory=Ledger)
    gone: tuple[outline.Remembered, ...] = ()


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
    unclaimed = [*chain.from_iterable([file.unclaimed for file in files]), *twice]
    return ExtractedDeck(
        tuple(chain.from_iterable([file.sections for file in files])),
        tuple(drafts),
        tuple(sorted(unclaimed, key=lambda one: (one.place.path, one.place.line))),
        tuple(chain(*[file.problems for file in summaries], *[file.problems for file in files], doubts)),
        pictures,
    )


def build(inputs: Inputs, extracted: ExtractedDeck, runner: Runner = PLAIN) -> Built:
    """Give identities to drafts, and make the deck that is packed.

    Raises
    ------
    BuildError : where any problem of the build is an error.
    """
    found, notetypes = Collected(extracted.problems), tuple[NoteType, ...]()
    start, settled = Start(Ledger()), Settled(inputs.config)
    with found.step():
        ledger = None if inputs.ledger_text is None else runner.read_ledger(inputs.ledger_text)
        start = deck.start(inputs, extracted.drafts, ledger)
        found += start.problems
        settled = deck.settle(inputs, start.ledger)
        found += settled.problems
    with found.step():
        notetypes = faces.read(inputs.templates, settled.config.id)
    found.stop()
    config, before = settled.config, start.ledger
    ledger = replace(before, deck=config.id, name=config.name)
    with found.step():
        notetypes = deck.dated(notetypes, ledger, inputs.now)
    with found.step():
        ledger = replace(ledger, looks=deck.looks(notetypes))
        stamped = stamp(extracted.drafts, extracted.sections, ledger, inputs.now)
        found += stamped.problems
    found.stop(extracted.unclaimed)
    found += _empty(stamped)
    rows = runner.render(stamped.notes, tag_part(config.name), config.source_url)
    packed = assemble(config, rows, notetypes, extracted.pictures)
    text = runner.write_ledger(stamped.ledger)
    values = (stamped.ledger, text, before, stamped.gone)
    return Built(config, stamped.notes, extracted.unclaimed, tuple(found), packed, *values)


def _empty(stamped: Stamped) -> tuple[Problem, ...]:
    if stamped.notes:
        return ()
    message = "nothing in the notes became a card; `list` says of every block why"
    return (warning(Code.NO_NOTES, ".", 0, message),)


def assemble(config: Config, rows: tuple[Row, ...], notetypes: Sequence[NoteType], pictures: Pictures) -> Deck:
    """Put the deck together, with the pictures that its rows show."""
    shown = {name for row in rows for field in row.fields for name in _SRC.findall(field)} if pictures else set()
    media = {one.name: one.data for one in pictures.values() if one.name in shown}
    about = deck.describe(config)
    return Deck(config.id, config.name, about, config.version, rows, tuple(notetypes), media, __version__)


def pack(deck: Deck) -> bytes:
    """Give the package's bytes."""
    return package.pack(deck)
