"""The Anki package format: a `Deck` in, the bytes of an `.apkg` out, and back again."""
