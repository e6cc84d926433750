"""The preview: one HTML page with every card as Anki shows it, which asks nobody for anything.

Its template, styles and scripts stand in templates/preview; a page that cannot be made of them is a problem. What the
notes say is data, in a script element that runs nothing; cards stand in a frame where no script runs at all. The page's
own script is the only one that its policy allows, by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from studydeck.diagnostics import Diagnostic, DiagnosticCode, error
from studydeck.errors import BuildError
from studydeck.notetypes.note_types import FOLDER
from studydeck.pipeline import Built
from studydeck.preview import cards

PAGE = "preview/page.html"
STYLES = tuple(f"preview/{name}.css" for name in ("page", "list", "stage"))
SCRIPTS = tuple(f"preview/{name}.js" for name in ("cards", "filters", "list", "stage", "keys", "page"))
LIVE = "preview/live.js"
FRAME = "preview/anki.css"


def page(built: Built, found: Sequence[Diagnostic], texts: Mapping[str, str], home: str, *, live: bool = False) -> str:
    """Give the page.

    Parameters
    ----------
    built : a build that has a deck.
    found : problems and doubts that the page shows beside the cards that they concern.
    texts : the templates folder, path to text.
    home : the address of the notes folder as seen from the page, empty where it cannot be reached.
    live : the page is served by `watch`, and comes anew when that says so.

    Raises
    ------
    BuildError : where the templates of the page are missing or wrong.
    """
    scripts = (*SCRIPTS, LIVE) if live else SCRIPTS
    missing = tuple(name for name in (PAGE, *STYLES, *scripts, FRAME) if name not in texts)
    if missing:
        raise BuildError([_diagnostic(name, 0, "the file is missing") for name in missing])
    shown = cards.page_data(built, found, home)
    script = "\n".join(texts[name] for name in scripts)
    return _filled(texts, {"deck": built.deck, "config": built.config, "shown": shown, "live": live}, script)


def _filled(texts: Mapping[str, str], values: Mapping[str, Any], script: str) -> str:
    """Fill in the template."""
    # Imported here: no other command needs it.
    from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateSyntaxError
    from markupsafe import Markup

    def source(name: str) -> tuple[str, str, None] | None:
        return (texts[name], name, None) if name in texts else None

    environment = Environment(loader=FunctionLoader(source), autoescape=True, undefined=StrictUndefined)
    try:
        return environment.get_template(PAGE).render(
            values,
            style=Markup("\n".join(texts[name] for name in STYLES)),  # noqa: S704 - the templates are the author's own
            frame_style=Markup(texts[FRAME]),  # noqa: S704 - so is this one
            script=Markup(script),  # noqa: S704 - and its digest stands in the policy
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=Markup(_quoted(values["shown"])),  # noqa: S704 - nothing in it can end its element
        )
    except TemplateSyntaxError as bad:
        raise BuildError([_diagnostic(bad.name or PAGE, bad.lineno, str(bad.message))]) from bad
    except Exception as bad:  # a template may do anything wrong that Python can
        lines = [frame.lineno for frame in traceback.extract_tb(bad.__traceback__) if frame.filename == PAGE]
        raise BuildError([_diagnostic(PAGE, (lines or [0])[-1] or 0, f"{type(bad).__name__}: {bad}")]) from bad


def _quoted(shown: cards.Record) -> str:
    """Give the data as JSON that neither ends its script element nor begins a comment."""
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _diagnostic(name: str, line: int, message: str) -> Diagnostic:
    return error(DiagnosticCode.BAD_TEMPLATE, f"{FOLDER}/{name}", line, message)
