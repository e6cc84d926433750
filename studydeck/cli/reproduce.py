"""`reproduce`: builds a released package again from its tag, and compares the bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from studydeck import storage
from studydeck.apkg import deterministic
from studydeck.cli.console import Console
from studydeck.cli.find_package import unpack_deck
from studydeck.cli.project import Options
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, GitError
from studydeck.integrations import git
from studydeck.model.anki import Deck
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
    repository = git.repository(options.notes) if options.notes.is_dir() else None
    tag = revision or (repository.tag(deck.version) if repository else None)
    if not repository or not tag:
        message = f"has version {deck.version}, but git has no tag v{deck.version}; fetch it: git fetch --tags"
        raise BuildError([error(DiagnosticCode.NOT_REPRODUCED, str(package_path), 0, message)])
    try:
        with console.status(f"building {tag}"):
            rebuilt = repository.build(tag, options.templates, "--locked")
    except GitError as git_error:
        raise BuildError([error(DiagnosticCode.NOT_REPRODUCED, tag, 0, str(git_error))]) from git_error
    if rebuilt != package:
        raise BuildError(_differences(package_path, package, deck, tag, rebuilt))
    console.print_result(f"{package_path}: the same {len(package):,} bytes as the build of {tag}")
    console.print_result(f"sha256 {hashlib.sha256(package).hexdigest()}")
    return 0


def _differences(package_path: Path, package: bytes, deck: Deck, tag: str, rebuilt: bytes) -> Iterator[Diagnostic]:
    """Yield how two packages differ: first their notes, then the members of their archives."""
    rebuilt_deck = unpack_deck(rebuilt, tag)
    tools = (
        ""
        if deck.tool == rebuilt_deck.tool
        else f"; it was built with studydeck {deck.tool}, the tag with {rebuilt_deck.tool}"
    )
    yield error(DiagnosticCode.NOT_REPRODUCED, str(package_path), 0, f"differs from the build of {tag}{tools}")
    comparison = compare(deck, rebuilt_deck)
    if comparison.step:
        yield error(
            DiagnosticCode.NOT_REPRODUCED, str(package_path), 0, f"compared with {tag}: {diff.summary(comparison)}"
        )
    members = deterministic.differing_members(package, rebuilt)
    if members:
        yield error(DiagnosticCode.NOT_REPRODUCED, str(package_path), 0, "these members differ: " + ", ".join(members))
    else:
        yield error(
            DiagnosticCode.NOT_REPRODUCED,
            str(package_path),
            0,
            "the members are equal, but their archive differs",
        )
