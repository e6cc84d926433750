"""Read the notes that a text embeds (`![[note#heading]]`): a text in; the text without them, and their blocks, out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studydeck.diagnostics import DiagnosticCode, warning
from studydeck.markdown import footnotes
from studydeck.markdown.formulas import read_formulas
from studydeck.markdown.front_matter import NO_FRONT_MATTER
from studydeck.markdown.parser import tokens_of
from studydeck.markdown.source import protect_wikilinks
from studydeck.markdown.transclusion import TOO_MUCH_REPEATED, embed_key, seen_from_root
from studydeck.markdown.wikilinks import shown_target
from studydeck.model.document import NO_TEXT, Block, Embed, Inline, Quotation, Source, SourceSpan, Text
from studydeck.model.text_edits import cut

if TYPE_CHECKING:
    from studydeck.markdown.blocks import Reader


def named_embed(reader: Reader, inline: Inline) -> Inline:
    """Return the name of an embedded note in place of a picture of it, for a cell, which holds no blocks."""
    is_note = inline.kind != "text" and embed_key(inline.target) in reader.embeds
    return Inline(shown_target(inline.target)) if is_note else inline


def take_embeds(reader: Reader, text: Text, span: SourceSpan) -> Text:
    """Return a text without the notes that it embeds, which follow it as blocks of their own."""
    embeds = [reader.embeds.get(embed_key(inline.target)) if inline.kind != "text" else None for inline in text]
    if not any(embeds):
        return text
    for embed in filter(None, embeds):
        reader.room_for_embeds -= len(embed.text)
        fault = embed.fault or (TOO_MUCH_REPEATED if reader.room_for_embeds < 0 else "")
        if fault:
            message = f"the embedded note {embed.target} {fault}; the card is made without it"
            reader.diagnostics.append(warning(DiagnosticCode.MISSING_EMBED, reader.path, span.line, message))
        elif blocks := _blocks_of(reader, embed, span):
            reader.embedded.append(Quotation("embed", NO_TEXT, blocks, span))
    own = [inline for inline, embed in zip(text, embeds, strict=True) if not embed]
    return (
        cut(Text(tuple(own)), 0) if any(inline.text.strip() or inline.kind == "picture" for inline in own) else NO_TEXT
    )


def _blocks_of(reader: Reader, embed: Embed, span: SourceSpan) -> tuple[Block, ...]:
    """Return the blocks of an embedded text; what is wrong with them is reported where they stand."""
    tokens = tokens_of(protect_wikilinks(embed.text))
    for token in tokens:
        token.map = [span.line - 1, span.end_line] if token.map else None
    read_formulas(tokens, Source(embed.path, embed.text, reader.macros), NO_FRONT_MATTER)
    inner = reader.of_embed(tokens, embed)
    blocks = (*inner.blocks("end of the embed"), *footnotes.blocks_shown(inner.footnotes))
    reader.room_for_embeds = inner.room_for_embeds
    return seen_from_root(blocks, embed.path)
