"""What a build reads: the notes, the deck's settings, and note types with the times of their changes.

`Inputs` holds everything that a build reads. The functions fill in what is missing, and raise a BuildError where a
change would harm the decks that learners already have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct
from msgspec.structs import replace

from studydeck.config import MAX_NAME_LENGTH, Config
from studydeck.config import NAME as CONFIG
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, info
from studydeck.errors import BuildError
from studydeck.identity.decisions import NO_DECISIONS, Decisions
from studydeck.identity.initial_ledger import EarlierLedger
from studydeck.identity.ledger import Ledger, NoteTypeRecord
from studydeck.model import digests
from studydeck.model.anki import Deck, NoteType
from studydeck.model.document import Source
from studydeck.rendering.escape import escape_text
from studydeck.rendering.sanitise import sanitise
from studydeck.text.languages import language_of
from studydeck.text.normalize import ascii_slug, normalize

MAX_SLUG_BYTES = 120  # with a version and a suffix, a file name stays below the 255 bytes of all file systems
_NAME_IN_ID = 40  # characters
UnchangedSince = Callable[[str, Mapping[str, str], Config], AbstractSet[str]]


class Inputs(Struct, frozen=True):
    """Everything that a build reads.

    `now` is in seconds since the epoch, and so is `clock`, the real time if `now` is set by hand. `folder` gives the
    deck its name where deck.toml does not. `configured` says whether there is a deck.toml, `rename` whether another
    deck name is allowed. `left_out` are the paths of notes that are private or not wanted. What is missing in the
    ledger is put back from `earlier`, or from `package`, the last package that was built, which is only given where
    there is no git. `accept_held` are GUIDs of notes, or kinds of held cards, for which today's rules are accepted.
    `unchanged_since` returns which files have the text that they had at a release, from the version, their texts now
    and the settings; new cards of those wait, unless `accept_new`.
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
    earlier: tuple[EarlierLedger, ...] = ()
    clock: int = 0
    left_out: tuple[str, ...] = ()
    decisions: Decisions = NO_DECISIONS
    accept_held: frozenset[str] = frozenset()
    accept_new: bool = False
    unchanged_since: UnchangedSince = lambda _version, _texts, _deck: frozenset()

    @property
    def has_packed(self) -> bool:
        """Whether an earlier build may have packed notes, or the author decided about some."""
        return bool(self.ledger_text or self.earlier or self.package or self.decisions.notes)


class ResolvedConfig(Struct, frozen=True):
    """The settings of a deck with all defaults filled in, and diagnostics about the defaults."""

    config: Config
    diagnostics: tuple[Diagnostic, ...] = ()


def resolve_config(inputs: Inputs, before: Ledger) -> ResolvedConfig:
    """Fill in the settings that deck.toml leaves out; `before` is the ledger of the last build.

    Raises
    ------
    BuildError : if the id or the name changed, which would give every learner a second deck.
    """
    config, diagnostics = inputs.config, []
    if config.id and before.deck and config.id != before.deck:
        message = f'the deck was built with the id "{before.deck}"; another id makes another deck for every learner'
        diagnostics.append(error(DiagnosticCode.DECK_ID_CHANGED, CONFIG, 1, message))
    if config.name and before.name and config.name != before.name and not inputs.rename:
        message = (
            f'the deck was called "{before.name}"; Anki matches decks by name, so old cards would stay behind in the '
            "old deck. To rename it anyway: studydeck build --rename-deck"
        )
        diagnostics.append(error(DiagnosticCode.DECK_RENAMED, CONFIG, 1, message))
    name = config.name or before.name or default_deck_name(inputs.folder)
    deck_id = config.id or before.deck or digests.deck_id([source.text for source in inputs.sources])
    version = config.version or "0.1.0"
    if not inputs.configured and not before.deck:
        message = (
            f'the file is missing: the deck is called "{name}", its id is {deck_id}, its version {version}; to write '
            "it: studydeck init"
        )
        diagnostics.append(info(DiagnosticCode.ASSUMED, CONFIG, 0, message))
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        raise BuildError(diagnostics)
    language = config.language or _language_of_notes(inputs, before)
    complete = replace(config, id=deck_id, name=name, version=version, language=language)
    return ResolvedConfig(complete, tuple(diagnostics))


def _language_of_notes(inputs: Inputs, before: Ledger) -> str:
    """Return the language of the notes; once learners have the deck, an edit does not change the words on its cards."""
    if before.release and before.language is not None:
        return before.language
    return language_of(source.text for source in inputs.sources)


def default_deck_name(folder: str) -> str:
    """Return the name of a deck without a name setting: the name of its folder, as far as it can be one."""
    printable = "".join(character if character.isprintable() else " " for character in folder)
    spaced = re.sub(r"(?:[_\s-]|::)+", " ", printable)[:MAX_NAME_LENGTH].strip(" :") or "Notes"
    return spaced[:1].upper() + spaced[1:]


def date_note_types(notetypes: Sequence[NoteType], ledger: Ledger, now: int) -> tuple[NoteType, ...]:
    """Set the time of the last change of each note type, in seconds since the epoch.

    Raises
    ------
    BuildError : if the fields or templates of a note type changed, because Anki would no longer update its notes.
    """
    dated: list[NoteType] = []
    diagnostics: list[Diagnostic] = []
    for note_type in notetypes:
        record = ledger.note_types.get(note_type.kind)
        if record and record.schema_digest != digests.schema_digest(note_type):
            message = "the ids or names of fields or templates changed: Anki would skip every note that learners have"
            diagnostics.append(
                error(
                    DiagnosticCode.BAD_TEMPLATE,
                    f"templates/{note_type.kind}/notetype.toml",
                    1,
                    message,
                    root="templates",
                )
            )
        changed = (
            record.changed
            if record and record.appearance_digest == digests.appearance_digest(note_type)
            else max(now, record.changed + 1 if record else 0)
        )
        dated.append(replace(note_type, changed=changed))
    if diagnostics:
        raise BuildError(diagnostics)
    return tuple(dated)


def note_type_records(notetypes: Sequence[NoteType]) -> dict[str, NoteTypeRecord]:
    """Return what the ledger stores of each note type, by kind."""
    return {
        note_type.kind: NoteTypeRecord(
            note_type.changed, digests.appearance_digest(note_type), digests.schema_digest(note_type)
        )
        for note_type in notetypes
    }


def deck_description(config: Config) -> str:
    """Return the deck's description in HTML, which Anki shows above its cards and replaces at every import."""
    lines = [sanitise(config.description.strip()), escape_text(f"Version {config.version}.")]
    if config.license:
        lines.append(escape_text(f"Licence: {config.license}."))
    return "\n\n".join(line for line in lines if line)


def new_deck_id(name: str, random_letters: Callable[[int], str]) -> str:
    """Return the id of a new deck: its name as far as an id can hold it, and letters that no other deck has."""
    return f"{ascii_slug(file_slug(name), _NAME_IN_ID) or 'deck'}-{random_letters(5)}"


def file_slug(name: str) -> str:
    """Return a deck's name as a file name without suffix: letters, digits and hyphens, at most 120 bytes."""
    decomposed = unicodedata.normalize("NFKD", normalize(name))
    slug = re.sub(r"[^\w]+", "-", "".join(letter for letter in decomposed if not unicodedata.combining(letter)))
    return slug.encode()[:MAX_SLUG_BYTES].decode(errors="ignore").strip("-") or "deck"
