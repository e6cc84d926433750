"""Render code blocks: code and its language in, HTML with Pygments' CSS classes out.

The colours are in templates/code.css, for light and dark mode.
"""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from studydeck.patterns import lazy_pattern

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

MAX_LENGTH = 8_000  # characters; some lexers take quadratic time, and longer code is no use on a card
_NAME = r"[^\W\d]\w*"  # of a variable in Python
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
    from pygments.lexers import TextLexer, find_lexer_class_by_name
    from pygments.util import ClassNotFound

    try:
        lexer_class = find_lexer_class_by_name(language)
    except ClassNotFound:
        lexer_class = TextLexer
    lexer: Lexer = _with_short_names(lexer_class)()
    return lexer


def _with_short_names(lexer_class: type[Lexer]) -> type[Lexer]:
    """Return the lexer of Python with a short pattern of names, and any other lexer as it is.

    Pygments lists the letters of Unicode one by one: to compile that takes as long as to build a hundred notes.
    """
    if lexer_class.name != "Python":
        return lexer_class
    states: dict[str, list[Any]] = vars(lexer_class)["tokens"]
    listed_letters: str = vars(lexer_class)["uni_name"]
    tokens = {state: [_with_pattern(rule, listed_letters, _NAME) for rule in rules] for state, rules in states.items()}
    return type(lexer_class.__name__, (lexer_class,), {"tokens": tokens})


def _with_pattern(rule: Any, old: str, new: str) -> Any:
    """Return a rule of a lexer, which is a tuple that begins with a pattern, with a part of its pattern replaced."""
    is_pattern = isinstance(rule, tuple) and isinstance(rule[0], str)
    return (rule[0].replace(old, new), *rule[1:]) if is_pattern else rule


def _escape_for_anki(html: str) -> str:
    """Escape characters that Anki could read as its syntax, even where Pygments put tags between them."""
    return _ANKI_SYNTAX.sub(lambda character: f"&#{ord(character[0])};", html).replace("\n", "<br>")
