"""A runner that caches the results of its last run, so that a build after an edit computes only what changed.

A file is parsed again if its text changed, and its notes are extracted again if that, the vocabulary that one of its
sections can use, or the name of one of its pictures changed. Keys are values, so an entry is never stale.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Generic, TypeVar

from studydeck.identity import ledger as ledger_file
from studydeck.identity.ledger_reader import LedgerText
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedFile, FileSummary, NoteDraft
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

    def drop_unused(self) -> None:
        """Drop the values that were not used since the last call."""
        self._previous, self._current = self._current, {}


class CachedRunner(Runner):
    """Runs a stage of a file or note only if its inputs changed since the last run."""

    def __init__(self) -> None:
        super().__init__()
        self._documents, self._files = Cache[ParsedFile](), Cache[ExtractedFile]()
        self._fields, self._ledgers = Cache[RenderedFields](), Cache[LedgerText]()

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        for cache in (self._documents, self._files, self._fields, self._ledgers):
            cache.drop_unused()  # a new build begins
        return super().parse(sources)

    def read_ledger(self, text: str) -> LedgerText:
        return self._ledgers.get_or_compute(text, partial(super().read_ledger, text))

    def write_ledger(self, ledger: ledger_file.Ledger) -> str:
        text = super().write_ledger(ledger)
        # The next build reads the text that this one writes.
        self._ledgers.get_or_compute(text, lambda: LedgerText(ledger_file.in_file_order(ledger)))
        return text

    def _parse_file(self, source: Source, first: int) -> ParsedFile:
        return self._documents.get_or_compute((source, first), partial(super()._parse_file, source, first))

    def _extract_file(self, parsed: ParsedFile, vocabulary: FileVocabulary, names: PictureNames) -> ExtractedFile:
        picture_names = tuple([names.get((parsed.source.path, link)) for link in parsed.summary.pictures])
        key = (parsed.source, parsed.document.first, vocabulary, picture_names)
        return self._files.get_or_compute(key, partial(super()._extract_file, parsed, vocabulary, names))

    def _fill(self, draft: NoteDraft, since: str, settings: RenderSettings) -> RenderedFields:
        # Hashing a draft takes as long as filling its fields; a digest of its packed form takes a third of that.
        key = (blake2b(draft.to_msgpack(), digest_size=16).digest(), since, settings)
        return self._fields.get_or_compute(key, partial(super()._fill, draft, since, settings))
