"""Same notes, same bytes: in another folder, time zone, language, hash seed and umask, and at another time.

Built from outside, as processes of their own: a test that builds twice in one process sees none of this.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TICK = 3  # seconds: the times inside a zip tick every two
OPTICS = """# Optics

## Lens

Bends light ![a dot](img/Dot.svg) to a **focus**.

```python
print({1, 2, 3})
```
"""
SETS = """# Sets

## Colours

- red
- green
- blue

| Number | Rome | Paris |
| --- | --- | --- |
| one | uno in Rome | un in Paris |
"""
NOTES = {
    "deck.toml": 'id = "same-deck"\nname = "Same — déjà vu"\nversion = "1.0.0"\n',
    "b.md": OPTICS,
    "a/ö.md": "# Öl\n\n- **Rapsöl**: oil of a yellow field, $x^2$\n- **Leinöl**: oil of blue flowers\n",
    "a/z.md": SETS,
    "img/Dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
}
ASCII_ALONE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
WORLDS = {
    "here": ({"TZ": "UTC", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}, 0o022),
    "elsewhere": ({"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4242", **ASCII_ALONE}, 0o077),
}


def desk(folder: Path, *, backwards: bool = False) -> Path:
    """Write the notes into a folder, in one order or the other."""
    for path in sorted(NOTES, reverse=backwards):
        span = folder / "notes" / path
        span.parent.mkdir(parents=True, exist_ok=True)
        span.write_text(NOTES[path], "utf-8")
    return folder


def build(folder: Path, world: str, **more: str) -> dict[str, bytes]:
    """Build in a world of its own; give the ledger and the package."""
    settings, umask = WORLDS[world]
    plain = {key: value for key, value in os.environ.items() if key not in {"SOURCE_DATE_EPOCH", "LANG", "LC_ALL"}}
    done = subprocess.run(
        [sys.executable, ROOT / "build_deck.py", "--notes", "notes", "--out", "out"],
        cwd=folder,
        env=plain | settings | more,
        umask=umask,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (package,) = (folder / "out").iterdir()
    return {package.name: package.read_bytes(), "ledger": (folder / "notes" / "ledger.jsonl").read_bytes()}


@pytest.fixture
def spans(tmp_path: Path) -> tuple[Path, Path]:
    """Give two desks with the same notes, far from each other."""
    return desk(tmp_path / "one"), desk(tmp_path / "in another" / "plaçe", backwards=True)


def test_with_its_ledger_a_deck_is_built_alike_anywhere_and_at_any_time(spans: tuple[Path, Path]) -> None:
    """Whoever clones notes and ledger builds the author's package, byte for byte, seconds or years later."""
    here, there = spans
    first = build(here, "here")
    shutil.copy(here / "notes" / "ledger.jsonl", there / "notes" / "ledger.jsonl")
    time.sleep(TICK)
    assert build(there, "elsewhere") == first
    assert build(here, "elsewhere") == first


def test_a_first_build_of_one_moment_is_alike_anywhere(spans: tuple[Path, Path]) -> None:
    """Without a ledger SOURCE_DATE_EPOCH alone decides: identities come from the notes, not from the machine."""
    here, there = spans
    first = build(here, "here", SOURCE_DATE_EPOCH="1700000000")
    assert build(there, "elsewhere", SOURCE_DATE_EPOCH="1700000000") == first


def test_another_moment_gives_other_bytes_rejected(spans: tuple[Path, Path]) -> None:
    """The comparison can fail: a first build a second later is another deck."""
    here, there = spans
    assert build(here, "here", SOURCE_DATE_EPOCH="1700000000") != build(there, "here", SOURCE_DATE_EPOCH="1700000001")


def test_files_are_written_as_the_umask_says(tmp_path: Path) -> None:
    """What is written is as readable as anything else that its owner writes."""
    folder = desk(tmp_path)
    build(folder, "elsewhere")
    assert (folder / "notes" / "ledger.jsonl").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(folder / "out")
    (folder / "notes" / "ledger.jsonl").unlink()
    build(folder, "here")
    assert (folder / "notes" / "ledger.jsonl").stat().st_mode & 0o777 == 0o644
