"""`release`: computes the next version, and writes it into deck.toml, the ledger and the changelog.

Notes that changed since the last release get a newer `changed` time in the ledger, so that Anki updates them.
Committing and tagging the result publishes it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from msgspec import Struct

from studydeck import config, storage
from studydeck.cli.console import Console
from studydeck.cli.find_package import last_release, resolve_deck
from studydeck.cli.project import Options, load_project, project_lock
from studydeck.diagnostics import Diagnostic, DiagnosticCode, counted, error
from studydeck.errors import BuildError, GitError, VersionError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.diagnose import is_bulk_retirement
from studydeck.identity.mark_released import mark_released, retired_guids
from studydeck.integrations import git
from studydeck.model.anki import Deck
from studydeck.pipeline import Built
from studydeck.project import Project, stop_if_failed
from studydeck.releases import changelog
from studydeck.releases.version import next_version
from studydeck.reports import diff
from studydeck.reports.comparison import Comparison, compare


class ReleaseOptions(Struct, frozen=True):
    """The arguments of `release`.

    `version` is empty for the next version, `previous` for the tag of the last release. `refresh` also updates notes
    whose surroundings changed. `day` is an ISO date. `accepted` is the number of retired notes that the author expects.
    """

    version: str
    previous: str
    refresh: bool
    day: str
    accepted: int = 0


class _Release(Struct, frozen=True):
    """A release that is not written yet.

    `comparison` is with the last release, `refreshed_count` counts the notes that --refresh updates, `section` is that
    of the changelog, `texts` are the new contents of files, and `tag` is the name of the tag to make.
    """

    comparison: Comparison
    refreshed_count: int
    section: str
    texts: tuple[tuple[Path, str], ...]
    tag: str


def run(options: Options, release_options: ReleaseOptions, console: Console) -> int:
    """Prepare a release and write it; return the exit code."""
    if not options.notes.is_dir():
        load_project(options, console)  # raises a BuildError
    with project_lock(options, console):
        _write(_prepare(options, release_options, console), options, console)
    return 0


def read_changelog(notes: Path) -> tuple[Path, str]:
    """Return the path of the deck's changelog and its text.

    Earlier versions wrote it beside the notes folder. If the folder has none, and `release` wrote sections there, they
    are read from there; `release` then writes all of them into the folder, and leaves the old file as it is.
    """
    path = notes / changelog.NAME
    text = storage.read_text_file(path, changelog.NAME)
    if text is None and not (notes / ".git").exists():
        old_path = notes.resolve().parent / changelog.NAME
        old_text = storage.read_text_file(old_path, changelog.NAME)
        if old_text and changelog.is_written_by_release(old_text):
            return old_path, old_text
    return path, text or ""


def open_repository(options: Options, console: Console) -> git.Repository | None:
    """Return the repository of the notes, or None; print a warning if there is one that cannot be used."""
    try:
        return git.open_repository(options.notes)
    except GitError as git_error:
        if git.top_folder(options.notes):
            console.print_warning(f"not checked whether all files are committed: {git_error}")
        return None


def release_blockers(options: Options, built: Built, repository: git.Repository | None) -> Iterator[Diagnostic]:
    """Yield an error for a ledger that is out of date, and for files that are not committed."""
    if storage.read_text_file(options.notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME) != built.ledger_text:
        message = (
            "the ledger is older than the notes; run `studydeck build`, and commit the ledger together with the notes"
        )
        yield error(DiagnosticCode.STALE_LEDGER, ledger_file.FILE_NAME, 0, message)
    if repository:
        yield from _uncommitted(repository)


def _uncommitted(repository: git.Repository) -> Iterator[Diagnostic]:
    """Yield an error if files are not committed, or git cannot tell."""
    try:
        dirty = repository.dirty()
    except GitError as git_error:
        yield error(DiagnosticCode.NOT_RELEASABLE, str(repository.top), 0, str(git_error), root="")
        return
    if dirty:
        more = f" and {len(dirty) - 1} more" if dirty[1:] else ""
        message = f"{dirty[0]}{more}: not committed; a release contains only what is committed, so commit first"
        yield error(DiagnosticCode.NOT_RELEASABLE, str(repository.top), 0, message, root="")


def _prepare(options: Options, release_options: ReleaseOptions, console: Console) -> _Release:
    """Build, compare with the last release, and prepare the next one; raise a BuildError if none is possible."""
    project = load_project(options, console)
    with console.status("building"):
        built = project.build()
    stop_if_failed(built, strict=options.strict)
    repository = open_repository(options, console)
    if diagnostics := tuple(release_blockers(options, built, repository)):
        raise BuildError(diagnostics)
    before = (
        resolve_deck(release_options.previous, options, console)
        if release_options.previous
        else last_release(built.ledger, built.config.tag_prefix, options, console)
    )
    comparison = compare(before, built.deck)
    skipped = {note.guid for note in built.skipped_notes}
    if diagnostics := tuple(_unexpected_retirement(comparison, skipped, release_options.accepted)):
        raise BuildError(diagnostics)
    try:
        number = next_version(comparison, project.inputs.config.version, release_options.version)
    except VersionError as version_error:
        raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, str(version_error))]) from version_error
    _, changelog_text = read_changelog(options.notes)
    tag = repository and repository.tag(number, built.config.tag_prefix)
    if tag or changelog.has_section(changelog_text, number):
        message = f"version {number} exists already, as a tag or in {changelog.NAME}; choose another with --version"
        if tag and not changelog.has_section(changelog_text, number):
            message = (
                f"the tag {tag} exists already; choose another version with --version or, if it is a tag of another "
                "deck or of a program in this repository, set `tag-prefix`"
            )
        raise BuildError([error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, message)])
    return _prepare_files(number, before, project, release_options, changelog_text, options)


def _unexpected_retirement(comparison: Comparison, skipped: AbstractSet[str], accepted: int) -> Iterator[Diagnostic]:
    """Yield an error if many notes of the last release are gone, not skipped, and the author did not confirm it."""
    retired = sum(row.guid not in skipped for row in comparison.retired)
    before = len(comparison.before.rows)
    if is_bulk_retirement(retired, before) and retired != accepted:
        message = (
            f"{retired:,} of {before:,} notes of the last release would be retired at once; if that is intended: "
            f"studydeck release --accept-retired {retired}"
        )
        yield error(DiagnosticCode.NOT_RELEASABLE, ledger_file.FILE_NAME, 0, message)


def _prepare_files(
    number: str,
    before: Deck,
    project: Project,
    release_options: ReleaseOptions,
    changelog_text: str,
    options: Options,
) -> _Release:
    """Mark the notes of the ledger as released, build once more with it, and write the section of the changelog."""
    config_text = storage.read_text_file(options.notes / config.NAME, config.NAME)
    built = project.build()
    new_config_text = config.with_version(config_text or "", built.config, number)
    unreleased = compare(before, built.deck)
    refreshed = frozenset(
        change.after.guid
        for change in (*unreleased.changed, *unreleased.moved)
        if release_options.refresh and not change.is_update
    )
    skipped = frozenset(note.guid for note in built.skipped_notes)
    ledger_text = ledger_file.to_text(mark_released(built.ledger, number, options.now, refreshed, skipped))
    after = project.build(ledger_text=ledger_text, config=config.read(new_config_text))
    assert after.ledger_text == ledger_text, "building a release must not change its ledger"
    comparison = compare(before, after.deck)
    section = changelog.section(
        comparison, release_options.day, retired_guids(after.ledger, skipped), changelog.unreleased_text(changelog_text)
    )
    texts = (
        (options.notes / config.NAME, new_config_text),
        (options.notes / ledger_file.FILE_NAME, ledger_text),
        (options.notes / changelog.NAME, changelog.with_section(changelog_text, section)),
    )
    tag = config.tag_names(number, built.config.tag_prefix)[0]
    return _Release(comparison, len(refreshed), section, texts, tag)


def _write(release: _Release, options: Options, console: Console) -> None:
    """Write deck.toml, the ledger and the changelog, in this order; `git restore` undoes a release written in part."""
    console.print_status(f"{diff.versions(release.comparison)}: {diff.summary(release.comparison)}")
    if release.refreshed_count:
        console.print_status(
            f"refreshed: {counted(release.refreshed_count, 'note')}; learners lose their own edits of them"
        )
    if options.dry_run:
        console.print_result()
        console.print_result(release.section)
        console.print_status("dry run: nothing was written")
        return
    old_changelog, _ = read_changelog(options.notes)
    for path, text in release.texts:
        try:
            storage.replace_file(path, text.encode())
        except OSError as os_error:
            command = f"git -C {shlex.quote(str(options.notes))} restore ."
            message = f"cannot be written ({os_error.strerror}); restore the other files: {command}"
            raise BuildError([error(DiagnosticCode.UNREADABLE, str(path), 0, message, root="")]) from os_error
        console.print_status(f"wrote {path}")
    if old_changelog != options.notes / changelog.NAME:
        console.print_status(f"copied the sections of {old_changelog}, which is no longer read")
    console.print_status(
        f"commit these files, then publish the release: git tag {release.tag} && git push origin {release.tag}"
    )
