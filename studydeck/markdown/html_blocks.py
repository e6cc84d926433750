"""Read blocks of raw HTML: pictures, folds with the blocks in them, comments; what is shown nowhere is reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from studydeck.diagnostics import DiagnosticCode, warning
from studydeck.markdown import comments, embeds, limits
from studydeck.markdown.dialects.labels import asks, question_label
from studydeck.markdown.directives import (
    DIRECTIVE_COMMENT,
    combine_directives,
    directive_comment,
    with_directives,
)
from studydeck.markdown.folds import DETAILS, END_OF_DETAILS, SUMMARY
from studydeck.markdown.html_tables import table_of_html
from studydeck.markdown.inline import embeds_of, text_of, text_tags_escaped
from studydeck.markdown.invisible_html import open_element, visible_html, without_foreign_content
from studydeck.markdown.parser import PARSER
from studydeck.model.document import (
    NO_DIRECTIVES,
    NO_TEXT,
    Block,
    Code,
    Directives,
    Html,
    Paragraph,
    Quotation,
    SourceSpan,
    Text,
)
from studydeck.model.html_text import without_tags
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern

if TYPE_CHECKING:  # a fold contains blocks of all kinds, which the reader of blocks reads
    from studydeck.markdown.blocks import Reader

# Browsers read it as a comment.
_PROCESSED = lazy_pattern(r"\s*(?:<\?(?!xml\b)|<!(?!doctype\b)[a-z])", re.IGNORECASE)
HIDDEN_HTML = "<!---->"  # stands for a block whose words are private: of comments only, or skipped


def read_html(reader: Reader, token: Token, span: SourceSpan) -> Block:
    """Read raw HTML; `<details>` contains the blocks up to its end tag."""
    reader.report_open_comment(token)
    if directive_comment(token.content) is not None:
        return Html(HIDDEN_HTML, span)
    directives = _directives_within(reader, token, token.content)
    block = _visible_block(reader, token, span)
    if directives == NO_DIRECTIVES:
        return block
    changed = with_directives(block, directives)
    if changed is block and not directives.skip:
        reader.report_comment(span, ["a deck comment has no effect within HTML; write it below a text, list or table"])
    return Html(HIDDEN_HTML, span) if changed is block and directives.skip else changed


def _directives_within(reader: Reader, token: Token, html: str) -> Directives:
    found = DIRECTIVE_COMMENT.findall(html) if comments.START in html else []
    return reader.directives([(comment, reader.span(token)) for comment in found]) if found else NO_DIRECTIVES


def _visible_block(reader: Reader, token: Token, span: SourceSpan) -> Block:
    if reason := limits.too_long(token.content):
        reader.report_unparsed(token, reason)
        return Html("", span)
    if name := open_element(token.content)[0]:
        message = f"a <{name}> that begins here has no end; close it with </{name}>, or what follows it is left out"
        reader.diagnostics.append(warning(DiagnosticCode.OPEN_COMMENT, reader.path, span.line, message))
    if _PROCESSED.match(token.content):
        return Code(token.content.strip(), "", span)
    visible = visible_html(token.content)
    reader.report_not_shown(visible, token)
    html = without_foreign_content(embeds.with_images(visible)).strip()
    if not html:
        return Html(HIDDEN_HTML if token.content.lstrip().startswith(comments.START) else "", span)
    if not _opens_fold(html):
        pictures = embeds_of(html)
        if not pictures and (table := table_of_html(html, span)):
            return table
        return Paragraph(pictures, span) if pictures else Html(text_tags_escaped(html), span)
    if reader.fold_depth >= limits.MAX_DEPTH // 2:
        reader.report_unparsed(token, limits.TOO_DEEP)
        return Html("", span)
    reader.fold_depth += 1
    fold = _fold(reader, token, html)
    reader.fold_depth -= 1
    return fold


def _fold(reader: Reader, token: Token, html: str) -> Quotation:
    """Read `<details>`: its summary, and the blocks up to its end tag."""
    opening = DETAILS.search(html)
    assert opening
    children, last = _children(html[: opening.start()], reader.span(token)), token
    html = html[opening.end() :]
    directives: list[Directives] = []
    if summary := SUMMARY.search(html):
        html = html[: summary.start()] + html[summary.end() :]
    children += _children(html, reader.span(token))
    while (next_token := reader.next_token()) and next_token.type != "heading_open" and next_token.nesting >= 0:
        last = next_token if next_token.map else last
        is_html = next_token.type == "html_block"
        html = without_foreign_content(embeds.with_images(visible_html(next_token.content))) if is_html else ""
        end, inner = END_OF_DETAILS.search(html), DETAILS.search(html)
        if end and not (inner and inner.start() < end.start()):
            # Those between its end and the next fold stand below it.
            own = next_token.content[: _start_of_next(next_token.content)]
            directives.append(_directives_within(reader, next_token, own))
            children += _children(html[: end.start()], reader.span(next_token))
            next_token.content = html[end.end() :].strip()  # such as the beginning of the next fold
            reader.position += not next_token.content
            break
        if html and not summary and not inner and (summary := SUMMARY.search(html)):
            reader.position += 1
            html = html[: summary.start()] + html[summary.end() :]
            children += _children(html, reader.span(next_token))
        elif above := reader.directive_blocks():
            directives.append(reader.directives(above))
        elif block := reader.block():
            children += (reader.with_directives_below(block), *reader.embedded)
            reader.embedded = []
    title = NO_TEXT
    if summary:
        texts = [text_of(found) for found in PARSER.parseInline(summary[1].strip()) if found.type == "inline"]
        title = _without_label(texts[0])
        children += (Paragraph(footnote, reader.span(token, last)) for footnote in texts[1:])
    return Quotation("fold", title, tuple(children), reader.span(token, last), combine_directives(directives))


def _start_of_next(html: str) -> int:
    """Return where the next fold begins behind the end of one, or the end of raw HTML."""
    end = END_OF_DETAILS.search(html)
    following = DETAILS.search(html, end.end() if end else 0)
    return following.start() if following else len(html)


def _without_label(title: Text) -> Text:
    """Return a summary without the label of a question, as in "Q: What is a fold?"."""
    label = question_label(title.string)
    return cut(title, title.string.rindex(label.rest)) if label and label.rest and asks(label.rest) else title


def _children(html: str, span: SourceSpan) -> list[Block]:
    """Return raw HTML between the tags of a fold as blocks; none if it shows nothing."""
    if not without_tags(html).strip() and not embeds_of(html):
        return []
    return [Paragraph(pictures, span) if (pictures := embeds_of(html)) else Html(text_tags_escaped(html), span)]


def _opens_fold(html: str) -> bool:
    """Return whether raw HTML begins a fold that other blocks end."""
    starts, ends = list(DETAILS.finditer(html)), list(END_OF_DETAILS.finditer(html))
    return bool(starts) and (not ends or ends[-1].start() < starts[-1].start())
