"""`preview`: one page with every card as Anki shows it; writes nothing else, the ledger neither."""

from __future__ import annotations

from studydeck import checks as lint
from studydeck import storage as files
from studydeck.build_inputs import slug
from studydeck.cli.console import Terminal
from studydeck.cli.project import Material, Options, gather
from studydeck.pipeline import Built
from studydeck.preview import page as preview


def run(options: Options, terminal: Terminal) -> int:
    """Write the page and say where; give the exit code."""
    material = gather(options, terminal)
    with terminal.status("building"):
        built = material.build()
        shown = page(built, material, files.relative(options.notes, options.out))
    target = options.out / f"{slug(built.config.name)}-{built.config.version}.html"
    files.write_all([(target, shown.encode())])
    terminal.problems(built.problems)
    terminal.tell(f"{len(built.notes):,} notes, {sum(len(note.ordinals) for note in built.notes):,} cards")
    terminal.tell(f"wrote {target}")
    return 0


def page(built: Built, material: Material, home: str = "", *, live: bool = False) -> str:
    """Give the page; a BuildError says what stands in its way.

    `home` is where the page finds the notes; a page that leaves this machine has none, and one that is `live` is served
    by `watch`.
    """
    found = (*built.problems, *lint.doubts(built.notes, built.unclaimed, built.config.allow))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code))
    # A folder of templates that holds faces alone is shown in the page of this tool.
    own = {name: text for name, text in files.templates(files.TEMPLATES).items() if name.startswith("preview/")}
    return preview.page(built, ordered, {**own, **material.inputs.templates}, home, live=live)
