"""Find the repository on GitHub that this installation came from, so that a workflow can use the same tool.

pip records where a package was installed from (PEP 610): a commit, or the file of a release. A clone knows its remote.
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

from studydeck.errors import GitError
from studydeck.integrations.git_process import run_git
from studydeck.patterns import lazy_pattern

_REPOSITORY = lazy_pattern(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?(?:/|$)")
_RELEASE = lazy_pattern(r"/releases/download/([^/]+)/")
_ARCHIVE = lazy_pattern(r"/archive/(?:refs/tags/)?([^/]+?)\.(?:zip|tar\.gz)$")
_CLONE = Path(__file__).parents[2]


class _Vcs(Struct):
    commit_id: str = ""


class _DirectUrl(Struct):
    """What pip records; `vcs_info` stands for a package that was installed from a repository."""

    url: str = ""
    vcs_info: _Vcs | None = None


def tool_source() -> tuple[str, str] | None:
    """Return the repository as `owner/name` and a revision of it, or None if this installation does not know them."""
    return source_of_clone(_CLONE) or source_of_record(_record())


def source_of_record(record: str) -> tuple[str, str] | None:
    """Return the repository and the revision that a record of pip names, as JSON."""
    try:
        direct_url = json.decode(record, type=_DirectUrl)
    except (DecodeError, ValidationError):
        return None
    repository = _REPOSITORY.search(direct_url.url)
    release = _RELEASE.search(direct_url.url) or _ARCHIVE.search(direct_url.url)
    revision = direct_url.vcs_info.commit_id if direct_url.vcs_info else release and release[1]
    return (repository[1], revision) if repository and revision else None


def source_of_clone(folder: Path) -> tuple[str, str] | None:
    """Return the repository that a clone came from, and its commit."""
    if not (folder / ".git").exists():
        return None
    try:
        address = run_git(folder, "config", "--get", "remote.origin.url").decode()
        commit = run_git(folder, "rev-parse", "HEAD").decode().strip()
    except GitError:
        return None
    repository = _REPOSITORY.search(address.strip())
    return (repository[1], commit) if repository else None


def _record() -> str:
    """Return what pip recorded about this installation, or an empty text."""
    try:
        return metadata.distribution("studydeck").read_text("direct_url.json") or ""
    except metadata.PackageNotFoundError:
        return ""
