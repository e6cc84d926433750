"""From tokens to blocks with their lines, and what an author decided about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.markdown import limits
from studydeck.markdown.inline import block_comment, comments, parse_directives, pictures_of, runs_of, seen, text_of
from studydeck.markdown.parser import PARSER
from studydeck.model.document import (
    NO_DIRECTIVES,
    Block,
    Code,
    Definition,
    DefinitionList,
    Directives,
    Formula,
    Html,
    Inline,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    SourceSpan,
    Style,
    Table,
    TableRow,
    Text,
)
from studydeck.model.traverse import cut, flat

_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+)\s+(?=\D)|^[^\w\s\"'(\[{<$@#/.%~`+*&=>|\\-]+\s*(?=\w)")
_FEWEST_LINES, _WRAPPED = 3, 60
_OPTION = re.compile(r"\s*\(?[A-Ha-h][.)]\s")
_TASK = re.compile(r"^\[[ xX]\]\s+")
_SUMMARY = re.compile(r"<summary[^<>]*>(.*?)(?:</summary>|$)", re.DOTALL | re.IGNORECASE)
_DETAILS = re.compile(r"<details\b", re.IGNORECASE)
_END_OF_DETAILS = re.compile(r"</details", re.IGNORECASE)
_CALLOUT = re.compile(r"^\[!(\w+)\][+-]?\s*")


class Reader:
    """Walks the tokens of one source once, from the first to the last."""

    def __init__(self, path: str, tokens: Sequence[Token]) -> None:
        self.path, self.tokens, self.at = path, tokens, 0
        self.diagnostics: list[Diagnostic] = []
        self.footnotes: list[Paragraph] = []
        self.folds = 0

    def span(self, token: Token, last: Token | None = None) -> SourceSpan:
        start, end = token.map or (0, 1)
        if last and last.map:
            end = max(end, last.map[1])
        return SourceSpan(self.path, start + 1, end if end > start else start + 1)

    def directives(self, words: Sequence[str], span: SourceSpan, base: Directives = NO_DIRECTIVES) -> Directives:
        for one in words:
            base, wrong = parse_directives(one, base)
            self.diagnostics += (
                warning(DiagnosticCode.BAD_COMMENT, self.path, span.line, message) for message in wrong
            )
        return base

    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def ahead(self) -> str:
        """Give the type of the next token, or nothing at the end."""
        return self.tokens[self.at].type if self.at < len(self.tokens) else ""

    def blocks(self, closing: str = "") -> tuple[Block, ...]:
        """Read blocks up to a closing token, and past it; a deck comment on its own belongs to the block above."""
        found: list[Block] = []
        while (kind := self.ahead()) != closing and kind:
            if kind == "heading_open" and not closing:
                return tuple(found)
            block = self.block(closing)
            if isinstance(block, Html) and (words := block_comment(block.html)) is not None and found:
                found[-1] = self.decided(found[-1], words, block.span)
            elif block:
                found.append(block)
        self.at += 1
        return tuple(found)

    def decided(self, block: Block, words: str, span: SourceSpan) -> Block:
        if isinstance(block, Paragraph | Quotation):
            return replace(block, directives=self.directives([words], span, block.directives))
        if isinstance(block, ItemList):
            items = tuple(
                replace(one, directives=self.directives([words], span, one.directives)) for one in block.items
            )
            return replace(block, items=items)
        if isinstance(block, Table):
            rows = tuple(replace(one, directives=self.directives([words], span, one.directives)) for one in block.rows)
            return replace(block, rows=rows)
        return block

    def unread(self, token: Token, message: str) -> None:
        self.diagnostics.append(warning(DiagnosticCode.TOO_DEEP, self.path, self.span(token).line, message))

    def inline(self) -> tuple[Text, Directives]:
        token = self.tokens[self.at]
        self.at += 1
        if limits.UNREAD in token.meta:
            self.unread(token, token.meta[limits.UNREAD])
        words = comments(token.children) if token.children else []
        return text_of(token), self.directives(words, self.span(token)) if words else NO_DIRECTIVES

    def block(self, closing: str = "") -> Block | None:
        token = self.tokens[self.at]
        self.at += 1
        span = self.span(token)
        match token.type:
            case "paragraph_open":
                inline = self.tokens[self.at]
                text, directives = self.inline()
                self.at += 1
                if not text:
                    return None
                whole = Paragraph(text, span, directives)
                # The first paragraph of an item is the item; elsewhere short lines are items of a list without bullets.
                alone = closing != "list_item_close" and directives == NO_DIRECTIVES
                return _lines(inline, whole) if alone and stands_in_lines(inline.content) else whole
            case "heading_open":
                text, directives = self.inline()
                self.at += 1
                strong = tuple(replace(inline, styles=inline.styles | Style.STRONG) for inline in clean_heading(text))
                return Paragraph(strong, span, directives) if text else None
            case "bullet_list_open" | "ordered_list_open":
                return self.item_list(token, span)
            case "table_open":
                return self.table(span)
            case "fence" | "code_block":
                return Code(token.content.rstrip("\n"), token.info.strip().split(" ")[0].strip("{.}"), span)
            case "math_block" | "math_block_label":
                return Formula(token.content.strip(), span)
            case "html_block":
                return self.html(token, span)
            case "blockquote_open":
                return _callout(self.blocks("blockquote_close"), span)
            case "admonition_open":
                title: Text = ()
                if self.ahead() == "admonition_title_open":
                    self.at += 1
                    title, _ = self.inline()
                    self.at += 1
                style = "fold" if token.markup.startswith("?") else "callout"
                bare = cut(title, 1, len(flat(title)) - 1) if flat(title)[:1] == flat(title)[-1:] == '"' else title
                return Quotation(style, bare, self.blocks("admonition_close"), span)  # type: ignore[arg-type]  # one of two literals
            case "dl_open":
                return self.definitions(span)
            case limits.UNREAD:
                self.unread(token, token.content)
            case "footnote_open":
                self.footnotes += (one for one in self.blocks("footnote_close") if isinstance(one, Paragraph))
        return None

    def item_list(self, token: Token, span: SourceSpan) -> ItemList:
        closing, items = token.type.replace("open", "close"), []
        while self.ahead() not in {closing, ""}:
            opening = self.tokens[self.at]
            self.at += 1
            blocks = self.blocks("list_item_close")
            items.append(_item(blocks, self.span(opening)))
        self.at += 1
        return ItemList(tuple(items), token.type.startswith("ordered"), span, int(token.attrs.get("start", 1)))

    def table(self, span: SourceSpan) -> Table:
        rows: list[TableRow] = []
        cells: list[Text] = []
        directives, row = NO_DIRECTIVES, span
        while (kind := self.ahead()) not in {"table_close", ""}:
            if kind == "tr_open":
                cells, directives, row = [], NO_DIRECTIVES, self.span(self.tokens[self.at])
            elif kind == "inline":
                text, here = self.inline()
                cells.append(text)
                directives = here if here != NO_DIRECTIVES else directives
                continue
            elif kind == "tr_close":
                rows.append(TableRow(tuple(cells), row, directives))
            self.at += 1
        self.at += 1
        return Table(rows[0].cells if rows else (), tuple(rows[1:]), span)

    def definitions(self, span: SourceSpan) -> DefinitionList:
        found: list[Definition] = []
        term: Text = ()
        directives, at = NO_DIRECTIVES, span
        while self.ahead() not in {"dl_close", ""}:
            token = self.tokens[self.at]
            self.at += 1
            if token.type == "dt_open":
                term, directives = self.inline()
                line = token.map[0] + 1 if token.map else span.line
                at = SourceSpan(self.path, line, line)
            elif token.type == "dd_open":
                where = replace(at, end_line=self.span(token).end_line)
                found.append(Definition(term, self.blocks("dd_close"), where, directives))
        self.at += 1
        return DefinitionList(tuple(found), span)

    def html(self, token: Token, span: SourceSpan) -> Block:
        """Read raw HTML; `<details>` takes the blocks up to its end with it."""
        if (words := block_comment(token.content)) is not None or (why := limits.too_long(token.content)):
            if words is None:
                self.unread(token, why)
            return Html(token.content.strip() if words is not None else "", span)
        if not _DETAILS.search(token.content) or _END_OF_DETAILS.search(token.content):
            shown = pictures_of(token.content)
            return Paragraph(shown, span) if shown else Html(seen(token.content).strip() or _comment(token), span)
        if self.folds >= limits.DEEPEST // 2:
            self.unread(token, limits.TOO_DEEP)
            return Html("", span)
        self.folds += 1
        fold = self.fold(token)
        self.folds -= 1
        return fold

    def fold(self, token: Token) -> Quotation:
        """Read `<details>`: its summary, and the blocks up to its end."""
        summary, inside, last = _SUMMARY.search(token.content), [], token
        while self.ahead() not in {"heading_open", "list_item_close", ""}:
            ahead = self.tokens[self.at]
            if ahead.type == "html_block" and _END_OF_DETAILS.search(ahead.content):
                last = ahead
                self.at += 1
                break
            if ahead.type == "html_block" and not summary and (summary := _SUMMARY.search(ahead.content)):
                self.at += 1
                continue
            last = ahead if ahead.map else last
            if block := self.block():
                inside.append(block)
        title = text_of(PARSER.parseInline(summary[1].strip())[0]) if summary else ()
        return Quotation("fold", title, tuple(inside), self.span(token, last))


def _comment(token: Token) -> str:
    """Give a block that is nothing but comments, so that `list` can call it one."""
    html = token.content.strip()
    return html if html.startswith("<!--") and html.endswith("-->") else ""


@cache
def _beginning() -> re.Pattern[str]:
    """Make the pattern of how an item begins: it takes long to make, and few notes have such lists."""
    return re.compile(r"\s*[^\w\s]*(?:[A-Z\u00c0-\u00de\u0400-\u042f\u2e80-\uffef\d*_`]|[•·–—-]\s)")


def stands_in_lines(content: str) -> bool:
    """Tell whether a paragraph is a list that its author wrote line by line, rather than prose that was wrapped."""
    if content.count("\n") < _FEWEST_LINES - 1:
        return False
    lines = content.split("\n")
    if max(map(len, lines[:-1])) >= _WRAPPED or any(map(_OPTION.match, lines)):
        return False
    ends = sum(line.rstrip().endswith((".", ",", ";", "。", "，")) for line in lines[:-1])
    begins = sum(bool(_beginning().match(line)) for line in lines[1:])
    card_specs = any(line.rstrip().endswith(("?", "？", "\\")) for line in lines)
    rest = len(lines) - 1
    return not card_specs and 3 * ends <= rest and begins >= 0.8 * rest


def _lines(token: Token, whole: Paragraph) -> ItemList | Paragraph:
    """Give a paragraph as a list of its lines."""
    parts: list[list[Token]] = [[]]
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append([])
        else:
            parts[-1].append(child)
    texts_ = [clean_heading(runs_of(part), numbers=False) for part in parts]
    if not all(texts_):
        return whole
    path, line = whole.span.path, whole.span.line
    items = (Item(text, (), SourceSpan(path, line + n, line + n)) for n, text in enumerate(texts_))
    return ItemList(tuple(items), ordered=False, span=whole.span)


def _item(blocks: tuple[Block, ...], span: SourceSpan) -> Item:
    if blocks and isinstance(blocks[0], Paragraph):
        text, directives = blocks[0].text, blocks[0].directives
        done = None
        words = flat(text)
        if words.startswith("[") and (task := _TASK.match(words)):
            text, done = cut(text, task.end()), task[0][1] != " "
        return Item(clean_heading(text, numbers=False), blocks[1:], span, directives, done)
    return Item((), blocks, span)


def _callout(blocks: tuple[Block, ...], span: SourceSpan) -> Quotation:
    if blocks and isinstance(blocks[0], Paragraph) and (found := _CALLOUT.match(flat(blocks[0].text))):
        rest = cut(blocks[0].text, found.end())
        first = (replace(blocks[0], text=rest),) if rest else ()
        return Quotation("callout", (Inline(found[1].capitalize()),), (*first, *blocks[1:]), span)
    return Quotation("quote", (), blocks, span)


def clean_heading(text: Text, numbers: bool = True) -> Text:
    """Take the numbering and the emoji off the front: they come and go with edits and ask nothing."""
    while not (words := flat(text))[:1].isalpha():  # to look is faster than to match
        found = _NUMBERING.match(words)
        if not found or (found[0][0].isdigit() and not numbers):
            break
        text = cut(text, found.end())
    return text
