"""Tests with the real Anki, git, a browser, processes and the command line."""
