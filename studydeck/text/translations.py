"""Sentences and words with their translations: whether two texts are of different languages.

In: two strings. Out: whether the second can be the translation of the first, or the language of a gloss. A language is
known by its most common words, a script without a list by its letters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

from studydeck.patterns import lazy_pattern
from studydeck.text.length import length
from studydeck.text.normalize import fold
from studydeck.text.word_list_files import languages_by_word

LONGEST_SENTENCE = 25  # words of a sentence that is learned with its translation
_MOST_DIFFERENT = 3  # times as many words in one language as in the other
_LEAST_COMMON = 0.15  # of the words of a sentence
_FEW_WORDS, _LEAST_HITS = 4, 2  # of a longer sentence more common words are needed, as one can be of several languages
_MOST_GLOSSED = 8  # words of a name that is translated in brackets
_LANGUAGE_OF_SCRIPT = {"CJK": "zh", "CYRILLIC": "ru", "HANGUL": "ko", "ARABIC": "ar", "THAI": "th", "DEVANAGARI": "hi"}
_WORD = lazy_pattern(r"\b[^\W\d_]+(?:['’][^\W\d_]+)?\b")  # and no letters of "CO2"
_SENTENCE_END = lazy_pattern(r"[.!?…。！？؟;][\"”»’)*]*\s*$")


def ends_like_sentence(string: str) -> bool:
    """Return whether a text ends with the mark of a sentence."""
    return bool(_SENTENCE_END.search(string))


def are_translations(left: str, right: str, *, is_example: bool = False) -> bool:
    """Return whether two sentences are of different languages, and of about the same length.

    The language of one side may be unknown where the first is called an example.
    """
    lengths = length(left), length(right)
    if not min(lengths) or max(lengths) > min(LONGEST_SENTENCE, _MOST_DIFFERENT * min(lengths) + 2):
        return False
    if (scripts := (_script(left), _script(right))) and scripts[0] != scripts[1]:
        return all(scripts)
    languages = _languages(left), _languages(right)
    return (all(languages) or (is_example and any(languages))) and languages[0].isdisjoint(languages[1])


def language_of_gloss(term: str, gloss: str, beside: str) -> str:
    """Return what the language of a gloss calls itself, if the gloss translates a term in Latin letters; else nothing.

    `beside` is other text of the notes: a gloss in Chinese characters is Japanese where that has kana.
    """
    if length(term) > _MOST_GLOSSED or length(gloss) > 2 * length(term) + 2 or _script(term) != "LATIN":
        return ""
    language = _LANGUAGE_OF_SCRIPT.get(_script(gloss), "")
    if language == "zh" and any(map(_is_kana, gloss + beside)):
        language = "ja"
    return next((name for name, languages in languages_by_word("language_name").items() if language in languages), "")


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"


def _script(string: str) -> str:
    """Return the script of most letters of a text; Chinese and Japanese letters count as one."""
    letters = [character for character in string if character.isalpha()]
    if not letters or string.isascii():
        return "LATIN" if letters else ""
    names = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
    script = names.most_common(1)[0][0]
    return "CJK" if script in {"HIRAGANA", "KATAKANA"} else script


def _languages(string: str) -> set[str]:
    """Return the languages of which a sentence holds most common words."""
    by_word = languages_by_word("common_words")
    words = [word.replace("’", "'") for word in _WORD.findall(fold(string))]
    # A letter can be that of a formula, but not "I" in a sentence.
    words = [word for word in words if len(word) > 1 or (word == "i" and "I " in string)] or words
    counts = Counter(language for word in words for language in by_word.get(word, ()))
    most = max(counts.values(), default=0)
    least = max(_LEAST_COMMON * len(words), _LEAST_HITS if len(words) > _FEW_WORDS else 1)
    return {language for language, count in counts.items() if count == most} if most >= least else set()
