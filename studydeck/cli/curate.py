"""`curate`: opens a page in the browser on which the author decides about the notes, and builds after every save."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from studydeck.cli import watch
from studydeck.cli.console import Console
from studydeck.cli.project import Options


class CurateOptions(Struct, frozen=True):
    """The arguments of `curate`; the functions are those of `WatchOptions`."""

    port: int
    opens: bool
    now: Callable[[], int]
    stopwatch: Callable[[], float]
    today: Callable[[], str]


def run(options: Options, curate_options: CurateOptions, console: Console, stop: threading.Event | None = None) -> int:
    """Write the ledger, then serve the page until `stop` is set or Ctrl-C; return the exit code."""

    def announce(address: str) -> None:
        console.print_status(
            "only decisions.jsonl and the ledger are written from now on; for the package: studydeck build"
        )
        console.print_result(f"curate: {address}")
        if curate_options.opens:
            _open(address)

    watch_options = watch.WatchOptions(
        anki="",
        preview=True,
        port=curate_options.port,
        now=curate_options.now,
        stopwatch=curate_options.stopwatch,
        today=curate_options.today,
        packs=False,
        announce=announce,
    )
    return watch.run(options, watch_options, console, stop)


def _open(address: str) -> None:
    """Open the browser, if there is one with a window; otherwise the address is opened by hand."""
    with suppress(webbrowser.Error, OSError):
        found = webbrowser.get()
        if type(found) is not webbrowser.GenericBrowser:  # that one would take over the terminal
            found.open_new_tab(address)
