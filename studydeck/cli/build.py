"""`build`: reads the notes, and writes the package and the ledger."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck import storage
from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project, load_project, project_lock
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.identity import ledger as ledger_file
from studydeck.pipeline import Built, pack
from studydeck.project import package_path, stop_if_failed
from studydeck.reports import summary


def run(options: Options, console: Console) -> int:
    """Build, write the files, and print a summary; return the exit code."""
    if not options.notes.is_dir():
        build_project(options, console)  # raises a BuildError
    with project_lock(options, console):
        built = _build(options, console)
        if options.locked:
            built = _with_stale_ledger_error(built, options)
        stop_if_failed(built, strict=options.strict)
        return _write(built, options, console)


def _build(options: Options, console: Console) -> Built:
    if not options.replay:
        return build_project(options, console)
    from studydeck.cli.replay import replayed_ledger  # imported here: it starts git

    ledger_text = replayed_ledger(options, console)
    project = load_project(options, console)
    with console.status("building"):
        return project.build(ledger_text=ledger_text)


def _with_stale_ledger_error(built: Built, options: Options) -> Built:
    """Add an error if the ledger would change."""
    if storage.read_text_file(options.notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME) == built.ledger_text:
        return built
    message = "the ledger would change; run `studydeck build` without --locked, and commit it together with the notes"
    return replace(
        built, diagnostics=(*built.diagnostics, error(DiagnosticCode.STALE_LEDGER, ledger_file.FILE_NAME, 0, message))
    )


def _write(built: Built, options: Options, console: Console) -> int:
    path = package_path(options.out, built.config)
    old_ledger = storage.read_text_file(options.notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    with console.status("packing"):
        package = pack(built.deck)
    if options.dry_run:
        console.diagnostics(built.diagnostics)
        _print_summary(built, console)
        console.print_status(f"dry run: {path} ({len(package):,} bytes) and the ledger were not written")
        return 0
    ledger = built.ledger_text if built.ledger_text != old_ledger else None
    write_warnings = storage.write_build(options.notes, ledger, [(path, package)])
    console.diagnostics((*built.diagnostics, *write_warnings))
    _print_summary(built, console)
    console.print_status(f"wrote {path}")
    if ledger is not None and not write_warnings:
        console.print_status(
            f"wrote {options.notes / ledger_file.FILE_NAME}"
            + ("; it is new: commit it with the notes" if old_ledger is None else "")
        )
    if not built.before.deck:
        console.print_status(
            f"next: double-click {path}, and Anki imports it; to decide first which cards to keep: studydeck curate"
        )
    return 1 if options.strict and write_warnings else 0


def _print_summary(built: Built, console: Console) -> None:
    for line in summary.lines(built):
        console.print_status(line)
