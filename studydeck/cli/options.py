"""Parts of the command line that commands share: the default command, options, examples, completion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from studydeck.reports.printable import printable

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "studydeck"
_DEFAULT_COMMAND = "build"
_GROUP_OPTIONS = frozenset({"-h", "--help", "-V", "--version"})


class Commands(click.Group):
    """The commands in the order of their definition; `build` runs if no command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names in the order of use, from a new folder to a release."""
        return [*self.commands]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `build` if the arguments name no command."""
        unnamed = args[0].startswith("-") and args[0] not in _GROUP_OPTIONS if args else not ctx.resilient_parsing
        with _printable_errors():
            return super().parse_args(ctx, [_DEFAULT_COMMAND, *args] if unnamed else args)

    def invoke(self, ctx: click.Context) -> Any:
        """Parse the arguments of the command and run it."""
        with _printable_errors():
            return super().invoke(ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the completions of the group and those of the options of `build`."""
        own = super().shell_complete(ctx, incomplete)
        if not incomplete.startswith("-"):
            return own
        build = self.commands[_DEFAULT_COMMAND]
        build_items = build.shell_complete(click.Context(build, parent=ctx, resilient_parsing=True), incomplete)
        own_values = {item.value for item in own}
        return [*own, *(item for item in build_items if item.value not in own_values)]


@contextmanager
def _printable_errors() -> Iterator[None]:
    """Make the message of a usage error printable: it may quote arguments and the environment."""
    try:
        yield
    except click.UsageError as usage_error:
        message = usage_error.format_message()
        if isinstance(usage_error, click.exceptions.NoArgsIsHelpError) or printable(message) == message:
            raise
        raise click.UsageError(printable(message), usage_error.ctx) from usage_error


def complete_paths(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a completion function that lets the shell complete its own files ("file") or folders ("dir")."""

    def completions(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(incomplete, type=kind)]

    return completions


class _Codes(click.ParamType[tuple[str, ...]]):
    """Codes of diagnostics, separated by commas."""

    name = "CODES"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the codes; an unknown one is a usage error with a suggestion."""
        from difflib import get_close_matches

        from studydeck.diagnostics import DiagnosticCode

        if isinstance(value, tuple):
            return value
        known = [*map(str, DiagnosticCode)]
        codes = tuple(code.strip() for code in value.split(",") if code.strip())
        for code in codes:
            if code not in known:
                close = " or ".join(f'"{match}"' for match in get_close_matches(code, known, 2))
                advice = f"; did you mean {close}?" if close else "; `studydeck check` prints them in brackets: [leak]"
                self.fail(f'"{code}" is no code of a diagnostic{advice}', param, ctx)
        return codes

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  # click passes it
        param: click.Parameter,  # noqa: ARG002  # and this
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return the codes that continue what was typed after the last comma."""
        from studydeck.diagnostics import DiagnosticCode

        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(f"{before}{comma}{code}") for code in DiagnosticCode if code.startswith(last)]


def _folder_option(name: str, default: str | None, help_text: str) -> Any:
    """Return an option that takes a folder; an unreadable folder is a diagnostic later, not a usage error."""
    path_type = click.Path(path_type=Path, readable=False)
    return click.option(name, type=path_type, default=default, help=help_text, shell_complete=complete_paths("dir"))


COMMON_OPTIONS = (
    _folder_option("--notes", "notes", "Read the notes from this folder.  [default: notes]"),
    _folder_option("--out", "dist", "Write packages and pages to this folder.  [default: dist]"),
    _folder_option("--templates", None, "Read the card templates from this folder.  [default: the built-in templates]"),
    click.option("-q", "--quiet", is_flag=True, help="Print only results, warnings and errors."),
    click.option("-v", "--verbose", is_flag=True, help="Print every file that is read, and the time of each step."),
)

# What exit code 1 means, where it is not only errors in the notes.
_FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "init": "a file cannot be read or written",
        "build": "errors in the notes, with --strict also warnings, and nothing is written",
        "watch": "the notes folder, or the port of the preview, cannot be used",
        "check": "errors in the notes, with --strict also warnings",
        "diff": "a version cannot be read or built",
        "identities": "conflicts, doubtful matches, or many notes retired at once",
        "rehearse": "a review would be lost, or the real Anki cannot be started",
        "release": "errors in the notes, or something that has to be committed first, and nothing is written",
        "bundle": "errors in the notes, or the tag, version and changelog do not agree, and nothing is written",
        "completion": "the script cannot be written",
        "reproduce": "the bytes differ, or the tag cannot be built",
    }
)

# Arguments and options of some commands.
CODES = _Codes()
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), shell_complete=complete_paths("file"))
STRICT = click.option("--strict", is_flag=True, help="Fail on warnings too.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Print what would be done, and write nothing.")
ANKI_ADDRESS = click.option(
    "--anki-address", default="http://127.0.0.1:8765", show_default=True, help="The address of AnkiConnect."
)
ACCEPT_RETIRED = click.option(
    "--accept-retired", "accepted", default=0, help="The number of notes that are retired on purpose."
)


def format_option(*styles: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the option for the format of a command's output, of which the first one is the default."""
    return click.option("--format", "style", type=click.Choice(styles), default=styles[0], help="The output format.")


def common_options(command: Any) -> Any:
    """Add the options that all commands have."""
    for option in reversed(COMMON_OPTIONS):
        command = option(command)
    return command


def epilog(name: str, *lines: str) -> str:
    """Return the end of the help text of a command: example command lines, and what its exit codes mean."""
    examples = "\n".join(f"  {PROGRAM} {line}".rstrip() for line in lines)
    failure = _FAILURES.get(name, "errors in the notes")
    return f"\b\nExamples:\n{examples}\n\nExit codes: 0 done; 1 {failure}; 2 wrong use; 130 stopped by Ctrl-C."


def completion(command: click.Command, shell: str) -> str:
    """Return the script that makes a shell complete the arguments of a command."""
    completion_class = get_completion_class(shell)
    assert completion_class, "click knows all shells in SHELLS"
    return completion_class(command, {}, PROGRAM, f"_{PROGRAM.replace('-', '_').upper()}_COMPLETE").source()
