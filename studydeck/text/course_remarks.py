"""Remarks about a course rather than its subject: where it meets, what is asked in the exam, what is to be done.

In: a sentence or a line. Out: whether it is such a remark, or where one stands in it. The words are in the word lists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import NamedTuple

from studydeck.patterns import lazy_pattern
from studydeck.text.dates import MONTH
from studydeck.text.length import exceeds
from studydeck.text.normalize import fold
from studydeck.text.phrases import Phrases
from studydeck.text.tokens import FIRST_CJK, Span, may_hold_cjk, tokens
from studydeck.text.verbs import has_verb
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

_LISTS = (
    *("exam_remarks", "importance_remarks", "exam_nouns", "weekdays", "due_words", "next_meetings", "task_markers"),
    "course_labels",
    "aside_words",
)
# As in "lecture 8", "room H 0105", "read chapter 3" and "(3 points)".
_LISTS_BESIDE_NUMBERS = ("meeting_nouns", "place_nouns", "study_verbs", "score_units")
_COURSE_LABELS = Phrases("course_labels")
_COLONS = frozenset(":：")
_OPENING_BRACKETS = frozenset("([（")
_LONGEST_REMARK = 16  # words of a sentence that is a remark as a whole
_LONGEST_MEETING = 7  # words of a remark on the next meeting without a colon
_LONGEST_VALUE = 8  # words after a label
_BRACKETS = lazy_pattern(r"\s*[(\[（][^()\[\]（）]*[)\]）]!*")
_AT_END = lazy_pattern(
    r"""
    \s*
    (?: <-+ | ← | -+> | → | => | [-–—]\s | (?<=\s)\*{2,} | !{2,}      # a sign before the remark
      | (?= \b[A-Z]{4,}\W*$ )                                         # or capitals
    )
    \s* (?P<words> [^<>→←()]{2,40} ) $
    """,
    re.VERBOSE,
)
_CLAUSE_BREAK = lazy_pattern(r"[,;:：；，]\s*|\s[-–—]\s|\s*(?:<-+|←|-+>|→|=>|!!+)\s*")
_TITLES, _TITLE_OPENINGS = phrase_set("task_titles"), phrases("task_title_openings")
_CLOCK = r"\d{1,2}\s?(?:[:.h]\s?[0-5]\d|[ap]\.?m\b|uhr\b)"
_WHEN = rf"""
    (?: {alternatives("weekdays")}(?!\w)
      | {alternatives("next_meetings")}(?!\w)
      | {_CLOCK}                                            # 10:15, 9 am, 9 Uhr
      | \d{{4}}-\d\d-\d\d                                   # 2024-06-12
      | \d{{1,2}}/\d{{1,2}} | \d{{1,2}}\.\d{{1,2}}\.          # 12/6, 12.6.
      | \d{{1,2}}(?:\.|st|nd|rd|th)?\s(?:of\s)?{MONTH}       # 12 June, 12th of June
      | {MONTH}\s\d{{1,2}}(?!\d)                            # June 12
    )
"""


class _Patterns(NamedTuple):
    """The patterns of remarks, by what they find."""

    exam: re.Pattern[str]
    important: re.Pattern[str]
    exam_date: re.Pattern[str]
    upcoming: re.Pattern[str]
    due: re.Pattern[str]
    place: re.Pattern[str]
    meeting: re.Pattern[str]
    when: re.Pattern[str]
    weekday_and_time: re.Pattern[str]
    label: re.Pattern[str]
    date_label: re.Pattern[str]
    task: re.Pattern[str]
    reading: re.Pattern[str]
    score: re.Pattern[str]
    aside: re.Pattern[str]
    shout: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    """Return the patterns, made on first use, because few notes hold a remark."""
    flags = re.IGNORECASE | re.VERBOSE
    importance, units = alternatives("importance_remarks"), alternatives("score_units")
    return _Patterns(
        exam=lazy_pattern(rf"(?<![a-z]){alternatives('exam_remarks')}(?![a-z])", flags),
        important=lazy_pattern(rf"\W*{importance}(?:\W+{importance})*\W*", flags),
        exam_date=lazy_pattern(
            rf"""
            \b{alternatives("exam_nouns")}\s*
            (?: [:：–—-] | {alternatives("exam_links")}\b ) .{{0,20}}?      # "Exam: ", "The exam is on"
            {_WHEN}
            """,
            flags,
        ),
        upcoming=lazy_pattern(rf"\W*{alternatives('next_meetings')}(?!\w)(?P<colon>\s*[:：–—-]|)", flags),
        due=lazy_pattern(rf"(?<!\w){alternatives('due_words')}\W+(?:\w+\W+){{0,2}}?{_WHEN}", flags),
        place=lazy_pattern(
            rf"""
            (?<!\w){alternatives("place_nouns")}
            \s*:?\s* [A-Z]{{0,3}}[ .-]?\d[\w./-]*          # "room 2.14", "Raum H 0105"
            """,
            flags,
        ),
        meeting=lazy_pattern(
            rf"""
            (?<!\w){alternatives("meeting_nouns")}
            \s*(?:[#№]|n[or]\.?)?\s*\d+(?!\w)              # "lecture 8", "Vorlesung Nr. 3"
            """,
            flags,
        ),
        when=lazy_pattern(rf"(?<!\w){_WHEN}", flags),
        weekday_and_time=lazy_pattern(rf"(?<!\w){alternatives('weekdays')}\b.{{0,20}}?\b{_CLOCK}", flags),
        label=lazy_pattern(rf"\W*{alternatives('course_labels')}\W*[:：]\W*(?P<value>\S.*)", flags),
        date_label=lazy_pattern(rf"\W*{alternatives('course_date_labels')}\W*[:：]\W*\S.*", flags),
        task=lazy_pattern(rf"\W*(?:(?-i:TODO|FIXME)\b|{alternatives('task_markers')}\s*[:：])\W*\w", flags),
        reading=lazy_pattern(
            rf"""
            \W*{alternatives("study_verbs")}\b .{{0,60}}?
            \b{alternatives("study_materials")}\w*\.?\s*\d      # "read chapters 39-42"
            """,
            flags,
        ),
        score=lazy_pattern(
            rf"""
            [(\[（]\s*
            (?: \d+(?:[.,/]\d+)?\s*{units}\.? | {units}\s*[:：]\s*\d+ )      # "(3 points)", "[Punkte: 2]"
            \s*[)\]）]
            """,
            flags,
        ),
        aside=lazy_pattern(
            rf"""
            \W*[(\[（] [^()\[\]]*                            # "(the slides are
            (?<!\w){alternatives("aside_words")}(?!\w) [^()\[\]]* [)\]）]\W*
            """,
            flags,
        ),
        shout=lazy_pattern(
            rf"""
            [,;]?\s* (?<!\w){alternatives("exam_nouns")}\s*!+    # "(rate limiting, exam!)"
            (?= \s* (?: [)\]）] | $ ) )
            """,
            flags,
        ),
    )


@cache
def _signals(*names: str) -> tuple[dict[str, list[frozenset[str]]], tuple[str, ...]]:
    """Return the words of phrases, by the longest word of each; and those of languages without spaces."""
    by_word: dict[str, list[frozenset[str]]] = {}
    for phrase in phrases(*names):
        words = tokens(fold(phrase))
        by_word.setdefault(max(words, key=len), []).append(frozenset(words))
    return by_word, tuple([word for word in by_word if word > FIRST_CJK])


def may_hold_remarks(string: str, words: AbstractSet[str] | None = None) -> bool:
    """Return whether a text holds the words of a phrase in remarks, which few do; for speed.

    `words` are those of the text, case-folded, where they are known.
    """
    words = _words(string) if words is None else words
    beside_number = _may_hold(string, words, _LISTS_BESIDE_NUMBERS) and any(map(str.isdigit, string))
    return beside_number or _may_hold(string, words, _LISTS)


def _words(string: str) -> set[str]:
    return set(tokens(fold(string)))


def _may_hold(string: str, words: AbstractSet[str], lists: tuple[str, ...]) -> bool:
    """Return whether a text with these words holds those of a phrase in one of the lists."""
    by_word, unspaced = _signals(*lists)
    if not by_word.keys().isdisjoint(words) and any(
        phrase <= words for word in words & by_word.keys() for phrase in by_word[word]
    ):
        return True
    if string.isascii() or not may_hold_cjk(string):
        return False
    folded = fold(string)
    return any(word in folded for word in unspaced)


def is_task_title(normal_title: str) -> bool:
    """Return whether a heading, in normal form, announces tasks, or what concerns the course only."""
    return normal_title in _TITLES or normal_title.startswith(_TITLE_OPENINGS)


def is_score(line: str) -> bool:
    """Return whether a line only says what a question of an exam gives: "(3 points)"."""
    return line[:1] in _OPENING_BRACKETS and bool(_patterns().score.fullmatch(line))


def is_remark(sentence: str) -> bool:
    """Return whether a sentence or line is a remark about a course, and nothing else."""
    found = _patterns()
    if found.reading.match(sentence) or is_score(sentence):
        return True
    if not _may_hold(sentence, _words(sentence), _LISTS):
        return not exceeds(sentence, _LONGEST_REMARK) and _tells_a_meeting(sentence) and not has_verb(sentence)
    if found.important.fullmatch(sentence) or found.task.match(sentence) or found.aside.fullmatch(sentence):
        return True
    if exceeds(sentence, _LONGEST_REMARK):
        return False
    if found.exam_date.search(sentence) or found.due.search(sentence) or is_course_line(sentence):
        return True
    upcoming = found.upcoming.match(sentence)
    if upcoming and upcoming["colon"]:
        return True
    is_short = upcoming is not None and not exceeds(sentence, _LONGEST_MEETING)
    return (is_short or _tells_a_meeting(sentence)) and not has_verb(sentence)


def _tells_a_meeting(sentence: str) -> bool:
    """Return whether a text without a verb says which meeting of a course it is, when or where."""
    found = _patterns()
    if found.meeting.search(sentence) or found.weekday_and_time.search(sentence):
        return True
    if not (place := found.place.search(sentence)):
        return False
    if not sentence[: place.start()].strip(" -") and not sentence[place.end() :].strip(" ."):
        return True
    return bool(found.when.search(sentence[: place.start()]) or found.when.search(sentence, place.end()))


def is_course_line(line: str) -> bool:
    """Return whether a line labels a fact about a course: "Lecturer: Dr. Smith", "Room: 2.14"."""
    is_labelled = (":" in line or "：" in line) and _COURSE_LABELS.may_begin(line)
    match = _patterns().label.fullmatch(line) if is_labelled else None
    return bool(match and _is_value(match["value"]))


def is_course_date(line: str) -> bool:
    """Return whether a line tells date or place, which beside course lines are those of the course."""
    return bool(_patterns().date_label.fullmatch(line)) and not exceeds(line, _LONGEST_VALUE)


def _is_value(value: str) -> bool:
    """Return whether the value of a label is a number, a day or a name, rather than what the label means."""
    if exceeds(value, _LONGEST_VALUE) or has_verb(value):
        return False
    return any(map(str.isdigit, value)) or not any(word[:1].islower() for word in value.split())


def remark_spans(sentence: str) -> list[Span]:
    """Return where remarks stand in a sentence that says more: in brackets, at its end, or as a clause.

    Parameters
    ----------
    sentence : a sentence that is no remark as a whole.

    Returns
    -------
    start and end of each, in order, apart from each other; a clause without a sign around it is the whole sentence.
    """
    found = _patterns()
    if sentence[:1] in _OPENING_BRACKETS and (score := found.score.match(sentence)):
        return [score.span()]  # "(3 points) Name ..."
    if not _may_hold(sentence, _words(sentence), _LISTS):
        return []
    spans = [
        bracket.span()
        for bracket in _BRACKETS.finditer(sentence)
        if found.important.fullmatch(bracket[0]) or found.exam.search(bracket[0])
    ]
    spans += [shout.span() for shout in found.shout.finditer(sentence)]
    if (end := _AT_END.search(sentence)) and found.important.fullmatch(end["words"]):
        spans.append(end.span())
    for remark in found.exam.finditer(sentence):
        if not any(start <= remark.start() < stop for start, stop in spans):
            spans.append(_clause_around(sentence, *remark.span()))
    return _joined(sorted(spans))


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Return spans in which those that overlap are one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _clause_around(sentence: str, start: int, end: int) -> Span:
    """Return the clause of a sentence that holds what is between two offsets."""
    breaks = list(_CLAUSE_BREAK.finditer(sentence))
    before = [mark.start() for mark in breaks if mark.end() <= start]
    after = [mark for mark in breaks if mark.start() >= end]
    if not after:
        return (before[-1] if before else 0), len(sentence)
    if before:
        return before[-1], after[0].start()
    # "For the exam: ..." introduces a fact; after "If it is in the exam, ..." the rest is about the exam, too.
    return 0, after[0].end() if after[0][0].strip() in _COLONS else len(sentence)
