"""The real Anki, always as another process: nothing here imports its code."""
