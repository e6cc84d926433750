"""Code, highlighted by Pygments with classes: the colours stand in the templates, for light and dark."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

LONGEST = 8_000  # characters; some lexers take quadratic time, and nobody recalls so much code
_ANKI = re.compile(r"[{}\[\\]|(?<=:):")


@lru_cache(maxsize=256)
def highlight_code(text: str, language: str) -> str:
    """Give a code block as HTML; in a language that Pygments does not know it stays plain."""
    in_colours = language and len(text) <= LONGEST
    html = _coloured(text, language) if in_colours else escape(text.strip("\n"), quote=False)
    return f'<pre class="highlight"><code>{_guarded(html)}</code></pre>'


def _coloured(text: str, language: str) -> str:
    # Imported here: it costs a third of a start, and most decks hold little code.
    from pygments import highlight

    return highlight(text, _lexer(language), _formatter()).rstrip("\n")


@cache
def _formatter() -> HtmlFormatter[str]:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True)


@lru_cache(maxsize=32)
def _lexer(language: str) -> Lexer:
    from pygments.lexers import TextLexer, get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer: Lexer = get_lexer_by_name(language)
    except ClassNotFound:
        lexer = TextLexer()
    return lexer


def _guarded(html: str) -> str:
    """Keep what Anki would read as its own out of code, whatever tags Pygments put between its letters."""
    return _ANKI.sub(lambda found: f"&#{ord(found[0])};", html).replace("\n", "<br>")
