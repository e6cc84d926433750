"""The version of a deck: major.minor.patch, by what a learner meets.

major    something that learners study is retired
minor    there is something new to study
patch    what they have is corrected
"""

from __future__ import annotations

from studydeck.config import VERSION
from studydeck.errors import VersionError
from studydeck.reports.comparison import Comparison

FIRST = "1.0.0"


def next_version(found: Comparison, settled: str, wished: str = "") -> str:
    """Give the version of a release.

    Parameters
    ----------
    found : the notes compared with the last release; before the first, with an empty deck of no version.
    settled : what deck.toml says: taken where its author has raised it already, or before a first release.
    wished : what was asked for; empty for the next one.

    Raises
    ------
    VersionError : where there can be no such release.
    """
    last = found.before.version
    if wished:
        if not VERSION.fullmatch(wished):
            raise VersionError(f'"{wished}" is not of the form 1.2.3')
        if last and not _later(wished, last):
            raise VersionError(f"version {wished} is not later than {last}, the last release")
        return wished
    if not last:
        return settled or FIRST
    if found.collecting is None:
        raise VersionError(f"nothing differs from version {last}; name a --version to release it again")
    if _later(settled, last):
        return settled
    major, minor, patch = _numbers(last)
    match found.collecting:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"


def _numbers(version: str) -> tuple[int, int, int]:
    found = VERSION.fullmatch(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _later(one: str, other: str) -> bool:
    """Tell whether a version comes after another; 1.2.0-rc.1 comes before 1.2.0."""
    if _numbers(one) != _numbers(other):
        return _numbers(one) > _numbers(other)
    return "-" in other and ("-" not in one or one > other)
