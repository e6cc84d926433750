"""The word lists of all languages: `word_lists/<language>.toml`, one phrase a line.

In: the name of a list. Out: its phrases in all languages, as a tuple, as a set, or as alternatives of a pattern.

The files are TOML, of which they use one form only: a list is a multi-line string. So a file is cut at its quotes, in a
hundredth of the time that `tomllib` takes.
"""

from __future__ import annotations

import re
from functools import cache, partial
from importlib.resources import files

from studydeck.patterns import later_part

_QUOTES = "'''"


@cache
def _files() -> dict[str, dict[str, str]]:
    """Return the lists of each language, in the order of the file names."""
    paths = sorted(files("studydeck.text").joinpath("word_lists").iterdir(), key=lambda path: path.name)
    return {path.name.partition(".")[0]: _lists_in(path.read_text("utf-8")) for path in paths}


def _lists_in(text: str) -> dict[str, str]:
    """Return the lists of a file, by their names, each as lines."""
    parts = text.split(_QUOTES)  # "name = ", then the list, in turn
    names = [part.rpartition("\n")[2].removesuffix(" = ") for part in parts[:-1:2]]
    return {name: lines[1:] for name, lines in zip(names, parts[1::2], strict=True)}


@cache
def _lists() -> dict[str, str]:
    """Return each list with the lines of all languages."""
    texts: dict[str, str] = {}
    for lists in _files().values():
        for name, text in lists.items():
            texts[name] = texts.get(name, "") + text
    return texts


def phrase_of(name: str, language: str) -> str:
    """Return the phrase of a list that holds one, in one language; nothing if the language has no such list."""
    return _files().get(language, {}).get(name, "").rstrip("\n")


@cache
def languages_by_word(name: str) -> dict[str, frozenset[str]]:
    """Return the words of a list, each with the languages that have it."""
    languages: dict[str, set[str]] = {}
    for language, lists in _files().items():
        for word in lists.get(name, "").splitlines():
            languages.setdefault(word, set()).add(language)
    return {word: frozenset(found) for word, found in languages.items()}


@cache
def phrases_by_language(name: str) -> dict[str, tuple[str, ...]]:
    """Return the phrases of a list for each language that has it."""
    return {language: tuple(lists[name].splitlines()) for language, lists in _files().items() if name in lists}


@cache
def questions_by_language(name: str) -> dict[str, dict[str, str]]:
    """Return the lines "phrase = question" of a list, as a dictionary for each language that has the list."""
    return {
        language: dict(line.split(" = ", 1) for line in lists[name].splitlines())
        for language, lists in _files().items()
        if name in lists
    }


@cache
def phrases(*names: str) -> tuple[str, ...]:
    """Return the phrases of one or more lists, one for each line, in the order of the files; a phrase occurs once.

    Raises
    ------
    KeyError : if no language has a list of that name.
    """
    return tuple(dict.fromkeys([phrase for name in names for phrase in _lists()[name].splitlines()]))


def phrase_set(*names: str) -> frozenset[str]:
    """Return the phrases of one or more lists as a set."""
    return frozenset(phrases(*names))


def alternatives(*names: str) -> str:
    """Return a part of a lazy pattern that matches any phrase of the lists, the longest first."""
    return later_part(" ".join(names), partial(alternatives_of, *names))


def alternatives_of(*names: str) -> str:
    """Return a group of a regular expression that matches any phrase of the lists, the longest first.

    Phrases with the same first letter are a group of their own: where case does not matter, `re` tries each alternative
    in turn, so that a word that begins like none of them is refused four times as fast.
    """
    longest_first = sorted(phrases(*names), key=len, reverse=True)
    groups: dict[str, list[str]] = {}
    for phrase in re.escape("\n".join(longest_first)).split("\\\n"):  # one call is faster than one for each
        groups.setdefault(phrase[: 1 + phrase.startswith("\\")].casefold(), []).append(phrase)
    return "(?:" + "|".join([_group(first, found) for first, found in groups.items()]) + ")"


def _group(first: str, found: list[str]) -> str:
    """Return a pattern of phrases that begin with a letter, some of them maybe with its capital."""
    if len(found) == 1 or not all(phrase.startswith(first) for phrase in found):
        return "|".join(found)
    return first + "(?:" + "|".join([phrase[len(first) :] for phrase in found]) + ")"
