"""Other programs: git, AnkiConnect, and the real Anki in a separate interpreter."""
