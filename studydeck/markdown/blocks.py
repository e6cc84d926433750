"""From tokens to blocks with their lines, and what an author decided about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it.token import Token
from msgspec.structs import replace

from studydeck.diagnostics import Code as Problems
from studydeck.diagnostics import Problem, warning
from studydeck.markdown import limits
from studydeck.markdown.inline import block_comment, comments, decide, pictures_of, runs_of, seen, text_of
from studydeck.markdown.parser import PARSER
from studydeck.model.document import (
    UNDECIDED,
    Aside,
    Block,
    Code,
    Decision,
    Definition,
    DefinitionList,
    Formula,
    Html,
    Item,
    ItemList,
    Mark,
    Paragraph,
    Place,
    Run,
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
        self.problems: list[Problem] = []
        self.footnotes: list[Paragraph] = []
        self.folds = 0

    def place(self, token: Token, last: Token | None = None) -> Place:
        start, end = token.map or (0, 1)
        if last and last.map:
            end = max(end, last.map[1])
        return Place(self.path, start + 1, end if end > start else start + 1)

    def decision(self, words: Sequence[str], place: Place, base: Decision = UNDECIDED) -> Decision:
        for one in words:
            base, wrong = decide(one, base)
            self.problems += (warning(Problems.BAD_COMMENT, self.path, place.line, message) for message in wrong)
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
                found[-1] = self.decided(found[-1], words, block.place)
            elif block:
                found.append(block)
        self.at += 1
        return tuple(found)

    def decided(self, block: Block, words: str, place: Place) -> Block:
        if isinstance(block, Paragraph | Aside):
            return replace(block, decision=self.decision([words], place, block.decision))
        if isinstance(block, ItemList):
            items = tuple(replace(one, decision=self.decision([words], place, one.decision)) for one in block.items)
            return replace(block, items=items)
        if isinstance(block, Table):
            rows = tuple(replace(one, decision=self.decision([words], place, one.decision)) for one in block.rows)
            return replace(block, rows=rows)
        return block

    def unread(self, token: Token, message: str) -> None:
        self.problems.append(warning(Problems.TOO_DEEP, self.path, self.place(token).line, message))

    def inline(self) -> tuple[Text, Decision]:
        token = self.tokens[self.at]
        self.at += 1
        if limits.UNREAD in token.meta:
            self.unread(token, token.meta[limits.UNREAD])
        words = comments(token.children) if token.children else []
        return text_of(token), self.decision(words, self.place(token)) if words else UNDECIDED

    def block(self, closing: str = "") -> Block | None:
        token = self.tokens[self.at]
        self.at += 1
        place = self.place(token)
        match token.type:
            case "paragraph_open":
                inline = self.tokens[self.at]
                text, decision = self.inline()
                self.at += 1
                if not text:
                    return None
                whole = Paragraph(text, place, decision)
                # The first paragraph of an item is the item; elsewhere short lines are items of a list without bullets.
                alone = closing != "list_item_close" and decision == UNDECIDED
                return _lines(inline, whole) if alone and stands_in_lines(inline.content) else whole
            case "heading_open":
                text, decision = self.inline()
                self.at += 1
                strong = tuple(replace(run, marks=run.marks | Mark.STRONG) for run in clean_heading(text))
                return Paragraph(strong, place, decision) if text else None
            case "bullet_list_open" | "ordered_list_open":
                return self.item_list(token, place)
            case "table_open":
                return self.table(place)
            case "fence" | "code_block":
                return Code(token.content.rstrip("\n"), token.info.strip().split(" ")[0].strip("{.}"), place)
            case "math_block" | "math_block_label":
                return Formula(token.content.strip(), place)
            case "html_block":
                return self.html(token, place)
            case "blockquote_open":
                return _callout(self.blocks("blockquote_close"), place)
            case "admonition_open":
                title: Text = ()
                if self.ahead() == "admonition_title_open":
                    self.at += 1
                    title, _ = self.inline()
                    self.at += 1
                style = "fold" if token.markup.startswith("?") else "callout"
                bare = cut(title, 1, len(flat(title)) - 1) if flat(title)[:1] == flat(title)[-1:] == '"' else title
                return Aside(style, bare, self.blocks("admonition_close"), place)  # type: ignore[arg-type]  # one of two literals
            case "dl_open":
                return self.definitions(place)
            case limits.UNREAD:
                self.unread(token, token.content)
            case "footnote_open":
                self.footnotes += (one for one in self.blocks("footnote_close") if isinstance(one, Paragraph))
        return None

    def item_list(self, token: Token, place: Place) -> ItemList:
        closing, items = token.type.replace("open", "close"), []
        while self.ahead() not in {closing, ""}:
            opening = self.tokens[self.at]
            self.at += 1
            blocks = self.blocks("list_item_close")
            items.append(_item(blocks, self.place(opening)))
        self.at += 1
        return ItemList(tuple(items), token.type.startswith("ordered"), place, int(token.attrs.get("start", 1)))

    def table(self, place: Place) -> Table:
        rows: list[TableRow] = []
        cells: list[Text] = []
        decision, row = UNDECIDED, place
        while (kind := self.ahead()) not in {"table_close", ""}:
            if kind == "tr_open":
                cells, decision, row = [], UNDECIDED, self.place(self.tokens[self.at])
            elif kind == "inline":
                text, here = self.inline()
                cells.append(text)
                decision = here if here != UNDECIDED else decision
                continue
            elif kind == "tr_close":
                rows.append(TableRow(tuple(cells), row, decision))
            self.at += 1
        self.at += 1
        return Table(rows[0].cells if rows else (), tuple(rows[1:]), place)

    def definitions(self, place: Place) -> DefinitionList:
        found: list[Definition] = []
        term: Text = ()
        decision, at = UNDECIDED, place
        while self.ahead() not in {"dl_close", ""}:
            token = self.tokens[self.at]
            self.at += 1
            if token.type == "dt_open":
                term, decision = self.inline()
                line = token.map[0] + 1 if token.map else place.line
                at = Place(self.path, line, line)
            elif token.type == "dd_open":
                where = replace(at, end_line=self.place(token).end_line)
                found.append(Definition(term, self.blocks("dd_close"), where, decision))
        self.at += 1
        return DefinitionList(tuple(found), place)

    def html(self, token: Token, place: Place) -> Block:
        """Read raw HTML; `<details>` takes the blocks up to its end with it."""
        if (words := block_comment(token.content)) is not None or (why := limits.too_long(token.content)):
            if words is None:
                self.unread(token, why)
            return Html(token.content.strip() if words is not None else "", place)
        if not _DETAILS.search(token.content) or _END_OF_DETAILS.search(token.content):
            shown = pictures_of(token.content)
            return Paragraph(shown, place) if shown else Html(seen(token.content).strip() or _comment(token), place)
        if self.folds >= limits.DEEPEST // 2:
            self.unread(token, limits.TOO_DEEP)
            return Html("", place)
        self.folds += 1
        fold = self.fold(token)
        self.folds -= 1
        return fold

    def fold(self, token: Token) -> Aside:
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
        return Aside("fold", title, tuple(inside), self.place(token, last))


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
    asks = any(line.rstrip().endswith(("?", "？", "\\")) for line in lines)
    rest = len(lines) - 1
    return not asks and 3 * ends <= rest and begins >= 0.8 * rest


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
    path, line = whole.place.path, whole.place.line
    items = (Item(text, (), Place(path, line + n, line + n)) for n, text in enumerate(texts_))
    return ItemList(tuple(items), ordered=False, place=whole.place)


def _item(blocks: tuple[Block, ...], place: Place) -> Item:
    if blocks and isinstance(blocks[0], Paragraph):
        text, decision = blocks[0].text, blocks[0].decision
        done = None
        words = flat(text)
        if words.startswith("[") and (task := _TASK.match(words)):
            text, done = cut(text, task.end()), task[0][1] != " "
        return Item(clean_heading(text, numbers=False), blocks[1:], place, decision, done)
    return Item((), blocks, place)


def _callout(blocks: tuple[Block, ...], place: Place) -> Aside:
    if blocks and isinstance(blocks[0], Paragraph) and (found := _CALLOUT.match(flat(blocks[0].text))):
        rest = cut(blocks[0].text, found.end())
        first = (replace(blocks[0], text=rest),) if rest else ()
        return Aside("callout", (Run(found[1].capitalize()),), (*first, *blocks[1:]), place)
    return Aside("quote", (), blocks, place)


def clean_heading(text: Text, numbers: bool = True) -> Text:
    """Take the numbering and the emoji off the front: they come and go with edits and ask nothing."""
    while not (words := flat(text))[:1].isalpha():  # to look is faster than to match
        found = _NUMBERING.match(words)
        if not found or (found[0][0].isdigit() and not numbers):
            break
        text = cut(text, found.end())
    return text
