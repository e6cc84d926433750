"""Go through the tokens of one source: the position, directives and diagnostics that all readers of tokens share."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.markdown import comments, embeds, table_bars
from studydeck.markdown.directives import combine_directives, directive_comment, limit_values, parse_directives
from studydeck.model.document import Directives, SourceSpan

_SHOWN_ADDRESS = 80  # characters


class TokenReader:
    """Tokens of one source with a position in them, and what was found wrong so far."""

    def __init__(self, path: str, tokens: Sequence[Token]) -> None:
        self.path, self.tokens, self.position = path, tokens, 0
        self.diagnostics: list[Diagnostic] = []

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

    def report_torn_row(self, token: Token) -> None:
        if table_bars.TORN in token.meta:
            message = (
                "the row has more cells than the head of its table; they are read as one with the last: "
                "write \\| for a bar inside of a cell, or give the head more cells"
            )
            self.diagnostics.append(warning(DiagnosticCode.TORN_ROW, self.path, self.span(token).line, message))
