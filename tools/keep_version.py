"""Keep what this version of the tool makes of ordinary notes, so that later versions are tested against it.

    python -m tools.keep_version            writes tests/upgrades/<version>.json

Run it before a version of the tool is released. The file holds the notes (the shipped ones and those of
tests/snapshots), the ledger that this version wrote for them, and what each note asked.
"""

from __future__ import annotations

import json
from pathlib import Path

from studydeck import __version__
from tests.support.pipeline import asked, walk

ROOT = Path(__file__).parent.parent
SUFFIX = "*.md"


def main() -> None:
    """Write the file of this version."""
    roots = (ROOT / "notes", ROOT / "tests" / "snapshots")
    paths = (path for root in roots for path in root.rglob(SUFFIX))
    notes = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
    built = walk(notes, id="upgrade-deck")
    kept = {"notes": dict(sorted(notes.items())), "ledger": built.ledger_text, "asked": asked(built)}
    target = ROOT / "tests" / "upgrades" / f"{__version__}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"wrote {target.relative_to(ROOT)}: {len(built.notes)} notes")


if __name__ == "__main__":
    main()
