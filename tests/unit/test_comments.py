"""Comments within a text: nothing of them is read, and the text is the same as without them."""

from __future__ import annotations

import pytest

from studydeck.markdown.dialects.obsidian import rewrite
from tests.support.pipeline import build_notes

NOTES = """# Metals

## Iron

Iron rusts in wet air, and **zinc** protects it from air.

- **Copper**: a red metal

| Metal | Use |
|---|---|
| Tin cans | soldering work |

> The **lead** is heavy.
"""


PLACES = [
    ("rusts in wet", "rusts {} in wet"),
    ("air, and", "air {}, and"),
    ("air, and", "air, {} and"),
    ("from air.", "from air {}."),
    ("from air.", "from air. {}"),
    ("and **zinc**", "and {} **zinc**"),
    ("**zinc**", "**zinc {}**"),
    ("**zinc** protects", "**zinc** {} protects"),
    ("a red", "a {} red"),
    ("**Copper**:", "**Copper** {}:"),
    (": a red", ": {} a red"),
    ("- **Copper", "- {} **Copper"),
    ("Tin cans", "Tin {} cans"),
    ("Tin cans |", "Tin cans {} |"),
    ("| soldering", "| {} soldering"),
    ("## Iron", "## Iron {}"),
    ("> The", "> {} The"),
    ("rusts in wet", "rusts in {}\nwet"),
]


@pytest.mark.parametrize("comment", ["<!-- check -->", "%% check %%"])
@pytest.mark.parametrize(("text", "commented"), PLACES)
def test_a_comment_in_a_text_changes_no_note(text: str, commented: str, comment: str) -> None:
    """Neither a space before a comma nor a second one between words is left; a note that changed would be stamped."""
    assert text in NOTES
    digests = [note.draft.digests for note in build_notes(NOTES).notes]
    edited = build_notes(NOTES.replace(text, commented.format(comment)))
    assert [note.draft.digests for note in edited.notes] == digests


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("The value $a %% b$ is 5 %% secret %% and more %% secret %% text.", "The value $a %% b$ is 5 and more text."),
        ("$$a %% b$$ and %% secret %% text", "$$a %% b$$ and text"),
        (r"\(a%%b\) and %% secret %% text", r"\(a%%b\) and text"),
        ("`x` %% secret `%%` a %% secret %%.", "`x` ` a."),
        ("It costs $5 %% secret %% and $6.", "It costs $5 and $6."),
        ("**zinc %% secret %%** protects", "**zinc** protects"),
    ],
)
def test_marks_in_formulas_and_code_begin_no_comment(line: str, shown: str) -> None:
    """One in a formula would turn the comments behind it into text, and the text into comments."""
    assert rewrite(line) == shown
