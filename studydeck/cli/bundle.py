"""`bundle`: everything that a release publishes, written together into one folder."""

from __future__ import annotations

from collections.abc import Iterator

from studydeck import config, storage
from studydeck.build_inputs import file_slug
from studydeck.cli.build import stop_if_failed
from studydeck.cli.console import Console
from studydeck.cli.preview import page
from studydeck.cli.project import Options, load_project
from studydeck.cli.release import changelog_of, release_blockers
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import DiagnosticCollector
from studydeck.integrations import git
from studydeck.pipeline import Built, pack
from studydeck.releases import changelog
from studydeck.releases.manifest import SUMS, manifest, sums


def run(options: Options, tag: str, console: Console) -> int:
    """Write package, preview, release notes, manifest and sums of the released version; give the exit code."""
    project = load_project(options, console)
    with console.status("building"):
        built = project.build()
    stop_if_failed(built, strict=options.strict)
    repository = git.repository(options.notes)
    diagnostics = DiagnosticCollector()
    log, shown = None, ""
    with diagnostics.collecting():
        log = storage.read_text_file(changelog_of(options.notes), changelog.NAME)
    diagnostics += (*release_blockers(options, built, repository), *_untrue(built, tag, log or ""))
    with diagnostics.collecting():
        shown = page(built, project)
    diagnostics.raise_on_errors()
    assert built.ledger.release
    version, time = built.ledger.release
    name = f"{file_slug(built.config.name)}-{version}"
    with console.status("packing"):
        published = {
            f"{name}.apkg": pack(built.deck),
            f"{name}.html": shown.encode(),
            f"{name}.md": changelog.section_of(log or "", version).encode(),
        }
    commit = repository.commit() if repository else None
    published[f"{name}.json"] = manifest(built, published, time, commit).encode()
    published[SUMS] = sums(published).encode()
    storage.write_files((options.out / one, content) for one, content in published.items())
    for one in published:
        console.print_status(f"wrote {options.out / one}")
    return 0


def _untrue(built: Built, tag: str, log: str) -> Iterator[Diagnostic]:
    """Find what a release says of itself that is not so."""
    said, released = built.config.version, built.ledger.release
    if not released or released[0] != said:
        last = released[0] if released else "none"
        message = f"says version {said}, but the last release that the ledger knows is {last}; run `release` first"
        yield error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, message)
    if tag and tag.removeprefix("v") != said:
        message = f"says version {said}, but the tag is {tag}; tag the commit that `release` made: v{said}"
        yield error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, message)
    if not changelog.has(log, said):
        yield error(
            DiagnosticCode.NOT_RELEASABLE, changelog.NAME, 0, f"has no section of version {said}; run `release`"
        )
