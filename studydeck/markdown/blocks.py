"""Read blocks: the tokens of one source in; blocks with their spans, directives, and diagnostics out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.markdown import comments, embeds, footnotes, limits, table_bars
from studydeck.markdown.callouts import take_callout
from studydeck.markdown.decoration import clean_heading
from studydeck.markdown.directives import (
    combine_directives,
    directive_comment,
    directive_comments,
    limit_values,
    parse_directives,
    without_text_tags,
)
from studydeck.markdown.formulas import read_formulas
from studydeck.markdown.front_matter import NO_FRONT_MATTER
from studydeck.markdown.inline import (
    cloze_of,
    embeds_of,
    inlines_of,
    open_element,
    text_of,
    text_tags_escaped,
    visible_html,
    without_foreign_content,
)
from studydeck.markdown.parser import PARSER, tokens_of
from studydeck.markdown.source import protect_wikilinks
from studydeck.markdown.tags import FIRST_LINE, directives_of_lines, take_tags
from studydeck.markdown.term_lines import may_hold_terms, term_lines
from studydeck.markdown.transclusion import MAX_REPEATED_SIZE, TOO_MUCH_REPEATED, embed_key, seen_from_root
from studydeck.markdown.wikilinks import shown_target
from studydeck.model.document import (
    NO_DIRECTIVES,
    NO_TEXT,
    Block,
    Code,
    Definition,
    DefinitionList,
    Directives,
    Embed,
    Flashcard,
    Formula,
    Html,
    Inline,
    Item,
    ItemList,
    Paragraph,
    Quotation,
    Source,
    SourceSpan,
    Style,
    Table,
    TableRow,
    Text,
)
from studydeck.model.html_text import without_tags
from studydeck.model.traverse import cut
from studydeck.text.answer_options import is_option_line
from studydeck.text.punctuation import ends_in_question_mark

_MIN_LINES, _WRAP_WIDTH, _MOST_TERM_WORDS = 3, 60, 5
# An own pattern for tasks, because the libraries fail here. `tasklists` of markdown-it-py reads "> 5 ml" after a box as
# a quotation (tests/snapshots/multiple_choice/ticked_option_begins_with_a_sign.md); that of mdit-py-plugins takes
# quadratic time.
_TASK = re.compile(r"^\[[ xX]\]\s+")
_SUMMARY = re.compile(r"<summary[^<>]*>(.*?)(?:</summary>|$)", re.DOTALL | re.IGNORECASE)
_DETAILS = re.compile(r"<details\b[^<>]*>?", re.IGNORECASE)
_END_OF_DETAILS = re.compile(r"</details[^<>]*>?", re.IGNORECASE)
_PROCESSED = re.compile(r"\s*(?:<\?(?!xml\b)|<!\[CDATA\[)", re.IGNORECASE)  # browsers read it as a comment
_SHOWN_ADDRESS = 80  # characters
_COMMENT = "<!---->"  # stands for a block of comments only, whose words are private


class Reader:
    """Reads the tokens of one source in one pass."""

    def __init__(
        self,
        path: str,
        tokens: Sequence[Token],
        *,
        embeds: Sequence[Embed] = (),
        macros: str = "",
        reads_tags: bool = True,
    ) -> None:
        self.path, self.tokens, self.position, self.reads_tags = path, tokens, 0, reads_tags
        self.embeds, self.macros = {embed.target: embed for embed in embeds}, macros
        self.room_for_embeds = MAX_REPEATED_SIZE
        self.embedded: list[Block] = []  # what follows the last paragraph: what it embeds, the list that it announces
        self.section_tags: list[str] = []  # of paragraphs that hold nothing else
        self.diagnostics: list[Diagnostic] = []
        self.footnotes: list[Quotation] = []
        self.references: dict[int, list[footnotes.Reference]] = {}  # to footnotes that are not yet read, by number
        self.fold_depth = 0
        self.is_in_flashcard = False

    def span(self, token: Token, last: Token | None = None) -> SourceSpan:
        start, end = token.map or (0, 1)
        if last and last.map:
            end = max(end, last.map[1])
        return SourceSpan(self.path, start + 1, end if end > start else start + 1)

    def directives(self, texts: Sequence[tuple[str, SourceSpan]]) -> Directives:
        """Return the directives of comments about one block, and report what is wrong with them."""
        parsed: list[Directives] = []
        for comment, span in texts:
            directives, messages = parse_directives(comment)
            parsed.append(directives)
            self.report_comment(span, messages)
        combined, messages = limit_values(combine_directives(parsed))
        self.report_comment(texts[-1][1], messages)
        return combined

    def report_comment(self, span: SourceSpan, messages: Sequence[str]) -> None:
        self.diagnostics += (warning(DiagnosticCode.BAD_COMMENT, self.path, span.line, message) for message in messages)

    def is_done(self) -> bool:
        return self.position >= len(self.tokens)

    def next_token(self) -> Token | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def next_type(self) -> str:
        """Return the type of the next token, or an empty string at the end."""
        return self.tokens[self.position].type if self.position < len(self.tokens) else ""

    def directive_blocks(self) -> list[tuple[str, SourceSpan]]:
        """Read the directive comments that come next, each a block of its own."""
        found: list[tuple[str, SourceSpan]] = []
        while self.next_type() == "html_block":
            token = self.tokens[self.position]
            if (comment := directive_comment(token.content)) is None:
                break
            found.append((comment, self.span(token)))
            self.position += 1
        return found

    def blocks(self, closing: str = "") -> tuple[Block, ...]:
        """Read blocks up to and including a closing token; a directive on its own line applies to the block above."""
        blocks: list[Block] = []
        while (kind := self.next_type()) != closing and kind and (closing or kind != "heading_open"):
            if block := self.block(closing):
                below = self.directive_blocks()
                blocks.append(_with_directives(block, self.directives(below)) if below else block)
            if self.embedded:
                blocks += self.embedded
                self.embedded = []
        if closing or not kind:
            self.position += 1
        return tuple(blocks)

    def report_unparsed(self, token: Token, message: str) -> None:
        self.diagnostics.append(warning(DiagnosticCode.TOO_DEEP, self.path, self.span(token).line, message))

    def report_open_comment(self, token: Token) -> None:
        if comments.UNCLOSED in token.meta:
            message = (
                "a comment that begins here has no end; close it with --> (or %%, if it begins with that), "
                "or what follows it is left out"
            )
            self.diagnostics.append(warning(DiagnosticCode.OPEN_COMMENT, self.path, self.span(token).line, message))

    def report_not_shown(self, html: str, token: Token) -> None:
        for name, address in embeds.not_shown(html):
            message = f"<{name}> of {address[:_SHOWN_ADDRESS]} is on no card; put a picture or a link in its place"
            self.diagnostics.append(warning(DiagnosticCode.NOT_SHOWN, self.path, self.span(token).line, message))

    def inline(self, *, in_cell: bool = False) -> tuple[Text, Directives]:
        token = self.tokens[self.position]
        self.position += 1
        if limits.UNPARSED in token.meta:
            self.report_unparsed(token, token.meta[limits.UNPARSED])
        self.report_open_comment(token)
        directive_texts = directive_comments(token.children) if token.children else []
        tags = take_tags(token) if self.reads_tags and "#" in token.content else ()
        if "^" in token.content:
            for number, reference in footnotes.references(token, self.span(token)):
                self.references.setdefault(number, []).append(reference)
        if "<" in token.content:
            tags_only = "".join(child.content for child in token.children or () if child.type == "html_inline")
            self.report_not_shown(visible_html(tags_only), token)
        text = text_of(token)
        if tags and not text:
            self.section_tags += tags
        if self.embeds and in_cell:
            text = Text(tuple(map(self.named_embed, text)))
        elif self.embeds:
            text = self.take_embeds(text, self.span(token))
        directives = NO_DIRECTIVES
        if directive_texts:
            directives = self.directives([(comment, self.span(token)) for comment in directive_texts])
        return text, replace(directives, tags=(*directives.tags, *tags)) if tags and text else directives

    def take_section_tags(self) -> tuple[str, ...]:
        """Return the tags of the paragraphs since the last call that hold nothing else."""
        tags, self.section_tags = tuple(self.section_tags), []
        return tags

    def named_embed(self, inline: Inline) -> Inline:
        """Return the name of an embedded note in place of a picture of it, for a cell, which holds no blocks."""
        is_note = inline.kind != "text" and embed_key(inline.target) in self.embeds
        return Inline(shown_target(inline.target)) if is_note else inline

    def take_embeds(self, text: Text, span: SourceSpan) -> Text:
        """Return a text without the notes that it embeds, which follow it as blocks of their own."""
        embeds = [self.embeds.get(embed_key(inline.target)) if inline.kind != "text" else None for inline in text]
        if not any(embeds):
            return text
        for embed in filter(None, embeds):
            self.room_for_embeds -= len(embed.text)
            fault = embed.fault or (TOO_MUCH_REPEATED if self.room_for_embeds < 0 else "")
            if fault:
                message = f"the embedded note {embed.target} {fault}; the card is made without it"
                self.diagnostics.append(warning(DiagnosticCode.MISSING_EMBED, self.path, span.line, message))
            elif blocks := self.blocks_of(embed, span):
                self.embedded.append(Quotation("embed", NO_TEXT, blocks, span))
        own = [inline for inline, embed in zip(text, embeds, strict=True) if not embed]
        return (
            cut(Text(tuple(own)), 0)
            if any(inline.text.strip() or inline.kind == "picture" for inline in own)
            else NO_TEXT
        )

    def blocks_of(self, embed: Embed, span: SourceSpan) -> tuple[Block, ...]:
        """Return the blocks of an embedded text; what is wrong with them is reported where they stand."""
        tokens = tokens_of(protect_wikilinks(embed.text))
        for token in tokens:
            token.map = [span.line - 1, span.end_line] if token.map else None
        read_formulas(tokens, Source(embed.path, embed.text, self.macros), NO_FRONT_MATTER)
        reader = Reader(self.path, tokens, embeds=embed.embeds, macros=self.macros)
        reader.room_for_embeds = self.room_for_embeds
        blocks = (*reader.blocks("end of the embed"), *footnotes.blocks_shown(reader.footnotes))
        self.room_for_embeds = reader.room_for_embeds
        return seen_from_root(blocks, embed.path)

    def block(self, closing: str = "") -> Block | None:
        token = self.tokens[self.position]
        self.position += 1
        span = self.span(token)
        match token.type:
            case "paragraph_open":
                return self.paragraph(span, closing)
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
                return self.quotation(span)
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
                blocks = self.blocks("admonition_close")
                kind = str(token.meta.get("tag", "")).lower()
                return Quotation(style, unquoted_title, blocks, span, kind=kind)  # type: ignore[arg-type]  # one of two literals
            case "dl_open":
                return self.definitions(span)
            case "flashcard_open":
                return self.flashcard(token, span)
            case limits.UNPARSED:
                self.report_unparsed(token, token.content)
            case "footnote_open":
                self.footnote(token)
        return None

    def footnote(self, token: Token) -> None:
        """Read a footnote; those that it refers to are shown beside the same text."""
        found, others = self.references.pop(token.meta["id"], []), self.references
        if found:
            footnotes.give_lines(self.tokens, self.position, found[0].span)
        self.references = {}
        blocks = self.blocks("footnote_close")
        for number, own in self.references.items():
            others.setdefault(number, []).extend(found[: footnotes.MOST_REFERENCES] or own)
        self.references = others
        self.footnotes += footnotes.quotations(found, blocks)

    def quotation(self, span: SourceSpan) -> Quotation:
        callout = take_callout(self.tokens, self.position)
        blocks = self.blocks("blockquote_close")
        if not callout:
            return Quotation("quote", NO_TEXT, blocks, span)
        directive_texts = [(comment, span) for comment in callout.comments]
        directives = self.directives(directive_texts) if directive_texts else NO_DIRECTIVES
        return Quotation("callout", callout.title, blocks, span, directives, callout.kind)

    def paragraph(self, span: SourceSpan, closing: str) -> Block | None:
        """Read a paragraph, the card that it is, or the list that its lines are."""
        token = self.tokens[self.position]
        text, directives = self.inline()
        self.position += 1
        if not text:
            return None
        if not self.is_in_flashcard and any(child.type == "cloze_open" for child in token.children or ()):
            return Flashcard((), (Paragraph(cloze_of(token.children or ()), span),), span, directives)
        paragraph = Paragraph(text, span, directives)
        # The first paragraph of an item is its text; elsewhere short lines can be a list without bullets.
        if closing == "list_item_close" or without_text_tags(directives) != NO_DIRECTIVES or self.embedded:
            return paragraph
        if may_hold_terms(token.content) and (terms := term_lines(token, paragraph)):
            first, *self.embedded = terms
            return first
        return _list_of_lines(token, paragraph) if is_list_of_lines(token.content) else paragraph

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
                text, cell_directives = self.inline(in_cell=True)
                cells.append(text)
                if cell_directives != NO_DIRECTIVES:
                    tags = dict.fromkeys((*directives.tags, *cell_directives.tags))
                    others = directives if without_text_tags(cell_directives) == NO_DIRECTIVES else cell_directives
                    directives = replace(others, tags=tuple(tags))
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

    def flashcard(self, token: Token, span: SourceSpan) -> Flashcard:
        """Read a question and its answer; a directive in one of them applies to both."""
        self.is_in_flashcard = True
        sides = self.blocks("flashcard_answer"), self.blocks("flashcard_close")
        self.is_in_flashcard = False
        written = (block.directives for block in (*sides[0], *sides[1]) if isinstance(block, Paragraph))
        directives = next((found for found in written if found != NO_DIRECTIVES), NO_DIRECTIVES)
        return Flashcard(*sides, span, replace(directives, both_ways=directives.both_ways or token.meta["both_ways"]))

    def html(self, token: Token, span: SourceSpan) -> Block:
        """Read raw HTML; `<details>` contains the blocks up to its end tag."""
        self.report_open_comment(token)
        if directive_comment(token.content) is not None:
            return Html(token.content.strip(), span)
        if reason := limits.too_long(token.content):
            self.report_unparsed(token, reason)
            return Html("", span)
        if name := open_element(token.content):
            message = f"a <{name}> that begins here has no end; close it with </{name}>, or what follows it is left out"
            self.diagnostics.append(warning(DiagnosticCode.OPEN_COMMENT, self.path, span.line, message))
        if _PROCESSED.match(token.content):
            return Code(token.content.strip(), "", span)
        visible = visible_html(token.content)
        self.report_not_shown(visible, token)
        html = without_foreign_content(embeds.with_images(visible)).strip()
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
            html = without_foreign_content(embeds.with_images(visible_html(next_token.content))) if is_html else ""
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


def _with_directives(block: Block, added: Directives) -> Block:
    if isinstance(block, Paragraph | Quotation | Flashcard):
        return replace(block, directives=combine_directives((block.directives, added)))
    if isinstance(block, ItemList):
        items = [replace(item, directives=combine_directives((item.directives, added))) for item in block.items]
        return replace(block, items=tuple(items))
    if isinstance(block, Table):
        rows = [replace(row, directives=combine_directives((row.directives, added))) for row in block.rows]
        return replace(block, rows=tuple(rows))
    return block


@cache
def _item_start() -> re.Pattern[str]:
    """Return the pattern of the start of an item; compiled on first use, because few notes have such lists."""
    return re.compile(
        r"""
        \s*[^\w\s]*
        (?: [A-Z\u00c0-\u00de\u0400-\u042f]    # a Latin or Cyrillic capital
          | [\u2e80-\uffef]                    # an East Asian character
          | [\d*_`]                            # a number, or marked text
          | [•·–—-]\s                          # a sign for an item
        )
        """,
        re.VERBOSE,
    )


@cache
def _term_line() -> re.Pattern[str]:
    """Return the pattern of a line that holds a short term and its meaning; compiled on first use."""
    return re.compile(
        r"""
        (?!\w\s?[:.)])                                      # no letter of a question, an answer or an option
        (?P<term> [^\s:=→>|](?:[^\n:=→>|]{0,38}[^\s:=→>|])? )
        (?P<sign> \s*:\s | \s=\s | \s[-–—]\s | \s*(?:->|→|=>)\s )
        \s*\S
        """,
        re.VERBOSE,
    )


def _are_term_lines(lines: Sequence[str]) -> bool:
    """Return whether every line is a short term and its meaning, with the same sign between them."""
    matches = [_term_line().match(line.strip()) for line in lines]
    found = [match for match in matches if match]
    signs = {match["sign"].strip() for match in found}
    return (
        len(found) == len(lines)
        and len(signs) == 1
        and all(match["term"].count(" ") < _MOST_TERM_WORDS for match in found)
    )


def is_list_of_lines(content: str) -> bool:
    """Return whether a paragraph is a list written line by line, rather than wrapped prose."""
    if content.count("\n") < _MIN_LINES - 1:
        return False
    lines = content.split("\n")
    if max(map(len, lines[:-1])) >= _WRAP_WIDTH or any(map(is_option_line, lines)):
        return False
    ended_lines = sum(line.rstrip().endswith((".", ",", ";", "。", "，")) for line in lines[:-1])
    started_lines = sum(bool(_item_start().match(line)) for line in lines[1:])
    has_question = any(ends_in_question_mark(line) or line.rstrip().endswith("\\") for line in lines)
    if not has_question and _are_term_lines(lines):
        return True
    following_lines = len(lines) - 1
    return not has_question and 3 * ended_lines <= following_lines and started_lines >= 0.8 * following_lines


def _list_of_lines(token: Token, paragraph: Paragraph) -> ItemList | Paragraph:
    """Return a paragraph as a list of its lines, or unchanged if a line has no text; lines of tags are left out."""
    parts: list[list[Token]] = [[]]
    for child in token.children or []:
        if child.type in {"softbreak", "hardbreak"}:
            parts.append([])
        else:
            parts[-1].append(child)
    texts = [(index, clean_heading(inlines_of(part), numbers=False)) for index, part in enumerate(parts) if part]
    if not all(text for _, text in texts):
        return paragraph
    path, line = paragraph.span.path, paragraph.span.line + token.meta.get(FIRST_LINE, 0)
    spans = [SourceSpan(path, line + index, line + index) for index, _ in texts]
    items = [
        Item(text, (), span, directives_of_lines(token, paragraph, span))
        for (_, text), span in zip(texts, spans, strict=True)
    ]
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
