"""Turns the name of a version into a package or deck: a name is a package file, a notes folder or a git revision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from studydeck import __version__, config, storage
from studydeck.apkg.reader import unpack
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.project import Options, build_project
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error, warning
from studydeck.errors import BuildError, GitError, PackageError
from studydeck.identity.ledger import Ledger
from studydeck.integrations import git
from studydeck.integrations.revisions import CheckedOut, check_out
from studydeck.model.anki import Deck
from studydeck.pipeline import Built, pack

GET_OTHER_VERSION = "in a clone of studydeck, `git checkout` the tag of that version and `python -m pip install -e .`"


def resolve_package(version: str, options: Options, console: Console) -> bytes:
    """Return the package that a path, a git revision or the version of a release names.

    Raises
    ------
    BuildError : if there is no such path or revision, or it cannot be built.
    """
    deck = _build(version, options, console)
    return pack(deck) if deck else storage.read_binary_file(Path(version))


def resolve_deck(version: str, options: Options, console: Console) -> Deck:
    """Return the deck that a path, a git revision or the version of a release names.

    Raises
    ------
    BuildError : if there is none.
    """
    # What is built here is not packed and read again: the limits of packages are for those of strangers.
    return _build(version, options, console) or unpack_deck(storage.read_binary_file(Path(version)), version)


def _build(version: str, options: Options, console: Console) -> Deck | None:
    """Return the deck of a folder of notes or of a git revision; None if the name is that of a file."""
    path = Path(version)
    if path.is_dir():
        return build_project(replace(options, notes=path), console).deck
    if path.is_file():
        return None
    try:
        repository = git.open_repository(options.notes)
        revision = version if repository.commit(version) else _release_tag(version, repository, options)
        commit = repository.resolve(revision)
    except GitError as git_error:
        message = f"is not a package, a folder of notes or a git revision: {git_error}"
        raise BuildError([error(DiagnosticCode.UNREADABLE, version, 0, message, root="")]) from git_error
    built = build_revision(repository, revision, options, console)
    tag = repository.tag(built.config.version, built.config.tag_prefix)
    if tag and repository.commit(tag) == commit:
        console.diagnostics(other_tool(built, revision))
    return built.deck


def _release_tag(version: str, repository: git.Repository, options: Options) -> str:
    """Return the tag of the release that a version names, or the text itself if it names none."""
    return repository.tag(version, tag_prefix(options.notes)) or version


def unpack_deck(package: bytes, name: str) -> Deck:
    """Return the deck in a package; raise a BuildError, which calls it `name`, if it cannot be read."""
    try:
        return unpack(package)
    except PackageError as package_error:
        raise BuildError([error(DiagnosticCode.UNREADABLE, name, 0, str(package_error), root="")]) from package_error


def last_release(ledger: Ledger, prefix: str, options: Options, console: Console) -> Deck:
    """Return the deck of the last release, or an empty one before the first; raise a BuildError if it is not available.

    The release is built from its tag, which begins with `prefix`, if there is one, and if this version of the tool
    makes the notes of it that were released. Else its package is used, unless a note in it changed after the release:
    `build` writes to the same file name until the next release.
    """
    if not ledger.release:
        return Deck(ledger.deck, ledger.name, "", "", (), ())
    number, time = ledger.release
    repository = git.repository(options.notes)
    built, warnings = None, tuple[Diagnostic, ...]()
    if repository and (tag := repository.tag(number, prefix)):
        built = build_revision(repository, tag, options, console)
        warnings = other_tool(built, tag)
        if not warnings:
            return built.deck
    for path in storage.newest_paths(options.out, f"{file_slug(ledger.name)}-{number}.apkg"):
        try:
            deck = unpack_deck(storage.read_binary_file(path), str(path))
        except BuildError as build_error:
            console.diagnostics([replace(diagnostic, severity="warning") for diagnostic in build_error.diagnostics])
            continue
        if deck.id == ledger.deck and deck.version == number and all(row.changed <= time for row in deck.rows):
            return deck
    if built:
        console.diagnostics(warnings)
        return built.deck
    tag_name = config.tag_names(number, prefix)[0]
    message = (
        f"version {number} is not available: fetch its tag {tag_name} (git fetch --tags), or name its package or "
        "another tag with --from"
    )
    raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, "ledger.jsonl", 1, message)])


def tag_prefix(notes: Path) -> str:
    """Return the prefix of the deck's tags, as deck.toml says now; raise a BuildError if it cannot be read."""
    return config.read(storage.read_text_file(notes / config.NAME, config.NAME) or "").tag_prefix


def build_revision(repository: git.Repository, revision: str, options: Options, console: Console) -> Built:
    """Build a revision by this version of the tool, in this process; nothing of the revision is imported or started.

    Raises
    ------
    BuildError : if there is no such revision, or it cannot be built; its diagnostics name files as `REVISION:PATH`.
    """
    try:
        with check_out(repository, revision, options.templates) as checked_out:
            for path, reason in checked_out.missing:
                console.diagnostics([warning(DiagnosticCode.NOT_IN_CLONE, f"{revision}:{path}", 0, reason, root="")])
            folders = replace(options, notes=checked_out.notes, out=checked_out.out, templates=checked_out.templates)
            try:
                return build_project(replace(folders, reset_identities=False, rename_deck=False), console)
            except BuildError as build_error:
                raise BuildError(_of_revision(build_error, revision, repository.notes, checked_out)) from build_error
    except GitError as git_error:
        raise BuildError([error(DiagnosticCode.UNREADABLE, revision, 0, str(git_error), root="")]) from git_error


def other_tool(built: Built, tag: str) -> tuple[Diagnostic, ...]:
    """Return a warning if this version of the tool does not make of a release the notes that its ledger records."""
    if not built.before.release or built.ledger.notes == built.before.notes:
        return ()
    message = (
        f"another version of studydeck released it: version {__version__} makes other notes of it than learners have. "
        f"Name the released package instead of the tag, or use that version: {GET_OTHER_VERSION}"
    )
    return (warning(DiagnosticCode.OTHER_TOOL, tag, 0, message, root=""),)


def _of_revision(build_error: BuildError, revision: str, notes: str, checked_out: CheckedOut) -> Iterator[Diagnostic]:
    """Yield the errors of a build with the paths that git shows for files of a revision."""
    for diagnostic in build_error.diagnostics:
        if diagnostic.severity == "error":
            path = diagnostic.path.removeprefix(str(checked_out.notes)).lstrip("/")
            place = f"{revision}:{notes}/{path}" if path else f"{revision}:{notes}"
            message = diagnostic.message.replace(str(checked_out.notes), notes)
            yield replace(diagnostic, path=place, message=message, root="", named=())
