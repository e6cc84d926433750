"""`bundle`: writes all files that a release publishes into one folder."""

from __future__ import annotations

from collections.abc import Iterator

from studydeck import config, storage
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.preview import render_page
from studydeck.cli.project import Options, load_project
from studydeck.cli.release import open_repository, read_changelog, release_blockers
from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import DiagnosticCollector
from studydeck.pipeline import Built, pack
from studydeck.project import stop_if_failed
from studydeck.releases import changelog
from studydeck.releases.manifest import CHECKSUMS_FILE, checksums, manifest


def run(options: Options, tag: str, console: Console) -> int:
    """Write package, preview, release notes, manifest and checksums of the released version; return the exit code."""
    project = load_project(options, console)
    with console.status("building"):
        built = project.build()
    stop_if_failed(built, strict=options.strict)
    repository = open_repository(options, console)
    diagnostics = DiagnosticCollector()
    changelog_text, preview_html = "", ""
    with diagnostics.collecting():
        _, changelog_text = read_changelog(options.notes)
    diagnostics += (
        *release_blockers(options, built, repository),
        *_version_conflicts(built, tag, changelog_text),
    )
    with diagnostics.collecting():
        preview_html = render_page(built, project)
    diagnostics.raise_on_errors()
    assert built.ledger.release
    version, time = built.ledger.release
    stem = f"{file_slug(built.config.name)}-{version}"
    with console.status("packing"):
        files = {
            f"{stem}.apkg": pack(built.deck),
            f"{stem}.html": preview_html.encode(),
            f"{stem}.md": changelog.section_of(changelog_text, version).encode(),
        }
    commit = repository.commit() if repository else None
    files[f"{stem}.json"] = manifest(built, files, time, commit).encode()
    files[CHECKSUMS_FILE] = checksums(files).encode()
    storage.write_files((options.out / name, content) for name, content in files.items())
    for name in files:
        console.print_status(f"wrote {options.out / name}")
    return 0


def _version_conflicts(built: Built, tag: str, changelog_text: str) -> Iterator[Diagnostic]:
    """Yield an error where deck.toml, ledger, tag and changelog do not agree on the version."""
    version, released = built.config.version, built.ledger.release
    if not released or released[0] != version:
        last_version = released[0] if released else "none"
        message = (
            f"the version is {version}, but the last release in the ledger is {last_version}; run `studydeck release` "
            "first"
        )
        yield error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, message)
    names = config.tag_names(version, built.config.tag_prefix)
    if tag and tag not in names:
        message = (
            f"the version is {version}, but the tag is {tag}; tag the commit that `studydeck release` prepared: "
            f"{names[0]}"
        )
        yield error(DiagnosticCode.NOT_RELEASABLE, config.NAME, 0, message)
    if not changelog.has_section(changelog_text, version):
        yield error(
            DiagnosticCode.NOT_RELEASABLE,
            changelog.NAME,
            0,
            f"has no section of version {version}; run `studydeck release`",
        )
