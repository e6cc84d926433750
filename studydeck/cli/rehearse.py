"""`rehearse`: what the real Anki does to a learner's collection when a new version comes."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

from studydeck.cli.console import Console
from studydeck.cli.project import Options
from studydeck.cli.resolve_version import packed
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import AnkiError, BuildError, DiagnosticCollector
from studydeck.integrations.anki_rehearsal import Rehearsal, interpreter, rehearse


def run(old: str, new: str, python: str | None, options: Options, console: Console) -> int:
    """Rehearse and report in numbers; give 1 where a review is lost or a note conflicts."""
    diagnostics, packages = DiagnosticCollector(), dict[str, bytes]()
    for named in dict.fromkeys((old, new)):
        with diagnostics.collecting():
            packages[named] = _package(named, options, console)
    diagnostics.raise_on_errors()
    chosen = interpreter(python)
    if not chosen:
        message = "the real Anki is not installed here: pip install 'studydeck[anki]', or name an interpreter with it"
        raise BuildError([error(DiagnosticCode.UNREADABLE, "anki", 0, f"{message} (--python)")])
    try:
        with console.status("rehearsing in the real Anki"):
            report = rehearse(chosen, packages[old], packages[new])
    except AnkiError as bad:
        raise BuildError([error(DiagnosticCode.UNREADABLE, chosen, 0, f"the rehearsal failed: {bad}")]) from bad
    for line in _lines(report):
        console.print_result(line)
    return 1 if report.failures else 0


def _package(named: str, options: Options, console: Console) -> bytes:
    data = packed(named, options, console)
    with suppress(zipfile.BadZipFile):
        if "collection.anki2" in zipfile.ZipFile(io.BytesIO(data)).namelist():
            return data
    raise BuildError([error(DiagnosticCode.UNREADABLE, named, 0, "is no package (.apkg)")])


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
