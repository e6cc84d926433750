"""The tags of a deck's versions: a repository and the prefix of its tags in; versions and their tags out."""

from __future__ import annotations

from studydeck import config
from studydeck.integrations.git import Repository
from studydeck.integrations.git_process import run_git, text_of


def version_tags(repository: Repository, prefix: str) -> tuple[tuple[str, str], ...]:
    """Return (version, name of its tag) for every release, the highest version first.

    Parameters
    ----------
    repository : that of the notes.
    prefix : the setting `tag-prefix` of deck.toml, or empty.

    Raises
    ------
    GitError : if git does not list the tags.
    """
    listed = text_of(run_git(repository.top, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags"))
    names = frozenset(listed.split("\n"))
    # A version may be a tag as it is, or behind the prefix; of two tags the one that `release` would give counts.
    versions = {name.removeprefix(prefix or config.TAG_PREFIX) for name in names}
    tags = {version: [name for name in config.tag_names(version, prefix) if name in names] for version in versions}
    released = [version for version in versions if config.VERSION.fullmatch(version) and tags[version]]
    ordered = sorted(released, key=config.parse_version, reverse=True)
    return tuple((version, tags[version][0]) for version in ordered)
