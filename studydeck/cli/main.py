"""The commands and their options; each imports its module when it runs, so that help and completion start fast."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from studydeck import __version__
from studydeck.cli.options import (
    ACCEPT_RETIRED,
    ANKI_ADDRESS,
    CODES,
    DRY_RUN,
    PATHS,
    PROGRAM,
    SHELLS,
    STRICT,
    Commands,
    common_options,
    complete_paths,
    completion,
    epilog,
    format_option,
)
from studydeck.cli.run_command import now, run_command
from studydeck.cli.signals import exit_process
from studydeck.reports.printable import printable_line

if TYPE_CHECKING:
    from studydeck.cli.console import Console
    from studydeck.cli.project import Options


def _options(*, templates: Path | None, **arguments: Any) -> Options:
    from studydeck.cli.project import TEMPLATES, Options

    return Options(now=now(), templates=templates or TEMPLATES, **arguments)


def _random_letters(count: int) -> str:
    """Return letters and digits that nobody can guess, for the id of a new deck."""
    import secrets

    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(count))


def _day(options: Options) -> str:
    """Return the day of the build in UTC, as 2026-01-31."""
    return datetime.fromtimestamp(options.now, UTC).date().isoformat()


def _today() -> str:
    """Return the day of a decision in UTC, as 2026-01-31."""
    return datetime.fromtimestamp(now(), UTC).date().isoformat()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM)
def main() -> None:
    """Turn Markdown notes into an Anki deck. The default command is build."""


main.epilog = epilog("", "", "--notes docs --strict", "watch", "diff v1.2.0", "COMMAND --help")


def _command(name: str, *lines: str, writes: bool = False) -> Callable[[Callable[..., int]], click.Command]:
    """Return a decorator that turns a function of a console and arguments, which returns an exit code, into a command.

    Parameters
    ----------
    name : the name of the command.
    lines : examples for the help text, without the name of the program.
    writes : whether the command writes files; if it fails, it prints that nothing was written.
    """

    def decorator(function: Callable[..., int]) -> click.Command:
        @wraps(function)
        def run(*, quiet: bool, verbose: bool, **arguments: Any) -> NoReturn:
            sys.exit(run_command(function, arguments, writes=writes, quiet=quiet, verbose=verbose))

        return main.command(name, epilog=epilog(name, *lines))(common_options(run))

    return decorator


@_command("init", "init", "init tea-notes", "init --notes docs --dry-run", "init --fork")
@click.argument("folder", type=click.Path(path_type=Path), default=".", shell_complete=complete_paths("dir"))
@DRY_RUN
@click.option("--fork", is_flag=True, help="Make another deck of a copy: with its own id, name and identities.")
def init(
    console: Console, folder: Path, *, dry_run: bool, fork: bool, notes: Path, out: Path, **_arguments: Any
) -> int:
    """Set up a folder for a deck; only what is missing is written.

    It gets settings with an id of its own, a first note, and files for git and GitHub. FOLDER is the current one by
    default, and may have notes already: those in its folder `notes`, in the one folder that has notes, or in all of it;
    --notes names another folder in it.
    """
    from studydeck.cli import init as init_command
    from studydeck.integrations.tool_source import tool_source

    is_named = click.get_current_context().get_parameter_source("notes") is ParameterSource.COMMANDLINE
    named = notes.as_posix() if is_named else ""
    init_options = init_command.InitOptions(folder, named, out, dry_run, _random_letters, tool_source(), fork)
    return init_command.run(init_options, console)


@_command("build", "", "build --notes docs --out packages", "build --dry-run", "build --locked --strict", writes=True)
@click.option("--locked", is_flag=True, help="Fail if the ledger would change.")
@DRY_RUN
@STRICT
@click.option("--reset-identities", is_flag=True, help="Give every note a new identity; only before the first release.")
@click.option("--replay", is_flag=True, help="Match commit by commit since the ledger changed last, for merged edits.")
@click.option("--rename-deck", is_flag=True, help="Allow a new deck name, which makes a new deck in Anki.")
@click.option(
    "--accept-held", multiple=True, metavar="GUID|KIND", help="Let today's rules decide on held cards (list --held)."
)
@click.option("--accept-new", is_flag=True, help="Make the cards that are new because the tool was upgraded.")
def build(console: Console, **arguments: Any) -> int:
    """Build the package: notes/ -> dist/<name>-<version>.apkg."""
    from studydeck.cli import build as build_command

    return build_command.run(_options(**arguments), console)


@_command("watch", "watch", "watch --anki", "watch --notes docs --no-preview", "watch --port 8000")
@click.option("--anki", is_flag=True, help="Import every build into the running Anki, through its add-on AnkiConnect.")
@ANKI_ADDRESS
@click.option(
    "--preview/--no-preview", default=True, help="Serve a preview on this machine that reloads after each save."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port of the preview; 0 chooses a free one.")
@click.option("--strict", is_flag=True, help="Fail a build on warnings too.")
def watch(console: Console, *, anki: bool, anki_address: str, preview: bool, port: int, **arguments: Any) -> int:
    """Build after every save, and print what changed."""
    from studydeck.cli import watch as watch_command

    watch_options = watch_command.WatchOptions(anki_address if anki else "", preview, port, now, time.monotonic, _today)
    return watch_command.run(_options(**arguments), watch_options, console)


@_command("curate", "curate", "curate --notes docs --no-open", "curate --port 8000")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port of the page; 0 chooses a free one.")
def curate(console: Console, *, opens: bool, port: int, **arguments: Any) -> int:
    """Decide about the cards in the browser.

    Keep or skip them, ask them one way, hide other words. Decisions are written to decisions.jsonl beside the notes,
    and hold through every edit. Builds the ledger first, and no package.
    """
    from studydeck.cli import curate as curate_command

    curate_options = curate_command.CurateOptions(port, opens, now, time.monotonic, _today)
    return curate_command.run(_options(**arguments), curate_options, console)


@_command("list", "list", "list notes/tea.md --kind cloze", "list --skipped", "list --format json > notes.jsonl")
@PATHS
@format_option("text", "json")
@click.option("--skipped", is_flag=True, help="List only the blocks that no card asks, with the reasons.")
@click.option("--kind", type=click.Choice(("pair", "cloze")), help="List only notes of this kind.")
@click.option("--weak", is_flag=True, help="Put the notes with the weakest cards first, and say what makes them weak.")
@click.option("--held", is_flag=True, help="List only the cards that stay because a package had them.")
def list_notes(
    console: Console,
    paths: tuple[Path, ...],
    style: str,
    *,
    weak: bool,
    held: bool,
    skipped: bool,
    kind: str | None,
    **arguments: Any,
) -> int:
    """List every note, and every skipped block.

    Notes are printed as plain text, skipped blocks with the reason; with PATHS, those of some files or folders. Nothing
    is written.
    """
    from studydeck.cli import list as list_command
    from studydeck.reports.choice import Choice

    if skipped and (weak or held or kind):
        raise click.UsageError("--skipped lists no notes; leave out --weak, --held and --kind")
    choice = Choice(console.locations.below_notes(paths))
    list_options = list_command.ListOptions(choice, style == "json", weak, held, skipped, kind or "")
    return list_command.run(_options(**arguments), list_options, console)


@_command("check", "check", "check notes/tea.md --strict", "check --select leak,no-answer", "check --format json")
@PATHS
@click.option("--select", type=CODES, default="", help="Report only these codes, separated by commas, and errors.")
@click.option("--ignore", type=CODES, default="", help="Leave out these codes, separated by commas; not errors.")
@format_option("text", "json", "github")
@STRICT
def check(
    console: Console,
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    style: str,
    **arguments: Any,
) -> int:
    """Check the notes as a linter does. Nothing is written.

    With PATHS, only findings in these files or folders are reported. The whole deck is read in any case, and errors are
    reported wherever they are.
    """
    from studydeck.cli import check as check_command
    from studydeck.reports.choice import Choice

    choice = Choice(console.locations.below_notes(paths), select, ignore)
    return check_command.run(_options(**arguments), choice, console, style=style)


@_command("preview", "preview", "preview --notes docs --out pages", writes=True)
def preview(console: Console, **arguments: Any) -> int:
    """Write an HTML page of all cards, as Anki shows them.

    The page is dist/<name>-<version>.html.
    """
    from studydeck.cli import preview as preview_command

    return preview_command.run(_options(**arguments), console)


@_command("diff", "diff v1.2.0", "diff old.apkg new.apkg", "diff v1.2.0 v1.3.0 --format markdown")
@click.argument("before", shell_complete=complete_paths("file"))
@click.argument("after", shell_complete=complete_paths("file"), required=False)
@format_option("text", "markdown", "json")
def diff(console: Console, before: str, after: str | None, style: str, **arguments: Any) -> int:
    """Show what a learner who has BEFORE gets from AFTER.

    Each is a package, a folder of notes, a git revision, or the version of a release. AFTER defaults to
    the notes as they are now.
    """
    from studydeck.cli import diff as diff_command

    options = _options(**arguments)
    return diff_command.run(before, after or str(options.notes), options, console, style=style)


@_command("find", "find ah5xksdjhl7jlv2e", "find sencha leaf", "find ah5x --format json")
@click.argument("query", nargs=-1, required=True, metavar="ID|WORDS")
@format_option("text", "json")
def find(console: Console, query: tuple[str, ...], style: str, **arguments: Any) -> int:
    """Show where a note is, its cards and its history.

    The note is named by its ID, as a report of a card has it, by the first characters of it, or by words. The exit code
    is 1 if there is none.
    """
    from studydeck.cli import find as find_command

    return find_command.run(" ".join(query), _options(**arguments), console, as_json=style == "json")


@_command(
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
    return corrections_command.run(_options(**arguments), corrections_options, console)


@_command("identities", "identities", "identities --base main", "identities --format github")
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

    options = _options(**arguments)
    identities_options = identities_command.IdentitiesOptions(base, style, accepted, same, other, _day(options))
    return identities_command.run(options, identities_options, console)


@_command("decisions", "decisions", "decisions --format json", "decisions --as-directives --write", writes=True)
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
        _options(**arguments), console, as_json=style == "json", as_directives=as_directives, write=write
    )


@_command("rehearse", "rehearse old.apkg new.apkg", "rehearse v1.2.0 notes", "rehearse dist/deck-1.0.0.apkg")
@click.argument("old", shell_complete=complete_paths("file"))
@click.argument("new", shell_complete=complete_paths("file"), required=False)
@click.option("--python", help="The Python interpreter that has the `anki` package.")
def rehearse(console: Console, old: str, new: str | None, python: str | None, **arguments: Any) -> int:
    """Import OLD into the real Anki, review it, and import NEW.

    Each is a package, a folder of notes, a git revision, or the version of a release. NEW defaults to OLD.
    """
    from studydeck.cli import rehearse as rehearse_command

    return rehearse_command.run(old, new or old, python, _options(**arguments), console)


@_command("release", "release --dry-run", "release", "release --version 2.0.0", writes=True)
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

    options = _options(**arguments)
    release_options = release_command.ReleaseOptions(version, previous, refresh, _day(options), accepted)
    return release_command.run(options, release_options, console)


@_command("bundle", "bundle --tag v1.3.0", "bundle --out release --strict", writes=True)
@click.option("--tag", default="", help="Fail if the version differs from this tag.")
@STRICT
def bundle(console: Console, tag: str, **arguments: Any) -> int:
    """Write all files that a release publishes.

    They are the package, the preview, the release notes, a manifest and checksums.
    """
    from studydeck.cli import bundle as bundle_command

    return bundle_command.run(_options(**arguments), tag, console)


@_command("reproduce", "reproduce deck-1.3.0.apkg", "reproduce deck-1.3.0.apkg --tag v1.3.0")
@click.argument("package", type=click.Path(path_type=Path), shell_complete=complete_paths("file"))
@click.option("--tag", "revision", default="", help="The git revision; by default the tag of the package's version.")
def reproduce(console: Console, package: Path, revision: str, **arguments: Any) -> int:
    """Build PACKAGE again from its tag, and compare the bytes."""
    from studydeck.cli import reproduce as reproduce_command

    return reproduce_command.run(package, revision, _options(**arguments), console)


@main.command("completion", epilog=epilog("completion", "completion bash >> ~/.bashrc", "completion fish | source"))
@click.argument("shell", type=click.Choice(SHELLS))
def complete(shell: str) -> None:
    """Print the completion script of a shell."""
    click.echo(completion(main, shell))


def run(program: str | None = None) -> NoReturn:
    """Run the command line and end the process; `program` is the name that help and usage errors show."""
    code: object = 0
    try:
        main(prog_name=program)
    except SystemExit as system_exit:
        code = system_exit.code
    except OSError as os_error:
        place = os.fsdecode(os_error.filename or "output")
        print(printable_line(f"{place}: cannot be read or written ({os_error.strerror})"), file=sys.stderr)
        code = 1
    exit_process(code if isinstance(code, int) else 0)
