"""`build`: notes in, package and ledger out."""

from __future__ import annotations

from msgspec.structs import replace

from studydeck import storage as files
from studydeck.build_inputs import slug
from studydeck.cli.console import Terminal
from studydeck.cli.project import Options, alone, walk
from studydeck.diagnostics import Code, error
from studydeck.errors import BuildError
from studydeck.identity import ledger as outline
from studydeck.pipeline import Built, pack
from studydeck.reports import summary


def run(options: Options, terminal: Terminal) -> int:
    """Build, write, and say so; give the exit code."""
    if not options.notes.is_dir():
        walk(options, terminal)  # which says what is wrong
    with alone(options, terminal):
        built = walk(options, terminal)
        if options.locked:
            built = _guarded(built, options)
        stop_if_failed(built, strict=options.strict)
        return _write(built, options, terminal)


def stop_if_failed(built: Built, *, strict: bool) -> None:
    """Raise a BuildError where warnings stop the build: errors did already."""
    if any(one.severity == "error" or (strict and one.severity == "warning") for one in built.problems):
        raise BuildError(built.problems, built.unclaimed)


def _guarded(built: Built, options: Options) -> Built:
    """Turn a ledger that would change into an error."""
    if files.text(options.notes / outline.NAME, outline.NAME) == built.ledger_text:
        return built
    message = "the ledger would change; run `build` without --locked and commit it together with the notes"
    return replace(built, problems=(*built.problems, error(Code.STALE_LEDGER, outline.NAME, 0, message)))


def _write(built: Built, options: Options, terminal: Terminal) -> int:
    target = options.out / f"{slug(built.config.name)}-{built.config.version}.apkg"
    before = files.text(options.notes / outline.NAME, outline.NAME)
    with terminal.status("packing"):
        data = pack(built.deck)
    if options.dry_run:
        terminal.problems(built.problems)
        _say(built, terminal)
        terminal.tell(f"dry run: {target} ({len(data):,} bytes) and the ledger were not written")
        return 0
    ledger = built.ledger_text if built.ledger_text != before else None
    written = files.write(options.notes, ledger, [(target, data)])
    terminal.problems((*built.problems, *written))
    _say(built, terminal)
    terminal.tell(f"wrote {target}")
    if ledger is not None and not written:
        terminal.tell(f"wrote {options.notes / outline.NAME}" + ("; it is new: commit it" if before is None else ""))
    return 1 if options.strict and written else 0


def _say(built: Built, terminal: Terminal) -> None:
    for line in summary.lines(built):
        terminal.tell(line)
