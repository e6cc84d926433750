"""Choose the version of a release: a comparison with the last release in, `major.minor.patch` out.

major    notes or cards are retired
minor    notes or cards are new
patch    anything else changed

After a pre-release that announced the step, the final version follows: after 1.2.0-rc.1, and new notes, 1.2.0.
"""

from __future__ import annotations

from studydeck.config import VERSION, parse_version
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
    VersionError : if the requested version is invalid or not later, or if nothing differs from the last release
        and that is no pre-release.
    """
    last = comparison.before.version
    if requested:
        if not VERSION.fullmatch(requested):
            raise VersionError(f'"{requested}" is not of the form 1.2.3')
        if last and parse_version(requested) <= parse_version(last):
            raise VersionError(f"version {requested} is not later than {last}, the last release")
        return requested
    if not last:
        return configured or FIRST
    last_version = parse_version(last)
    if comparison.step is None and not last_version.prerelease:
        raise VersionError(f"nothing differs from version {last}; pass --version to release it again")
    if configured and parse_version(configured) > last_version:
        return configured
    return str(last_version.next_version(comparison.step or "patch"))
