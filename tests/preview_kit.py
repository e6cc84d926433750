"""The preview for tests: a page from notes, and the data that it holds."""

from __future__ import annotations

import json
import re
from typing import Any

from studydeck import files, lint
from studydeck.build import Built
from studydeck.views import preview

TEMPLATES = files.TEMPLATES


def page_of(built: Built, home: str = "../notes", *, live: bool = False) -> str:
    """Give the page of a build."""
    texts, wrong = files.templates(TEMPLATES)
    assert not wrong
    found = (*built.problems, *lint.doubts(built.notes, built.unclaimed))
    page, problems = preview.page(built, found, texts, home, live=live)
    assert problems == ()
    return page


def shown_in(page: str) -> dict[str, Any]:
    """Give what the page knows."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    values: dict[str, Any] = json.loads(text)
    return values
