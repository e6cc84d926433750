"""From runs and blocks to the HTML of a field: everything the author wrote is text, only what we write is markup."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

from studydeck.render.code import highlighted
from studydeck.shapes import (
    Aside,
    Block,
    Code,
    Content,
    DefinitionList,
    Formula,
    Html,
    ItemList,
    Mark,
    Paragraph,
    Run,
    Table,
    Text,
)

_TAGS = (
    (Mark.STRONG, "strong"),
    (Mark.EM, "em"),
    (Mark.STRIKE, "del"),
    (Mark.HIGHLIGHT, "mark"),
    (Mark.SUB, "sub"),
    (Mark.SUP, "sup"),
)
# Anki reads these anywhere in a field: clozes and fields, sounds, LaTeX, and MathJax in backslash brackets.
_ANKI = re.compile(r"\{\{|\}\}|\[(?=sound:|latex\]|/latex\]|\$|/\$|anki:)|\\(?=[()\[\]])", re.IGNORECASE)
_SAFE_LINK = re.compile(r"^(?:https?://|mailto:)", re.IGNORECASE)


def words(text: str) -> str:
    """Escape plain words for a field."""
    return _ANKI.sub(lambda found: "".join(f"&#{ord(letter)};" for letter in found[0]), escape(text, quote=True))


def inline(text: Text) -> str:
    """Give a text as HTML, hidden runs as clozes."""
    parts = []
    for number, runs in groupby(text, key=lambda run: run.hide):
        inner = "".join(_run(run) for run in runs)
        parts.append(f"{{{{c{number}::{_unhinted(inner)}}}}}" if number and inner.strip() else inner)
    return "".join(parts)


def _unhinted(html: str) -> str:
    """Break up what Anki would take for a hint or for the end of a cloze."""
    return html.replace("::", ":&#58;")


def _run(run: Run) -> str:
    match run.form:
        case "break":
            return "<br>"
        case "math" | "display":
            left, right = ("\\(", "\\)") if run.form == "math" else ("\\[", "\\]")
            return left + tex(run.text) + right
        case "picture":
            return _picture(run)
        case "code":
            html = f"<code>{words(run.text)}</code>"
        case _:
            html = words(run.text)
    for mark, tag in _TAGS:
        if run.marks & mark:
            html = f"<{tag}>{html}</{tag}>"
    if _SAFE_LINK.match(run.target):
        html = f'<a href="{words(run.target)}">{html}</a>'
    return html


def _picture(run: Run) -> str:
    if not run.target:
        return f"<em>[{words(run.text)}]</em>" if run.text else ""
    return f'<img src="{words(run.target)}" alt="{words(run.text)}">'


def tex(source: str) -> str:
    """Give TeX as MathJax reads it; braces that Anki would take for its own are set apart, which TeX does not mind."""
    apart = re.sub(r"([{}])(?=\1)", r"\1 ", source)
    return escape(apart.replace("::", ":{}:"), quote=False)


def blocks(content: Content) -> str:
    """Give blocks as HTML; a single paragraph stands without its tag."""
    if len(content) == 1 and isinstance(content[0], Paragraph):
        return inline(content[0].text)
    return "".join(_block(block) for block in content)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return f"<p>{inline(text)}</p>"
        case Code(text=text, language=language):
            return highlighted(text, language)
        case Formula(tex=source):
            return f"<p>\\[{tex(source)}\\]</p>"
        case ItemList():
            return _list(block)
        case Table():
            return _table(block)
        case DefinitionList(definitions=definitions):
            inner = "".join(f"<dt>{inline(one.term)}</dt><dd>{blocks(one.blocks)}</dd>" for one in definitions)
            return f"<dl>{inner}</dl>"
        case Aside(title=title, blocks=inside):
            head = f"<p><strong>{inline(title)}</strong></p>" if title else ""
            return f"<blockquote>{head}{''.join(_block(one) for one in inside)}</blockquote>"
        case Html(html=html):
            return words(re.sub(r"<[^<>]*>", " ", html))


def _list(block: ItemList) -> str:
    tag = "ol" if block.ordered else "ul"
    start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
    items = (f"<li>{inline(item.text)}{''.join(_block(one) for one in item.blocks)}</li>" for item in block.items)
    return f"<{tag}{start}>{''.join(items)}</{tag}>"


def _table(block: Table) -> str:
    head = "".join(f"<th>{inline(cell)}</th>" for cell in block.head)
    rows = ("".join(f"<td>{inline(cell)}</td>" for cell in row.cells) for row in block.rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
