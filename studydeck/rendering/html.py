"""From runs and blocks to the HTML of a field: everything the author wrote is text, only what we write is markup."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from operator import attrgetter

from studydeck.model.document import (
    Block,
    Code,
    Content,
    DefinitionList,
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
from studydeck.rendering import escape as anki_escape
from studydeck.rendering.code import highlight_code
from studydeck.rendering.escape import escape_attribute, escape_text
from studydeck.rendering.sanitise import PACKED, sanitise

_TAGS = (
    (Style.STRONG, "strong"),
    (Style.EM, "em"),
    (Style.STRIKE, "del"),
    (Style.HIGHLIGHT, "mark"),
    (Style.SUB, "sub"),
    (Style.SUP, "sup"),
)
SAFE_LINK = re.compile(r"^(?:https?://|mailto:)", re.IGNORECASE)
_REMOTE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
# Commands by which TeX reaches out of its formula: links (of javascript, too), styles, other code, and the command that
# writes such names in pieces.
_ACTIVE_TEX = re.compile(r"\\(?:href|url|style|class|cssId|data|require|includegraphics|csname)(?![a-zA-Z])")
_DOUBLE_BRACE = re.compile(r"([{}])(?=\1)")
_ANKI_IN_TEX = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$)", re.IGNORECASE)


def inline(text: Text) -> str:
    """Give a text as HTML, hidden runs as clozes."""
    if len(text) == 1 and not text[0].hide:  # nearly always
        return _inline(text[0])
    parts = []
    for number, inlines in groupby(text, key=attrgetter("hide")):
        inner = "".join(map(_inline, inlines))
        parts.append(f"{{{{c{number}::{anki_escape.break_hints(inner)}}}}}" if number and inner.strip() else inner)
    return "".join(parts)


def _inline(inline: Inline) -> str:
    if inline.kind == "text" and not inline.styles and not inline.target:  # nearly always
        return escape_text(inline.text)
    match inline.kind:
        case "break":
            return "<br>"
        case "math" | "display":
            return formula(inline.text, display=inline.kind == "display")
        case "picture":
            return _picture(inline)
        case "code":
            html = f"<code>{escape_text(inline.text)}</code>"
        case _:
            html = escape_text(inline.text)
    if inline.styles:
        for mark, tag in _TAGS:
            if inline.styles & mark:
                html = f"<{tag}>{html}</{tag}>"
    if inline.target and SAFE_LINK.match(inline.target):
        html = link(inline.target, html)
    return html


def link(target: str, html: str) -> str:
    """Link HTML to an address that is known to be safe."""
    return f'<a href="{escape_attribute(target)}">{html}</a>'


def _picture(inline: Inline) -> str:
    """Show a picture that is packed; one that is not stays a link: no card asks the network for anything."""
    if _REMOTE.match(inline.target):
        return link(
            f"https:{inline.target}" if inline.target.startswith("//") else inline.target,
            escape_text(inline.text or inline.target),
        )
    if not PACKED.fullmatch(inline.target):
        return f"<em>{escape_text(f'[{inline.text}]')}</em>" if inline.text else ""
    return f'<img src="{escape_attribute(inline.target)}" alt="{escape_attribute(inline.text)}">'


def formula(source: str, *, display: bool = False) -> str:
    """Give TeX between the brackets that Anki's MathJax looks for; what reaches beyond its formula is shown as code."""
    if _ACTIVE_TEX.search(source):
        return f"<code>{escape_text(source)}</code>"
    left, right = ("\\[", "\\]") if display else ("\\(", "\\)")
    return left + tex(source) + right


def tex(source: str) -> str:
    """Give TeX as MathJax reads it; braces that Anki would take for its own are set apart, which TeX does not mind."""
    nested_item = _DOUBLE_BRACE.sub(r"\1 ", source).replace("::", ":{}:")
    return _ANKI_IN_TEX.sub("&#91;", escape(nested_item, quote=False))


def blocks(content: Content) -> str:
    """Give blocks as HTML; a single paragraph stands without its tag."""
    if not content:
        return ""
    if len(content) == 1 and isinstance(content[0], Paragraph):
        return inline(content[0].text)
    return "".join([_block(block) for block in content])


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return f"<p>{inline(text)}</p>"
        case Code(text=text, language=language):
            return highlight_code(text, language)
        case Formula(tex=source):
            return f"<p>{formula(source, display=True)}</p>"
        case ItemList():
            return _list(block)
        case Table():
            return _table(block)
        case DefinitionList(definitions=definitions):
            inner = "".join(f"<dt>{inline(one.term)}</dt><dd>{blocks(one.blocks)}</dd>" for one in definitions)
            return f"<dl>{inner}</dl>"
        case Quotation(title=title, blocks=inside):
            head = f"<p><strong>{inline(title)}</strong></p>" if title else ""
            return f"<blockquote>{head}{''.join(_block(one) for one in inside)}</blockquote>"
        case Html(html=html):
            return sanitise(html)


def _list(block: ItemList) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    items = (f"<li>{inline(item.text)}{''.join(_block(one) for one in item.blocks)}</li>" for item in block.items)
    return f"<{tag}{start}>{''.join(items)}</{tag}>"


def _table(block: Table) -> str:
    head = "".join(f"<th>{inline(cell)}</th>" for cell in block.head)
    rows = ("".join(f"<td>{inline(cell)}</td>" for cell in row.cells) for row in block.rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
