"""The front door: `python build_deck.py` makes a deck of the notes. The commands stand in studydeck/cli.py."""

from studydeck.door import enter

if __name__ == "__main__":
    enter("build_deck.py")
