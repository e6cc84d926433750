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
from typing import Any, NamedTuple

from markupsafe import Markup

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
CURATION_PAGE = "preview/curate.html"
CURATION_STYLES = (*STYLES, "preview/curate.css")
CURATION_SCRIPTS = tuple(f"preview/curate{part}.js" for part in ("_requests", "_list", "_note", "_decide", ""))


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
    page_data = cards.page_data(built, diagnostics, home)
    data = Markup(_script_json(page_data))  # noqa: S704 - it cannot end its element
    values = {"deck": built.deck, "config": built.config, "page_data": page_data, "live": live, "data": data}
    return _render(texts, _Files(PAGE, STYLES, (*SCRIPTS, LIVE) if live else SCRIPTS), values)


def curation_page(texts: Mapping[str, str]) -> str:
    """Return the HTML of the page on which an author decides about the notes; it asks its server for them.

    Raises
    ------
    BuildError : if templates of the page are missing or invalid.
    """
    return _render(texts, _Files(CURATION_PAGE, CURATION_STYLES, CURATION_SCRIPTS), {})


class _Files(NamedTuple):
    """The names of the files of a page in the templates folder."""

    template: str
    styles: Sequence[str]
    scripts: Sequence[str]


def _render(texts: Mapping[str, str], files: _Files, values: Mapping[str, Any]) -> str:
    """Render the template of a page."""
    # Imported here: no other command needs it.
    from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateSyntaxError

    if missing := [name for name in (files.template, *files.styles, *files.scripts, FRAME) if name not in texts]:
        raise BuildError([template_error(name, 0, "the file is missing") for name in missing])

    def source(name: str) -> tuple[str, str, None] | None:
        return (texts[name], name, None) if name in texts else None

    environment = Environment(loader=FunctionLoader(source), autoescape=True, undefined=StrictUndefined)
    script = "\n".join(texts[name] for name in files.scripts)
    try:
        return environment.get_template(files.template).render(
            values,
            style=Markup("\n".join(texts[name] for name in files.styles)),  # noqa: S704 - they belong to the author
            frame_style=Markup(texts[FRAME]),  # noqa: S704 - so does this one
            script=Markup(script),  # noqa: S704 - and the policy contains its digest
            script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    except TemplateSyntaxError as fault:
        raise BuildError([template_error(fault.name or files.template, fault.lineno, str(fault.message))]) from fault
    except Exception as fault:  # a template can raise any exception
        trace = traceback.extract_tb(fault.__traceback__)
        lines = [frame.lineno for frame in trace if frame.filename == files.template]
        message = f"{type(fault).__name__}: {fault}"
        raise BuildError([template_error(files.template, (lines or [0])[-1] or 0, message)]) from fault


def _script_json(page_data: cards.Record) -> str:
    """Return the data as JSON that neither ends its script element nor begins a comment."""
    text = json.dumps(page_data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
