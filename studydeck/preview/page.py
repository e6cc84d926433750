"""Render the preview: a build and the templates folder in, one HTML page out that makes no network requests.

Its template, styles and scripts are in templates/preview; faults in them are reported as diagnostics. The content of
the notes is JSON in a script element that is not executed; cards are shown in a frame without scripts. The content
security policy allows only the page's own script, by its digest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.notetypes.note_types import template_error
from studydeck.pipeline import Built
from studydeck.preview import cards

PAGE = "preview/page.html"
STYLES = tuple(f"preview/{name}.css" for name in ("page", "list", "stage"))
SCRIPTS = tuple(f"preview/{name}.js" for name in ("cards", "filters", "list", "stage", "keys", "page"))
LIVE = "preview/live.js"
FRAME = "preview/anki.css"


def page(
    built: Built, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], home: str, *, live: bool = False
) -> str:
    """Return the HTML of the page.

    Parameters
    ----------
    built : a build that has a deck.
    diagnostics : shown beside the cards that they concern.
    texts : the templates folder: path relative to it -> text.
    home : the address of the notes folder relative to the page; empty if it cannot be reached.
    live : whether `watch` serves the page, which then reloads itself after each build.

    Raises
    ------
    BuildError : if templates of the page are missing or invalid.
    """
    scripts = (*SCRIPTS, LIVE) if live else SCRIPTS
    missing = tuple(name for name in (PAGE, *STYLES, *scripts, FRAME) if name not in texts)
    if missing:
        raise BuildError([template_error(name, 0, "the file is missing") for name in missing])
    page_data = cards.page_data(built, diagnostics, home)
    script = "\n".join(texts[name] for name in scripts)
    return _render(texts, {"deck": built.deck, "config": built.config, "page_data": page_data, "live": live}, script)


def _render(texts: Mapping[str, str], values: Mapping[str, Any], script: str) -> str:
    """Render the template of the page."""
    # Imported here: no other command needs it.
    from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateSyntaxError
    from markupsafe import Markup

    def source(name: str) -> tuple[str, str, None] | None:
        return (texts[name], name, None) if name in texts else None

    environment = Environment(loader=FunctionLoader(source), autoescape=True, undefined=StrictUndefined)
    try:
        return environment.get_template(PAGE).render(
            values,
            style=Markup("\n".join(texts[name] for name in STYLES)),  # noqa: S704 - the templates belong to the author
            frame_style=Markup(texts[FRAME]),  # noqa: S704 - so does this one
            script=Markup(script),  # noqa: S704 - and the policy contains its digest
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            data=Markup(_script_json(values["page_data"])),  # noqa: S704 - it cannot end its element
        )
    except TemplateSyntaxError as fault:
        raise BuildError([template_error(fault.name or PAGE, fault.lineno, str(fault.message))]) from fault
    except Exception as fault:  # a template can raise any exception
        lines = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__) if frame.filename == PAGE]
        raise BuildError([template_error(PAGE, (lines or [0])[-1] or 0, f"{type(fault).__name__}: {fault}")]) from fault


def _script_json(page_data: cards.Record) -> str:
    """Return the data as JSON that neither ends its script element nor begins a comment."""
    text = json.dumps(page_data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
