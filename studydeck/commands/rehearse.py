"""`rehearse`: what the real Anki does to a learner's collection when a new version comes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from studydeck.anki.rehearse import Rehearsal, interpreter, rehearse
from studydeck.commands.terminal import Terminal
from studydeck.problems import Code, Problem, error


def run(old: Path, new: Path, python: str | None, terminal: Terminal) -> int:
    """Rehearse and report in numbers; give 1 where a review is lost or a note conflicts."""
    if problems := [one for path in dict.fromkeys((old, new)) for one in _unreadable(path)]:
        terminal.problems(problems)
        return 1
    chosen = interpreter(python)
    if not chosen:
        message = "the real Anki is not installed here: pip install 'studydeck[anki]', or name an interpreter with it"
        terminal.problems([error(Code.UNREADABLE, "anki", 0, f"{message} (--python)")])
        return 1
    with terminal.status("rehearsing in the real Anki"):
        report = rehearse(chosen, old, new)
    if isinstance(report, str):
        terminal.problems([error(Code.UNREADABLE, chosen, 0, f"the rehearsal failed: {report}")])
        return 1
    for line in _lines(report):
        terminal.say(line)
    return 1 if report.failures else 0


def _unreadable(path: Path) -> list[Problem]:
    why = "is no package (.apkg)" if path.exists() else "does not exist"
    try:
        if path.is_file() and "collection.anki2" in zipfile.ZipFile(path).namelist():
            return []
    except zipfile.BadZipFile:
        pass
    except OSError as bad:
        why = f"cannot be read ({bad.strerror})"
    return [error(Code.UNREADABLE, str(path), 0, why)]


def _lines(report: Rehearsal) -> list[str]:
    yes = {True: "yes", False: "no"}
    edit = yes[report.own_edit_kept and report.own_tag_kept] if report.edited_untouched_note else "every note changed"
    lines = [
        f"Anki {report.anki}: {report.notes} notes, {report.reviewed} of {report.cards} cards reviewed",
        f"history kept: {report.history_kept} of {report.cards} cards, {report.history_lost} lost",
        f"updated: {report.updated} of {report.should_update} changed notes",
        f"new: {report.new_notes} notes, {report.new_cards} cards",
        f"left behind: {report.left_behind} notes that the new version no longer has",
        f"conflicting: {report.conflicting}",
        f"learner's own edit and tag kept: {edit}",
    ]
    return [*lines, *(f"FAILED: {one}" for one in report.failures)]
