"""`init`: sets up a folder for a deck. It writes what is missing, overwrites nothing, and says the next command."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import click
from msgspec import Struct

from studydeck import config, storage
from studydeck.build_inputs import default_deck_name, new_deck_id
from studydeck.cli.console import Console
from studydeck.cli.locations import Locations
from studydeck.identity import ledger as ledger_file
from studydeck.identity import ledger_reader
from studydeck.identity.ledger import Ledger
from studydeck.integrations.git import top_folder
from studydeck.storage import new_files

_FIRST_VERSION = "1.0.0"
_FIRST_NOTE = "first-note.md"
_WORKFLOW = ".github/workflows/cards.yml"
_HOOKS = ".pre-commit-config.yaml"
_IGNORED = ".gitignore"
_DEFAULT_NOTES = "notes"
_PUBLISHED = "published/"  # the folder that the documentation gives to `bundle`
# Pages about a repository, which are no notes.
_ABOUT_REPOSITORIES = frozenset({"readme", "changelog", "contributing", "license", "security", "code_of_conduct"})


class InitOptions(Struct, frozen=True):
    """The arguments of `init`.

    `notes` is the notes folder below `folder`, or empty to find it. `random_letters` returns so many letters and digits
    at random. `tool` is the repository of this program and a revision of it, if they are known. `fork` makes another
    deck of the one that is there.
    """

    folder: Path
    notes: str
    out: Path
    dry_run: bool
    random_letters: Callable[[int], str]
    tool: tuple[str, str] | None
    fork: bool = False


class _File(Struct, frozen=True):
    """A file to write: its path below the folder, its text, and what it is for."""

    path: str
    text: str
    purpose: str


def run(init_options: InitOptions, console: Console) -> int:
    """Write what is missing, and print what was done and the next command; return the exit code."""
    folder = init_options.folder
    if folder.is_symlink() and not folder.exists():
        raise click.UsageError(f"{folder} is a link to nothing; name a folder")
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"{folder} is a file; name a folder")
    notes = init_options.notes or _notes_folder(folder)
    if (folder / notes).exists() and not (folder / notes).is_dir():
        raise click.UsageError(f"{folder / notes} is a file; name the folder of your notes with --notes")
    top = top_folder(folder)
    is_part = top is not None and top != folder.resolve()
    console.locations = Locations(folder / notes)
    if init_options.fork:
        from studydeck.cli import fork

        fork.run(folder / notes, init_options.random_letters, console, dry_run=init_options.dry_run)
        _print_next(init_options, notes, console)
        return 0
    files = [*_files(init_options, notes, is_part=is_part)]
    is_unknown = not init_options.tool and not is_part and new_files.place_of(folder, _WORKFLOW) == "missing"
    for file in files:
        _write(file, init_options, console)
    _ignore(init_options, console)
    if top and is_part:
        _print_repository(folder, top, notes, console)
    if is_unknown:
        workflow = (folder / _WORKFLOW).as_posix()
        console.print_status(f"before you push {workflow}: replace OWNER and COMMIT by those of your studydeck")
    _print_next(init_options, notes, console)
    return 0


def _notes_folder(folder: Path) -> str:
    """Return the folder of the notes that are there, or that of new ones."""
    if not folder.is_dir() or (folder / _DEFAULT_NOTES).is_dir():
        return _DEFAULT_NOTES
    paths = [PurePosixPath(path) for path in new_files.markdown_paths(folder)]
    notes = [path for path in paths if not (len(path.parts) == 1 and _is_about_repository(path))]
    folders = {path.parts[0] if len(path.parts) > 1 else "." for path in notes}
    if not folders:
        return _DEFAULT_NOTES
    return folders.pop() if len(folders) == 1 else "."


def _files(init_options: InitOptions, notes: str, *, is_part: bool) -> Iterator[_File]:
    """Yield the files of a project; those that only work at the top of a repository not for a part of one."""
    folder = init_options.folder
    yield _File(
        (PurePosixPath(notes) / config.NAME).as_posix(),
        _settings(init_options, notes),
        "the name, the id and the version of the deck; never change the id",
    )
    if not (folder / notes).is_dir() or not new_files.markdown_paths(folder / notes):
        path = (PurePosixPath(notes) / _FIRST_NOTE).as_posix()
        yield _File(path, new_files.new_text(_FIRST_NOTE), "an example; replace it by your own notes")
    if is_part:
        return
    option = json.dumps(f"--notes={notes}", ensure_ascii=False)
    hooks = new_files.new_text("pre-commit-config.yaml", option=option)
    yield _File(_HOOKS, hooks, "checks the notes before each commit, if you use pre-commit")
    tool, revision = init_options.tool or ("OWNER/studydeck", "COMMIT")
    workflow = new_files.new_text(
        "cards.yml", tool=tool, revision=revision, notes=json.dumps(notes, ensure_ascii=False)
    )
    yield _File(_WORKFLOW, workflow, "publishes the deck on GitHub when you push a tag such as v1.0.0")


def _settings(init_options: InitOptions, notes: str) -> str:
    """Return the text of deck.toml; a ledger that is there decides the deck's id, name and version."""
    folder = init_options.folder / notes
    ledger_text = storage.read_text_file(folder / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    known = ledger_reader.read(ledger_text).ledger if ledger_text else Ledger()
    parent = init_options.folder.resolve() if notes in {_DEFAULT_NOTES, "docs", "."} else folder.resolve()
    name = known.name or default_deck_name(parent.name)
    deck_id = known.deck or new_deck_id(name, init_options.random_letters)
    text = new_files.new_text(
        config.NAME,
        id=json.dumps(deck_id),
        name=json.dumps(name, ensure_ascii=False),
        version=known.release[0] if known.release else _FIRST_VERSION,
    )
    pages = [PurePosixPath(path) for path in new_files.markdown_paths(folder)] if notes == "." else []
    about = [path for path in pages if len(path.parts) == 1 and _is_about_repository(path)]
    patterns = [f"/{path}" for path in about if path.name != config.CHANGELOG]  # which is never read as notes
    return f"{text}exclude = {json.dumps(patterns, ensure_ascii=False)}\n" if patterns else text


def _is_about_repository(path: PurePosixPath) -> bool:
    return path.stem.lower() in _ABOUT_REPOSITORIES


def _write(file: _File, init_options: InitOptions, console: Console) -> None:
    shown = (init_options.folder / file.path).as_posix()
    match new_files.place_of(init_options.folder, file.path):
        case "there":
            console.print_status(f"kept {shown}, which is there")
        case "elsewhere":
            console.print_warning(f"{shown} is not written: a part of its path is a file, or a link out of the folder")
        case "missing":
            if not init_options.dry_run:
                new_files.write_new(init_options.folder, file.path, file.text)
            console.print_status(f"{_wrote(init_options)} {shown}: {file.purpose}")


def _wrote(init_options: InitOptions) -> str:
    return "would write" if init_options.dry_run else "wrote"


def _ignore(init_options: InitOptions, console: Console) -> None:
    """Make git leave out what a build writes."""
    folder, out = init_options.folder, init_options.out
    is_below = not out.is_absolute() and ".." not in out.parts and out.parts
    lines = (*([f"{out.as_posix()}/"] if is_below else []), _PUBLISHED)
    target = folder / _IGNORED
    if target.is_symlink() or (target.exists() and not target.is_file()):
        console.print_warning(f"{target.as_posix()} is no file of this folder; add these lines: {' '.join(lines)}")
        return
    missing = new_files.missing_lines(folder, _IGNORED, lines)
    text = new_files.new_text("gitignore", lines="\n".join(missing))
    if not target.exists():
        _write(_File(_IGNORED, text, "git leaves out packages, which can be built again"), init_options, console)
    elif not missing:
        console.print_status(f"kept {target.as_posix()}, which is there")
    else:
        if not init_options.dry_run:
            new_files.append_text(folder, _IGNORED, text)
        what = "would add" if init_options.dry_run else "added"
        console.print_status(f"{what} {' '.join(missing)} to {target.as_posix()}")


def _print_repository(folder: Path, top: Path, notes: str, console: Console) -> None:
    """Say what belongs into the folder of the repository, where this folder is a part of it."""
    part = folder.resolve().relative_to(top)
    there = "/".join([".."] * len(part.parts))
    inner = (part / notes).as_posix()
    command = shlex.join(["studydeck", "init", (folder / there).as_posix(), "--notes", inner])
    console.print_status(f"for {_WORKFLOW} and {_HOOKS}, which belong into the folder of the repository: {command}")


def _print_next(init_options: InitOptions, notes: str, console: Console) -> None:
    """Print the command that builds the deck, from where the user stands."""
    change = [] if init_options.folder == Path() else [shlex.join(["cd", str(init_options.folder)])]
    build = ["studydeck"] if notes == _DEFAULT_NOTES else ["studydeck", "--notes", notes]
    if init_options.dry_run:
        console.print_status("dry run: nothing was written")
    else:
        console.print_status(f"next: {' && '.join([*change, shlex.join(build)])}")
