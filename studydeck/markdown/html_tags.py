"""A single tag of raw HTML, read; its room is opened where notes hold one, for few do."""

from __future__ import annotations

from html.parser import HTMLParser


class _LedgerReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[str, bool, str, str] = ("", True, "", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.found = (tag, True, values.get("src") or "", values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.found = (tag, False, "", "")


def tag_of(html: str) -> tuple[str, bool, str, str]:
    """Give a tag's name, whether it opens, and a picture's address and alt text."""
    reader = _LedgerReader()
    reader.feed(html)
    return reader.found
