"""The linter: what it says about a note, and about a block that is on no card."""

from __future__ import annotations

import pytest

from studydeck.checks import lint
from studydeck.diagnostics import DiagnosticCode
from tests.support.pipeline import build_notes

LONG = "the part that keeps the water warm " * 12


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        (f"- **Kettle**: {LONG}", DiagnosticCode.OVERLONG_ANSWER, "the answer has "),
        ('- The kettle is a kettle of steel. <!-- deck: hide="kettle" -->', DiagnosticCode.LEAK, '"kettle" is hidden'),
        ("- Kettle: kettle", DiagnosticCode.LEAK, "already in its own heading or term"),
        ('- Water boils. <!-- deck: hide="stove" -->', DiagnosticCode.PHRASE_NOT_HIDDEN, 'hide="stove" hides nothing'),
    ],
)
def test_a_fault_is_said_at_its_line_unless_it_is_allowed(text: str, code: DiagnosticCode, part: str) -> None:
    """Answers that are too long, phrases that the card gives away, and requests that cannot be obeyed."""
    built = build_notes(f"# Tea\n\n## Tools\n\n{text}\n")
    (found,) = (finding for finding in lint(built.notes, built.skipped) if finding.code == code)
    assert part in found.message
    assert (found.path, found.line) == ("notes.md", 5)
    assert not [finding for finding in lint(built.notes, built.skipped, [code]) if finding.code == code]


def test_good_notes_have_no_findings() -> None:
    """A term with a short meaning, and a sentence whose blank is nowhere else."""
    built = build_notes("# Tea\n\n## Tools\n\n- **Kettle**: boils water\n- The pot holds **two** litres of tea.\n")
    assert len(built.notes) == 2
    assert lint(built.notes, built.skipped) == ()
