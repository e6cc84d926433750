"""`rehearse`: what the real Anki does to a learner's collection when a new version comes."""

from __future__ import annotations

import io
import zipfile

from studydeck.anki.rehearse import Rehearsal, interpreter, rehearse
from studydeck.commands.street import Options
from studydeck.commands.terminal import Terminal
from studydeck.commands.versions import packed
from studydeck.problems import Code, Problem, error


def run(old: str, new: str, python: str | None, options: Options, terminal: Terminal) -> int:
    """Rehearse and report in numbers; give 1 where a review is lost or a note conflicts."""
    packages = {named: packed(named, options, terminal) for named in (old, new)}
    if problems := [one for named, data in packages.items() for one in _unreadable(named, data)]:
        terminal.problems(problems)
        return 1
    before, after = (data for data in (packages[old], packages[new]) if isinstance(data, bytes))
    chosen = interpreter(python)
    if not chosen:
        message = "the real Anki is not installed here: pip install 'studydeck[anki]', or name an interpreter with it"
        terminal.problems([error(Code.UNREADABLE, "anki", 0, f"{message} (--python)")])
        return 1
    with terminal.status("rehearsing in the real Anki"):
        report = rehearse(chosen, before, after)
    if isinstance(report, str):
        terminal.problems([error(Code.UNREADABLE, chosen, 0, f"the rehearsal failed: {report}")])
        return 1
    for line in _lines(report):
        terminal.say(line)
    return 1 if report.failures else 0


def _unreadable(named: str, data: bytes | tuple[Problem, ...]) -> tuple[Problem, ...]:
    if isinstance(data, tuple):
        return data
    try:
        if "collection.anki2" in zipfile.ZipFile(io.BytesIO(data)).namelist():
            return ()
    except zipfile.BadZipFile:
        pass
    return (error(Code.UNREADABLE, named, 0, "is no package (.apkg)"),)


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
