"""A runner that caches the results of its last run, so that a build after an edit computes only what changed.

A file is parsed again if its text changed. The notes of a section are extracted again if its blocks, the vocabulary
that it can use, or the name of one of its pictures changed; a section that is as before is the same object as before,
and so are its drafts. Whatever a result was computed from is compared with what it is asked for, so an entry is never
stale.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from itertools import zip_longest
from typing import Generic, TypeVar

from msgspec.structs import replace

from studydeck.extraction.engine import ExtractedSection
from studydeck.identity import ledger as ledger_file
from studydeck.identity.ledger import LedgerEntry
from studydeck.identity.ledger_reader import LedgerText
from studydeck.identity.matching.outline import NoteKey
from studydeck.identity.readings import Reading
from studydeck.identity.withheld import CardPolicy
from studydeck.model.anki import NoteType
from studydeck.model.document import Document, Section, Source
from studydeck.model.notes import ExtractedFile, FileSummary, NoteDraft, SectionVocabulary
from studydeck.rendering.fields import RenderedFields, RenderSettings
from studydeck.runner import FileVocabulary, ParsedFile, PictureNames, Runner

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Computed values by key; `computed` counts the computations, `drop_unused` drops what is no longer used."""

    def __init__(self) -> None:
        self.computed = 0
        self._previous, self._current = dict[Hashable, Value](), dict[Hashable, Value]()

    def get_or_compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of a key, and compute it if it is not cached."""
        if key not in self._current:
            if key not in self._previous:
                self.computed += 1
                self._previous[key] = compute()
            self._current[key] = self._previous[key]
        return self._current[key]

    def __contains__(self, key: Hashable) -> bool:
        """Return whether a key is cached."""
        return key in self._current or key in self._previous

    def drop_unused(self) -> None:
        """Drop the values that were not used since the last call."""
        self._previous, self._current = self._current, {}


class Latest(Generic[Value]):
    """The last value at each place, a path and a number, with the inputs that it was computed from."""

    def __init__(self) -> None:
        self.computed = 0
        self._values = dict[tuple[str, int], tuple[tuple[object, ...], Value]]()

    def get_or_compute(self, place: tuple[str, int], inputs: tuple[object, ...], compute: Callable[[], Value]) -> Value:
        """Return the value at a place, and compute it if its inputs changed."""
        if place not in self._values or self._values[place][0] != inputs:
            self.computed += 1
            self._values[place] = inputs, compute()
        return self._values[place][1]

    def last(self, place: tuple[str, int]) -> Value | None:
        """Return the last value at a place, whatever its inputs were."""
        return self._values[place][1] if place in self._values else None

    def drop_others(self, paths: Collection[str]) -> None:
        """Drop the values of all other paths."""
        self._values = {place: entry for place, entry in self._values.items() if place[0] in paths}


class CachedRunner(Runner):
    """Runs a stage of a file, section or note only if its inputs changed since the last run."""

    def __init__(self) -> None:
        super().__init__()
        self._documents, self._files = Latest[ParsedFile](), Latest[ExtractedFile]()
        self._sections = Latest[ExtractedSection]()
        self._drafts, self._readings = Cache[NoteDraft](), Cache[tuple[Reading, NoteDraft, LedgerEntry]]()
        self._fields, self._ledgers = Cache[tuple[RenderedFields, NoteDraft]](), Cache[LedgerText]()
        self._keys = Cache[tuple[tuple[NoteKey, str], NoteDraft]]()
        self._note_types = Cache[tuple[NoteType, ...]]()

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        paths = {source.path for source in sources}
        for latest in (self._documents, self._files, self._sections):
            latest.drop_others(paths)
        notes = (self._keys, self._drafts, self._readings, self._fields)
        for cache in (*notes, self._ledgers, self._note_types):
            cache.drop_unused()  # a new build begins
        return super().parse(sources)

    def read_ledger(self, text: str) -> LedgerText:
        return self._ledgers.get_or_compute(text, partial(super().read_ledger, text))

    def write_ledger(self, ledger: ledger_file.Ledger) -> str:
        text = super().write_ledger(ledger)
        # The next build reads the text that this one writes.
        self._ledgers.get_or_compute(text, lambda: LedgerText(ledger_file.in_file_order(ledger)))
        return text

    def load_note_types(self, templates: Mapping[str, str], deck: str, language: str) -> tuple[NoteType, ...]:
        key, compute = (frozenset(templates.items()), deck, language), super().load_note_types
        return self._note_types.get_or_compute(key, partial(compute, templates, deck, language))

    def key_of(self, draft: NoteDraft) -> tuple[NoteKey, str]:
        # What did not change is the same object as in the last build, and to hash its values takes longer than to
        # compute this. The entry keeps the object, so that no other gets its address.
        compute = super().key_of
        return self._keys.get_or_compute(id(draft), lambda: (compute(draft), draft))[0]

    def read_known(
        self, draft: NoteDraft, old: LedgerEntry, reworded: Mapping[str, str], policy: CardPolicy
    ) -> Reading:
        # By the objects, as in `key_of`.
        inputs = (id(old), (*reworded.items(),), policy.least, policy.is_moved, policy.accepted)
        compute = super().read_known
        if (id(draft), *inputs) not in self._readings:
            # A stage of the deck that changes a draft makes it anew in every build.
            digest, own = blake2b(draft.to_msgpack(), digest_size=16).digest(), draft
            draft = self._drafts.get_or_compute(digest, lambda: own)
        key = (id(draft), *inputs)
        return self._readings.get_or_compute(key, lambda: (compute(draft, old, reworded, policy), draft, old))[0]

    def _parse_file(self, source: Source, first: int) -> ParsedFile:
        return self._documents.get_or_compute(
            (source.path, first), (source,), partial(super()._parse_file, source, first)
        )

    def _parse_document(self, source: Source, first: int) -> Document:
        document, last = super()._parse_document(source, first), self._documents.last((source.path, first))
        if not last:
            return document
        pairs = zip_longest(document.sections, last.document.sections[: len(document.sections)])
        return replace(document, sections=tuple([old if old == new else new for new, old in pairs]))

    def _extract_file(self, parsed: ParsedFile, vocabulary: FileVocabulary, names: PictureNames) -> ExtractedFile:
        picture_names = [names.get((parsed.source.path, link)) for link in parsed.summary.pictures]
        place, inputs = (parsed.source.path, parsed.document.first), (parsed.source, vocabulary, picture_names)
        return self._files.get_or_compute(place, inputs, partial(super()._extract_file, parsed, vocabulary, names))

    def _extract_section(
        self, section: Section, index: int, vocabulary: SectionVocabulary, is_title: bool
    ) -> ExtractedSection:
        compute = partial(super()._extract_section, section, index, vocabulary, is_title)
        return self._sections.get_or_compute((section.span.path, index), (section, vocabulary, is_title), compute)

    def _fill(self, draft: NoteDraft, since: str, settings: RenderSettings) -> RenderedFields:
        key, compute = (id(draft), since, settings), super()._fill
        return self._fields.get_or_compute(key, lambda: (compute(draft, since, settings), draft))[0]
