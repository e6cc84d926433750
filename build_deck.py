"""The front door: `python build_deck.py` makes a deck of the notes. The street begins in studydeck/cli.py."""

from studydeck.cli import main

if __name__ == "__main__":
    main(prog_name="build_deck.py")
