"""The language of a deck, where its settings do not say it.

In: the texts of its files. Out: the code of a language with word lists, or an empty string. A language is known by its
script, or, where several share one, by its most common words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from studydeck.patterns import lazy_pattern
from studydeck.text.normalize import fold
from studydeck.text.tokens import LETTERS
from studydeck.text.word_list_files import languages_by_word

DEFAULT_LANGUAGE = "en"
_SAMPLE, _FILE_SAMPLE = 60_000, 4_000  # characters: of all files, and of one
_LEAST_OF_SCRIPT = 0.25  # of the letters: notes on programs hold much code, and a letter can be a word
_LEAST_COMMON = 0.05  # of the words that a language is known by
_MANY_COMMON = 0.2  # of the words: no other language has so many words of this one
_FEWEST_COMMON = 4  # different words, or letters of sentences: a language shares some with others
_SHARING = "ca"  # shares most of its common words with others, which are meant where they have as many of a text
_FEWEST_WORDS = 100  # of notes that can show that they are in none of the languages
_BEYOND_ASCII = lazy_pattern(r"[^\x00-\x7f]+")
# Letters of languages that share the script and some common words of one with lists, but are not that language.
_FOREIGN_LETTERS = {
    "en": lazy_pattern(r"[\u00df-\u024f]"),
    "ru": lazy_pattern(r"[іїєґўјљњћђәөү]"),
    "ar": lazy_pattern(r"[پچژگکی]"),
}
_MOST_FOREIGN, _FEW_FOREIGN = 0.01, 3  # of the letters; those of a name or two
_ASCII_WORD = lazy_pattern(r"\b[a-z]{2,}\b")
_NO_PROSE = lazy_pattern(
    r"""
      ^ (?: ``` | ~~~ ) .*? ^ (?: ``` | ~~~ )         # code
    | `[^`\n]*`
    | \$\$ .*? \$\$ | \$[^$\n]+\$                     # formulas
    | \\[a-z]+                                        # a command outside of them
    | https?://\S+ | </?[a-z][^<>\n]*>
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_WORD = lazy_pattern(r"[^\W\d_]{2,}")  # one letter can be that of a formula
# By the letters of one language alone; kana come before Chinese letters, which Japanese has, too.
_SCRIPTS = (
    ("ja", "\u3041", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("th", "\u0e00", "\u0e7f"),
    ("hi", "\u0900", "\u097f"),
)
# Letters that are frequent in the sentences of a language, and rare in lists of its words.
_LETTERS_OF_SENTENCES = {"ja": frozenset("をはがのにで"), "zh": frozenset("的是在了和与为不有")}
_LEAST_OF_SENTENCES = 0.06  # of the letters of its script


def language_of(texts: Iterable[str]) -> str:
    """Return the language of most words of a deck; English where there are too few, nothing where it is none."""
    sample = fold("\n".join(_samples(texts)))
    letters = sum(map(len, LETTERS.findall(sample)))
    if not sample.isascii():
        beyond_ascii = "".join(_BEYOND_ASCII.findall(sample))  # in most notes a small part, in which all scripts are
        for language, first, last in _SCRIPTS:
            found = [letter for letter in beyond_ascii if first <= letter <= last]
            if len(found) > _LEAST_OF_SCRIPT * letters or _are_sentences(language, found, sample):
                return language
    words = _WORD.findall(_NO_PROSE.sub(" ", sample))
    by_word = languages_by_word("common_words")
    counts, varieties = Counter[str](), Counter[str]()  # how often a language's common words occur, and how many do
    for word, word_count in Counter(words).items():
        for language in sorted(by_word.get(word, ())):
            counts[language] += word_count
            varieties[language] += 1
    language = max(counts, key=lambda code: (counts[code], code != _SHARING), default="")
    count = counts[language]
    varied = language == DEFAULT_LANGUAGE or varieties[language] >= _FEWEST_COMMON
    if count > max(1, _LEAST_COMMON * len(words)) and (varied or len(words) < _FEWEST_WORDS):
        foreign = _FOREIGN_LETTERS.get(language)
        is_certain = count > _MANY_COMMON * len(words)  # of English with words of Arabic in Latin letters
        if foreign is None or is_certain or len(foreign.findall(sample)) <= _MOST_FOREIGN * letters + _FEW_FOREIGN:
            return language
    is_latin = sample.isascii() or 2 * len(_ASCII_WORD.findall(sample)) > len(words)
    return DEFAULT_LANGUAGE if is_latin and len(words) < _FEWEST_WORDS else ""


def _are_sentences(language: str, found: list[str], sample: str) -> bool:
    """Return whether the letters of a script are those of sentences, with fewer English words among them."""
    frequent = _LETTERS_OF_SENTENCES.get(language, frozenset[str]())
    if sum(letter in frequent for letter in found) <= max(_FEWEST_COMMON, _LEAST_OF_SENTENCES * len(found)):
        return False
    return len(found) > len(_ASCII_WORD.findall(_NO_PROSE.sub(" ", sample)))


def _samples(texts: Iterable[str]) -> Iterator[str]:
    """Yield the beginnings of the texts, until there are enough."""
    length = 0
    for text in texts:
        if length >= _SAMPLE:
            return
        length += min(len(text), _FILE_SAMPLE)
        yield text[:_FILE_SAMPLE]
