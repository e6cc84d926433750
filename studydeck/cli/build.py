"""`build`: notes in, package and ledger out."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck import storage
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project, project_lock
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.identity import ledger as ledger_file
from studydeck.pipeline import Built, pack
from studydeck.reports import summary


def run(options: Options, console: Console) -> int:
    """Build, write, and say so; give the exit code."""
    if not options.notes.is_dir():
        build_project(options, console)  # which says what is wrong
    with project_lock(options, console):
        built = build_project(options, console)
        if options.locked:
            built = _guarded(built, options)
        stop_if_failed(built, strict=options.strict)
        return _write(built, options, console)


def stop_if_failed(built: Built, *, strict: bool) -> None:
    """Raise a BuildError where warnings stop the build: errors did already."""
    if any(one.severity == "error" or (strict and one.severity == "warning") for one in built.diagnostics):
        raise BuildError(built.diagnostics, built.skipped)


def _guarded(built: Built, options: Options) -> Built:
    """Turn a ledger that would change into an error."""
    if storage.read_text_file(options.notes / ledger_file.NAME, ledger_file.NAME) == built.ledger_text:
        return built
    message = "the ledger would change; run `build` without --locked and commit it together with the notes"
    return replace(
        built, diagnostics=(*built.diagnostics, error(DiagnosticCode.STALE_LEDGER, ledger_file.NAME, 0, message))
    )


def _write(built: Built, options: Options, console: Console) -> int:
    target = options.out / f"{file_slug(built.config.name)}-{built.config.version}.apkg"
    before = storage.read_text_file(options.notes / ledger_file.NAME, ledger_file.NAME)
    with console.status("packing"):
        data = pack(built.deck)
    if options.dry_run:
        console.diagnostics(built.diagnostics)
        _say(built, console)
        console.print_status(f"dry run: {target} ({len(data):,} bytes) and the ledger were not written")
        return 0
    ledger = built.ledger_text if built.ledger_text != before else None
    written = storage.write_build(options.notes, ledger, [(target, data)])
    console.diagnostics((*built.diagnostics, *written))
    _say(built, console)
    console.print_status(f"wrote {target}")
    if ledger is not None and not written:
        console.print_status(
            f"wrote {options.notes / ledger_file.NAME}" + ("; it is new: commit it" if before is None else "")
        )
    return 1 if options.strict and written else 0


def _say(built: Built, console: Console) -> None:
    for line in summary.lines(built):
        console.print_status(line)
