"""`build`: notes in, package and ledger out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from studydeck import files
from studydeck.commands.street import Options, alone, walk
from studydeck.commands.terminal import Terminal
from studydeck.ledger import outline
from studydeck.problems import Code, error

if TYPE_CHECKING:
    from studydeck.build import Built


def run(options: Options, terminal: Terminal) -> int:
    """Build, write, and say so; give the exit code."""
    if not options.notes.is_dir():
        return _report(walk(options, terminal), options, terminal)
    with alone(options, terminal):
        built = walk(options, terminal)
        if options.locked:
            built = _guarded(built, options)
        if failed(built, strict=options.strict):
            return _report(built, options, terminal)
        return _write(built, options, terminal)


def failed(built: Built, *, strict: bool) -> bool:
    """Tell whether problems stop the build."""
    return any(one.severity == "error" or (strict and one.severity == "warning") for one in built.problems)


def _guarded(built: Built, options: Options) -> Built:
    """Turn a ledger that would change into an error."""
    now, _ = files.text(options.notes / outline.NAME, outline.NAME)
    if built.deck is None or now == built.ledger_text:
        return built
    message = "the ledger would change; run `build` without --locked and commit it together with the notes"
    return replace(built, problems=(*built.problems, error(Code.STALE_LEDGER, outline.NAME, 0, message)))


def _report(built: Built, options: Options, terminal: Terminal) -> int:
    terminal.problems(built.problems)
    strict = " (--strict: warnings count)" if options.strict else ""
    errors = sum(one.severity == "error" or (options.strict and one.severity == "warning") for one in built.problems)
    if errors:
        terminal.tell(f"nothing was written: {errors} error{'s' * (errors != 1)}{strict}")
    return 1 if errors else 0


def _write(built: Built, options: Options, terminal: Terminal) -> int:
    from studydeck import build

    assert built.deck is not None
    target = options.out / f"{build.slug(built.config.name)}-{built.config.version}.apkg"
    before, _ = files.text(options.notes / outline.NAME, outline.NAME)
    with terminal.status("packing"):
        data = build.pack(built.deck)
    if options.dry_run:
        terminal.problems(built.problems)
        _say(built, terminal)
        terminal.tell(f"dry run: {target} ({len(data):,} bytes) and the ledger were not written")
        return 0
    ledger = built.ledger_text if built.ledger_text != before else None
    try:
        written = files.write(options.notes, ledger, [(target, data)])
    except OSError as bad:
        name = Path(bad.filename or target)
        terminal.problems((error(Code.UNREADABLE, str(name), 0, f"cannot be written ({bad.strerror})"),))
        return 1
    terminal.problems((*built.problems, *written))
    _say(built, terminal)
    terminal.tell(f"wrote {target}")
    if ledger is not None and not written:
        terminal.tell(f"wrote {options.notes / outline.NAME}" + ("; it is new: commit it" if before is None else ""))
    return 1 if options.strict and written else 0


def _say(built: Built, terminal: Terminal) -> None:
    from studydeck.views import summary

    for line in summary.lines(built):
        terminal.tell(line)
