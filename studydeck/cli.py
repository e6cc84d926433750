"""Arguments, the clock, exit codes: 0 done, 1 errors in the notes, 2 wrong use."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from studydeck import __version__
from studydeck.commands import build as build_command
from studydeck.commands import check as check_command
from studydeck.commands import list as list_command
from studydeck.commands import rehearse as rehearse_command
from studydeck.commands.street import TEMPLATES, Options
from studydeck.commands.terminal import Terminal

_FOLDER = click.Path(path_type=Path, readable=False)  # whether it can be read is said as a problem, not as wrong use
_PLACES = (
    click.option("--notes", type=_FOLDER, default=Path("notes"), help="The folder of the notes."),
    click.option("--out", type=_FOLDER, default=Path("dist"), help="Where packages are written."),
    click.option("--templates", type=_FOLDER, default=TEMPLATES, help="The faces of the cards."),
)


class _BuildByDefault(click.Group):
    """A group whose `build` need not be named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = args and (args[0] in self.commands or args[0] in {"--help", "--version"})
        return super().parse_args(ctx, args if named or (args and not args[0].startswith("-")) else ["build", *args])


def _places(command: Any) -> Any:
    for option in reversed(_PLACES):
        command = option(command)
    return command


def _now() -> int:
    """Give the time in seconds since the epoch; SOURCE_DATE_EPOCH stands for it where it is set."""
    said = os.environ.get("SOURCE_DATE_EPOCH", "")
    if said and not said.isdigit():
        raise click.UsageError(f'SOURCE_DATE_EPOCH is "{said}"; it takes whole seconds since 1970')
    return int(said) if said else int(time.time())


@click.group(cls=_BuildByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="build-deck")
def main() -> None:
    """Make an Anki deck of ordinary Markdown notes. Without a command: build."""


@main.command("build")
@_places
@click.option("--locked", is_flag=True, help="Fail where the ledger would change.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Let warnings fail the build.")
@click.option("--forget", is_flag=True, help="Before a first release: give every note a new identity.")
@click.option("--rename-deck", is_flag=True, help="Let a changed name make a new deck in Anki.")
def build(**arguments: Any) -> None:
    """Build the package: notes/ -> dist/<name>-<version>.apkg."""
    sys.exit(build_command.run(Options(now=_now(), **arguments), Terminal()))


@main.command("list")
@_places
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
def list_notes(style: str, **arguments: Any) -> None:
    """List every note as plain text, and every block that became nothing, with the reason."""
    sys.exit(list_command.run(Options(now=_now(), **arguments), Terminal(), as_json=style == "json"))


@main.command("check")
@_places
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", help="For whom.")
@click.option("--strict", is_flag=True, help="Let warnings fail.")
def check(style: str, **arguments: Any) -> None:
    """Say what is wrong or doubtful, as a linter does; write nothing."""
    sys.exit(check_command.run(Options(now=_now(), **arguments), Terminal(), style=style))


@main.command("rehearse")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path), required=False)
@click.option("--python", help="An interpreter that has the `anki` package.")
def rehearse(old: Path, new: Path | None, python: str | None) -> None:
    """Let the real Anki import OLD, review every card, and import NEW (or OLD again) over it."""
    sys.exit(rehearse_command.run(old, new or old, python, Terminal()))
