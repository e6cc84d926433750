"""What a blank shows of the phrase that it hides, so that of several answers that would fit one is asked for.

    scalability            s…
    the World Wide Web     the W… W… W…
    l'atmosphère           l'a…
    복제 지연                ㅂㅈ ㅈㅇ        Hangul: the first consonant of each syllable
    缓存穿透                 缓○○○         Chinese and Japanese: the first character, and how many follow

In: the text of a cloze, whose inlines say which card hides them. Out: the same text with the hints, as inlines. There
is none where the rest forces the answer (a number, a term before its definition), where a letter would tell all of it
(an acronym), where it is no words (a formula, an option), and where the author wrote hints.

Hints are in no digest and no ledger: they are made anew from the hidden phrase whenever a note is packed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import attrgetter

from studydeck.model.document import Content, Inline, ItemList, Text
from studydeck.model.traverse import inlines, map_texts
from studydeck.patterns import lazy_pattern
from studydeck.text.tokens import content_words, is_cjk, is_function_word
from studydeck.text.word_list_files import alternatives, phrases

MOST_WORDS = 3  # of which a letter is shown
SHORTEST = 4  # letters of a phrase; a letter of a shorter one tells too much
_LEAST_FOR_TWO = 5  # letters of a word of which two are shown
_MOST_CIRCLES = 6  # nobody counts more at a glance
LETTERS_HINT = "letters"  # the detail of a hint of this module, which no author wrote
_REST, _CIRCLE = "…", "○"
_WORD_KINDS = frozenset(("text", "code", "ruby", "break"))
_QUOTES = "\"'«»„“”‘’「」『』 "
_EQUATION_SIGNS = frozenset("=≡≈")
_NO_WORDS = lazy_pattern(r"[=<>{}|\\≡≈→⇒$]|\w\(")  # of formulas, code and markup
_SIGNS_AROUND = lazy_pattern(r"^[\W_]+|[\W_]+$")
_ELISION = lazy_pattern(r"\w{1,5}['’](?=\w{2})")  # "l'", "dell'"
_DEFINES = lazy_pattern(rf"\s*(?:\([^()]*\)\s*)?{alternatives('defining_verbs')}(?!\w)", re.IGNORECASE)
_ATTACHED_ARTICLES = phrases("attached_articles")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE, _SYLLABLES_OF_INITIAL = "가", "힣", 588


def with_hints(content: Content) -> Content:
    """Return the content of a cloze with a hint in each blank that needs one."""
    if any(inline.kind == "hint" for inline in inlines(content)):
        return content
    if len(content) == 1 and isinstance(content[0], ItemList):
        firsts = Counter([_first_letter(_words(item.text.plain)) for item in content[0].items])
        shared = frozenset([first for first, count in firsts.items() if count > 1])
        return map_texts(content, lambda text: _with_hints(text, shared))
    return map_texts(content, _with_hints)


def _with_hints(text: Text, shared: AbstractSet[str] = frozenset()) -> Text:
    """Return a text with a hint in each blank; with the `shared` letters several items of its list begin."""
    if not any(inline.hide for inline in text):
        return text
    found, before = list[Inline](), ""
    for number, group in groupby(text.inlines, key=attrgetter("hide")):
        hidden = tuple(group)
        found += hidden
        phrase = "".join([inline.text for inline in hidden])
        is_asked = number and not _is_defined(before, text.string[len(before) + len(phrase) :])
        if is_asked and (hint := hint_of(hidden, shared)):
            found.append(Inline("", "hint", 0, hint, number, LETTERS_HINT))
        before += phrase
    return Text(tuple(found))


def _is_defined(before: str, after: str) -> bool:
    """Return whether a phrase is the subject of its own definition: "____ is the movement of water"."""
    return bool(_DEFINES.match(after)) and not content_words(before)


def hint_of(hidden: Iterable[Inline], shared: AbstractSet[str] = frozenset()) -> str:
    """Return what a blank shows of the phrase that it hides, or an empty text.

    Parameters
    ----------
    hidden : the inlines of the phrase.
    shared : the letters with which several items of its list begin; of such an item two are shown.
    """
    group = list(hidden)
    phrase = "".join([" " if inline.kind == "break" else inline.text for inline in group]).strip(_QUOTES)
    if not phrase[:1].isalpha() or any(inline.kind not in _WORD_KINDS for inline in group):
        return ""
    if all(inline.kind == "code" for inline in group if inline.text.strip()):
        is_long = sum(map(str.isalnum, phrase)) >= SHORTEST and _EQUATION_SIGNS.isdisjoint(phrase)
        return phrase[0] + _REST if is_long else ""
    if _NO_WORDS.search(phrase):
        return ""
    words = _words(phrase)
    return _hint_of_words(words, 2 if _first_letter(words) in shared else 1)


def _words(phrase: str) -> list[str]:
    """Return the words of a phrase, without the signs around them."""
    return [word for part in phrase.split() if (word := _SIGNS_AROUND.sub("", part))]


def _first_letter(words: list[str]) -> str:
    """Return the first letter, case-folded, of the first word that says something."""
    word = next((word for word in words if not is_function_word(word)), "")
    return _after_article(word)[1][:1].casefold()


def _after_article(word: str) -> tuple[str, str]:
    """Return the article at the start of a word, or an empty text, and the rest of the word."""
    elided = _ELISION.match(word)
    article = elided[0] if elided else next((each for each in _ATTACHED_ARTICLES if word.startswith(each)), "")
    return article, word[len(article) :]


def _hint_of_words(words: list[str], count: int) -> str:
    """Return the hint for words: articles and other function words as they are, and the first letters of the others."""
    shown = list[str]()
    asked = letters = revealed = 0
    for word in words:
        if asked == MOST_WORDS:
            shown.append(_REST)
            break
        if len(words) > 1 and is_function_word(word):
            shown.append(word)
            continue
        article, rest = _after_article(word)
        hint, hint_letters, word_letters = _hint_of_word(rest, count if not asked else 1)
        shown.append(article + hint)
        asked, letters, revealed = asked + 1, letters + word_letters, revealed + hint_letters
    return " ".join(shown) if 2 * revealed <= letters and revealed else ""


def _hint_of_word(word: str, count: int) -> tuple[str, int, int]:
    """Return the hint for a word, the number of letters in it, and that of the word, as far as the hint tells them."""
    if _FIRST_SYLLABLE <= word[:1] <= _LAST_SYLLABLE:
        syllables = [character for character in word if _FIRST_SYLLABLE <= character <= _LAST_SYLLABLE]
        initials = [_INITIALS[(ord(each) - ord(_FIRST_SYLLABLE)) // _SYLLABLES_OF_INITIAL] for each in syllables]
        return "".join(initials), len(syllables), 2 * len(syllables)  # a consonant is at most half of a syllable
    length = len(word)
    if is_cjk(word[:1]):
        rest = _CIRCLE * (length - 1) if length <= _MOST_CIRCLES else _REST
        return (word[0] + rest, 1, length) if length > 1 else (_CIRCLE, 0, length)
    if not word[:1].isalpha():
        return _REST, 0, length
    end = count if length >= _LEAST_FOR_TWO else 1
    while end < length and unicodedata.category(word[end]).startswith("M"):
        end += 1
    return word[:end] + _REST, 1 if length >= SHORTEST else 2, length
