"""`bundle`: everything that a release publishes, written together into one folder."""

from __future__ import annotations

from collections.abc import Iterator

from studydeck import config
from studydeck import storage as files
from studydeck.build_inputs import slug
from studydeck.cli.build import stop_if_failed
from studydeck.cli.console import Terminal
from studydeck.cli.preview import page
from studydeck.cli.project import Options, gather
from studydeck.cli.release import changelog_of, unready
from studydeck.diagnostics import Code, Problem, error
from studydeck.errors import Collected
from studydeck.integrations import git as history
from studydeck.pipeline import Built, pack
from studydeck.releases import changelog
from studydeck.releases.manifest import SUMS, manifest, sums


def run(options: Options, tag: str, terminal: Terminal) -> int:
    """Write package, preview, release notes, manifest and sums of the released version; give the exit code."""
    material = gather(options, terminal)
    with terminal.status("building"):
        built = material.build()
    stop_if_failed(built, strict=options.strict)
    repository = history.repository(options.notes)
    problems = Collected()
    log, shown = None, ""
    with problems.step():
        log = files.text(changelog_of(options.notes), changelog.NAME)
    problems += (*unready(options, built, repository), *_untrue(built, tag, log or ""))
    with problems.step():
        shown = page(built, material)
    problems.stop()
    assert built.ledger.release
    version, time = built.ledger.release
    name = f"{slug(built.config.name)}-{version}"
    with terminal.status("packing"):
        published = {
            f"{name}.apkg": pack(built.deck),
            f"{name}.html": shown.encode(),
            f"{name}.md": changelog.section_of(log or "", version).encode(),
        }
    commit = repository.commit() if repository else None
    published[f"{name}.json"] = manifest(built, published, time, commit).encode()
    published[SUMS] = sums(published).encode()
    files.write_all((options.out / one, content) for one, content in published.items())
    for one in published:
        terminal.tell(f"wrote {options.out / one}")
    return 0


def _untrue(built: Built, tag: str, log: str) -> Iterator[Problem]:
    """Find what a release says of itself that is not so."""
    said, released = built.config.version, built.ledger.release
    if not released or released[0] != said:
        last = released[0] if released else "none"
        message = f"says version {said}, but the last release that the ledger knows is {last}; run `release` first"
        yield error(Code.NOT_RELEASABLE, config.NAME, 0, message)
    if tag and tag.removeprefix("v") != said:
        message = f"says version {said}, but the tag is {tag}; tag the commit that `release` made: v{said}"
        yield error(Code.NOT_RELEASABLE, config.NAME, 0, message)
    if not changelog.has(log, said):
        yield error(Code.NOT_RELEASABLE, changelog.NAME, 0, f"has no section of version {said}; run `release`")
