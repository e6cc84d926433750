"""The entry point of the command line: the group with all its commands, which are defined in two modules."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from studydeck.cli import deck_commands, release_commands  # noqa: F401  # define the commands
from studydeck.cli.group import main
from studydeck.cli.options import SHELLS, completion, epilog
from studydeck.cli.signals import exit_process
from studydeck.reports.printable import printable_line

__all__ = ["main", "run"]


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
