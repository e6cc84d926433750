"""Store what this version of the tool builds from sample notes, so that later versions can be tested against it.

    python -m tools.keep_version            writes tests/upgrades/<version>.json

Run it before a version of the tool is released. The file contains the notes (the bundled ones and those of
tests/snapshots), the ledger that this version wrote for them, and the asked fields of each note.
"""

from __future__ import annotations

import json
from pathlib import Path

from studydeck import __version__
from tests.support.pipeline import build_notes, question_fields

ROOT = Path(__file__).parent.parent
SUFFIX = "*.md"


def main() -> None:
    """Write the file of this version, and print its path."""
    roots = (ROOT / "notes", ROOT / "tests" / "snapshots")
    paths = (path for root in roots for path in root.rglob(SUFFIX))
    notes = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    built = build_notes(notes, id="upgrade-deck")
    stored = {"notes": dict(sorted(notes.items())), "ledger": built.ledger_text, "asked": question_fields(built)}
    target = ROOT / "tests" / "upgrades" / f"{__version__}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"wrote {target.relative_to(ROOT)}: {len(built.notes)} notes")


if __name__ == "__main__":
    main()
