"""`reproduce`: builds a released package again from its tag, and compares the bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from studydeck import __version__, config, storage
from studydeck.apkg import deterministic
from studydeck.cli.console import Console
from studydeck.cli.find_package import GET_OTHER_VERSION, build_revision, other_tool, tag_prefix, unpack_deck
from studydeck.cli.project import Options
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, GitError
from studydeck.integrations import git
from studydeck.model.anki import Deck
from studydeck.pipeline import pack
from studydeck.reports import diff
from studydeck.reports.comparison import compare


def run(package_path: Path, revision: str, options: Options, console: Console) -> int:
    """Compare a package with the build of its tag; return the exit code.

    Raises
    ------
    BuildError : if a byte differs, or the tag cannot be built.
    """
    package = storage.read_binary_file(package_path)
    deck = unpack_deck(package, str(package_path))
    repository, tag = _release_tag(package_path, deck, revision, options)
    if deck.tool != __version__:
        message = (
            f"was built with studydeck {deck.tool}, and this is {__version__}, which makes other bytes. Use that "
            f"version: {GET_OTHER_VERSION}"
        )
        raise BuildError([error(DiagnosticCode.NOT_REPRODUCED, str(package_path), 0, message, root="")])
    built = build_revision(repository, tag, options, console)
    if built.ledger != built.before:
        message = "its ledger does not belong to its notes: one of the two was changed after `build`"
        raise BuildError([*other_tool(built, tag), error(DiagnosticCode.NOT_REPRODUCED, tag, 0, message, root="")])
    rebuilt = pack(built.deck)
    if rebuilt != package:
        raise BuildError(_differences(package_path, package, deck, tag, rebuilt))
    console.print_result(f"{package_path}: the same {len(package):,} bytes as the build of {tag}")
    console.print_result(f"sha256 {hashlib.sha256(package).hexdigest()}")
    return 0


def _release_tag(package_path: Path, deck: Deck, revision: str, options: Options) -> tuple[git.Repository, str]:
    """Return the repository and the revision to build; raise a BuildError if there is none."""
    prefix = "" if revision else tag_prefix(options.notes)
    tag_name = revision or config.tag_names(deck.version, prefix)[0]
    try:
        repository = git.open_repository(options.notes)
        tag = revision or repository.tag(deck.version, prefix)
        repository.resolve(tag or tag_name)
    except GitError as git_error:
        message = f"has version {deck.version}, but git has no tag {tag_name}: {git_error}"
        raise BuildError([error(DiagnosticCode.NOT_REPRODUCED, str(package_path), 0, message, root="")]) from git_error
    assert tag
    return repository, tag


def _differences(package_path: Path, package: bytes, deck: Deck, tag: str, rebuilt: bytes) -> Iterator[Diagnostic]:
    """Yield how two packages differ: first their notes, then the members of their archives."""
    rebuilt_deck = unpack_deck(rebuilt, tag)
    name = str(package_path)
    yield error(DiagnosticCode.NOT_REPRODUCED, name, 0, f"differs from the build of {tag}", root="")
    comparison = compare(deck, rebuilt_deck)
    if comparison.step:
        message = f"compared with {tag}: {diff.summary(comparison)}"
        yield error(DiagnosticCode.NOT_REPRODUCED, name, 0, message, root="")
    members = deterministic.differing_members(package, rebuilt)
    message = (
        "these members differ: " + ", ".join(members) if members else "the members are equal, but their archive differs"
    )
    yield error(DiagnosticCode.NOT_REPRODUCED, name, 0, message, root="")
