"""Rehearse an update in the real Anki: two packages and an interpreter with Anki in, numbers of notes and cards out."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import msgspec
from msgspec import Struct

from studydeck.errors import AnkiError

SCRIPT = Path(__file__).with_name("rehearsal_script.py")


class Rehearsal(Struct, frozen=True):
    """The effects of an update on a learner's collection, as numbers of notes and cards."""

    anki: str
    notes: int
    cards: int
    reviewed: int
    history_kept: int
    history_lost: int
    schedule_changed: int
    updated: int
    should_update: int
    not_updated: int
    new_notes: int
    new_cards: int
    left_behind: int
    stranded: int
    conflicting: int
    own_edit_kept: bool
    own_tag_kept: bool
    edited_untouched_note: bool
    emptied: int
    moved_phrases: int
    blank_cards: int
    note_without_card: int

    @property
    def failures(self) -> tuple[str, ...]:
        """Return the effects that must not occur and did, one line each."""
        counts = {
            "reviews were lost": self.history_lost,
            "notes were added again under another identity, without their history": self.stranded,
            "cards were rescheduled": self.schedule_changed,
            "notes conflict and are never updated again": self.conflicting,
            "changed notes were not updated": self.not_updated,
            "cards have an empty question": self.blank_cards,
            "phrases are asked by another card of the note, without their history": self.moved_phrases,
            "notes have no card": self.note_without_card,
            "learner's edits were overwritten": self.edited_untouched_note and not self.own_edit_kept,
            "learner's tags were overwritten": self.edited_untouched_note and not self.own_tag_kept,
        }
        return tuple(f"{int(count)} {description}" for description, count in counts.items() if count)


def interpreter(python: str | None) -> str | None:
    """Return the given interpreter, or this one if it has Anki, or None."""
    if python:
        path = Path(python)  # the process starts in another folder, where a relative path would name another file
        return str(path.absolute()) if len(path.parts) > 1 else python
    return sys.executable if find_spec("anki") else None


def rehearse(python: str, old: bytes, new: bytes) -> Rehearsal:
    """Import two packages one after the other into a new collection of the real Anki.

    Parameters
    ----------
    python : an interpreter that has the package `anki`.
    old, new : the bytes of the two packages.

    Raises
    ------
    AnkiError : if the interpreter failed, with the reason.
    """
    with tempfile.TemporaryDirectory() as folder:
        packages = [Path(folder, name) for name in ("old.apkg", "new.apkg")]
        for path, data in zip(packages, (old, new), strict=True):
            path.write_bytes(data)
        empty_folder = Path(folder, "empty")
        empty_folder.mkdir()
        try:
            completed = subprocess.run(
                [python, "-I", str(SCRIPT), folder, *map(str, packages)],
                cwd=empty_folder,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                check=False,
            )
        except OSError as fault:
            raise AnkiError(f"it cannot be started ({fault.strerror})") from fault
    if completed.returncode:
        raise AnkiError((completed.stderr.strip().splitlines() or ["there was no output"])[-1])
    try:
        return msgspec.json.decode(completed.stdout.strip().rpartition("\n")[2], type=Rehearsal)
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise AnkiError("its output is not a report; is it an interpreter of Python?") from fault
