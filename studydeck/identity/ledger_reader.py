"""Read the ledger file: its text in, a `Ledger` out, or diagnostics with the line of each mistake.

Nothing in the file is believed: another person, a merge or a broken disk may have written it. A record has exactly the
keys and types that `ledger.py` writes, GUIDs have their form, and numbers and lines have a limit. Conflict markers of a
merge are read through: the records of both sides are kept, and two records of one note are merged.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import DecodeError, Struct, convert
from msgspec.json import Decoder
from msgspec.structs import replace

from studydeck.config import VERSION
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.identity.ledger import (
    END_LINE,
    FILE_NAME,
    FORMAT,
    KINDS,
    Ledger,
    LedgerEntry,
    LedgerSection,
    LedgerSubdeck,
    NoteRecord,
    NoteTypeRecord,
    WeakDraft,
)
from studydeck.identity.ledger_lines import Line, ends_in_conflict, is_end, is_half_record, record_lines
from studydeck.identity.ledger_merge import merge_entries, merge_headers
from studydeck.identity.ledger_records import Header, SectionRecord, SubdeckRecord, WeakRecord, entry_of
from studydeck.model.anki import ID_SLOT_MILLISECONDS

# Characters; the longest line that is written has the GUIDs that a reset dropped from a large deck.
_LONGEST_LINE = 2_000_000
_MAX_MISTAKES = 20  # lines that are reported; a file of another kind has a mistake in every line
_CLOCK_TOLERANCE = 86_400  # seconds that the clock of another author may be ahead
_GUID_FORM = "a GUID has 16 characters of a-z and 2-7"
_RESTORE = "restore it from the last commit: git checkout -- "

_decode_object, _decode_note = Decoder(dict[str, Any]).decode, Decoder(NoteRecord).decode


class LedgerText(Struct, frozen=True):
    """What the text of a ledger says.

    `has_end` says whether its last line is the one that ends a ledger. Without it the file was cut after `line_count`
    lines. A ledger whose first line is missing has no deck id.
    """

    ledger: Ledger
    has_end: bool = True
    line_count: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the first and the last line are there."""
        return self.has_end and bool(self.ledger.deck)


def parse(text: str, path: str = FILE_NAME) -> Ledger:
    """Read the text of a whole ledger; raise a BuildError as `read` does, or if the first or last line is missing."""
    ledger_text = read(text, path)
    if not ledger_text.is_whole:
        raise BuildError([incomplete(ledger_text, path)])
    return ledger_text.ledger


def read(text: str, path: str = FILE_NAME) -> LedgerText:
    """Read the text of the file.

    Merge conflict markers are skipped and both sides are kept. Of two records of one note the live one wins over the
    retired one, and otherwise the one with the later `changed`.

    Parameters
    ----------
    text : of the file, which may have been cut anywhere.
    path : of the file, for diagnostics.

    Returns
    -------
    the ledger, with its notes in the order of the file, and whether its first and last line are there.

    Raises
    ------
    BuildError : with every line that is not a record, every GUID of two notes, and every second record of a note with
        another kind or pin.
    """
    reader = _LedgerReader(path)
    last: Line | None = None
    for line in record_lines(text):
        if last:
            reader.read_line(last)
        if reader.is_finished:
            break
        last = line
    has_end = last is not None and is_end(last.text) and not ends_in_conflict(text)
    is_cut = not has_end and not text.endswith("\n")
    if last and not reader.is_finished and not (is_cut and is_half_record(last.text)):
        reader.read_line(last)
    if reader.diagnostics:
        raise BuildError(reader.diagnostics)
    return LedgerText(reader.ledger(), has_end, text.count("\n"))


def deck_and_release(text: str) -> tuple[str, str]:
    """Return the deck's id and the version of its last release by the first line; "" for what it does not tell."""
    try:
        header = Decoder(Header).decode(text.partition("\n")[0])
    except (DecodeError, RecursionError):
        return "", ""
    return header.deck, header.release.version if header.release else ""


def incomplete(ledger_text: LedgerText, path: str = FILE_NAME) -> Diagnostic:
    """Return the error for a ledger whose first or last line is missing, and cannot be put back."""
    if not ledger_text.has_end:
        message = (
            "the file was cut here, as its last line is missing: notes after it would get new identities. Restore the "
            f"file from the last commit or a backup. If nothing else is missing, append this line: {END_LINE}"
        )
        return error(DiagnosticCode.BAD_LEDGER, path, max(ledger_text.line_count, 1), message)
    return error(
        DiagnosticCode.BAD_LEDGER,
        path,
        1,
        "the first line, with the deck's id and name, is missing; " + _RESTORE + path,
        named=(path,),
    )


def future_times(text: str, ledger: Ledger, now: int, path: str = FILE_NAME) -> tuple[Diagnostic, ...]:
    """Return an error for each line with a time after `now`, in seconds since the epoch.

    Anki would not update such a note until then.
    """
    latest = now + _CLOCK_TOLERANCE
    latest_slot = latest * 1000 // ID_SLOT_MILLISECONDS
    dates = [record.changed for record in ledger.note_types.values()]
    if (
        all(note.changed <= latest and note.id_slot <= latest_slot for note in ledger.notes)
        and all(date <= latest for date in dates)
        and (not ledger.release or ledger.release[1] <= latest)
    ):
        return ()
    limits = {"changed": latest, "time": latest, "id_slot": latest_slot}
    return tuple(
        error(
            DiagnosticCode.BAD_LEDGER,
            path,
            line.number,
            f'"{key}" is {value}, a time in the future, until which Anki would not update this; {_RESTORE}{path}',
            named=(path,),
        )
        for line in record_lines(text)
        for key, value in re.findall(r'"(changed|time|id_slot)":\s*(\d+)', line.text)
        if int(value) > limits[key]
    )[:_MAX_MISTAKES]


class _LedgerReader:
    """Collects records by key, line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.diagnostics: list[Diagnostic] = []
        self.is_other_format = False
        self._header: Ledger | None = None
        self._sections: dict[str, LedgerSection] = {}
        self._notes: dict[str, tuple[Line, LedgerEntry]] = {}
        self._subdecks: dict[str, str] = {}
        self._weak: dict[WeakDraft, None] = {}
        self._section = ""
        self._versions: set[str | None] = {None}

    @property
    def is_finished(self) -> bool:
        """Whether the other lines need not be read: they are in another format, or as wrong as those before."""
        return self.is_other_format or len(self.diagnostics) >= _MAX_MISTAKES

    def report(self, line: int, message: str) -> None:
        self.diagnostics.append(error(DiagnosticCode.BAD_LEDGER, self.path, line, message, named=(self.path,)))

    def read_line(self, line: Line) -> None:
        if line.text.startswith('{"note":"') and len(line.text) <= _LONGEST_LINE:  # most lines: decoded in one step
            try:
                self._add_note(line, entry_of(_decode_note(line.text), self._section))
            except (DecodeError, ValueError, RecursionError):
                pass  # reported below
            else:
                return
        if not is_end(line.text):
            self._read_other_line(line)

    def _read_other_line(self, line: Line) -> None:
        if len(line.text) > _LONGEST_LINE:
            self._report_no_record(line.number, f"it has {len(line.text)} characters")
            return
        try:
            record = _decode_object(line.text)
            if "format" in record:
                self._add_header(line.number, record)
            elif "subdeck" in record:
                subdeck = convert(record, SubdeckRecord)
                self._subdecks.setdefault(subdeck.place, subdeck.subdeck)
            elif "weak" in record and "note" not in record:
                weak = WeakDraft(self._section, convert(record, WeakRecord).weak)
                self._weak[weak] = None
            elif "section" in record:
                section = convert(record, SectionRecord)
                self._section = section.section
                values = (section.parent or "", section.heading, section.file)
                self._sections[self._section] = LedgerSection(self._section, *values)
            elif "retired" in record and "note" not in record:
                record["note"] = record.pop("retired")
                self._add_note(line, replace(entry_of(convert(record, NoteRecord, str_keys=True), ""), retired=True))
            else:
                self._add_note(line, entry_of(convert(record, NoteRecord, str_keys=True), self._section))
        except RecursionError:
            self._report_no_record(line.number, "it is nested too deeply")
        except (DecodeError, ValueError) as exception:
            is_guid = "matching regex" in str(exception)
            self._report_no_record(line.number, _GUID_FORM if is_guid else str(exception))

    def _report_no_record(self, number: int, reason: str) -> None:
        self.report(
            number,
            f"this line is not a ledger record ({reason}); restore the line from the last commit: git checkout -- "
            + self.path,
        )

    def _add_header(self, number: int, record: dict[str, Any]) -> None:
        if record["format"] != FORMAT:
            self.is_other_format = True
            if record["format"] == 1:
                message = "format 1 was never released; delete the file, and the next build gives every note a new id"
            else:
                message = f"format {str(record['format'])[:20]} was written by a newer version of this tool; upgrade it"
            self.report(number, message)
            return
        parsed = convert(record, Header)
        if not parsed.deck:
            raise ValueError("the deck's id is empty")
        if parsed.release and not VERSION.fullmatch(parsed.release.version):
            raise ValueError("the version of the release is not of the form 1.2.3")
        if unknown_kinds := set(parsed.note_types) - set(KINDS):
            raise ValueError(f'"{min(unknown_kinds)[:20]}" is not a kind of note')
        note_types = {
            kind: NoteTypeRecord(dates.changed, dates.appearance, dates.schema)
            for kind, dates in parsed.note_types.items()
        }
        release = (parsed.release.version, parsed.release.time) if parsed.release else None
        header = Ledger(
            parsed.deck,
            parsed.name,
            release,
            note_types,
            dropped=parsed.dropped,
            min_confidence=parsed.min_confidence,
            language=parsed.language,
        )
        if self._header and (self._header.deck, self._header.name) != (header.deck, header.name):
            self.report(
                number, f'a second header line, of deck "{header.name}" ({header.deck}); delete one of the two lines'
            )
        else:
            self._header = merge_headers(self._header, header) if self._header else header

    def _add_note(self, line: Line, note: LedgerEntry) -> None:
        if note.since not in self._versions:
            if not VERSION.fullmatch(note.since or ""):
                raise ValueError('"since" is not a version of the form 1.2.3')
            self._versions.add(note.since)
        if note.guid not in self._notes:
            self._notes[note.guid] = (line, note)
            return
        first_line, first = self._notes[note.guid]
        in_conflict = first_line.in_conflict or line.in_conflict
        if (note.kind, note.pin) != (first.kind, first.pin):
            key = "kind" if note.kind != first.kind else "pin"
            self.report(
                line.number, f"{note.guid} has another {key} in line {first_line.number}; delete the line that is wrong"
            )
        elif not in_conflict and note.id_slot != first.id_slot and note.text != first.text:
            # A merge leaves two records of one note where both sides moved it. Those agree in the slot.
            self.report(
                line.number,
                f"{note.guid} is the identity of another note in line {first_line.number}; restore the line that is "
                f"wrong from the last commit: git checkout -- {self.path}",
            )
        del self._notes[note.guid]
        self._notes[note.guid] = (line, merge_entries(first, note))

    def ledger(self) -> Ledger:
        notes = (note for _, note in self._notes.values())
        return replace(
            self._header or Ledger(),
            sections=tuple(self._sections.values()),
            notes=tuple(notes),
            subdecks=tuple(LedgerSubdeck(place, name) for place, name in sorted(self._subdecks.items())),
            weak=tuple(self._weak),
        )
