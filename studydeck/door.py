"""The way into the command line."""

from __future__ import annotations

from studydeck.ending import begin


def enter(program: str | None = None) -> None:
    """Run the command line."""
    begin()
    from studydeck.cli import run  # it loads click

    run(program)
