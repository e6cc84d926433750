"""The commands, in the order of their use; the clock; exit codes.

0 done, 1 errors in the notes, 2 wrong use, 130 stopped by Ctrl-C. What a command needs is imported when it runs: help
and completion are there at once.
"""

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

from studydeck import __version__
from studydeck.cli.options import PROGRAM, SHELLS, Commands, completion, examples, offering, shared
from studydeck.cli.signals import exit_process, run_interruptible

if TYPE_CHECKING:
    from studydeck.cli.console import Console
    from studydeck.cli.project import Options
    from studydeck.errors import StudydeckError


def _now() -> int:
    """Give the time in seconds since the epoch; SOURCE_DATE_EPOCH stands for it where it is set."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said and not said.isdigit():
        raise click.UsageError(f'SOURCE_DATE_EPOCH is "{said}"; it takes whole seconds since 1970')
    return int(said) if said else int(time.time())


def _options(*, templates: Path | None, **arguments: Any) -> Options:
    from studydeck.cli.project import TEMPLATES, Options

    return Options(now=_now(), templates=templates or TEMPLATES, **arguments)


def _inline(work: Callable[..., int], arguments: dict[str, Any], *, writes: bool, quiet: bool, verbose: bool) -> int:
    """Do a command's work with the terminal that its options ask for; give the exit code."""
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose cannot both be given")

    def work_through() -> int:
        from studydeck.cli.console import Console
        from studydeck.errors import StudydeckError

        console = Console(quiet, verbose, bool(os.environ.get("FORCE_COLOR")), time.monotonic)
        try:
            code = work(console, **arguments)
        except StudydeckError as stopped:
            code = _stopped(stopped, console, strict=arguments.get("strict", False) if writes else None)
        sys.stdout.flush()  # whoever reads no further is met here, where click knows what to do
        return code

    return run_interruptible(work_through)


def _stopped(stopped: StudydeckError, console: Console, *, strict: bool | None) -> int:
    """Say what stopped a command, and that nothing was written where it would have: `strict` is None elsewhere."""
    from studydeck.errors import BuildError

    diagnostics = stopped.diagnostics if isinstance(stopped, BuildError) else ()
    console.diagnostics(diagnostics)
    if not diagnostics:
        console.print_warning(str(stopped))
    if strict is not None:
        errors = sum(one.severity == "error" or (strict and one.severity == "warning") for one in diagnostics)
        counted = " (--strict: warnings count)" if strict else ""
        console.print_status(f"nothing was written: {errors} error{'s' * (errors != 1)}{counted}")
    return 1


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name=PROGRAM)
def main() -> None:
    """Make an Anki deck of ordinary Markdown notes. Without a command: build."""


main.epilog = examples("", "--notes docs --strict", "watch", "diff v1.2.0", "COMMAND --help")


def _command(name: str, *lines: str, writes: bool = False) -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a function that takes the terminal and its arguments and gives the exit code.

    Of one that `writes` it is said that nothing was written where something stopped it.
    """

    def made(work: Callable[..., int]) -> click.Command:
        @wraps(work)
        def run(*, quiet: bool, verbose: bool, **arguments: Any) -> NoReturn:
            sys.exit(_inline(work, arguments, writes=writes, quiet=quiet, verbose=verbose))

        return main.command(name, epilog=examples(*lines))(shared(run))

    return made


@_command("build", "", "build --notes docs --out packages", "build --dry-run", "build --locked --strict", writes=True)
@click.option("--locked", is_flag=True, help="Fail where the ledger would change.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Let warnings fail the build.")
@click.option("--reset-identities", is_flag=True, help="Before a first release: give every note a new identity.")
@click.option("--rename-deck", is_flag=True, help="Let a changed name make a new deck in Anki.")
def build(console: Console, **arguments: Any) -> int:
    """Build the package: notes/ -> dist/<name>-<version>.apkg."""
    from studydeck.cli import build as build_command

    return build_command.run(_options(**arguments), console)


@_command("watch", "watch", "watch --anki", "watch --notes docs --no-preview", "watch --port 8000")
@click.option("--anki", is_flag=True, help="Hand every build to the running Anki, through its add-on AnkiConnect.")
@click.option("--anki-address", default="http://127.0.0.1:8765", show_default=True, help="Where AnkiConnect listens.")
@click.option("--preview/--no-preview", default=True, help="Serve a preview on this machine that follows each save.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The preview's port; 0 takes a free one.")
@click.option("--strict", is_flag=True, help="Let warnings stop a build.")
def watch(console: Console, *, anki: bool, anki_address: str, preview: bool, port: int, **arguments: Any) -> int:
    """Build again at every save, and say in one line what changed."""
    from studydeck.cli import watch as watch_command

    watch_options = watch_command.WatchOptions(anki_address if anki else "", preview, port, _now, time.monotonic)
    return watch_command.run(_options(**arguments), watch_options, console)


@_command("list", "list", "list --notes docs", "list --format json > notes.jsonl")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
def list_notes(console: Console, style: str, **arguments: Any) -> int:
    """List every note, and every block that became nothing.

    Notes are shown as plain text, blocks with the reason.
    """
    from studydeck.cli import inspect

    return inspect.list_notes(_options(**arguments), console, as_json=style == "json")


@_command("check", "check", "check --strict", "check --format json")
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", help="For whom.")
@click.option("--strict", is_flag=True, help="Let warnings fail.")
def check(console: Console, style: str, **arguments: Any) -> int:
    """Say what is wrong or doubtful, as a linter does. Nothing is written."""
    from studydeck.cli import inspect

    return inspect.check(_options(**arguments), console, style=style)


@_command("preview", "preview", "preview --notes docs --out pages", writes=True)
def preview(console: Console, **arguments: Any) -> int:
    """Write a page of all cards, as Anki shows them. It is dist/<name>-<version>.html."""
    from studydeck.cli import preview as preview_command

    return preview_command.run(_options(**arguments), console)


@_command("diff", "diff v1.2.0", "diff old.apkg new.apkg", "diff v1.2.0 v1.3.0 --format markdown")
@click.argument("before", shell_complete=offering("file"))
@click.argument("after", shell_complete=offering("file"), required=False)
@click.option("--format", "style", type=click.Choice(["text", "markdown", "json"]), default="text", help="For whom.")
def diff(console: Console, before: str, after: str | None, style: str, **arguments: Any) -> int:
    """Say what a learner who has BEFORE gets from AFTER.

    Each is a package, a folder of notes, or a revision that git knows. Without AFTER it is the notes as they stand.
    """
    from studydeck.cli import inspect

    options = _options(**arguments)
    return inspect.diff(before, after or str(options.notes), options, console, style=style)


@_command("identities", "identities", "identities --format github")
@click.option("--format", "style", type=click.Choice(["text", "github"]), default="text", help="For whom.")
def identities(console: Console, style: str, **arguments: Any) -> int:
    """Say which note was recognised by what. It fails only on conflicts and doubts."""
    from studydeck.cli import inspect

    return inspect.identities(_options(**arguments), console, style=style)


@_command("rehearse", "rehearse old.apkg new.apkg", "rehearse v1.2.0 notes", "rehearse dist/deck-1.0.0.apkg")
@click.argument("old", shell_complete=offering("file"))
@click.argument("new", shell_complete=offering("file"), required=False)
@click.option("--python", help="An interpreter that has the `anki` package.")
def rehearse(console: Console, old: str, new: str | None, python: str | None, **arguments: Any) -> int:
    """Let the real Anki import OLD, review it, and import NEW.

    Each is a package, a folder of notes, or a revision that git knows. Without NEW it is OLD again.
    """
    from studydeck.cli import rehearse as rehearse_command

    return rehearse_command.run(old, new or old, python, _options(**arguments), console)


@_command("release", "release --dry-run", "release", "release --version 2.0.0", writes=True)
@click.option("--version", "version", default="", help="The version, where the next one is not wanted.")
@click.option(
    "--from",
    "previous",
    shell_complete=offering("file"),
    default="",
    help="The last release, where its tag is not at hand.",
)
@click.option("--refresh", is_flag=True, help="Also send out what stands around notes; overwrites learners' edits.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Let warnings stop the release.")
def release(console: Console, version: str, previous: str, refresh: bool, **arguments: Any) -> int:
    """Prepare the next version: deck.toml, ledger and changelog."""
    from studydeck.cli import release as release_command

    options = _options(**arguments)
    day = datetime.fromtimestamp(options.now, UTC).date().isoformat()
    return release_command.run(options, release_command.ReleaseOptions(version, previous, refresh, day), console)


@_command("bundle", "bundle --tag v1.3.0", "bundle --out release --strict", writes=True)
@click.option("--tag", default="", help="Fail where the version is not this tag's.")
@click.option("--strict", is_flag=True, help="Let warnings fail.")
def bundle(console: Console, tag: str, **arguments: Any) -> int:
    """Write all that a release publishes. That is package, preview, release notes, manifest, sums."""
    from studydeck.cli import bundle as bundle_command

    return bundle_command.run(_options(**arguments), tag, console)


@_command("reproduce", "reproduce deck-1.3.0.apkg", "reproduce deck-1.3.0.apkg --tag v1.3.0")
@click.argument("package", type=click.Path(path_type=Path), shell_complete=offering("file"))
@click.option("--tag", "revision", default="", help="The revision, where it is not the tag of the package's version.")
def reproduce(console: Console, package: Path, revision: str, **arguments: Any) -> int:
    """Build PACKAGE again from its tag, and compare the bytes."""
    from studydeck.cli import reproduce as reproduce_command

    return reproduce_command.run(package, revision, _options(**arguments), console)


@main.command("completion", epilog=examples("completion bash >> ~/.bashrc", "completion fish | source"))
@click.argument("shell", type=click.Choice(SHELLS))
def complete(shell: str) -> None:
    """Print the script by which a shell completes words."""
    click.echo(completion(main, shell))


def run(program: str | None = None) -> NoReturn:
    """Run the command line to its end, and leave at once: the system takes memory back sooner than it is tidied."""
    code: object = 0
    try:
        main(prog_name=program)
    except SystemExit as left:
        code = left.code
    except OSError as bad:
        print(f"{bad.filename or 'output'}: cannot be read or written ({bad.strerror})", file=sys.stderr)
        code = 1
    exit_process(code if isinstance(code, int) else 0)
