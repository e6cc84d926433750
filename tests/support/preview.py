"""The preview for tests: a page from notes, and the data that it holds."""

from __future__ import annotations

import json
import re
from typing import Any

from studydeck import checks, storage
from studydeck.pipeline import Built
from studydeck.preview import page as preview_page

TEMPLATES = storage.TEMPLATES


def page_of(built: Built, home: str = "../notes", *, live: bool = False) -> str:
    """Give the page of a build."""
    found = (*built.diagnostics, *checks.lint(built.notes, built.skipped))
    return preview_page.page(built, found, storage.read_templates(TEMPLATES), home, live=live)


def shown_in(page: str) -> dict[str, Any]:
    """Give what the page knows."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    values: dict[str, Any] = json.loads(text)
    return values
