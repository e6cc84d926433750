"""`preview`: one page with every card as Anki shows it; writes nothing else, the ledger neither."""

from __future__ import annotations

from studydeck import checks, storage
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.project import LoadedProject, Options, load_project
from studydeck.pipeline import Built
from studydeck.preview import page as preview_page


def run(options: Options, console: Console) -> int:
    """Write the page and say where; give the exit code."""
    project = load_project(options, console)
    with console.status("building"):
        built = project.build()
        shown = page(built, project, storage.relative_address(options.notes, options.out))
    target = options.out / f"{file_slug(built.config.name)}-{built.config.version}.html"
    storage.write_files([(target, shown.encode())])
    console.diagnostics(built.diagnostics)
    console.print_status(f"{len(built.notes):,} notes, {sum(len(note.ordinals) for note in built.notes):,} cards")
    console.print_status(f"wrote {target}")
    return 0


def page(built: Built, project: LoadedProject, home: str = "", *, live: bool = False) -> str:
    """Give the page; a BuildError says what stands in its way.

    `home` is where the page finds the notes; a page that leaves this machine has none, and one that is `live` is served
    by `watch`.
    """
    found = (*built.diagnostics, *checks.lint(built.notes, built.skipped, built.config.allow))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code))
    # A folder of templates that holds faces alone is shown in the page of this tool.
    own = {
        name: text for name, text in storage.read_templates(storage.TEMPLATES).items() if name.startswith("preview/")
    }
    return preview_page.page(built, ordered, {**own, **project.inputs.templates}, home, live=live)
