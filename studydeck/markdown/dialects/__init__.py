"""Dialects: Markdown as people's tools write it, rewritten to the Markdown that the parser reads.

In: the text of a source without its front matter. Out: a text with the same lines, in which what only the tool
understands is gone, and what the parser can read is written in the parser's own way.

A dialect is a module here with a line in `DIALECTS`. Its marks count where they stand: a mark changes the reading of
the lines that it belongs to, and of no other line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec import Struct

from studydeck.markdown.dialects import (
    anki_latex,
    attributes,
    comment_marks,
    critic,
    dates,
    dendron,
    emoji_names,
    fenced_divs,
    flashcards,
    gitbook,
    hugo,
    joplin,
    latex,
    liquid,
    logseq,
    mdx,
    mkdocs,
    myst,
    notion,
    obsidian,
    outlines,
    pandoc,
    properties,
    scripts,
    stray_marks,
)
from studydeck.markdown.dialects.colons import shared_keys as shared_keys


class Dialect(Struct, frozen=True):
    """A dialect: its name in deck.toml, whether a text can contain its marks, and the function that rewrites them.

    `has_marks` is a quick test that may be wrong in one direction: a text for which it is false has no mark.
    `rewrite` returns as many lines as it gets, because diagnostics and cards name lines. It also gets
    the front matter and the keys of properties where `needs_front_matter` says so.
    """

    name: str
    has_marks: Callable[[str], bool]
    rewrite: Callable[..., str]
    needs_front_matter: bool = False


# In this order: Logseq's references are looked up before properties with the ids go; then what is hidden, so that no
# other dialect reads it; flashcards before properties, which have the form of one; then tags that enclose code.
DIALECTS: tuple[Dialect, ...] = (
    Dialect("logseq", logseq.has_marks, logseq.rewrite),
    Dialect("obsidian", obsidian.has_marks, obsidian.rewrite),
    Dialect("liquid", comment_marks.has_marks, comment_marks.rewrite),
    Dialect("flashcards", anki_latex.has_marks, anki_latex.rewrite),
    Dialect("flashcards", flashcards.has_marks, flashcards.rewrite, needs_front_matter=True),
    Dialect("obsidian", properties.has_marks, properties.rewrite),
    Dialect("critic", critic.has_marks, critic.rewrite),
    Dialect("liquid", liquid.has_marks, liquid.rewrite),
    Dialect("gitbook", gitbook.has_marks, gitbook.rewrite),
    Dialect("hugo", hugo.has_marks, hugo.rewrite),
    Dialect("mdx", mdx.has_marks, mdx.rewrite),
    Dialect("myst", myst.has_marks, myst.rewrite),
    Dialect("fenced-divs", fenced_divs.has_marks, fenced_divs.rewrite),
    Dialect("mkdocs", mkdocs.has_marks, mkdocs.rewrite),
    Dialect("joplin", joplin.has_marks, joplin.rewrite),
    Dialect("notion", notion.has_marks, notion.rewrite),
    Dialect("outlines", outlines.has_marks, outlines.rewrite),
    Dialect("dendron", dendron.has_marks, dendron.rewrite, needs_front_matter=True),
    Dialect("pandoc", latex.has_marks, latex.rewrite),
    Dialect("pandoc", pandoc.has_marks, pandoc.rewrite),
    Dialect("pandoc", scripts.has_marks, scripts.rewrite),
    Dialect("pandoc", emoji_names.has_marks, emoji_names.rewrite),
    Dialect("gitbook", stray_marks.has_marks, stray_marks.rewrite),
    Dialect("dates", dates.has_marks, dates.rewrite),
    Dialect("attributes", attributes.has_marks, attributes.rewrite),
)
NAMES = frozenset(dialect.name for dialect in DIALECTS)


def rewrite(
    text: str,
    names: Collection[str] = NAMES,
    *,
    front_matter: str = "",
    property_keys: frozenset[str] = frozenset(),
) -> str:
    """Return a text in the parser's own Markdown.

    Parameters
    ----------
    text : the text of a source; front matter must be blank.
    front_matter : the front matter of the source, in which a tag can say what its text is.
    property_keys : keys of `key:: value` that other sources have, too.
    names : the dialects to read; by default all of them, each by its own marks.
    """
    for dialect in DIALECTS:
        if dialect.name in names and (dialect.has_marks(text) or (front_matter and dialect.needs_front_matter)):
            context = (front_matter, property_keys) if dialect.needs_front_matter else ()
            text = dialect.rewrite(text, *context)
    return text
