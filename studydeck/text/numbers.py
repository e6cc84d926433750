"""Numbers with their units: "90 %", "1.5 GB", "€ 12".

In: a text. Out: the spans of its numbers that say how much or how many.
"""

from __future__ import annotations

import re

from studydeck.model.document import Text
from studydeck.patterns import lazy_pattern
from studydeck.text.dates import widened
from studydeck.text.labels import is_label
from studydeck.text.lazy import lazy
from studydeck.text.tokens import Span
from studydeck.text.word_list_files import alternatives

_UNIT = rf"""(?:
      %
    | {alternatives("unit_words")}
    | [KMGTP]i?B | [kKMG]bps                     # data and its rate: "GB", "GiB", "Mbps"
    | ms                                         # time
    | [cmkn]?m | µm                              # length
    | [kmµ]?g                                    # mass
    | [mkMG]?W | k?J | [kMG]?eV | dB             # power, energy, level
    | [kMG]?Hz                                   # frequency
    | N | Pa | bar | V                           # force, pressure, voltage
    | m?mol(?:/l(?:iter)?)? | [md]?l             # amount, volume
    | °[CF]?
    | x
    | €|USD
)"""
_NUMBER = lazy_pattern(
    rf"""
    (?<![\w.$/-])
    (?P<value>
        [~$€£<>≤≥]?                      # sign or currency
        (?: \d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?!\d) | \d[\d,.]* )      # "17 000" is one number
        (?:\s?[-–/]\s?\d[\d,.]*)?        # the end of a range, or a denominator
        (?:\s?{_UNIT}(?!\w))?
    )
    (?![\w/-])
    """,
    re.VERBOSE,
)
_LIMIT_WORD = lazy_pattern(rf"\b{alternatives('limit_words')}\b")
_BEFORE_LABEL_NUMBER = lazy_pattern(rf"[A-Z][\w-]*\s$|[(#]$|\b{alternatives('number_labels')}\s$")
_AFTER_AMBIGUOUS_NUMBER = lazy_pattern(rf"\s{alternatives('number_conjunctions')}\s\d|[)\]]|['’′]")


@lazy
def numbers(text: Text) -> tuple[Span, ...]:
    """Return the spans of the numbers of a text, with signs and units, that are no name, numbering or mere count.

    A number that is part of a date, a time or a ratio stands for the whole of it.
    """
    string = text.string
    quantities = [
        (start, end)
        for start, end in map(_value_span, _NUMBER.finditer(string))
        if _is_quantity(string[:start], string[start:end], string[end:])
    ]
    return tuple(dict.fromkeys([whole for span in quantities if (whole := widened(span, text))]))


def _value_span(match: re.Match[str]) -> Span:
    """Return the span of a number without the punctuation that follows it."""
    return match.start(), match.start() + len(match["value"].rstrip(".,"))


def _is_quantity(before: str, value: str, after: str) -> bool:
    # "Windows 10" and "Layer 7" are names, but in German every noun has a capital: "beträgt die Inflation 2 %".
    if _BEFORE_LABEL_NUMBER.search(before) and not (value[-1:].isalpha() or value.endswith("%")):
        return False
    # "1 or 2" cannot be known, "(1)" and "теорема 2.1" are numbering.
    if _AFTER_AMBIGUOUS_NUMBER.match(after) or is_label(f"{before.rstrip().rpartition(' ')[2]} {value}"):
        return False
    # A bare number at the start is a count or numbering, unless the sentence states a limit.
    return bool(before.strip()) or not value.isdigit() or bool(_LIMIT_WORD.search(after))
