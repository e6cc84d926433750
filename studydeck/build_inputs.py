"""What a build starts from beside the notes: the ledger, the settings, and the note types with their times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studydeck.config import NAME as CONFIG
from studydeck.config import Config
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, info, warning
from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.ledger import Ledger, NoteTypeRecord
from studydeck.identity.recover import recover
from studydeck.model import digests
from studydeck.model.anki import Deck, NoteType
from studydeck.model.document import Source
from studydeck.model.notes import NoteDraft
from studydeck.rendering.escape import escape_text
from studydeck.rendering.sanitise import sanitise
from studydeck.text.normalize import normal


class Inputs(Struct, frozen=True):
    """All that a build reads.

    `now` is in seconds since the epoch; `folder` names a deck that nobody named; `package` is what was built last, for
    a ledger that is lost.
    """

    sources: tuple[Source, ...]
    config: Config
    ledger_text: str | None
    templates: Mapping[str, str]
    now: int
    folder: str = "notes"
    configured: bool = True
    reset_identities: bool = False
    rename: bool = False
    package: Deck | None = None


class InitialLedger(Struct, frozen=True):
    """The ledger that a build starts from, and what its author should know of it."""

    ledger: Ledger
    diagnostics: tuple[Diagnostic, ...] = ()


class ResolvedConfig(Struct, frozen=True):
    """The settings of a deck, filled in, and what was assumed."""

    config: Config
    diagnostics: tuple[Diagnostic, ...] = ()


def initial_ledger(inputs: Inputs, drafts: Sequence[NoteDraft], ledger: Ledger | None) -> InitialLedger:
    """Give the ledger that was read, or an empty one where identities are to be forgotten or there never was one.

    Raises
    ------
    BuildError : where the ledger must not be forgotten.
    """
    if ledger is None:
        return _recovered(inputs, drafts)
    if not inputs.reset_identities:
        return InitialLedger(ledger)
    if ledger.release:
        message = f"version {ledger.release[0]} was released: its learners need what the ledger remembers"
        raise BuildError([error(DiagnosticCode.BAD_LEDGER, ledger_file.NAME, 1, message)])
    retired = sum(note.retired for note in ledger.notes)
    message = (
        f"forgot {len(ledger.notes) - retired} notes, {retired} that were retired, and which cards they gave: whoever imported "
        "an earlier build should delete its notes first"
    )
    return InitialLedger(
        Ledger(ledger.deck, ledger.name), (info(DiagnosticCode.IDENTITIES_RESET, ledger_file.NAME, 0, message),)
    )


def _recovered(inputs: Inputs, drafts: Sequence[NoteDraft]) -> InitialLedger:
    """Start anew, or from the package that was built last where its ledger is lost."""
    lost = inputs.package
    if lost is None or inputs.reset_identities or (inputs.config.id and inputs.config.id != lost.id):
        return InitialLedger(Ledger())
    ledger, said = recover(lost), {one.fingerprint.text for one in drafts}
    if not inputs.config.id and said.isdisjoint(note.text for note in ledger.notes):
        return InitialLedger(Ledger())  # other notes, whose deck has the same name by chance
    message = (
        f"it is missing, and was rebuilt from the package of version {lost.version}: identities are kept, but what "
        "was retired before is forgotten. Take it from the last commit if you can; --reset-identities starts over"
    )
    return InitialLedger(ledger, (warning(DiagnosticCode.BAD_LEDGER, ledger_file.NAME, 0, message),))


def resolve_config(inputs: Inputs, before: Ledger) -> ResolvedConfig:
    """Fill in what deck.toml does not say.

    Raises
    ------
    BuildError : where another id or name would cut learners off.
    """
    config, diagnostics = inputs.config, []
    if config.id and before.deck and config.id != before.deck:
        message = f'the deck was built with the id "{before.deck}"; another id makes another deck for every learner'
        diagnostics.append(error(DiagnosticCode.DECK_ID_CHANGED, CONFIG, 1, message))
    if config.name and before.name and config.name != before.name and not inputs.rename:
        message = (
            f'the deck was called "{before.name}"; Anki matches decks by name, so old cards would stay behind in the '
            "old deck. If that is wanted: --rename-deck"
        )
        diagnostics.append(error(DiagnosticCode.DECK_RENAMED, CONFIG, 1, message))
    name = config.name or before.name or default_deck_name(inputs.folder)
    ident = config.id or before.deck or digests.deck_id([source.text for source in inputs.sources])
    version = config.version or "0.1.0"
    if not inputs.configured and not before.deck:
        message = f'there is none: the deck is called "{name}", its id is {ident}, its version {version}'
        diagnostics.append(info(DiagnosticCode.ASSUMED, CONFIG, 0, message))
    if any(one.severity == "error" for one in diagnostics):
        raise BuildError(diagnostics)
    filled = replace(config, id=ident, name=name, version=version, language=config.language or "en")
    return ResolvedConfig(filled, tuple(diagnostics))


def default_deck_name(folder: str) -> str:
    """Give a deck that nobody named the name of its folder."""
    escape_text = re.sub(r"[_-]+", " ", folder).strip() or "Notes"
    return escape_text[:1].upper() + escape_text[1:]


def date_note_types(notetypes: Sequence[NoteType], ledger: Ledger, now: int) -> tuple[NoteType, ...]:
    """Give each note type the time of its last change, in seconds since the epoch.

    Raises
    ------
    BuildError : where a schema changed, which would cut every learner off.
    """
    times: list[NoteType] = []
    diagnostics: list[Diagnostic] = []
    for one in notetypes:
        old = ledger.note_types.get(one.kind)
        if old and old.schema_digest != digests.schema_digest(one):
            message = "the ids or names of fields or templates changed: Anki would skip every note that learners have"
            diagnostics.append(error(DiagnosticCode.BAD_TEMPLATE, f"templates/{one.kind}/notetype.toml", 1, message))
        changed = (
            old.changed
            if old and old.appearance_digest == digests.appearance_digest(one)
            else max(now, old.changed + 1 if old else 0)
        )
        times.append(replace(one, changed=changed))
    if diagnostics:
        raise BuildError(diagnostics)
    return tuple(times)


def note_type_records(notetypes: Sequence[NoteType]) -> dict[str, NoteTypeRecord]:
    """Give what the ledger remembers of note types."""
    return {
        one.kind: NoteTypeRecord(one.changed, digests.appearance_digest(one), digests.schema_digest(one))
        for one in notetypes
    }


def deck_description(config: Config) -> str:
    """Give the deck's description, which Anki shows above its cards and replaces at every import."""
    lines = [sanitise(config.description.strip()), escape_text(f"Version {config.version}.")]
    if config.license:
        lines.append(escape_text(f"Licence: {config.license}."))
    return "\n\n".join(line for line in lines if line)


def file_slug(name: str) -> str:
    """Give a deck's name as a file name."""
    folded = unicodedata.normalize("NFKD", normal(name))
    return re.sub(r"[^\w]+", "-", "".join(c for c in folded if not unicodedata.combining(c))).strip("-") or "deck"
