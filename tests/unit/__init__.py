"""Tests of pure functions: no disk, no processes, no Anki."""
