"""A runner that remembers its last run, so that a build after an edit does only what the edit asks for.

A file is read anew where its text changed, and drafted anew where that, the vocabulary that one of its sections can
use, or the name of one of its pictures changed. All keys are values; what a build did not ask for is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from hashlib import blake2b
from typing import Generic, TypeVar

from studydeck.identity import ledger as ledger_file
from studydeck.identity.ledger import Ledger
from studydeck.model.document import Source
from studydeck.model.notes import ExtractedFile, FileSummary, NoteDraft
from studydeck.pipeline import Names, Narrowed, ParsedFile, Runner
from studydeck.rendering.fields import RenderedFields

V = TypeVar("V")


class Cache(Generic[V]):
    """Values by the values that they were `computed` from, so often; `turn` drops what was not asked for since."""

    def __init__(self) -> None:
        self.computed = 0
        self._kept: dict[Hashable, V] = {}
        self._asked: dict[Hashable, V] = {}

    def get_or_compute(self, key: Hashable, compute: Callable[[], V]) -> V:
        """Give the value of a key, computed where it is not known."""
        if key not in self._asked:
            if key not in self._kept:
                self.computed += 1
                self._kept[key] = compute()
            self._asked[key] = self._kept[key]
        return self._asked[key]

    def turn(self) -> None:
        """Drop what was not asked for since the last turn."""
        self._kept, self._asked = self._asked, {}


class CachedRunner(Runner):
    """Runs a stage of a file or note only where what it is given changed since the last run."""

    def __init__(self) -> None:
        super().__init__()
        self._documents, self._files = Cache[ParsedFile](), Cache[ExtractedFile]()
        self._fields, self._ledgers = Cache[RenderedFields](), Cache[Ledger]()

    def parse(self, sources: Sequence[Source]) -> list[FileSummary]:
        for cache in (self._documents, self._files, self._fields, self._ledgers):
            cache.turn()  # a new build begins
        return super().parse(sources)

    def read_ledger(self, text: str) -> Ledger:
        return self._ledgers.get_or_compute(text, partial(super().read_ledger, text))

    def write_ledger(self, ledger: Ledger) -> str:
        text = super().write_ledger(ledger)
        self._ledgers.get_or_compute(text, partial(ledger_file.as_read, ledger))  # as the next build will read it
        return text

    def _parse_file(self, source: Source, first: int) -> ParsedFile:
        return self._documents.get_or_compute((source, first), partial(super()._parse_file, source, first))

    def _extract_file(self, parsed: ParsedFile, vocabulary: Narrowed, names: Names) -> ExtractedFile:
        source = parsed.source
        shown = tuple([names.get((source.path, link)) for link in parsed.summary.pictures])
        key = (source, parsed.document.first, vocabulary, shown)
        return self._files.get_or_compute(key, partial(super()._extract_file, parsed, vocabulary, names))

    def _fill(self, draft: NoteDraft, *around: str) -> RenderedFields:
        # A digest of all that a draft holds costs a third of filling its fields; to hash the draft costs as much.
        key = (blake2b(draft.packed(), digest_size=16).digest(), around)
        return self._fields.get_or_compute(key, partial(super()._fill, draft, *around))
