"""The words of a text: what they are, where they stand, and which of them carry meaning.

In: a `Text` or a `str`. Out: its words, their spans, its content words, or its runs of letters and digits.
"""

from __future__ import annotations

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy, plain_words
from studydeck.text.word_list_files import phrase_set

Span = tuple[int, int]  # start and end offset in the string of a text

_CJK_RANGES = (("\u2e80", "\u9fff"), ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\uff66", "\uff9f"))
FIRST_CJK = _CJK_RANGES[0][0]
_CJK = "".join(f"{first}-{last}" for first, last in _CJK_RANGES)
_WORD_JOINER = r"['’.\-/]"
_WORD = lazy_pattern(rf"[^\W_]+(?:{_WORD_JOINER}[^\W_]+)*")
_CJK_CHARACTER = lazy_pattern(f"([{_CJK}])")  # compiling a class of so many characters takes long: no second one
_ASCII_WORD = lazy_pattern(r"[A-Za-z0-9]++(?:['.\-/][A-Za-z0-9]++)*+")
_TOKEN = lazy_pattern(r"[^\W_]+")
LETTERS = lazy_pattern(r"[^\W\d_]+")  # in a row
# A translation table of bytes: everything that is no ASCII letter or digit becomes a space.
ASCII_TO_TOKENS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))
_FUNCTION_WORDS = phrase_set("function_words")


@lazy
def words_of(text: Text | str) -> tuple[str, ...]:
    """Return the words of a text; each CJK character is a word."""
    string = plain_words(text)
    if string.isascii():
        return tuple(_ASCII_WORD.findall(string) if _may_join_words(string) else tokens(string))
    return tuple(_cjk_words(string) if may_hold_cjk(string) else _WORD.findall(string))


def _may_join_words(string: str) -> bool:
    """Return whether an ASCII string holds a sign that can join two parts of a word, besides its final full stop."""
    return "-" in string or "'" in string or "/" in string or "." in string[:-1]


def _cjk_words(string: str) -> list[str]:
    """Return each CJK character of a string, and the words between them."""
    words: list[str] = []
    for index, part in enumerate(_CJK_CHARACTER.split(string)):
        words += [part] if index % 2 else _WORD.findall(part)
    return words


def may_hold_cjk(string: str) -> bool:
    """Return whether a non-empty string has characters from the first CJK character on."""
    return max(string) >= FIRST_CJK


def is_cjk(character: str) -> bool:
    """Return whether a character is Chinese, Japanese or Korean."""
    return character >= FIRST_CJK and any(first <= character <= last for first, last in _CJK_RANGES)


def first_word(string: str) -> str:
    """Return the first word of a string, or an empty string."""
    if not string.isascii() and may_hold_cjk(string):
        return next(iter(_cjk_words(string)), "")
    match = (_ASCII_WORD if string.isascii() else _WORD).search(string)
    return match[0] if match else ""


@lazy
def word_spans(text: Text) -> tuple[Span, ...]:
    """Return where the words of a text stand in its string; adjacent CJK characters form one word."""
    return tuple([match.span() for match in _WORD.finditer(text.string)])


def tokens(string: str) -> list[str]:
    """Return the runs of letters and digits."""
    return string.encode().translate(ASCII_TO_TOKENS).decode().split() if string.isascii() else _TOKEN.findall(string)


@lazy
def content_words(text: Text | str) -> tuple[str, ...]:
    """Return the words of a text without its function words."""
    return tuple([word for word in words_of(text) if word.casefold() not in _FUNCTION_WORDS])


def is_function_word(word: str) -> bool:
    """Return whether a word is grammatical only, such as an article, a preposition or an auxiliary."""
    return word.casefold() in _FUNCTION_WORDS
