"""Choose the version of a release: a comparison with the last release in, `major.minor.patch` out.

major    notes or cards are retired
minor    notes or cards are new
patch    anything else changed
"""

from __future__ import annotations

from studydeck.config import VERSION
from studydeck.errors import VersionError
from studydeck.reports.comparison import Comparison

FIRST = "1.0.0"


def next_version(comparison: Comparison, configured: str, requested: str = "") -> str:
    """Return the version of a release.

    Parameters
    ----------
    comparison : the notes compared with the last release; a first release is compared with an empty deck.
    configured : the version in deck.toml; used if it is later than the last release, or for a first release.
    requested : the version that the user requested, or an empty string.

    Raises
    ------
    VersionError : if the requested version is invalid or not later, or if there is nothing to release.
    """
    last = comparison.before.version
    if requested:
        if not VERSION.fullmatch(requested):
            raise VersionError(f'"{requested}" is not of the form 1.2.3')
        if last and not _is_later(requested, last):
            raise VersionError(f"version {requested} is not later than {last}, the last release")
        return requested
    if not last:
        return configured or FIRST
    if comparison.step is None:
        raise VersionError(f"nothing differs from version {last}; pass --version to release it again")
    if _is_later(configured, last):
        return configured
    major, minor, patch = _numbers(last)
    match comparison.step:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"


def _numbers(version: str) -> tuple[int, int, int]:
    match = VERSION.fullmatch(version)
    return (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)


def _is_later(version: str, other: str) -> bool:
    """Return whether a version is later than another; 1.2.0-rc.1 is earlier than 1.2.0."""
    if _numbers(version) != _numbers(other):
        return _numbers(version) > _numbers(other)
    return "-" in other and ("-" not in version or version > other)
