"""Sentences that name what they describe, or say when something has a name: "Unter Inflation versteht man …".

In: a sentence. Out: the name, what the sentence says of it, and the question that asks for that. The frames of such
sentences are word lists: in "unter {term} versteht man {meaning}" the slots stand for what differs.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from studydeck.model.document import Style, Text
from studydeck.model.text_edits import cut, with_text
from studydeck.patterns import lazy_pattern
from studydeck.text.length import exceeds, length
from studydeck.text.normalize import fold
from studydeck.text.openings import is_anaphoric, starts_with_phrase
from studydeck.text.tokens import LETTERS, Span, content_words, tokens
from studydeck.text.word_list_files import phrase_set, phrases_by_language, questions_by_language

LONGEST_NAME = 7  # words
SHORTEST_MEANING = 2  # words
_SLOT = lazy_pattern(r"\{(\w+)\}")
_LETTERS = r"[^\n,;:!?=]"  # of what is no clause
_QUOTES = "„“”«»\"' "
_NO_NAMES = phrase_set("pronouns", "subject_pronouns", "relative_pronouns", "hollow_words", "negations")
_CASES, _CONDITIONS = phrases_by_language("naming_cases"), phrases_by_language("condition_openings")
_MEANINGS = phrases_by_language("meaning_openings")
_MARKS = Style.MARKED | Style.EM
_FINAL_PRONOUNS = tuple([f" {word}" for word in phrase_set("relative_pronouns", "subject_pronouns")])


class NamingSentence(Struct, frozen=True):
    """A name, what the sentence says of it, and its question: words, and the parts of the sentence between them.

    What has the name only under a condition stands before it: "Eine Folge heißt konvergent". `is_named` says that the
    name stands as it does alone, and means all that the sentence says: it can be asked for.
    """

    term: Text
    meaning: Text
    question: tuple[str | Text, ...]
    is_named: bool


class _Frame(Struct, frozen=True):
    """A pattern whose groups are the slots, its question, and whether its language writes a name without an article."""

    pattern: re.Pattern[str]
    question: str
    is_without_article: bool


@cache
def _frames() -> dict[str, list[_Frame]]:
    """Return the frames of all languages, by the longest word of each."""
    frames: dict[str, list[_Frame]] = {}
    for language, questions in questions_by_language("naming_frames").items():
        is_without_article = bool(_CASES.get(language))
        for frame, question in questions.items():
            word = max(LETTERS.findall(_SLOT.sub(" ", frame)), key=len)
            frames.setdefault(word, []).append(_Frame(_pattern(frame, language), question, is_without_article))
    return frames


@cache
def words_of_frames() -> frozenset[str]:
    """Return the words of the frames, which say nothing besides what stands in their slots."""
    questions = questions_by_language("naming_frames").values()
    return frozenset(tokens(" ".join([fold(_SLOT.sub(" ", frame)) for frames in questions for frame in frames])))


def _pattern(frame: str, language: str) -> re.Pattern[str]:
    """Return the pattern of a frame; before a clause, which is the last slot, there can be a comma."""
    words = _SLOT.split(frame)  # words and slots in turn
    source, slots, after = words[0], words[1::2], words[2::2]
    for index, slot in enumerate(slots):
        is_last = not after[index]
        is_joined = is_last and after[index - 1] == " "
        is_before_clause = slots[index + 1 :] in (["condition"], ["meaning"])
        source += f"(?P<{slot}>{_slot_pattern(slot, language, is_joined=is_joined, is_last=is_last)})"
        source += f"{after[index].rstrip()},? " if is_before_clause else after[index]
    source = source.replace("’", "['’]")
    return lazy_pattern(rf"{source}[.!]?\s*", re.IGNORECASE)


def _slot_pattern(slot: str, language: str, *, is_joined: bool, is_last: bool) -> str:
    """Return the pattern of what stands in a slot; a meaning directly behind a name begins with an article."""
    if slot == "condition":
        return rf"{_any_of(_CONDITIONS[language])}\b.+?"
    if slot == "cased":
        return rf"{_LETTERS}*?\w{_any_of(_CASES[language])}\b{_LETTERS}*?"
    if slot == "meaning" and is_last:
        return rf"{_any_of(_MEANINGS[language])}.+?" if is_joined else ".+?"
    return rf"{_LETTERS}+?"


def _any_of(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(words)})"


def naming_sentence(text: Text) -> NamingSentence | None:
    """Return what a sentence names by one of the frames, or None."""
    string = text.string
    frames = _frames()
    keys = frames.keys() & LETTERS.findall(string.lower())
    for frame in [frame for key in sorted(keys) for frame in frames[key]]:
        if (match := frame.pattern.fullmatch(string)) and (found := _of_match(text, match, frame)):
            return found
    return None


def _of_match(text: Text, match: re.Match[str], frame: _Frame) -> NamingSentence | None:
    """Return what the parts of a sentence say, unless one of them refers to what stands elsewhere."""
    spans = {slot: _without_quotes(text.string, match.span(slot)) for slot in match.groupdict()}
    said = "condition" if "condition" in spans else "meaning"
    named = "cased" if "cased" in spans else "term"
    spans[named], spans[said] = _split_by_mark(text, spans[named], spans[said])
    parts = {slot: cut(text, *span) for slot, span in spans.items()}
    names = [parts[slot] for slot in (named, "subject") if slot in parts]
    if not all(map(_can_be_named, names)) or length(parts[said]) < SHORTEST_MEANING:
        return None
    opening = parts[said].string if said == "meaning" and not spans[said][0] else ""
    if starts_with_phrase(opening, _NO_NAMES) or is_anaphoric(opening) or _goes_on(parts[said].string.rstrip()):
        return None
    if frame.is_without_article:
        parts |= {slot: _in_lower_case(part) for slot, part in parts.items() if slot != said and not spans[slot][0]}
    words = _SLOT.split(frame.question)
    asked = [parts[word] if index % 2 else word for index, word in enumerate(words)]
    key = [spans[slot] for slot in (named, "subject") if slot in spans]
    term = cut(text, min(key)[0], max(key)[1]) if len(key) > 1 else parts[named]
    return NamingSentence(term, parts[said], tuple(asked), is_named=named == "term" and said == "meaning")


def _in_lower_case(name: Text) -> Text:
    """Return a name without the capital that opens its sentence."""
    first = name.inlines[0]
    if first.kind != "text" or not first.text[1:2].islower():
        return name
    return Text((with_text(first, first.text[:1].lower() + first.text[1:]), *name.inlines[1:]))


def _without_quotes(string: str, span: Span) -> Span:
    """Return the span of a part without the quotes around all of it."""
    start, end = span
    inside = string[start:end].strip(_QUOTES)
    if not inside or string[start] not in _QUOTES or string[end - 1] not in _QUOTES:
        return span
    offset = string.index(inside, start)
    return offset, offset + len(inside)


def _split_by_mark(text: Text, term: Span, meaning: Span) -> tuple[Span, Span]:
    """Return both spans cut at the end of what the author marked: "On appelle **loi de la demande** la relation …"."""
    start = 0
    for inline in text:
        end = start + len(inline.text)
        if start == term[0] and term[1] + 1 == meaning[0] < end < meaning[1] and inline.styles & _MARKS:
            behind = text.string[end : meaning[1]]
            return (start, end), (end + len(behind) - len(behind.lstrip()), meaning[1])
        start = end
    return term, meaning


def _can_be_named(name: Text) -> bool:
    """Return whether a part of a sentence names something: not "it", "also", or a whole clause."""
    return bool(content_words(name)) and not (
        exceeds(name, LONGEST_NAME) or starts_with_phrase(name.string, _NO_NAMES) or is_anaphoric(name)
    )


def _goes_on(meaning: str) -> bool:
    """Return whether a meaning goes on elsewhere: "a cell, which is called …", "unter X versteht man: …"."""
    return meaning.endswith((":", *_FINAL_PRONOUNS))
