"""`release`: the next version, its changelog, and one more stamp on what changed; a tag then publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from studydeck import config
from studydeck import storage as files
from studydeck.cli.build import stop_if_failed
from studydeck.cli.console import Terminal
from studydeck.cli.project import Material, Options, alone, gather
from studydeck.cli.resolve_version import last, version
from studydeck.diagnostics import Code, Problem, error
from studydeck.errors import BuildError, VersionError
from studydeck.identity import ledger as outline
from studydeck.identity.mark_released import released, retired
from studydeck.integrations import git as history
from studydeck.model.anki import Deck
from studydeck.pipeline import Built
from studydeck.releases import changelog
from studydeck.releases.version import next_version
from studydeck.reports import diff
from studydeck.reports.comparison import Comparison, compare


class Wish(Struct, frozen=True):
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


def run(options: Options, wish: Wish, terminal: Terminal) -> int:
    """Prepare a release and write it; give the exit code."""
    if not options.notes.is_dir():
        gather(options, terminal)  # which says what is wrong
    with alone(options, terminal):
        _write(_prepare(options, wish, terminal), options, terminal)
    return 0


def changelog_of(notes: Path) -> Path:
    """Give the changelog's place: beside the folder of the notes, or in it where it is a whole repository."""
    whole = (notes / ".git").exists()
    return (notes if whole else notes.resolve().parent) / changelog.NAME


def unready(options: Options, built: Built, repository: history.Repository | None) -> Iterator[Problem]:
    """Find what must be committed first."""
    if files.text(options.notes / outline.NAME, outline.NAME) != built.ledger_text:
        message = "the ledger is older than the notes; run `build` and commit it together with them"
        yield error(Code.STALE_LEDGER, outline.NAME, 0, message)
    if repository and (dirty := repository.dirty()):
        more = f" and {len(dirty) - 1} more" if dirty[1:] else ""
        message = f"{dirty[0]}{more}: not committed; a release is made of what git holds, so commit first"
        yield error(Code.NOT_RELEASABLE, str(repository.top), 0, message)


def _prepare(options: Options, wish: Wish, terminal: Terminal) -> _Release:
    """Compare with the last release, and refuse what cannot be one."""
    material = gather(options, terminal)
    with terminal.status("building"):
        built = material.build()
    stop_if_failed(built, strict=options.strict)
    repository = history.repository(options.notes)
    if problems := tuple(unready(options, built, repository)):
        raise BuildError(problems)
    before = version(wish.previous, options, terminal) if wish.previous else last(built.ledger, options, terminal)
    try:
        number = next_version(compare(before, built.deck), material.inputs.config.version, wish.version)
    except VersionError as bad:
        raise BuildError([error(Code.NOT_RELEASABLE, config.NAME, 0, str(bad))]) from bad
    log = files.text(changelog_of(options.notes), changelog.NAME) or ""
    if (repository and repository.tag(number)) or changelog.has(log, number):
        message = f"version {number} exists already, as a tag or in {changelog.NAME}; choose another with --version"
        raise BuildError([error(Code.NOT_RELEASABLE, config.NAME, 0, message)])
    return _release(number, before, material, wish, log, options)


def _release(number: str, before: Deck, material: Material, wish: Wish, log: str, options: Options) -> _Release:
    """Stamp the ledger, walk the street once more over it, and write down what differs."""
    settings = files.text(options.notes / config.NAME, config.NAME)
    built = material.build()
    said = config.with_version(settings or "", built.config, number)
    quiet = compare(before, built.deck)
    stale = frozenset(one.after.guid for one in (*quiet.changed, *quiet.moved) if wish.refresh and not one.arrives)
    ledger = outline.write(released(built.ledger, number, options.now, stale))
    after = material.build(ledger_text=ledger, config=config.read(said))
    assert after.ledger_text == ledger, "a release must be what the next build makes of it"
    found = compare(before, after.deck)
    section = changelog.section(found, wish.day, retired(after.ledger), changelog.unreleased(log))
    texts = (
        (options.notes / config.NAME, said),
        (options.notes / outline.NAME, ledger),
        (changelog_of(options.notes), changelog.inserted(log, section)),
    )
    return _Release(found, len(stale), section, texts)


def _write(made: _Release, options: Options, terminal: Terminal) -> None:
    """Write what a release changes, deck.toml first and the ledger before the changelog; git restores all three."""
    number = made.found.after.version
    terminal.tell(f"{made.found.before.version or 'nothing'} → {number}: {diff.summary(made.found)}")
    if made.refreshed:
        terminal.tell(f"refreshed: {made.refreshed} notes, whose learners lose their own edits of them")
    if options.dry_run:
        terminal.say()
        terminal.say(made.section)
        terminal.tell("dry run: nothing was written")
        return
    for path, text in made.texts:
        try:
            files.replace(path, text.encode())
        except OSError as bad:
            message = f"cannot be written ({bad.strerror}); put back what was: git restore ."
            raise BuildError([error(Code.UNREADABLE, str(path), 0, message)]) from bad
        terminal.tell(f"wrote {path}")
    terminal.tell(f"commit them, and publish: git tag v{number} && git push origin v{number}")
