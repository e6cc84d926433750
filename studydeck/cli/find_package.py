"""Turns the name of a version into a package or deck: a name is a package file, a notes folder or a git revision."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from studydeck import storage
from studydeck.apkg.reader import unpack
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError, GitError, PackageError
from studydeck.identity.ledger import Ledger
from studydeck.integrations import git
from studydeck.model.anki import Deck
from studydeck.pipeline import pack


def resolve_package(version: str, options: Options, console: Console) -> bytes:
    """Return the package that a path or a git revision names.

    Raises
    ------
    BuildError : if there is no such path or revision, or it cannot be built.
    """
    path = Path(version)
    if path.is_dir():
        return pack(build_project(replace(options, notes=path), console).deck)
    if path.is_file():
        return storage.read_binary_file(path)
    repository = git.repository(options.notes) if options.notes.is_dir() else None
    if not repository or not repository.commit(version):
        message = "is not a package, a folder of notes or a git revision"
        raise BuildError([error(DiagnosticCode.UNREADABLE, version, 0, message)])
    return _build_revision(repository, version, options, console)


def resolve_deck(version: str, options: Options, console: Console) -> Deck:
    """Return the deck that a path or a git revision names; raise a BuildError if there is none."""
    return unpack_deck(resolve_package(version, options, console), version)


def unpack_deck(package: bytes, name: str) -> Deck:
    """Return the deck in a package; raise a BuildError, which calls it `name`, if it cannot be read."""
    try:
        return unpack(package)
    except PackageError as package_error:
        raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, str(package_error))]) from package_error


def last_release(ledger: Ledger, options: Options, console: Console) -> Deck:
    """Return the deck of the last release, or an empty one before the first; raise a BuildError if it is not available.

    The release is built from its tag, if there is one. Else its package is used, unless a note in it changed after the
    release: `build` writes to the same file name until the next release.
    """
    if not ledger.release:
        return Deck(ledger.deck, ledger.name, "", "", (), ())
    number, time = ledger.release
    repository = git.repository(options.notes)
    if repository and (tag := repository.tag(number)):
        return unpack_deck(_build_revision(repository, tag, options, console), tag)
    for package in storage.newest_files(options.out, f"{file_slug(ledger.name)}-{number}.apkg"):
        with suppress(PackageError):
            deck = unpack(package)
            if deck.id == ledger.deck and all(row.changed <= time for row in deck.rows):
                return deck
    message = f"version {number} is not available: fetch its tag (git fetch --tags), or name its package with --from"
    raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, "ledger.jsonl", 1, message)])


def _build_revision(repository: git.Repository, revision: str, options: Options, console: Console) -> bytes:
    try:
        with console.status(f"building {revision}"):
            return repository.build(revision, options.templates)
    except GitError as git_error:
        raise BuildError([error(DiagnosticCode.UNREADABLE, revision, 0, str(git_error))]) from git_error
