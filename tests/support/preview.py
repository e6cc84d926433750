"""The preview page for tests: render a build, and read the data embedded in a page."""

from __future__ import annotations

import json
import re
from typing import Any

from studydeck import checks, storage
from studydeck.pipeline import Built
from studydeck.preview import page as preview_page

TEMPLATES = storage.TEMPLATES


def page_of(built: Built, notes_url: str = "../notes", *, live: bool = False) -> str:
    """Return the preview page of a build."""
    diagnostics = (*built.diagnostics, *checks.lint(built.notes, built.skipped))
    return preview_page.page(built, diagnostics, storage.read_templates(TEMPLATES), notes_url, live=live)


def embedded_data(page: str) -> dict[str, Any]:
    """Return the data embedded in a page."""
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    decoded: dict[str, Any] = json.loads(data)
    return decoded
