"""Cutting texts: many cuts in one pass give what single cuts give."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studydeck.model.document import Inline, Text
from studydeck.model.text_edits import cut, cut_all

INLINES = st.builds(
    Inline,
    st.sampled_from(["", "a", " ", "ab ", "\n", "cde"]),
    st.sampled_from(["text", "text", "code", "math", "break", "picture"]),
    st.sampled_from([0, 1]),
)


@given(st.lists(INLINES, max_size=8).map(tuple), st.lists(st.integers(0, 24), max_size=8))
def test_cuts_in_one_pass_equal_single_cuts(inlines: tuple[Inline, ...], offsets: list[int]) -> None:
    """Whatever the inlines, also empty ones and ones that are never cut in two."""
    text = Text(inlines)
    points = sorted(min(offset, len(text.string)) for offset in offsets)
    spans = list(zip(points[::2], points[1::2], strict=False))
    assert cut_all(text, spans) == [cut(text, *span) for span in spans]
