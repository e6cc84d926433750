"""HTML becomes plain text in one module, and content is walked by one function."""

from __future__ import annotations

import time

from studydeck.model.document import Code, Html, Item, ItemList, Paragraph, Quotation
from studydeck.model.html_text import plain_text, without_tags
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import NO_SPAN, block_strings, texts
from studydeck.reports import wording


def test_tags_comments_and_styles_are_removed_and_references_decoded() -> None:
    """A tag ends at the first `>`; comments, styles and scripts are removed with their content."""
    field = "<!-- a > b --><style>p {}</style><SCRIPT>1</script>x<b title='<'>y</b>&lt;&nbsp;z < w"
    assert plain_text(field) == "xy< z < w"
    assert plain_text("a<br>b", " ") == "a b"


def test_a_reference_to_a_huge_number_is_a_replacement_character() -> None:
    """A field of a stranger's package may hold one; Python reads no number of more than 4,300 digits."""
    assert plain_text(f"a &#{'9' * 10_000}; b &#x41; &#0065;") == "a \ufffd b A A"


def test_a_less_than_sign_in_raw_html_is_text() -> None:
    """Raw HTML of authors may contain a `<` that starts no tag, and its character references stay."""
    assert without_tags("1 < 2 <b>&amp;</b>", " ") == "1 < 2  &amp; "


def test_tags_that_are_never_closed_take_linear_time() -> None:
    """A field of 100,000 `<` is read in less than a second."""
    start = time.perf_counter()
    assert plain_text("<" * 100_000) == "<" * 100_000
    assert time.perf_counter() - start < 1


def test_wording_separates_blocks_and_cells_and_names_pictures() -> None:
    """Blocks and cells are joined as a sentence; a picture is its alternative text or its file name."""
    table = "<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>"
    assert wording.plain_text(table) == "a, b; c"
    pictures = '<p>x<br>y <b>z</b></p><IMG src="a.png" alt="p &amp; q"><img src="b.png">'
    assert wording.plain_text(pictures) == "x, y z, [picture: p & q][picture: b.png]"


def test_one_walk_returns_texts_and_strings_in_reading_order() -> None:
    """Texts and strings are found at every depth, in reading order."""
    nested = (Paragraph(text_of("b"), NO_SPAN), Html("<i>c</i>", NO_SPAN))
    items = ItemList((Item(text_of("a"), nested, NO_SPAN),), False, NO_SPAN)
    content = (Quotation("quote", text_of("t"), (items,), NO_SPAN), Code("d", "", NO_SPAN))
    assert texts(content) == [text_of("t"), text_of("a"), text_of("b")]
    assert block_strings(content) == ["t", "a", "b", " c ", "d"]
