"""The commands for what learners have: comparing, deciding and releasing; each imports its module when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studydeck.cli.group import command, day, project_options
from studydeck.cli.options import (
    ACCEPT_RETIRED,
    ANKI_ADDRESS,
    DRY_RUN,
    STRICT,
    complete_paths,
    format_option,
)

if TYPE_CHECKING:
    from studydeck.cli.console import Console


@command("diff", "diff v1.2.0", "diff old.apkg new.apkg", "diff v1.2.0 v1.3.0 --format markdown")
@click.argument("before", shell_complete=complete_paths("file"))
@click.argument("after", shell_complete=complete_paths("file"), required=False)
@format_option("text", "markdown", "json")
def diff(console: Console, before: str, after: str | None, style: str, **arguments: Any) -> int:
    """Show what a learner who has BEFORE gets from AFTER.

    Each is a package, a folder of notes, a git revision, or the version of a release. AFTER defaults to
    the notes as they are now.
    """
    from studydeck.cli import diff as diff_command

    options = project_options(**arguments)
    return diff_command.run(before, after or str(options.notes), options, console, style=style)


@command("find", "find ah5xksdjhl7jlv2e", "find sencha leaf", "find ah5x --format json")
@click.argument("query", nargs=-1, required=True, metavar="ID|WORDS")
@format_option("text", "json")
def find(console: Console, query: tuple[str, ...], style: str, **arguments: Any) -> int:
    """Show where a note is, its cards and its history.

    The note is named by its ID, as a report of a card has it, by the first characters of it, or by words. The exit code
    is 1 if there is none.
    """
    from studydeck.cli import find as find_command

    return find_command.run(" ".join(query), project_options(**arguments), console, as_json=style == "json")


@command(
    "corrections",
    "corrections export.apkg",
    "corrections export.colpkg --patch corrections.patch",
    "corrections --anki",
    writes=True,
)
@click.argument("export", type=click.Path(path_type=Path), shell_complete=complete_paths("file"), required=False)
@click.option("--anki", is_flag=True, help="Read the notes of the running Anki, through its add-on AnkiConnect.")
@ANKI_ADDRESS
@click.option(
    "--released",
    multiple=True,
    metavar="VERSION",
    shell_complete=complete_paths("file"),
    help="Compare with this package, folder or revision, too; --out and tags are searched.",
)
@click.option("--patch", type=click.Path(path_type=Path), help="Write a patch of what can be applied to this file.")
@format_option("text", "json")
def corrections(
    console: Console,
    export: Path | None,
    anki: bool,
    anki_address: str,
    released: tuple[str, ...],
    patch: Path | None,
    style: str,
    **arguments: Any,
) -> int:
    """List what a learner corrected in the notes of EXPORT.

    EXPORT is an .apkg or .colpkg that Anki wrote. A note that is as any released version had it is not listed.
    """
    from studydeck.cli import corrections as corrections_command

    if (export is None) != anki:
        raise click.UsageError("name the file that Anki exported, or give --anki")
    corrections_options = corrections_command.CorrectionsOptions(export, anki_address, released, patch, style)
    return corrections_command.run(project_options(**arguments), corrections_options, console)


@command("identities", "identities", "identities --base main", "identities --format github")
@click.option(
    "--base", default="", help="First show what differs from the ledger that this revision and the notes give."
)
@format_option("text", "github")
@ACCEPT_RETIRED
@click.option(
    "--same-as", "same", nargs=2, multiple=True, metavar="PLACE ID", help="Decide that a note is an earlier one."
)
@click.option(
    "--not-the-same", "other", nargs=2, multiple=True, metavar="PLACE ID", help="Decide that it is another fact."
)
def identities(
    console: Console,
    base: str,
    style: str,
    accepted: int,
    same: tuple[tuple[str, str], ...],
    other: tuple[tuple[str, str], ...],
    **arguments: Any,
) -> int:
    """Show how notes match the ledger, and settle doubts.

    Fails only on conflicts, doubtful matches and many retired notes. Decisions are kept in decisions.jsonl.
    """
    from studydeck.cli import identities as identities_command

    options = project_options(**arguments)
    identities_options = identities_command.IdentitiesOptions(base, style, accepted, same, other, day(options))
    return identities_command.run(options, identities_options, console)


@command("decisions", "decisions", "decisions --format json", "decisions --as-directives --write", writes=True)
@format_option("text", "json")
@click.option("--as-directives", is_flag=True, help="Show the notes with comments that say the same, as a diff.")
@click.option("--write", is_flag=True, help="Write these comments into the notes.")
def decisions(console: Console, style: str, *, as_directives: bool, write: bool, **arguments: Any) -> int:
    """List what was decided about notes.

    Decisions are kept in decisions.jsonl, and hold for a note through every edit.
    """
    if write and not as_directives:
        raise click.UsageError("--write writes the comments of --as-directives; give both, or neither")
    from studydeck.cli import decisions as decisions_command

    return decisions_command.run(
        project_options(**arguments), console, as_json=style == "json", as_directives=as_directives, write=write
    )


@command("rehearse", "rehearse old.apkg new.apkg", "rehearse v1.2.0 notes", "rehearse dist/deck-1.0.0.apkg")
@click.argument("old", shell_complete=complete_paths("file"))
@click.argument("new", shell_complete=complete_paths("file"), required=False)
@click.option("--python", help="The Python interpreter that has the `anki` package.")
def rehearse(console: Console, old: str, new: str | None, python: str | None, **arguments: Any) -> int:
    """Import OLD into the real Anki, review it, and import NEW.

    Each is a package, a folder of notes, a git revision, or the version of a release. NEW defaults to OLD.
    """
    from studydeck.cli import rehearse as rehearse_command

    return rehearse_command.run(old, new or old, python, project_options(**arguments), console)


@command("release", "release --dry-run", "release", "release --version 2.0.0", writes=True)
@click.option("--version", "version", default="", help="The version; by default the next one is computed.")
@click.option(
    "--from",
    "previous",
    shell_complete=complete_paths("file"),
    default="",
    help="The last release, if its tag is not available.",
)
@click.option(
    "--refresh", is_flag=True, help="Also update notes whose surroundings changed; overwrites learners' edits."
)
@ACCEPT_RETIRED
@DRY_RUN
@STRICT
def release(console: Console, version: str, previous: str, refresh: bool, accepted: int, **arguments: Any) -> int:
    """Prepare the next version: deck.toml, ledger and changelog."""
    from studydeck.cli import release as release_command

    options = project_options(**arguments)
    release_options = release_command.ReleaseOptions(version, previous, refresh, day(options), accepted)
    return release_command.run(options, release_options, console)


@command("bundle", "bundle --tag v1.3.0", "bundle --out release --strict", writes=True)
@click.option("--tag", default="", help="Fail if the version differs from this tag.")
@STRICT
def bundle(console: Console, tag: str, **arguments: Any) -> int:
    """Write all files that a release publishes.

    They are the package, the preview, the release notes, a manifest and checksums.
    """
    from studydeck.cli import bundle as bundle_command

    return bundle_command.run(project_options(**arguments), tag, console)


@command("reproduce", "reproduce deck-1.3.0.apkg", "reproduce deck-1.3.0.apkg --tag v1.3.0")
@click.argument("package", type=click.Path(path_type=Path), shell_complete=complete_paths("file"))
@click.option("--tag", "revision", default="", help="The git revision; by default the tag of the package's version.")
def reproduce(console: Console, package: Path, revision: str, **arguments: Any) -> int:
    """Build PACKAGE again from its tag, and compare the bytes."""
    from studydeck.cli import reproduce as reproduce_command

    return reproduce_command.run(package, revision, project_options(**arguments), console)
