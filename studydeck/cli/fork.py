"""`init --fork`: makes another deck of a copy, so that learners can have both.

The deck gets a new id, from which all identities come, another name, by which Anki finds decks, and a version that the
old deck never had. Its ledger and decisions name notes of the old deck, and are taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from studydeck import config, storage
from studydeck.build_inputs import default_deck_name, new_deck_id
from studydeck.cli.console import Console
from studydeck.config import Config, parse_version
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError, GitError
from studydeck.identity import decisions, ledger_reader
from studydeck.identity import ledger as ledger_file
from studydeck.integrations.git import open_repository

_SUFFIX = " (fork)"


def run(notes: Path, random_letters: Callable[[int], str], console: Console, *, dry_run: bool) -> None:
    """Give the deck of a folder another id, name and version, and take its ledger away.

    Parameters
    ----------
    notes : the notes folder of the copy.
    random_letters : returns so many letters and digits at random.
    console : is told what was done, and what is left to do.
    dry_run : whether nothing is written.

    Raises
    ------
    BuildError : if the folder has neither an id nor a ledger, or a file cannot be read or written.
    """
    text = storage.read_text_file(notes / config.NAME, config.NAME) or ""
    old = config.read(text)
    ledger_text = storage.read_text_file(notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    if not old.id and ledger_text is None:
        message = "there is neither an id nor a ledger here, so no deck of this folder exists that could be forked"
        raise BuildError([error(DiagnosticCode.BAD_CONFIG, config.NAME, 0, message)])
    known = ledger_reader.read(ledger_text or "").ledger
    old_name = old.name or known.name or default_deck_name(notes.resolve().name)
    new = _forked(old, old_name, known.release[0] if known.release else "", random_letters)
    new_text = config.with_settings(text, id=new.id, name=new.name, version=new.version)
    done = "would write" if dry_run else "wrote"
    if not dry_run:
        storage.write_files([(notes / config.NAME, new_text.encode())])
    console.print_status(
        f'{done} {(notes / config.NAME).as_posix()}: id "{new.id}", name "{new.name}", version {new.version}'
    )
    for name in (ledger_file.FILE_NAME, decisions.FILE_NAME):
        _take_away(notes, name, console, dry_run=dry_run)
    for key, value in (("source-url", old.source_url), ("issues-url", old.issues_url)):
        if value:
            console.print_status(f"{key} still names {value}")
    console.print_status("choose the name of the deck before you build: Anki finds decks by it")


def _forked(old: Config, old_name: str, released: str, random_letters: Callable[[int], str]) -> Config:
    """Return the id, the name and the version of a fork."""
    name = old_name if old_name.endswith(_SUFFIX) else f"{old_name[: config.MAX_NAME_LENGTH - len(_SUFFIX)]}{_SUFFIX}"
    version = old.version or "1.0.0"
    if released and parse_version(version) <= parse_version(released):
        version = str(parse_version(released).bump_major())
    return Config(id=new_deck_id(old_name, random_letters), name=name, version=version)


def _take_away(notes: Path, name: str, console: Console, *, dry_run: bool) -> None:
    """Remove a file that git has; keep one that it does not have under another name."""
    path = notes / name
    if not path.is_file():
        return
    content = storage.read_binary_file(path)
    kept = notes / f"{name}.old"
    has_copy = _is_committed(notes, name, content)
    if not dry_run:
        if not has_copy:
            storage.write_files([(kept, content)])
        storage.remove_file(path)
    done = "would remove" if dry_run else "removed"
    where = "the last commit has it" if has_copy else f"it is kept as {kept.as_posix()}"
    console.print_status(f"{done} {path.as_posix()}, which names notes of the old deck; {where}")


def _is_committed(notes: Path, name: str, content: bytes) -> bool:
    try:
        repository = open_repository(notes)
        return repository.read_blob("HEAD", repository.note_path(name)) == content
    except GitError:
        return False
