"""Dates, times, ratios, versions, addresses and powers: what a card shows or hides as a whole, or not at all.

In: a text. Out: where these stand in it; or whether a string is a date and nothing else.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.lazy import lazy
from studydeck.text.tokens import LETTERS, Span
from studydeck.text.word_list_files import alternatives, phrase_set, phrases

MONTH = rf"{alternatives('months')}(?!\w)\.?"
_ERA = rf"{alternatives('eras')}(?!\w)"
_NO_NAME = r"(?!)"  # matches nothing
_MONTHS, _ERAS = frozenset([LETTERS.findall(month)[0] for month in phrases("months")]), phrases("eras")
_CENTURIES, _ROMAN_DIGITS, MOST_CENTURY_WORDS = phrase_set("century_nouns"), frozenset("ivx"), 4  # "the 1st half of …"
_OF = rf"(?:{alternatives('date_particles')}\s?)?"
_ORDINAL = r"(?:\.|st|nd|rd|th|er|ème|º|°)?"


def _date(month: str, era: str) -> str:
    """Return the pattern of a date, given those of the names of months and eras."""
    return rf"""
      \d{{4}}-\d\d(?:-\d\d)?                                              # 1789-07-14
    | \d{{1,2}}(?P<mark>[./-])\d{{1,2}}(?P=mark)\d{{2,4}}                   # 14.7.1789, 7/14/1789
    | \d{{1,2}} (?:\s?[-–]\s?\d{{1,2}})? {_ORDINAL} \s? {_OF} {month}       # 14 July, 14. Juli, 14 de julio
        (?: ,?\s {_OF} \d{{1,4}} (?!\d|[.,:]\d) (?:\s?{era})? )?           # 1789
    | {month} \s
        (?: \d{{1,2}} (?:st|nd|rd|th)? (?!\d)                            # July 14
            (?: ,?\s \d{{3,4}} (?!\d) )?                                  # July 14, 1789
          | {_OF} \d{{3,4}} (?!\d)                                        # July 1789
        )
    | \d{{1,4}} (?:\s?[-–]\s?\d{{1,4}})? \s? {era}                         # 44 BC, 431–404 BC
    | {era} \s \d{{1,4}} (?!\d)                                          # AD 476
    | \d{{1,4}}[年년] (?: \s?\d{{1,2}}[月월] (?: \s?\d{{1,2}}[日일] )? )?       # 1789年7月14日
    | \d{{1,2}}[月월] \s? \d{{1,2}}[日일]
"""


def _whole(date: str) -> re.Pattern[str]:
    """Return the pattern of all that is shown or hidden as a whole, given that of a date."""
    return lazy_pattern(
        rf"""
        (?<![\w.:^])
        (?: {date}
          | 1[:：]\d{{1,3}} (?: [ .,]\d{{3}} )+                                 # 1:25 000
          | \d+ (?: (?: [:：] | \s:\s ) \d+ )+ (?: \s?[ap]\.?m\b\.? )?           # 10:30 pm, 3:1, 3 : 1, 1:25000
          | \d{{1,2}}\s?h\s?\d\d                                              # 10 h 30
          | \d{{1,2}}\s?[ap]\.?m\b\.?                                         # 5 pm
          | v?\d+(?:\.\d+){{2,}}                                              # 3.11.2, 192.168.0.1
          | \d+(?:[.,]\d+)? (?:\s?[×x·]\s?10)? \^ [-−+]?\d+                     # 10^-3, 6×10^23
        )
        (?!\w)
        """,
        re.VERBOSE,
    )


_WHOLE, _WHOLE_WITHOUT_NAMES = _whole(_date(MONTH, _ERA)), _whole(_date(_NO_NAME, _NO_NAME))
_YEAR = r"(?:1\d|20)\d\d (?: \s?[-–/]\s?\d{2,4} )? s?"
_ONLY_YEAR = lazy_pattern(_YEAR, re.VERBOSE)
_ONLY_DATE = lazy_pattern(rf"{alternatives('date_openings')}?\s*(?: {_date(MONTH, _ERA)} | {_YEAR} )", re.VERBOSE)


@lazy
def indivisible_numbers(text: Text) -> tuple[Span, ...]:
    """Return the spans of dates, times, ratios, versions, addresses and powers."""
    string = text.string
    if not any(map(str.isdigit, string)):
        return ()
    pattern = _WHOLE if _may_name_month_or_era(string) else _WHOLE_WITHOUT_NAMES
    return tuple([match.span() for match in pattern.finditer(string)])


def _may_name_month_or_era(string: str) -> bool:
    return not _MONTHS.isdisjoint(LETTERS.findall(string)) or any(map(string.__contains__, _ERAS))


def is_date(string: str) -> bool:
    """Return whether a string is a date or a year, and nothing else."""
    return any(map(str.isdigit, string)) and bool(_ONLY_DATE.fullmatch(string))


def is_year(string: str) -> bool:
    """Return whether a string is a year, or years such as "1914-1918" or "1990s"."""
    return string[:1].isdigit() and bool(_ONLY_YEAR.fullmatch(string))


def is_century(string: str) -> bool:
    """Return whether a string is a century or a part of one, which says when and names nothing: "16th century"."""
    words = LETTERS.findall(string.casefold())
    is_counted = any(map(str.isdigit, string)) or any(not set(word) - _ROMAN_DIGITS for word in words)
    return len(words) <= MOST_CENTURY_WORDS and is_counted and not _CENTURIES.isdisjoint(words)


def widened(span: Span, text: Text) -> Span | None:
    """Return a span, grown to the date or the like that it is a part of; None if it cuts one."""
    start, end = span
    for whole_start, whole_end in indivisible_numbers(text):
        if whole_start < end and start < whole_end:
            if whole_start <= start and end <= whole_end:
                return whole_start, whole_end
            if not (start <= whole_start and whole_end <= end):
                return None
    return span
