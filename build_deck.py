"""Run the command line from a clone: `python build_deck.py`. The commands are in studydeck/cli/main.py."""

from studydeck.__main__ import main

if __name__ == "__main__":
    main("build_deck.py")
