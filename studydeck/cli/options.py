"""How the command line is read: `build` by default, what every command takes, examples, completion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "studydeck"
_DEFAULT = "build"
_OWN = frozenset({"-h", "--help", "--version"})


class Commands(click.Group):
    """Commands in the order in which they were made, of which `build` need not be named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Give the names as they are used, from the first build to a release."""
        return [*self.commands]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `build` before options that belong to no command."""
        unnamed = args[0].startswith("-") and args[0] not in _OWN if args else not ctx.resilient_parsing
        return super().parse_args(ctx, [_DEFAULT, *args] if unnamed else args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the options of `build`, too: it need not be named."""
        own = super().shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            return own
        build = self.commands[_DEFAULT]
        more = build.shell_complete(click.Context(build, parent=ctx, resilient_parsing=True), incomplete)
        known = {item.value for item in own}
        return [*own, *(item for item in more if item.value not in known)]


def offering(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Let the shell offer its own files ("file") or folders ("dir")."""

    def offered(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type=kind)]

    return offered


def _folder(name: str, usual: str | None, words: str) -> Any:
    """Make an option that takes a folder; whether it can be read is said as a problem, and not as wrong use."""
    taken = click.Path(path_type=Path, readable=False)
    return click.option(name, type=taken, default=usual, help=words, shell_complete=offering("dir"))


SHARED = (
    _folder("--notes", "notes", "The folder of the notes.  [default: notes]"),
    _folder("--out", "dist", "Where packages are written.  [default: dist]"),
    _folder("--templates", None, "The faces of the cards.  [default: the tool's own]"),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems, and what was asked for."),
    click.option("-v", "--verbose", is_flag=True, help="Say what is read, and how long each part takes."),
)


def shared(command: Any) -> Any:
    """Give a command the options that all commands have."""
    for option in reversed(SHARED):
        command = option(command)
    return command


def examples(*lines: str) -> str:
    """Give the end of a help page: lines that can be typed as they stand."""
    return "\b\nExamples:\n" + "\n".join(f"  {PROGRAM} {line}".rstrip() for line in lines)


def completion(command: click.Command, shell: str) -> str:
    """Give the script by which a shell completes the words of a command."""
    found = get_completion_class(shell)
    assert found, "the shells that are offered are those that click knows"
    return found(command, {}, PROGRAM, f"_{PROGRAM.replace('-', '_').upper()}_COMPLETE").source()
