"""Decide from which ledger a build starts.

In: the text of the ledger, the ledgers of earlier commits and the last package, of which the last two are only used for
what the first lacks. Out: the ledger with what was missing put back, or an empty one for a new deck or under
--reset-identities; diagnostics that say so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, counted, error, info, warning
from studydeck.errors import BuildError
from studydeck.identity.from_package import recover
from studydeck.identity.ledger import FILE_NAME, Ledger
from studydeck.identity.ledger_reader import LedgerText, future_times, incomplete
from studydeck.identity.restore import restore
from studydeck.model.anki import Deck

_logger = logging.getLogger(__name__)
ReadLedger = Callable[[str], LedgerText]


class EarlierLedger(Struct, frozen=True):
    """The text of the ledger in an earlier commit; `source` names the commit in messages."""

    source: str
    text: str


class KnownLedgers(Struct, frozen=True):
    """What is known of the identities of a deck.

    Attributes
    ----------
    text : of the ledger file, or None if there is none.
    earlier : its text in earlier commits, the ones that count most first.
    package : the last package that was built, where there are no earlier commits.
    deck : the id of the deck, or an empty text if the settings have none.
    now : seconds since the epoch; no time in the ledger is later.
    texts_by_sides : what identifies the pairs of today's drafts, by their sides in HTML; for a package alone.
    """

    text: str | None
    earlier: tuple[EarlierLedger, ...] = ()
    package: Deck | None = None
    deck: str = ""
    now: int = 0
    texts_by_sides: Mapping[tuple[str, str], str] = MappingProxyType({})


class InitialLedger(Struct, frozen=True):
    """The ledger that a build starts from, with diagnostics about it."""

    ledger: Ledger
    diagnostics: tuple[Diagnostic, ...] = ()


class _Evidence(Struct, frozen=True):
    """An earlier ledger of the deck, and what it is called in messages."""

    source: str
    ledger: Ledger


def initial_ledger(
    known: KnownLedgers, draft_texts: AbstractSet[str], read_ledger: ReadLedger, *, reset_identities: bool = False
) -> InitialLedger:
    """Return the ledger that was read, with what is missing in it put back, or an empty one.

    Parameters
    ----------
    known : the ledger file, and what can complete it.
    draft_texts : of all drafts; they tell whether an earlier ledger is that of this deck if nothing gives its id.
    read_ledger : reads the text of a ledger.
    reset_identities : whether to drop all identities.

    Raises
    ------
    BuildError : if the ledger is wrong, or cut with nothing to complete it, or if identities were to be reset after a
        release.
    """
    file = LedgerText(Ledger()) if known.text is None else read_ledger(known.text)
    if known.text is not None and (diagnostics := future_times(known.text, file.ledger, known.now)):
        raise BuildError(diagnostics)
    evidence = tuple(_evidence(known, file.ledger.deck or known.deck, draft_texts, read_ledger))
    if known.text is not None and not file.is_whole and not evidence and not reset_identities:
        raise BuildError([incomplete(file)])
    ledger, note_count, retired_count, card_count = file.ledger, 0, 0, 0
    sources: list[str] = []
    for earlier in evidence:
        restored = restore(ledger, earlier.ledger)
        if restored.notes or restored.cards or not ledger.deck:
            sources.append(earlier.source)
        ledger, note_count = restored.ledger, note_count + restored.notes
        retired_count, card_count = retired_count + restored.retired, card_count + restored.cards
    if reset_identities:
        return _reset(ledger, [earlier.ledger for earlier in evidence])
    if not sources and file.has_end:
        return InitialLedger(ledger)
    what = counted(note_count, "note") + (f" ({retired_count} of them retired)" if retired_count else "")
    what += f" and {counted(card_count, 'card')} of other notes" if card_count else ""
    described = _describe(known, file, what, " and ".join(sources or [earlier.source for earlier in evidence]))
    return InitialLedger(ledger, (described,))


def _evidence(
    known: KnownLedgers, deck: str, draft_texts: AbstractSet[str], read_ledger: ReadLedger
) -> Iterator[_Evidence]:
    """Yield the earlier ledgers of this deck: those with its id, or with a note of its if no id is known."""
    for source, ledger in _earlier_ledgers(known, draft_texts, read_ledger):
        if deck and ledger.deck != deck:
            _logger.info("the ledger of %s is not used: it belongs to the deck %s", source, ledger.deck)
        elif deck or not draft_texts.isdisjoint(note.text for note in ledger.notes):
            deck = ledger.deck
            yield _Evidence(source, ledger)


def _earlier_ledgers(
    known: KnownLedgers, draft_texts: AbstractSet[str], read_ledger: ReadLedger
) -> Iterator[tuple[str, Ledger]]:
    for earlier in known.earlier:
        if earlier.text == known.text:
            continue  # the usual case: nothing to compare, and nothing to read
        try:
            ledger = read_ledger(earlier.text).ledger
        except BuildError as build_error:
            _logger.info("the ledger of %s is not used: %s", earlier.source, build_error.diagnostics[0].message)
            continue
        if ledger.deck:
            yield earlier.source, ledger
    if known.package:
        yield (
            f"the package of version {known.package.version}",
            recover(known.package, draft_texts, known.texts_by_sides),
        )


def _reset(ledger: Ledger, earlier: Sequence[Ledger]) -> InitialLedger:
    """Return a ledger without notes that remembers what was dropped, so that it is not missed later."""
    for release in [known.release for known in (ledger, *earlier) if known.release]:
        message = f"version {release[0]} was released: its learners need the identities in the ledger"
        raise BuildError([error(DiagnosticCode.BAD_LEDGER, FILE_NAME, 1, message)])
    retired_count = sum(note.retired for note in ledger.notes)
    live = counted(len(ledger.notes) - retired_count, "note")
    message = (
        f"dropped {live} and {counted(retired_count, 'retired note')} from the ledger: anyone "
        "who imported an earlier build should delete its notes first"
    )
    dropped = tuple(sorted({*ledger.dropped, *(note.guid for note in ledger.notes)}))
    empty = replace(Ledger(ledger.deck, ledger.name), dropped=dropped)
    return InitialLedger(empty, (info(DiagnosticCode.IDENTITIES_RESET, FILE_NAME, 0, message),))


def _describe(known: KnownLedgers, file: LedgerText, what: str, sources: str) -> Diagnostic:
    """Return the message about what was put back: a warning if the file itself is damaged."""
    if known.text is None and known.package:
        message = (
            f"the file is missing and was rebuilt from {sources}: identities are kept, but notes retired earlier are "
            "lost. Restore it from the last commit if you can; --reset-identities starts over"
        )
        return warning(DiagnosticCode.LEDGER_RESTORED, FILE_NAME, 0, message)
    if known.text is None:
        message = f"the file is missing; put back {what} from {sources}; --reset-identities starts over"
        return warning(DiagnosticCode.LEDGER_RESTORED, FILE_NAME, 0, message)
    if not file.has_end:
        message = (
            f"the file was cut here, as its last line is missing; put back {what} from {sources}. If you have a newer "
            "copy of the file, restore that instead"
        )
        return warning(DiagnosticCode.LEDGER_RESTORED, FILE_NAME, max(file.line_count, 1), message)
    if not file.ledger.deck:
        message = f"the first line is missing; put it back from {sources}, with {what}"
        return warning(DiagnosticCode.LEDGER_RESTORED, FILE_NAME, 1, message)
    message = f"put back {what}, which this file lacked, from {sources}; commit the ledger"
    return info(DiagnosticCode.LEDGER_RESTORED, FILE_NAME, 0, message)
