"""Dates at the start of a line, `28. Oktober 1918`, whose day Markdown takes for the number of a list item.

In: the text of a source. Out: the same lines, with the full stop of such a day escaped. Days that count up from line
to line, as in "1. March 1848", "2. April 1848", number a list.
"""

from __future__ import annotations

from studydeck.markdown.dialects.lines import HIDDEN_LINE, plain_lines
from studydeck.patterns import lazy_pattern
from studydeck.text.word_list_files import alternatives

_DATE = lazy_pattern(
    r"(?:[ \t]|>)*(?:[-*+][ \t]+)?"  # quotes, an item
    r"(?P<day>[1-9]|[12]\d|3[01])\."  # the day
    rf"(?=[ \t]{alternatives('months')}[ \t][12]?\d{{3}}(?!\d))"  # month and year
)
_ANY = lazy_pattern(
    r"\n[ \t>]*(?:[-*+][ \t]+)?[1-3]?\d\.[ \t]"  # the number
    r"[^\W\d_]+[ \t]\d{3}"  # a word and a year
)


def has_marks(text: str) -> bool:
    """Return whether a text can contain such a date."""
    return ". " in text and bool(_ANY.search("\n" + text))


def rewrite(text: str) -> str:
    """Return a text whose dates are no items of a list."""
    lines = list(plain_lines(text))
    found = {
        number: match for number, (line, is_plain) in enumerate(lines) if is_plain and (match := _DATE.match(line))
    }
    kept = [line for line, _ in lines]
    texts = [number for number, line in enumerate(kept) if line.strip() and line != HIDDEN_LINE]
    days = [int(found[number]["day"]) if number in found else -1 for number in texts]
    for index, number in enumerate(texts):
        if number not in found:
            continue
        beside = (days[index - 1] if index else -1, days[index + 1] if index + 1 < len(days) else -1)
        if beside[0] != days[index] - 1 and beside[1] != days[index] + 1:
            end = found[number].end()
            kept[number] = f"{kept[number][: end - 1]}\\.{kept[number][end:]}"
    return "\n".join(kept)
