"""Where a version of the deck comes from: a package, a folder of notes, or what git remembers."""

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


def packed(named: str, options: Options, console: Console) -> bytes:
    """Give the package that a path or a git revision names.

    Raises
    ------
    BuildError : where there is none.
    """
    path = Path(named)
    if path.is_dir():
        return pack(build_project(replace(options, notes=path), console).deck)
    if path.is_file():
        return storage.read_binary_file(path)
    repository = git.repository(options.notes) if options.notes.is_dir() else None
    if not repository or not repository.commit(named):
        message = "is no package, no folder of notes and no revision that git knows"
        raise BuildError([error(DiagnosticCode.UNREADABLE, named, 0, message)])
    return _rebuilt(repository, named, options, console)


def version(named: str, options: Options, console: Console) -> Deck:
    """Give the deck that a path or a git revision names; a BuildError says why there is none."""
    return opened(packed(named, options, console), named)


def opened(data: bytes, named: str) -> Deck:
    """Give the deck of a package; a BuildError says why it has none."""
    try:
        return unpack(data)
    except PackageError as bad:
        raise BuildError([error(DiagnosticCode.UNREADABLE, named, 0, str(bad))]) from bad


def last(ledger: Ledger, options: Options, console: Console) -> Deck:
    """Give the deck of the last release, or an empty one before the first; a BuildError says that it is not at hand.

    Its tag is asked first. A package of its name counts only where nothing in it is younger than the release: `build`
    writes under the same name until the next one.
    """
    if not ledger.release:
        return Deck(ledger.deck, ledger.name, "", "", (), ())
    number, time = ledger.release
    repository = git.repository(options.notes)
    if repository and (tag := repository.tag(number)):
        return opened(_rebuilt(repository, tag, options, console), tag)
    for data in storage.newest_files(options.out, f"{file_slug(ledger.name)}-{number}.apkg"):
        with suppress(PackageError):
            found = unpack(data)
            if found.id == ledger.deck and all(row.changed <= time for row in found.rows):
                return found
    message = f"version {number} is not at hand: fetch its tag (git fetch --tags), or name its package with --from"
    raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, "ledger.jsonl", 1, message)])


def _rebuilt(repository: git.Repository, revision: str, options: Options, console: Console) -> bytes:
    try:
        with console.status(f"building {revision}"):
            return repository.build(revision, options.templates)
    except GitError as bad:
        raise BuildError([error(DiagnosticCode.UNREADABLE, revision, 0, str(bad))]) from bad
