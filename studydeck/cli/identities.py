"""`identities`: prints how each note was matched with the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from studydeck import storage
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project, project_lock
from studydeck.diagnostics import Diagnostic, DiagnosticCode, counted, error
from studydeck.errors import BuildError
from studydeck.identity import decisions, ledger_reader
from studydeck.identity import ledger as ledger_file
from studydeck.integrations.ledger_history import base_ledger
from studydeck.model.notes import Note
from studydeck.pipeline import Built
from studydeck.project import Project
from studydeck.reports import diagnostics as diagnostics_report
from studydeck.reports import identities as identities_report
from studydeck.reports import ledger_review


class IdentitiesOptions(Struct, frozen=True):
    """The arguments of `identities`.

    `accepted` is the number of notes that are retired on purpose; `same` and `other` are decisions, each as a place
    ("storage.md:12") and a GUID. `day` is an ISO date.
    """

    base: str
    style: str
    accepted: int
    same: tuple[tuple[str, str], ...]
    other: tuple[tuple[str, str], ...]
    day: str


def run(options: Options, identities_options: IdentitiesOptions, console: Console) -> int:
    """Print how each note was matched with the ledger; return 1 if there are conflicts or doubtful matches.

    With a base, print first what differs from the ledger that the tool makes of the notes and the base's ledger. With
    decisions, write them and stop.
    """
    if identities_options.same or identities_options.other:
        with project_lock(options, console):
            _decide(options, identities_options, console)
        return 0
    return _report(options, identities_options, console)


def _decide(options: Options, identities_options: IdentitiesOptions, console: Console) -> None:
    """Write decisions about the notes at some places."""
    project = load_project(options, console)
    notes = project.build().notes
    day = identities_options.day
    made = [
        *(
            _decision(notes, console.locations.place(place), guid, "same-as", day)
            for place, guid in identities_options.same
        ),
        *(
            _decision(notes, console.locations.place(place), guid, "not-the-same", day)
            for place, guid in identities_options.other
        ),
    ]
    path = options.notes / decisions.FILE_NAME
    storage.replace_file(path, decisions.to_text(decisions.with_matches(project.inputs.decisions, made)).encode())
    console.print_status(f"wrote {path}; commit it, and build: studydeck build")


def _decision(
    notes: Sequence[Note], place: str, guid: str, decision: Literal["same-as", "not-the-same"], day: str
) -> decisions.Decision:
    words = [note.draft.fingerprint.text for note in notes if f"{note.draft.span.path}:{note.draft.span.line}" == place]
    if len(words) != 1:
        count = counted(len(words), "note begins", "notes begin")
        message = f"{count} in this line; take the place of one from the output of `studydeck identities`"
        raise BuildError([error(DiagnosticCode.BAD_DECISION, place, 0, message)])
    made = decisions.Decision(guid, decision, words[0], day)
    decisions.read(decisions.to_text(decisions.Decisions(matches=(made,))))  # raises a BuildError for what is no GUID
    return made


def _report(options: Options, identities_options: IdentitiesOptions, console: Console) -> int:
    base, style = identities_options.base, identities_options.style
    try:
        project = load_project(options, console)
        with console.status("building"):
            built = project.build()
        found = _review(base, project, built, options) if base else ()
        diagnostics = (
            *(diagnostic for diagnostic in found or () if diagnostic.severity == "error"),
            *identities_report.blocking_diagnostics(built, identities_options.accepted),
        )
        if found is None:
            console.print_result(f"There is no ledger in {base} to compare with.\n")
        elif base:
            for line in (*ledger_review.lines(console.locations.located(found)), ""):
                console.print_result(line)
        for line in identities_report.lines(built, console.locations.path):
            console.print_result(console.locations.command(line))
    except BuildError as build_error:
        diagnostics = tuple(diagnostic for diagnostic in build_error.diagnostics if diagnostic.severity == "error")
    if style == "github":
        for line in diagnostics_report.github_lines(console.locations.located_in_repository(diagnostics)):
            console.print_annotation(line)
    else:
        console.diagnostics(diagnostics)
    return 1 if diagnostics else 0


def _review(base: str, project: Project, built: Built, options: Options) -> tuple[Diagnostic, ...] | None:
    """Return what differs from the ledger that the tool makes of a base's ledger and the notes; None without one."""
    text = project.inputs.ledger_text or ""
    base_text = base_ledger(options.notes, base, built.config.id)
    if base_text is None:
        return None
    # The base's ledger is taken as it is: what it lacks is no fault of this change.
    known = ledger_reader.read(base_text).ledger
    expected = project.build(ledger_text=ledger_file.to_text(known), earlier=(), package=None, rename=True)
    return ledger_review.differences(
        ledger_review.Review(known, expected, built, ledger_reader.read(text).ledger, text)
    )
