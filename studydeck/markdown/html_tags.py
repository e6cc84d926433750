"""Parse one tag of raw HTML: a tag in; its name, kind and picture out. A separate module because few notes need it."""

from __future__ import annotations

from html.parser import HTMLParser


class _TagReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parsed_tag: tuple[str, bool, str, str] = ("", True, "", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.parsed_tag = (tag, True, values.get("src") or "", values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.parsed_tag = (tag, False, "", "")


def tag_of(html: str) -> tuple[str, bool, str, str]:
    """Return (name, whether it is an opening tag, address of a picture, alt text) of a tag."""
    reader = _TagReader()
    reader.feed(html)
    return reader.parsed_tag
