"""Read blocks: the tokens of one source in; blocks with their spans, directives, and diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.markdown import comments, embeds, limits, table_bars
from studydeck.markdown.directives import directive_comment, directive_comments, parse_directives
from studydeck.markdown.inline import embeds_of, inlines_of, text_of, text_tags_escaped, visible_html
from studydeck.markdown.parser import PARSER
from studydeck.model.document import (
    MEDIA_KINDS,
    NO_DIRECTIVES,
    NO_TEXT,
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
from studydeck.model.html_text import without_tags
from studydeck.model.traverse import cut

_NUMBERING_OR_EMOJI = re.compile(
    r"^(?:\d+(?:\.\d+)*[.)]|\d+(?:\.\d+)+)\s+(?=\D)|^[^\w\s\"'(\[{<$@#/.%~`+*&=>|\\-]+\s*(?=\w)"
)
_MIN_LINES, _WRAP_WIDTH = 3, 60
_ANSWER_OPTION = re.compile(r"\s*\(?[A-Ha-h][.)]\s")
# Own patterns for tasks and callouts, because the libraries fail here. `tasklists` of markdown-it-py reads "> 5 ml"
# after a box as a quotation (tests/snapshots/multiple_choice/ticked_option_begins_with_a_sign.md); that of
# mdit-py-plugins takes quadratic time. `alerts` of markdown-it-py knows five names, reads no title in the marker's
# line, and moves the first line of the text (tests/snapshots/blockquotes/callout_is_read_like_a_section.md).
_TASK = re.compile(r"^\[[ xX]\]\s+")
_CALLOUT = re.compile(r"^\[!(\w+)\][+-]?\s*")
_SUMMARY = re.compile(r"<summary[^<>]*>(.*?)(?:</summary>|$)", re.DOTALL | re.IGNORECASE)
_DETAILS = re.compile(r"<details\b[^<>]*>?", re.IGNORECASE)
_END_OF_DETAILS = re.compile(r"</details[^<>]*>?", re.IGNORECASE)
_COMMENT = "<!---->"  # stands for a block of comments only, whose words are private


class Reader:
    """Reads the tokens of one source in one pass."""

    def __init__(self, path: str, tokens: Sequence[Token]) -> None:
        self.path, self.tokens, self.position = path, tokens, 0
        self.diagnostics: list[Diagnostic] = []
        self.footnotes: list[Block] = []
        self.fold_depth = 0

    def span(self, token: Token, last: Token | None = None) -> SourceSpan:
        start, end = token.map or (0, 1)
        if last and last.map:
            end = max(end, last.map[1])
        return SourceSpan(self.path, start + 1, end if end > start else start + 1)

    def directives(self, comments: Sequence[str], span: SourceSpan, base: Directives = NO_DIRECTIVES) -> Directives:
        for comment in comments:
            base, messages = parse_directives(comment, base)
            self.diagnostics += (
                warning(DiagnosticCode.BAD_COMMENT, self.path, span.line, message) for message in messages
            )
        return base

    def is_done(self) -> bool:
        return self.position >= len(self.tokens)

    def next_token(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def next_type(self) -> str:
        """Return the type of the next token, or an empty string at the end."""
        return self.tokens[self.position].type if self.position < len(self.tokens) else ""

    def blocks(self, closing: str = "") -> tuple[Block, ...]:
        """Read blocks up to and including a closing token; a directive on its own line applies to the block above."""
        blocks: list[Block] = []
        while (kind := self.next_type()) != closing and kind:
            if kind == "heading_open" and not closing:
                return tuple(blocks)
            block = self.block(closing)
            if isinstance(block, Html) and (comment := directive_comment(block.html)) is not None and blocks:
                blocks[-1] = self.with_directives(blocks[-1], comment, block.span)
            elif block:
                blocks.append(block)
        self.position += 1
        return tuple(blocks)

    def with_directives(self, block: Block, comment: str, span: SourceSpan) -> Block:
        if isinstance(block, Paragraph | Quotation):
            return replace(block, directives=self.directives([comment], span, block.directives))
        if isinstance(block, ItemList):
            items = tuple(
                replace(item, directives=self.directives([comment], span, item.directives)) for item in block.items
            )
            return replace(block, items=items)
        if isinstance(block, Table):
            rows = tuple(
                replace(row, directives=self.directives([comment], span, row.directives)) for row in block.rows
            )
            return replace(block, rows=rows)
        return block

    def report_unparsed(self, token: Token, message: str) -> None:
        self.diagnostics.append(warning(DiagnosticCode.TOO_DEEP, self.path, self.span(token).line, message))

    def report_open_comment(self, token: Token) -> None:
        if comments.UNCLOSED in token.meta:
            message = "a comment that begins here has no end; close it with -->, or what follows it is left out"
            self.diagnostics.append(warning(DiagnosticCode.OPEN_COMMENT, self.path, self.span(token).line, message))

    def inline(self) -> tuple[Text, Directives]:
        token = self.tokens[self.position]
        self.position += 1
        if limits.UNPARSED in token.meta:
            self.report_unparsed(token, token.meta[limits.UNPARSED])
        self.report_open_comment(token)
        directive_texts = directive_comments(token.children) if token.children else []
        return text_of(token), (
            self.directives(directive_texts, self.span(token)) if directive_texts else NO_DIRECTIVES
        )

    def block(self, closing: str = "") -> Block | None:
        token = self.tokens[self.position]
        self.position += 1
        span = self.span(token)
        match token.type:
            case "paragraph_open":
                inline_token = self.tokens[self.position]
                text, directives = self.inline()
                self.position += 1
                if not text:
                    return None
                paragraph = Paragraph(text, span, directives)
                # The first paragraph of an item is its text; elsewhere short lines can be a list without bullets.
                may_be_list = closing != "list_item_close" and directives == NO_DIRECTIVES
                return (
                    _list_of_lines(inline_token, paragraph)
                    if may_be_list and is_list_of_lines(inline_token.content)
                    else paragraph
                )
            case "heading_open":
                text, directives = self.inline()
                self.position += 1
                strong = Text(
                    tuple([replace(inline, styles=inline.styles | Style.STRONG) for inline in clean_heading(text)])
                )
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
                title = NO_TEXT
                if self.next_type() == "admonition_title_open":
                    self.position += 1
                    title, _ = self.inline()
                    self.position += 1
                style = "fold" if token.markup.startswith("?") else "callout"
                unquoted_title = (
                    cut(title, 1, len(title.string) - 1) if title.string[:1] == title.string[-1:] == '"' else title
                )
                return Quotation(style, unquoted_title, self.blocks("admonition_close"), span)  # type: ignore[arg-type]  # one of two literals
            case "dl_open":
                return self.definitions(span)
            case limits.UNPARSED:
                self.report_unparsed(token, token.content)
            case "footnote_open":
                self.footnotes += self.blocks("footnote_close")
        return None

    def item_list(self, token: Token, span: SourceSpan) -> ItemList:
        closing, items = token.type.replace("open", "close"), []
        while self.next_type() not in {closing, ""}:
            item_token = self.tokens[self.position]
            self.position += 1
            blocks = self.blocks("list_item_close")
            items.append(_item(blocks, self.span(item_token)))
        self.position += 1
        return ItemList(tuple(items), token.type.startswith("ordered"), span, int(token.attrs.get("start", 1)))

    def table(self, span: SourceSpan) -> Table:
        rows: list[TableRow] = []
        cells: list[Text] = []
        directives, row_span = NO_DIRECTIVES, span
        while (kind := self.next_type()) not in {"table_close", ""}:
            if kind == "tr_open":
                token = self.tokens[self.position]
                cells, directives, row_span = [], NO_DIRECTIVES, self.span(token)
                self.report_torn_row(token)
            elif kind == "inline":
                text, cell_directives = self.inline()
                cells.append(text)
                directives = cell_directives if cell_directives != NO_DIRECTIVES else directives
                continue
            elif kind == "tr_close":
                rows.append(TableRow(tuple(cells), row_span, directives))
            self.position += 1
        self.position += 1
        return Table(rows[0].cells if rows else (), tuple(rows[1:]), span)

    def report_torn_row(self, token: Token) -> None:
        if table_bars.TORN in token.meta:
            message = (
                "the row has more cells than the head of its table; they are read as one with the last: "
                "write \\| for a bar inside of a cell, or give the head more cells"
            )
            self.diagnostics.append(warning(DiagnosticCode.TORN_ROW, self.path, self.span(token).line, message))

    def definitions(self, span: SourceSpan) -> DefinitionList:
        definitions: list[Definition] = []
        term = NO_TEXT
        directives, term_span = NO_DIRECTIVES, span
        while self.next_type() not in {"dl_close", ""}:
            token = self.tokens[self.position]
            self.position += 1
            if token.type == "dt_open":
                term, directives = self.inline()
                line = token.map[0] + 1 if token.map else span.line
                term_span = SourceSpan(self.path, line, line)
            elif token.type == "dd_open":
                definition_span = replace(term_span, end_line=self.span(token).end_line)
                definitions.append(Definition(term, self.blocks("dd_close"), definition_span, directives))
        self.position += 1
        return DefinitionList(tuple(definitions), span)

    def html(self, token: Token, span: SourceSpan) -> Block:
        """Read raw HTML; `<details>` contains the blocks up to its end tag."""
        self.report_open_comment(token)
        if directive_comment(token.content) is not None:
            return Html(token.content.strip(), span)
        if reason := limits.too_long(token.content):
            self.report_unparsed(token, reason)
            return Html("", span)
        html = embeds.with_images(visible_html(token.content)).strip()
        if not html:
            return Html(_COMMENT if token.content.lstrip().startswith(comments.START) else "", span)
        if not _opens_fold(html):
            pictures = embeds_of(html)
            return Paragraph(pictures, span) if pictures else Html(text_tags_escaped(html), span)
        if self.fold_depth >= limits.MAX_DEPTH // 2:
            self.report_unparsed(token, limits.TOO_DEEP)
            return Html("", span)
        self.fold_depth += 1
        fold = self.fold(token, html)
        self.fold_depth -= 1
        return fold

    def fold(self, token: Token, html: str) -> Quotation:
        """Read `<details>`: its summary, and the blocks up to its end tag."""
        opening = _DETAILS.search(html)
        assert opening
        children, last = self.html_children(html[: opening.start()], self.span(token)), token
        html = html[opening.end() :]
        if summary := _SUMMARY.search(html):
            html = html[: summary.start()] + html[summary.end() :]
        children += self.html_children(html, self.span(token))
        while (next_token := self.next_token()) and next_token.type != "heading_open" and next_token.nesting >= 0:
            last = next_token if next_token.map else last
            is_html = next_token.type == "html_block"
            html = embeds.with_images(visible_html(next_token.content)) if is_html else ""
            end, inner = _END_OF_DETAILS.search(html), _DETAILS.search(html)
            if end and not (inner and inner.start() < end.start()):
                children += self.html_children(html[: end.start()], self.span(next_token))
                next_token.content = html[end.end() :].strip()  # such as the beginning of the next fold
                self.position += not next_token.content
                break
            if html and not summary and not inner and (summary := _SUMMARY.search(html)):
                self.position += 1
                html = html[: summary.start()] + html[summary.end() :]
                children += self.html_children(html, self.span(next_token))
            elif block := self.block():
                children.append(block)
        title = text_of(PARSER.parseInline(summary[1].strip())[0]) if summary else NO_TEXT
        return Quotation("fold", title, tuple(children), self.span(token, last))

    def html_children(self, html: str, span: SourceSpan) -> list[Block]:
        """Return raw HTML between the tags of a fold as blocks; none if it shows nothing."""
        if not without_tags(html).strip() and not embeds_of(html):
            return []
        return [Paragraph(pictures, span) if (pictures := embeds_of(html)) else Html(text_tags_escaped(html), span)]


def _opens_fold(html: str) -> bool:
    """Return whether raw HTML begins a fold that other blocks end."""
    starts, ends = list(_DETAILS.finditer(html)), list(_END_OF_DETAILS.finditer(html))
    return bool(starts) and (not ends or ends[-1].start() < starts[-1].start())


@cache
def _item_start() -> re.Pattern[str]:
    """Return the pattern of the start of an item; compiled on first use, because few notes have such lists."""
    return re.compile(r"\s*[^\w\s]*(?:[A-Z\u00c0-\u00de\u0400-\u042f\u2e80-\uffef\d*_`]|[•·–—-]\s)")


def is_list_of_lines(content: str) -> bool:
    """Return whether a paragraph is a list written line by line, rather than wrapped prose."""
    if content.count("\n") < _MIN_LINES - 1:
        return False
    lines = content.split("\n")
    if max(map(len, lines[:-1])) >= _WRAP_WIDTH or any(map(_ANSWER_OPTION.match, lines)):
        return False
    ended_lines = sum(line.rstrip().endswith((".", ",", ";", "。", "，")) for line in lines[:-1])
    started_lines = sum(bool(_item_start().match(line)) for line in lines[1:])
    has_question = any(line.rstrip().endswith(("?", "？", "\\")) for line in lines)
    following_lines = len(lines) - 1
    return not has_question and 3 * ended_lines <= following_lines and started_lines >= 0.8 * following_lines


def _list_of_lines(token: Token, paragraph: Paragraph) -> ItemList | Paragraph:
    """Return a paragraph as a list of its lines, or unchanged if a line has no text."""
    parts: list[list[Token]] = [[]]
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append([])
        else:
            parts[-1].append(child)
    texts = [clean_heading(inlines_of(part), numbers=False) for part in parts]
    if not all(texts):
        return paragraph
    path, line = paragraph.span.path, paragraph.span.line
    items = (Item(text, (), SourceSpan(path, line + index, line + index)) for index, text in enumerate(texts))
    return ItemList(tuple(items), ordered=False, span=paragraph.span)


def _item(blocks: tuple[Block, ...], span: SourceSpan) -> Item:
    if blocks and isinstance(blocks[0], Paragraph):
        text, directives = blocks[0].text, blocks[0].directives
        done = None
        item_text = text.string
        if item_text.startswith("[") and (task := _TASK.match(item_text)):
            text, done = cut(text, task.end()), task[0][1] != " "
        return Item(clean_heading(text, numbers=False), blocks[1:], span, directives, done)
    return Item(NO_TEXT, blocks, span)


def _callout(blocks: tuple[Block, ...], span: SourceSpan) -> Quotation:
    if blocks and isinstance(blocks[0], Paragraph) and (marker := _CALLOUT.match(blocks[0].text.string)):
        rest = cut(blocks[0].text, marker.end())
        first = (replace(blocks[0], text=rest),) if rest else ()
        return Quotation("callout", Text((Inline(marker[1].capitalize()),)), (*first, *blocks[1:]), span)
    return Quotation("quote", NO_TEXT, blocks, span)


def clean_heading(text: Text, numbers: bool = True) -> Text:
    """Return a heading without leading numbering and emoji, which change with edits and carry no content."""
    if text and text.inlines[0].kind in MEDIA_KINDS:  # not the sign after a picture
        return text
    while not (heading := text.string)[:1].isalpha():  # checking one character is faster than matching
        numbering = _NUMBERING_OR_EMOJI.match(heading)
        if not numbering or (numbering[0][0].isdigit() and not numbers):
            break
        text = cut(text, numbering.end())
    return text
