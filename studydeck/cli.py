"""Arguments, the clock, exit codes: 0 done, 1 errors in the notes, 2 wrong use."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from studydeck import __version__
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


@contextmanager
def _unhurried() -> Iterator[None]:
    """Let nobody look for garbage in circles: what a command makes has none, and looking takes a sixth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@click.group(cls=_BuildByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="build-deck")
@click.pass_context
def main(context: click.Context) -> None:
    """Make an Anki deck of ordinary Markdown notes. Without a command: build."""
    context.with_resource(_unhurried())


@main.command("build")
@_places
@click.option("--locked", is_flag=True, help="Fail where the ledger would change.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Let warnings fail the build.")
@click.option("--forget", is_flag=True, help="Before a first release: give every note a new identity.")
@click.option("--rename-deck", is_flag=True, help="Let a changed name make a new deck in Anki.")
def build(**arguments: Any) -> None:
    """Build the package: notes/ -> dist/<name>-<version>.apkg."""
    from studydeck.commands import build as command

    sys.exit(command.run(Options(now=_now(), **arguments), Terminal()))


@main.command("list")
@_places
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
def list_notes(style: str, **arguments: Any) -> None:
    """List every note as plain text, and every block that became nothing, with the reason."""
    from studydeck.commands import list as command

    sys.exit(command.run(Options(now=_now(), **arguments), Terminal(), as_json=style == "json"))


@main.command("check")
@_places
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", help="For whom.")
@click.option("--strict", is_flag=True, help="Let warnings fail.")
def check(style: str, **arguments: Any) -> None:
    """Say what is wrong or doubtful, as a linter does; write nothing."""
    from studydeck.commands import check as command

    sys.exit(command.run(Options(now=_now(), **arguments), Terminal(), style=style))


@main.command("preview")
@_places
def preview(**arguments: Any) -> None:
    """Write a page of all cards, as Anki shows them: dist/<name>-<version>.html."""
    from studydeck.commands import preview as command

    sys.exit(command.run(Options(now=_now(), **arguments), Terminal()))


@main.command("rehearse")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--python", help="An interpreter that has the `anki` package.")
@_places
def rehearse(old: str, new: str | None, python: str | None, **arguments: Any) -> None:
    """Let the real Anki import OLD, review every card, and import NEW (or OLD again) over it.

    Each is a package, a folder of notes, or a revision that git knows.
    """
    from studydeck.commands import rehearse as command

    sys.exit(command.run(old, new or old, python, Options(now=_now(), **arguments), Terminal()))


@main.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@_places
@click.option("--format", "style", type=click.Choice(["text", "markdown", "json"]), default="text", help="For whom.")
def diff(before: str, after: str | None, style: str, **arguments: Any) -> None:
    """Say what a learner who has BEFORE gets from AFTER: packages, folders of notes, or revisions that git knows.

    Without AFTER it is the notes as they stand.
    """
    from studydeck.commands import diff as command

    options = Options(now=_now(), **arguments)
    sys.exit(command.run(before, after or str(options.notes), options, Terminal(), style=style))


@main.command("identities")
@_places
@click.option("--format", "style", type=click.Choice(["text", "github"]), default="text", help="For whom.")
def identities(style: str, **arguments: Any) -> None:
    """Say which note was recognised by what; fail only on conflicts and doubts."""
    from studydeck.commands import identities as command

    sys.exit(command.run(Options(now=_now(), **arguments), Terminal(), style=style))


@main.command("release")
@_places
@click.option("--version", "version", default="", help="The version, where the next one is not wanted.")
@click.option("--from", "previous", default="", help="The last release, where its tag is not at hand.")
@click.option("--refresh", is_flag=True, help="Also send out what stands around notes; overwrites learners' edits.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Let warnings stop the release.")
def release(version: str, previous: str, refresh: bool, **arguments: Any) -> None:
    """Prepare the next version: deck.toml, ledger and changelog."""
    from studydeck.commands import release as command

    options = Options(now=_now(), **arguments)
    day = datetime.fromtimestamp(options.now, UTC).date().isoformat()
    wish = command.Wish(version, previous, refresh, day)
    sys.exit(command.run(options, wish, Terminal()))


@main.command("bundle")
@_places
@click.option("--tag", default="", help="Fail where the version is not this tag's.")
@click.option("--strict", is_flag=True, help="Let warnings fail.")
def bundle(tag: str, **arguments: Any) -> None:
    """Write all that a release publishes: package, preview, release notes, manifest, sums."""
    from studydeck.commands import bundle as command

    sys.exit(command.run(Options(now=_now(), **arguments), tag, Terminal()))


@main.command("reproduce")
@click.argument("package", type=click.Path(path_type=Path))
@_places
@click.option("--tag", "revision", default="", help="The revision, where it is not the tag of the package's version.")
def reproduce(package: Path, revision: str, **arguments: Any) -> None:
    """Build PACKAGE again from its tag, and compare the bytes."""
    from studydeck.commands import reproduce as command

    sys.exit(command.run(package, revision, Options(now=_now(), **arguments), Terminal()))


@main.command("watch")
@_places
@click.option("--anki", is_flag=True, help="Hand every build to the running Anki, through its add-on AnkiConnect.")
@click.option("--anki-address", default="http://127.0.0.1:8765", show_default=True, help="Where AnkiConnect listens.")
@click.option(
    "--preview/--no-preview", default=True, help="Serve the preview on this machine; it comes anew by itself."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The preview's port; 0 takes a free one.")
@click.option("--strict", is_flag=True, help="Let warnings stop a build.")
def watch(*, anki: bool, anki_address: str, preview: bool, port: int, **arguments: Any) -> None:
    """Build again at every save, and say in one line what changed."""
    from studydeck.commands import watch as command

    wish = command.Wish(anki_address if anki else "", preview, port, _now, time.monotonic)
    sys.exit(command.run(Options(now=_now(), **arguments), wish, Terminal()))
