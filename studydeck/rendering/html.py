"""Render blocks and inlines: the content of a note in, the HTML of a field out.

Everything that the author wrote is escaped as text; only this module adds markup.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from operator import attrgetter

from studydeck.errors import FormulaError
from studydeck.model.anki import LETTERS_CLASS
from studydeck.model.document import (
    Block,
    Code,
    Content,
    DefinitionList,
    Flashcard,
    Formula,
    Html,
    Inline,
    ItemList,
    Paragraph,
    Quotation,
    Style,
    Table,
    Text,
)
from studydeck.model.links import is_remote, is_safe_link
from studydeck.model.media_types import is_packed, is_playable
from studydeck.model.text_edits import shown
from studydeck.model.traverse import map_texts
from studydeck.patterns import lazy_pattern
from studydeck.rendering import escape as anki_escape
from studydeck.rendering.code import highlight_code
from studydeck.rendering.escape import escape_attribute, escape_text
from studydeck.rendering.sanitise import sanitise
from studydeck.tex.mathjax import tex_for_mathjax

_STYLE_TAGS = (
    (Style.STRONG, "strong"),
    (Style.EM, "em"),
    (Style.STRIKE, "del"),
    (Style.HIGHLIGHT, "mark"),
    (Style.SUB, "sub"),
    (Style.SUP, "sup"),
)
_DOUBLE_BRACE = lazy_pattern(r"([{}])(?=\1)")
_ANKI_IN_TEX = lazy_pattern(r"\[(?=sound:|anki:|/?latex\]|/?\$)", re.IGNORECASE)


def inline_html(text: Text) -> str:
    """Return a text as HTML, hidden inlines as clozes."""
    if len(text.inlines) == 1 and not text.inlines[0].hide:  # nearly always
        return _inline(text.inlines[0])
    parts = []
    for cloze_number, inlines in groupby(text.inlines, key=attrgetter("hide")):
        content, hints = "", dict[str, None]()
        for inline in inlines:
            content += _inline(inline)
            if inline.kind == "hint":
                words = escape_text(inline.target)
                hints[f'<span class="{LETTERS_CLASS}">{words}</span>' if inline.detail else words] = None
        hint = f"::{', '.join(hints)}" if hints else ""
        parts.append(
            f"{{{{c{cloze_number}::{anki_escape.break_hints(content)}{hint}}}}}"
            if cloze_number and content.strip()
            else content
        )
    return "".join(parts)


def _inline(inline: Inline) -> str:
    if inline.kind == "text" and not inline.styles and not inline.target:  # nearly always
        return escape_text(inline.text)
    match inline.kind:
        case "break":
            return "<br>"
        case "math" | "display":
            return formula_html(inline.text, display=inline.kind == "display")
        case "picture" | "sound":
            return _embedded(inline)
        case "hint":
            return ""
        case "code":
            html = f"<code>{escape_text(inline.text)}</code>"
        case "ruby":
            html = f"<ruby>{escape_text(inline.text)}<rt>{escape_text(inline.detail)}</rt></ruby>"
        case _:
            html = escape_text(inline.text)
    if inline.styles:
        for style, tag in _STYLE_TAGS:
            if inline.styles & style:
                html = f"<{tag}>{html}</{tag}>"
    if inline.target and is_safe_link(inline.target):
        html = link(inline.target, html)
    return html


def link(target: str, html: str) -> str:
    """Return HTML as a link to a safe address."""
    return f'<a href="{escape_attribute(target)}">{html}</a>'


def _embedded(inline: Inline) -> str:
    """Return a packed picture as an image, a packed sound or video as a sound tag, and a remote file as a link.

    A card loads nothing from the network.
    """
    if is_remote(inline.target):
        address = f"https:{inline.target}" if inline.target.startswith("//") else inline.target
        return link(address, escape_text(inline.text or inline.target))
    if not is_packed(inline.target):
        return f"<em>{escape_text(f'[{inline.text}]')}</em>" if inline.text else ""
    if is_playable(inline.target):
        return f"[sound:{inline.target}]"
    alt = escape_attribute(inline.text)
    return f'<img src="{escape_attribute(inline.target)}" alt="{alt}"{size_attributes(inline.detail)}>'


def size_attributes(size: str) -> str:
    """Return the size of a picture as attributes of its tag, with a space before each."""
    if size.endswith("%"):
        return f' style="{size if size.startswith("zoom:") else f"width:{size}"}"'
    width, _, height = size.partition("x")
    return "".join(f' {name}="{side}"' for name, side in (("width", width), ("height", height)) if side)


def formula_html(source: str, *, display: bool = False) -> str:
    """Return TeX between MathJax's delimiters, or as code if it is no formula that MathJax in Anki may show."""
    try:
        tex = tex_for_mathjax(source)
    except FormulaError:  # reported when the formula was read
        return f"<code>{escape_text(source)}</code>"
    opening, closing = ("\\[", "\\]") if display else ("\\(", "\\)")
    return opening + escape_tex(tex) + closing


def escape_tex(source: str) -> str:
    """Return TeX with the braces and colons separated that Anki would read as a cloze; TeX ignores the difference."""
    separated = _DOUBLE_BRACE.sub(r"\1 ", source).replace("::", ":{}:")
    return _ANKI_IN_TEX.sub("&#91;", escape(separated, quote=False))


def blocks_html(content: Content) -> str:
    """Return blocks as HTML, a single paragraph without its tag."""
    if not content:
        return ""
    if len(content) == 1 and isinstance(content[0], Paragraph):
        return inline_html(content[0].text)
    return "".join([_block(block) for block in content])


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            html = inline_html(text)  # empty where it is a picture whose file is missing
            return f"<p>{html}</p>" if html else ""
        case Code(text=text, language=language):
            return highlight_code(text, language)
        case Formula(tex=source):
            return f"<p>{formula_html(source, display=True)}</p>"
        case ItemList():
            return _list(block)
        case Table():
            return _table(block)
        case DefinitionList(definitions=definitions):
            definition_html = "".join(
                f"<dt>{inline_html(definition.term)}</dt><dd>{blocks_html(definition.blocks)}</dd>"
                for definition in definitions
            )
            return f"<dl>{definition_html}</dl>"
        case Quotation(title=title, blocks=children):
            head = f"<p><strong>{inline_html(title)}</strong></p>" if title else ""
            return f"<blockquote>{head}{''.join(_block(child) for child in children)}</blockquote>"
        case Flashcard(question=question, answer=answer):  # shown beside another note, so that nothing is hidden
            return "".join([_block(child) for child in map_texts((*question, *answer), shown)])
        case Html(html=html):
            return sanitise(html)


def _list(block: ItemList) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    items = (
        f"<li>{inline_html(item.text)}{''.join(_block(child) for child in item.blocks)}</li>" for item in block.items
    )
    return f"<{tag}{start}>{''.join(items)}</{tag}>"


def _table(block: Table) -> str:
    head = "".join(f"<th>{inline_html(cell)}</th>" for cell in block.head)
    rows = ("".join(f"<td>{inline_html(cell)}</td>" for cell in row.cells) for row in block.rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
