"""The entry point: `python -m studydeck`, the installed command, and `build_deck.py`."""

from __future__ import annotations

from studydeck.cli.signals import prepare_process


def main(program: str | None = None) -> None:
    """Run the command line."""
    prepare_process()
    from studydeck.cli.main import run  # it loads click

    run(program)


if __name__ == "__main__":
    main()
