"""Render code blocks: code and its language in, HTML with Pygments' CSS classes out.

The colours are in templates/code.css, for light and dark mode.
"""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from studydeck.patterns import lazy_pattern

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

MAX_LENGTH = 8_000  # characters; some lexers take quadratic time, and longer code is no use on a card
_ANKI_SYNTAX = lazy_pattern(r"[{}\[\\]|(?<=:):")


@lru_cache(maxsize=256)
def highlight_code(text: str, language: str) -> str:
    """Return the HTML of a code block, without highlighting if Pygments does not know the language."""
    is_highlighted = language and len(text) <= MAX_LENGTH
    html = _highlighted(text, language) if is_highlighted else escape(text.strip("\n"), quote=False)
    return f'<pre class="highlight"><code>{_escape_for_anki(html)}</code></pre>'


def _highlighted(text: str, language: str) -> str:
    # Imported here: it takes a third of the start-up time, and most decks hold little code.
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


def _escape_for_anki(html: str) -> str:
    """Escape characters that Anki could read as its syntax, even where Pygments put tags between them."""
    return _ANKI_SYNTAX.sub(lambda character: f"&#{ord(character[0])};", html).replace("\n", "<br>")
