"""The front door: `python build_deck.py` makes a deck of the notes. The street begins in studydeck/cli.py."""

from studydeck.cli import run

if __name__ == "__main__":
    run("build_deck.py")
