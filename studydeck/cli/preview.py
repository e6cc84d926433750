"""`preview`: writes one HTML page with every card as Anki shows it; it does not write the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from studydeck import checks, storage
from studydeck.build_inputs import file_slug
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.diagnostics import counted
from studydeck.pipeline import Built
from studydeck.preview import page as preview_page
from studydeck.project import Project


def run(options: Options, console: Console) -> int:
    """Write the page and print its path; return the exit code."""
    project = load_project(options, console)
    with console.status("building"):
        built = project.build()
        html = render_page(built, project, storage.relative_address(options.notes, options.out))
    path = options.out / f"{file_slug(built.config.name)}-{built.config.version}.html"
    storage.write_files([(path, html.encode())])
    console.diagnostics(built.diagnostics)
    console.print_status(
        f"{counted(len(built.notes), 'note')}, {counted(sum(len(note.ordinals) for note in built.notes), 'card')}"
    )
    console.print_status(f"wrote {path}")
    return 0


def render_page(built: Built, project: Project, notes_url: str = "", *, live: bool = False) -> str:
    """Return the HTML of the page.

    Parameters
    ----------
    built : the build to show.
    project : the folder that it was built from, with the templates of the page.
    notes_url : the URL of the notes folder as seen from the page; empty for a page that is published without it.
    live : whether `watch` serves the page, and reloads it after each build.

    Raises
    ------
    BuildError : if a template of the page is missing or invalid.
    """
    diagnostics = (*built.diagnostics, *checks.lint(built.notes, built.skipped, built.config.allow))
    ordered = sorted(
        dict.fromkeys(diagnostics), key=lambda diagnostic: (diagnostic.path, diagnostic.line, diagnostic.code)
    )
    return preview_page.page(built, ordered, page_templates(project.inputs.templates), notes_url, live=live)


def page_templates(templates: Mapping[str, str]) -> Mapping[str, str]:
    """Return templates with the built-in ones of the pages, for a folder that has only templates of cards."""
    built_in = storage.read_templates(storage.TEMPLATES)
    return {name: text for name, text in built_in.items() if name.startswith("preview/")} | dict(templates)
