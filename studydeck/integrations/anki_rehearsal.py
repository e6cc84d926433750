"""Run the rehearsal in an interpreter that has the real Anki, and read what it reports."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from studydeck.errors import AnkiError

SCRIPT = Path(__file__).with_name("rehearsal_script.py")


class Rehearsal(Struct, frozen=True):
    """What became of a learner's collection, in numbers of notes and cards."""

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
    blank_cards: int
    note_without_card: int

    @property
    def failures(self) -> tuple[str, ...]:
        """What must not happen to a learner, and did."""
        wrong = {
            "reviews were lost": self.history_lost,
            "notes came again under another identity, without their history": self.stranded,
            "cards were scheduled anew": self.schedule_changed,
            "notes conflict and are never updated again": self.conflicting,
            "changed notes did not arrive": self.not_updated,
            "cards ask nothing": self.blank_cards,
            "notes have no card": self.note_without_card,
            "learner's edits were overwritten": self.edited_untouched_note and not self.own_edit_kept,
            "learner's tags were overwritten": self.edited_untouched_note and not self.own_tag_kept,
        }
        return tuple(f"{int(count)} {what}" for what, count in wrong.items() if count)


def interpreter(named: str | None) -> str | None:
    """Give an interpreter with Anki: the one that was named, or this one where Anki is installed beside us."""
    if named:
        return named
    return sys.executable if find_spec("anki") else None


def rehearse(python: str, old: bytes, new: bytes) -> Rehearsal:
    """Let an interpreter with Anki import two packages, and give its report; an AnkiError says why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        packages = [Path(folder, name) for name in ("old.apkg", "new.apkg")]
        for path, data in zip(packages, (old, new), strict=True):
            path.write_bytes(data)
        try:
            done = subprocess.run(
                [python, "-I", str(SCRIPT), folder, *map(str, packages)],
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
        except OSError as bad:
            raise AnkiError(f"it cannot be started ({bad.strerror})") from bad
    if done.returncode:
        raise AnkiError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return Rehearsal(**json.loads(done.stdout.strip().splitlines()[-1]))
