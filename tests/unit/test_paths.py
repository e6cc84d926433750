"""Names of files and folders without the ids that an export adds."""

from __future__ import annotations

import pytest

from studydeck.text.paths import without_export_id
from tests.support.pipeline import build_notes

ID = "6ae2f3b16072453691ee701f1c8efbc4"
UUID = "7741159b-5fc0-465e-ba12-eacf879b843d"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"Peat bogs {ID}", "Peat bogs"),
        (f"Export-{UUID}", "Export"),
        (f"{UUID}_Export-{UUID}", "Export"),
        (ID, ID),
        ("cafe" * 8 + " and more", "and more"),
        (f"Hash {ID}x", f"Hash {ID}x"),
        ("Short-", "Short-"),
    ],
)
def test_name_has_no_export_id(name: str, expected: str) -> None:
    assert without_export_id(name) == expected


def test_tags_and_subdecks_have_no_export_id() -> None:
    path = f"Wetlands {ID}/Bogs {ID}.md"
    built = build_notes({path: "# Bogs\n\n## Peat\n\nHalf rotted plants of a bog.\n"}, subdecks="folders")
    assert [row.subdeck for row in built.deck.rows] == ["Wetlands"]
    assert built.deck.rows[0].tags == ("test-deck::wetlands-bogs",)
