"""The entry point: `python -m studydeck`, the installed command `studydeck`, and `build_deck.py`."""

from __future__ import annotations

from studydeck.cli.signals import prepare_process


def main(program: str | None = None) -> None:
    """Run the command line; `program` is the name that help and usage errors show."""
    prepare_process()
    from studydeck.cli.main import run  # after prepare_process: importing click takes a while

    run(program)


if __name__ == "__main__":
    main()
