"""Sample decks, builds in memory, and drivers for Anki, browsers and processes."""
