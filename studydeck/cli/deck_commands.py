"""The commands for writing notes, from a new folder to a package; each imports its module when it runs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from studydeck.cli.group import command, project_options, today
from studydeck.cli.options import (
    ANKI_ADDRESS,
    CODES,
    DRY_RUN,
    PATHS,
    STRICT,
    complete_paths,
    format_option,
)
from studydeck.cli.run_command import now

if TYPE_CHECKING:
    from studydeck.cli.console import Console


def _random_letters(count: int) -> str:
    """Return letters and digits that nobody can guess, for the id of a new deck."""
    import secrets

    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(count))


@command("init", "init", "init tea-notes", "init --notes docs --dry-run", "init --fork")
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


@command("build", "", "build --notes docs --out packages", "build --dry-run", "build --locked --strict", writes=True)
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

    return build_command.run(project_options(**arguments), console)


@command("watch", "watch", "watch --anki", "watch --notes docs --no-preview", "watch --port 8000")
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

    watch_options = watch_command.WatchOptions(anki_address if anki else "", preview, port, now, time.monotonic, today)
    return watch_command.run(project_options(**arguments), watch_options, console)


@command("curate", "curate", "curate --notes docs --no-open", "curate --port 8000")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in the browser.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port of the page; 0 chooses a free one.")
def curate(console: Console, *, opens: bool, port: int, **arguments: Any) -> int:
    """Decide about the cards in the browser.

    Keep or skip them, ask them one way, hide other words. Decisions are written to decisions.jsonl beside the notes,
    and hold through every edit. Builds the ledger first, and no package.
    """
    from studydeck.cli import curate as curate_command

    curate_options = curate_command.CurateOptions(port, opens, now, time.monotonic, today)
    return curate_command.run(project_options(**arguments), curate_options, console)


@command("list", "list", "list notes/tea.md --kind cloze", "list --skipped", "list --format json > notes.jsonl")
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
    return list_command.run(project_options(**arguments), list_options, console)


@command("check", "check", "check notes/tea.md --strict", "check --select leak,no-answer", "check --format json")
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
    return check_command.run(project_options(**arguments), choice, console, style=style)


@command("preview", "preview", "preview --notes docs --out pages", writes=True)
def preview(console: Console, **arguments: Any) -> int:
    """Write an HTML page of all cards, as Anki shows them.

    The page is dist/<name>-<version>.html.
    """
    from studydeck.cli import preview as preview_command

    return preview_command.run(project_options(**arguments), console)
