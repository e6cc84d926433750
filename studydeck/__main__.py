"""The entry point: `python -m studydeck`, the installed command `studydeck`, and `build_deck.py`."""

from __future__ import annotations

import sys


def main(program: str | None = None) -> None:
    """Run the command line; `program` is the name that help and usage errors show."""
    from studydeck.cli.signals import prepare_process

    prepare_process()
    from studydeck.cli.main import run  # after prepare_process: importing click takes a while

    run(program)


if __name__ == "__main__":
    # `python -m` puts the current folder first. It may be one of notes, whose files must not be imported as modules.
    folder_of_package = __file__.rpartition("studydeck")[0][:-1]
    if not sys.flags.safe_path and sys.path[0] != folder_of_package:
        del sys.path[0]
    main()
