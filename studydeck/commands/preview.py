"""`preview`: one page with every card as Anki shows it; writes nothing else, the ledger neither."""

from __future__ import annotations

from studydeck import build, files, lint
from studydeck.build import Built
from studydeck.commands.street import Material, Options, gather
from studydeck.commands.terminal import Terminal
from studydeck.problems import Code, Problem, error
from studydeck.views import preview


def run(options: Options, terminal: Terminal) -> int:
    """Write the page and say where; give the exit code."""
    material = gather(options, terminal)
    with terminal.status("building"):
        built = material.build()
        shown = page(built, material, files.relative(options.notes, options.out))
    if isinstance(shown, tuple):
        terminal.problems((*built.problems, *shown))
        terminal.tell("nothing was written")
        return 1
    target = options.out / f"{build.slug(built.config.name)}-{built.config.version}.html"
    try:
        files.write_all([(target, shown.encode())])
    except OSError as bad:
        where = str(bad.filename or target)
        terminal.problems([error(Code.UNREADABLE, where, 0, f"cannot be written ({bad.strerror})")])
        return 1
    terminal.problems(built.problems)
    terminal.tell(f"{len(built.notes):,} notes, {sum(len(note.ordinals) for note in built.notes):,} cards")
    terminal.tell(f"wrote {target}")
    return 0


def page(built: Built, material: Material, home: str = "", *, live: bool = False) -> str | tuple[Problem, ...]:
    """Give the page, or what stands in its way beside the problems of the build.

    `home` is where the page finds the notes; a page that leaves this machine has none, and one that is `live` is served
    by `watch`.
    """
    if built.deck is None or not material.inputs:
        return ()
    found = (*built.problems, *lint.doubts(built.notes, built.unclaimed, built.config.allow))
    ordered = sorted(dict.fromkeys(found), key=lambda one: (one.path, one.line, one.code))
    # A folder of templates that holds faces alone is shown in the page of this tool.
    own, wrong = files.templates(files.TEMPLATES)
    texts = {**{name: text for name, text in own.items() if name.startswith("preview/")}, **material.inputs.templates}
    shown, problems = preview.page(built, ordered, texts, home, live=live)
    return (*wrong, *problems) or shown
