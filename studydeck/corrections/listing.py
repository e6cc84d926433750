"""List corrections: corrections in; text for a person or JSON for a program out.

The words of a learner are anybody's text: they are cut, and the console and `to_json` make them printable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from studydeck.corrections.candidates import Correction
from studydeck.corrections.comparison import FieldEdit
from studydeck.corrections.locations import runs
from studydeck.corrections.words import Token, string
from studydeck.reports.printable import printable_line, to_json

_MAX_SHOWN = 300  # characters of words in the text
_AROUND = 12  # tokens that are shown before the first change of long words


def text_lines(corrections: Sequence[Correction], shown_path: Callable[[str], str] = str) -> Iterator[str]:
    """Yield each correction with the words before and after, and whether there is a patch.

    Parameters
    ----------
    corrections : in the order of the notes.
    shown_path : returns a path as it is to be printed.
    """
    for correction in corrections:
        edit = correction.edit
        place = shown_path(correction.path) + (f":{correction.line}" if correction.line else "")
        yield printable_line(f"{place}: {edit.field} of {edit.row.guid}{_marks(edit)}")
        before, after = _shown_words(edit)
        yield f"    - {printable_line(before)}"
        yield f"    + {printable_line(after)}"
        yield printable_line(f"    no patch: {correction.reason}" if correction.reason else "    with a patch")


def json_lines(corrections: Sequence[Correction], patch_of: Callable[[Correction], str]) -> Iterator[str]:
    """Yield a JSON object for each correction; `patch_of` returns its patch alone."""
    for correction in corrections:
        edit = correction.edit
        yield to_json(
            {
                "guid": edit.row.guid,
                "path": correction.path,
                "line": correction.line,
                "field": edit.field,
                "before": string(edit.before),
                "after": string(edit.after),
                "version": edit.version,
                "flags": list(edit.note.flags),
                "suspended": edit.note.suspended,
                "patch": patch_of(correction) or None,
                "reason": correction.reason or None,
            }
        )


def _marks(edit: FieldEdit) -> str:
    """Return the version that the learner had, and how they marked the cards."""
    marks = [f"version {edit.version}", *(f"flag {flag}" for flag in edit.note.flags)]
    return f" ({', '.join([*marks, 'suspended'] if edit.note.suspended else marks)})"


def _shown_words(edit: FieldEdit) -> tuple[str, str]:
    """Return the words before and after; of long ones the part around the first change."""
    start = max(runs(edit.before, edit.after)[0].start - _AROUND, 0)
    whole = max(len(string(edit.before)), len(string(edit.after))) <= _MAX_SHOWN
    before, after = (_part(tokens, 0 if whole else start) for tokens in (edit.before, edit.after))
    return before or "(nothing)", after or "(nothing)"


def _part(tokens: Sequence[Token], start: int) -> str:
    text = string(tokens[start:])
    cut = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]} …"
    return f"… {cut}" if start else cut
