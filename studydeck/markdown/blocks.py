"""Read blocks: the tokens of one source in; blocks with their spans, directives, and diagnostics out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.markdown import footnotes, limits
from studydeck.markdown.callouts import take_callout
from studydeck.markdown.decoration import clean_heading
from studydeck.markdown.directives import (
    combine_directives,
    directive_comments,
    with_directives,
    without_text_tags,
)
from studydeck.markdown.embedded_notes import named_embed, take_embeds
from studydeck.markdown.html_blocks import HIDDEN_HTML, read_html
from studydeck.markdown.inline import cloze_of, text_of
from studydeck.markdown.invisible_html import visible_html
from studydeck.markdown.line_lists import is_list_of_lines, list_of_lines
from studydeck.markdown.question_lines import may_hold_questions, question_lines
from studydeck.markdown.tags import take_tags
from studydeck.markdown.term_lines import may_hold_terms, term_lines, term_of_item
from studydeck.markdown.token_reader import TokenReader
from studydeck.markdown.transclusion import MAX_REPEATED_SIZE
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
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern

# An own pattern for tasks, because the libraries fail here. `tasklists` of markdown-it-py reads "> 5 ml" after a box as
# a quotation (tests/snapshots/multiple_choice/ticked_option_begins_with_a_sign.md); that of mdit-py-plugins takes
# quadratic time.
_TASK = lazy_pattern(r"^\[[ xX]\](?:\s+|$)")


class Reader(TokenReader):
    """Reads the blocks of one source in one pass."""

    def __init__(
        self,
        path: str,
        tokens: Sequence[Token],
        *,
        embeds: Sequence[Embed] = (),
        macros: str = "",
        reads_tags: bool = True,
    ) -> None:
        super().__init__(path, tokens)
        self.reads_tags = reads_tags
        self.embeds, self.macros = {embed.target: embed for embed in embeds}, macros
        self.room_for_embeds = MAX_REPEATED_SIZE
        self.embedded: list[Block] = []  # what follows the last paragraph: what it embeds, the list that it announces
        self.section_tags: list[str] = []  # of paragraphs that hold nothing else
        self.footnotes: list[Quotation] = []
        self.references: dict[int, list[footnotes.Reference]] = {}  # to footnotes that are not yet read, by number
        self.unmarked_terms: dict[SourceSpan, Paragraph] = {}  # of items whose list is not read to its end
        self.fold_depth = 0
        self.is_in_flashcard = False

    def of_embed(self, tokens: Sequence[Token], embed: Embed) -> Reader:
        """Return a reader of the tokens of an embedded text, which has as much room for embeds as is left here."""
        reader = Reader(self.path, tokens, embeds=embed.embeds, macros=self.macros)
        reader.room_for_embeds = self.room_for_embeds
        return reader

    def blocks(self, closing: str = "") -> tuple[Block, ...]:
        """Read blocks up to and including a closing token; a directive on its own line applies to the block above."""
        blocks, above = self.blocks_below_directives(closing)
        if above == NO_DIRECTIVES or not blocks:
            return blocks
        others = replace(NO_DIRECTIVES, skip=above.skip)
        return (with_directives(blocks[0], above), *(with_directives(block, others) for block in blocks[1:]))

    def blocks_below_directives(self, closing: str) -> tuple[tuple[Block, ...], Directives]:
        """Read blocks, and the directives above the first of them, which apply to what they are in."""
        blocks: list[Block] = []
        above: list[tuple[str, SourceSpan]] = []
        while (kind := self.next_type()) != closing and kind and (closing or kind != "heading_open"):
            if kind == "html_block" and not blocks and (found := self.directive_blocks()):
                above += found
            elif block := self.block(closing):
                blocks.append(self.with_directives_below(block))
            if self.embedded:
                blocks += self.embedded
                self.embedded = []
        if closing or not kind:
            self.position += 1
        if above and not blocks and not closing:
            self.report_comment(above[0][1], ["a deck comment stands above all text; write it below what it is about"])
        return tuple(blocks), self.directives(above) if above else NO_DIRECTIVES

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
            text = Text(tuple([named_embed(self, inline) for inline in text]))
        elif self.embeds:
            text = take_embeds(self, text, self.span(token))
        directives = NO_DIRECTIVES
        if directive_texts:
            directives = self.directives([(comment, self.span(token)) for comment in directive_texts])
        return text, replace(directives, tags=(*directives.tags, *tags)) if tags and text else directives

    def with_directives_below(self, block: Block) -> Block:
        """Return a block with the directives on lines of their own below it; report those that can have no effect."""
        if self.next_type() != "html_block" or not (below := self.directive_blocks()):
            return block
        directives = self.directives(below)
        changed = with_directives(block, directives)
        if changed is block and directives.skip:
            return Html(HIDDEN_HTML, block.span)
        if changed is block and directives != NO_DIRECTIVES:
            message = "a deck comment has no effect below code, a formula or HTML; write it below a text, list or table"
            self.report_comment(below[0][1], [message])
        return changed

    def take_section_tags(self) -> tuple[str, ...]:
        """Return the tags of the paragraphs since the last call that hold nothing else."""
        tags, self.section_tags = tuple(self.section_tags), []
        return tags

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
                return read_html(self, token, span)
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
                blocks, directives = self.blocks_below_directives("admonition_close")
                kind = str(token.meta.get("tag", "")).lower()
                return Quotation(style, unquoted_title, blocks, span, directives, kind)  # type: ignore[arg-type]  # one of two literals
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
        self.footnotes += footnotes.quotations(found, tuple([block for block in blocks if not _is_skipped(block)]))

    def quotation(self, span: SourceSpan) -> Quotation:
        callout = take_callout(self.tokens, self.position)
        blocks, directives = self.blocks_below_directives("blockquote_close")
        if not callout:
            return Quotation("quote", NO_TEXT, blocks, span, directives)
        if callout.comments:
            in_title = self.directives([(comment, span) for comment in callout.comments])
            directives = combine_directives((in_title, directives))
        title = Text(tuple([named_embed(self, inline) for inline in callout.title])) if self.embeds else callout.title
        return Quotation("callout", title, blocks, span, directives, callout.kind)

    def paragraph(self, span: SourceSpan, closing: str) -> Block | None:
        """Read a paragraph, the card that it is, or the list that its lines are."""
        token = self.tokens[self.position]
        text, directives = self.inline()
        self.position += 1
        if not text:
            return None
        if token.children and not self.is_in_flashcard and any(child.type == "cloze_open" for child in token.children):
            return Flashcard((), (Paragraph(cloze_of(token.children), span),), span, directives)
        paragraph = Paragraph(text, span, directives)
        if without_text_tags(directives) != NO_DIRECTIVES or self.embedded:
            return paragraph
        if not self.is_in_flashcard and may_hold_questions(token.content):
            questions = question_lines(token, paragraph)
            if questions:
                self.embedded += questions[1:]
                return questions[0]
        # The first paragraph of an item is its text; elsewhere short lines can be a list without bullets.
        if closing == "list_item_close":
            return self.term_of_item(token, paragraph) if "\n" in token.content else paragraph
        if may_hold_terms(token.content) and (terms := term_lines(token, paragraph)):
            first, *self.embedded = terms
            return first
        if not is_list_of_lines(token.content):
            return paragraph
        first, *self.embedded = list_of_lines(token, paragraph)
        return first

    def term_of_item(self, token: Token, paragraph: Paragraph) -> Paragraph:
        """Read the first line of an item as its term; one without a mark only if it is not the only one of its list."""
        term, is_marked = term_of_item(token, paragraph)
        if term is not paragraph and not is_marked:
            self.unmarked_terms[paragraph.span] = term
        return term if is_marked else paragraph

    def item_list(self, token: Token, span: SourceSpan) -> ItemList:
        closing = token.type.replace("open", "close")
        contents: list[tuple[tuple[Block, ...], SourceSpan]] = []
        while self.next_type() not in {closing, ""}:
            item_token = self.tokens[self.position]
            self.position += 1
            contents.append((self.blocks("list_item_close"), self.span(item_token)))
        self.position += 1
        terms = [self.unmarked_terms.pop(blocks[0].span, None) if blocks else None for blocks, _ in contents]
        if len(list(filter(None, terms))) > 1:
            contents = [
                ((term, *blocks[1:]) if term else blocks, item_span)
                for (blocks, item_span), term in zip(contents, terms, strict=True)
            ]
        items = [_item(blocks, item_span) for blocks, item_span in contents]
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
                blocks = self.blocks("dd_close")
                written = directives if directives != NO_DIRECTIVES else _directives_in(blocks)
                definitions.append(Definition(term, blocks, definition_span, written))
        self.position += 1
        return DefinitionList(tuple(definitions), span)

    def flashcard(self, token: Token, span: SourceSpan) -> Flashcard:
        """Read a question and its answer; a directive in one of them applies to both."""
        self.is_in_flashcard = True
        sides = self.blocks("flashcard_answer"), self.blocks("flashcard_close")
        self.is_in_flashcard = False
        directives = _directives_in((*sides[0], *sides[1]))
        return Flashcard(*sides, span, replace(directives, both_ways=directives.both_ways or token.meta["both_ways"]))


def _is_skipped(block: Block) -> bool:
    return isinstance(block, Paragraph | Quotation | Flashcard) and block.directives.skip


def _directives_in(blocks: Iterable[Block]) -> Directives:
    """Return the directives of the first paragraph that has some."""
    written = (block.directives for block in blocks if isinstance(block, Paragraph))
    return next((found for found in written if found != NO_DIRECTIVES), NO_DIRECTIVES)


def _item(blocks: tuple[Block, ...], span: SourceSpan) -> Item:
    if blocks and isinstance(blocks[0], Paragraph):
        text, directives = blocks[0].text, blocks[0].directives
        done = None
        item_text = text.string
        if item_text.startswith("[") and not text.inlines[0].styles and (task := _TASK.match(item_text)):
            text, done = cut(text, task.end()), task[0][1] != " "
        return Item(clean_heading(text, numbers=False), blocks[1:], span, directives, done)
    return Item(NO_TEXT, blocks, span)
