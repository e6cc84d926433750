"""Releases: a comparison with the last release in; version number, changelog section and manifest out."""
