"""`release`: the next version, its changelog, and one more stamp on what changed; a tag then publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from studydeck import config, storage
from studydeck.cli.build import stop_if_failed
from studydeck.cli.console import Console
from studydeck.cli.project import LoadedProject, Options, load_project, project_lock
from studydeck.cli.resolve_version import last, version
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, VersionError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.mark_released import released, retired_guids
from studydeck.integrations import git
from studydeck.model.anki import Deck
from studydeck.pipeline import Built
from studydeck.releases import changelog
from studydeck.releases.version import next_version
from studydeck.reports import diff
from studydeck.reports.comparison import Comparison, compare


class ReleaseOptions(Struct, frozen=True):
    """What the arguments say: a version or the next one, a package or the last tag, what to stamp, and the day."""

    version: str
    previous: str
    refresh: bool
    day: str


class _Release(Struct, frozen=True):
    """A release before it is written: what it brings, how many notes it refreshes, and the texts of its files."""

    found: Comparison
    refreshed: int
    section: str
    texts: tuple[tuple[Path, str], ...]


def run(options: Options, release_options: ReleaseOptions, console: Console) -> int:
    """Prepare a release and write it; give the exit code."""
    if not options.notes.is_dir():
        load_project(options, console)  # which says what is wrong
    with project_lock(options, console):
        _write(_prepare(options, release_options, console), options, console)
    return 0


def changelog_of(notes: Path) -> Path:
    """Give the changelog's place: beside the folder of the notes, or in it where it is a whole repository."""
    whole = (notes / ".git").exists()
    return (notes if whole else notes.resolve().parent) / changelog.NAME


def release_blockers(options: Options, built: Built, repository: git.Repository | None) -> Iterator[Diagnostic]:
    """Find what must be committed first."""
    if storage.read_text_file(options.notes / ledger_file.NAME, ledger_file.NAME) != built.ledger_text:
        message = "the ledger is older than the notes; run `build` and commit it together with them"
        yield error(DiagnosticCode.STALE_LEDGER, ledger_file.NAME, 0, message)
    if repository and (dirty := repository.dirty()):
        more = f" and {len(dirty) - 1} more" if dirty[1:] else ""
        message = f"{dirty[0]}{more}: not committed; a release is made of what git holds, so commit first"
        yield error(DiagnosticCode.NOT_RELEASABLE, str(repository.top), 0, message)


def _prepare(options: Options, release_options: ReleaseOptions, console: Console) -> _Release:
    """Compare with the last release, and refuse what cannot be one."""
    project = load_project(options, console)
    with console.status("building"):
        built = project.build()
    stop_if_failed(built, strict=options.strict)
    repository = git.repository(options.notes)
    if diagnostics := tuple(release_blockers(options, built, repository)):
        raise BuildError(diagnostics)
    before = (
        version(release_options.previous, options, console)
        if release_options.previous
        else last(built.ledger, options, console)
    )
    try:
        number = next_version(compare(before, built.deck), project.inputs.config.version, release_options.version)
    except VersionError as bad:
        raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, str(bad))]) from bad
    log = storage.read_text_file(changelog_of(options.notes), changelog.NAME) or ""
    if (repository and repository.tag(number)) or changelog.has(log, number):
        message = f"version {number} exists already, as a tag or in {changelog.NAME}; choose another with --version"
        raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, message)])
    return _release(number, before, project, release_options, log, options)


def _release(
    number: str, before: Deck, project: LoadedProject, release_options: ReleaseOptions, log: str, options: Options
) -> _Release:
    """Stamp the ledger, walk the street once more over it, and write down what differs."""
    settings = storage.read_text_file(options.notes / config.NAME, config.NAME)
    built = project.build()
    said = config.with_version(settings or "", built.config, number)
    quiet = compare(before, built.deck)
    stale = frozenset(
        one.after.guid for one in (*quiet.changed, *quiet.moved) if release_options.refresh and not one.arrives
    )
    ledger = ledger_file.write(released(built.ledger, number, options.now, stale))
    after = project.build(ledger_text=ledger, config=config.read(said))
    assert after.ledger_text == ledger, "a release must be what the next build makes of it"
    found = compare(before, after.deck)
    section = changelog.section(found, release_options.day, retired_guids(after.ledger), changelog.unreleased(log))
    texts = (
        (options.notes / config.NAME, said),
        (options.notes / ledger_file.NAME, ledger),
        (changelog_of(options.notes), changelog.inserted(log, section)),
    )
    return _Release(found, len(stale), section, texts)


def _write(made: _Release, options: Options, console: Console) -> None:
    """Write what a release changes, deck.toml first and the ledger before the changelog; git restores all three."""
    number = made.found.after.version
    console.print_status(f"{made.found.before.version or 'nothing'} → {number}: {diff.summary(made.found)}")
    if made.refreshed:
        console.print_status(f"refreshed: {made.refreshed} notes, whose learners lose their own edits of them")
    if options.dry_run:
        console.print_result()
        console.print_result(made.section)
        console.print_status("dry run: nothing was written")
        return
    for path, text in made.texts:
        try:
            storage.replace_file(path, text.encode())
        except OSError as bad:
            message = f"cannot be written ({bad.strerror}); put back what was: git restore ."
            raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, message)]) from bad
        console.print_status(f"wrote {path}")
    console.print_status(f"commit them, and publish: git tag v{number} && git push origin v{number}")
