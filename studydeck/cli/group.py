"""The group of all commands, and what they share: a decorator that makes a function a command, options and days."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from studydeck import __version__
from studydeck.cli.options import PROGRAM, Commands, common_options, epilog
from studydeck.cli.run_command import now, run_command

if TYPE_CHECKING:
    from studydeck.cli.project import Options


def project_options(*, templates: Path | None, **arguments: Any) -> Options:
    """Return what all commands that read a deck are given; without a folder of templates, those of the tool."""
    from studydeck.cli.project import TEMPLATES, Options

    return Options(now=now(), templates=templates or TEMPLATES, **arguments)


def day(options: Options) -> str:
    """Return the day of the build in UTC, as 2026-01-31."""
    return datetime.fromtimestamp(options.now, UTC).date().isoformat()


def today() -> str:
    """Return the day of a decision in UTC, as 2026-01-31."""
    return datetime.fromtimestamp(now(), UTC).date().isoformat()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM)
def main() -> None:
    """Turn Markdown notes into an Anki deck. The default command is build."""


main.epilog = epilog("", "", "--notes docs --strict", "watch", "diff v1.2.0", "COMMAND --help")


def command(name: str, *lines: str, writes: bool = False) -> Callable[[Callable[..., int]], click.Command]:
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
