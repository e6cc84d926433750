"""The same notes give the same bytes in another folder, time zone, locale, hash seed and umask, and at another time.

Each build is a separate process, because two builds in one process share all of these.
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
ZIP_TIME_STEP = 3  # seconds; times in zip files have a resolution of two
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
ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ENVIRONMENTS = {
    "here": ({"TZ": "UTC", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}, 0o022),
    "elsewhere": ({"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4242", **ASCII_LOCALE}, 0o077),
}


def write_notes(folder: Path, *, backwards: bool = False) -> Path:
    """Write the notes into a folder, in alphabetical or reverse order."""
    for path in sorted(NOTES, reverse=backwards):
        target = folder / "notes" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(NOTES[path], "utf-8")
    return folder


def build(folder: Path, name: str, **variables: str) -> dict[str, bytes]:
    """Build in one of the environments; return the ledger and the package."""
    settings, umask = ENVIRONMENTS[name]
    inherited = {key: value for key, value in os.environ.items() if key not in {"SOURCE_DATE_EPOCH", "LANG", "LC_ALL"}}
    result = subprocess.run(
        [sys.executable, ROOT / "build_deck.py", "--notes", "notes", "--out", "out"],
        cwd=folder,
        env=inherited | settings | variables,
        umask=umask,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    (package,) = (folder / "out").iterdir()
    return {package.name: package.read_bytes(), "ledger": (folder / "notes" / "ledger.jsonl").read_bytes()}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders with the same notes."""
    return write_notes(tmp_path / "one"), write_notes(tmp_path / "in another" / "plaçe", backwards=True)


def test_a_deck_with_its_ledger_is_the_same_anywhere_and_at_any_time(folders: tuple[Path, Path]) -> None:
    """A copy of notes and ledger builds the same bytes, elsewhere and later."""
    folder, other = folders
    first = build(folder, "here")
    shutil.copy(folder / "notes" / "ledger.jsonl", other / "notes" / "ledger.jsonl")
    time.sleep(ZIP_TIME_STEP)
    assert build(other, "elsewhere") == first
    assert build(folder, "elsewhere") == first


def test_a_first_build_with_the_same_time_is_the_same_anywhere(folders: tuple[Path, Path]) -> None:
    """Without a ledger the result depends only on the notes and SOURCE_DATE_EPOCH."""
    folder, other = folders
    first = build(folder, "here", SOURCE_DATE_EPOCH="1700000000")
    assert build(other, "elsewhere", SOURCE_DATE_EPOCH="1700000000") == first


def test_another_time_gives_other_bytes_rejected(folders: tuple[Path, Path]) -> None:
    """The comparison can fail: a first build one second later has other bytes."""
    folder, other = folders
    assert build(folder, "here", SOURCE_DATE_EPOCH="1700000000") != build(other, "here", SOURCE_DATE_EPOCH="1700000001")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_file_permissions_follow_the_umask(tmp_path: Path) -> None:
    """Written files have the permissions that the umask gives to any file."""
    folder = write_notes(tmp_path)
    build(folder, "elsewhere")
    assert (folder / "notes" / "ledger.jsonl").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(folder / "out")
    (folder / "notes" / "ledger.jsonl").unlink()
    build(folder, "here")
    assert (folder / "notes" / "ledger.jsonl").stat().st_mode & 0o777 == 0o644
