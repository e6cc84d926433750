"""`reproduce`: build a released package again from its tag, and compare the bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from studydeck import storage
from studydeck.apkg import deterministic
from studydeck.cli.console import Console
from studydeck.cli.project import Options
from studydeck.cli.resolve_version import opened
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError, GitError
from studydeck.integrations import git
from studydeck.model.anki import Deck
from studydeck.reports import diff
from studydeck.reports.comparison import compare


def run(package: Path, revision: str, options: Options, console: Console) -> int:
    """Compare a package with what its version builds to; give 1 where a byte differs."""
    data = storage.read_binary_file(package)
    deck = opened(data, str(package))
    repository = git.repository(options.notes) if options.notes.is_dir() else None
    tag = revision or (repository.tag(deck.version) if repository else None)
    if not repository or not tag:
        message = f"is of version {deck.version}, and git knows no tag v{deck.version}; fetch it: git fetch --tags"
        raise BuildError([error(DiagnosticCode.NOT_REPRODUCED, str(package), 0, message)])
    try:
        with console.status(f"building {tag}"):
            again = repository.build(tag, options.templates, "--locked")
    except GitError as bad:
        raise BuildError([error(DiagnosticCode.NOT_REPRODUCED, tag, 0, str(bad))]) from bad
    if again != data:
        raise BuildError(_differences(package, data, deck, tag, again))
    console.print_result(f"{package}: the same {len(data):,} bytes as {tag} builds to")
    console.print_result(f"sha256 {hashlib.sha256(data).hexdigest()}")
    return 0


def _differences(package: Path, data: bytes, deck: Deck, tag: str, again: bytes) -> Iterator[Diagnostic]:
    """Say in what two packages differ: their notes first, for a reader, then their members."""
    ours = opened(again, tag)
    tools = "" if deck.tool == ours.tool else f"; it was built with studydeck {deck.tool}, the tag with {ours.tool}"
    yield error(DiagnosticCode.NOT_REPRODUCED, str(package), 0, f"differs from what {tag} builds to{tools}")
    found = compare(deck, ours)
    if found.collecting:
        yield error(DiagnosticCode.NOT_REPRODUCED, str(package), 0, f"against {tag}: {diff.summary(found)}")
    names = deterministic.differing(data, again)
    if names:
        yield error(DiagnosticCode.NOT_REPRODUCED, str(package), 0, "these members differ: " + ", ".join(names))
    else:
        yield error(DiagnosticCode.NOT_REPRODUCED, str(package), 0, "the members are equal, their container is not")
