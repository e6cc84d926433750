"""The same notes give the same bytes in another folder, time zone, locale, hash seed and umask, and at another time.

Each build is a separate process, because two builds in one process share all of these.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIRST_TIME, LATER = "1700000000", "1700000002"  # times in zip files have a resolution of two seconds
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


@dataclass(frozen=True)
class First:
    """A first build: its folder, and what it wrote."""

    folder: Path
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    """Return a first build at a given time."""
    folder = write_notes(tmp_path_factory.mktemp("first"))
    return First(folder, build(folder, "here", SOURCE_DATE_EPOCH=FIRST_TIME))


def write_elsewhere(tmp_path: Path) -> Path:
    """Write the notes in another order into a folder with another name."""
    return write_notes(tmp_path / "in another" / "plaçe", backwards=True)


def test_a_deck_with_its_ledger_is_the_same_anywhere_and_at_any_time(first: First, tmp_path: Path) -> None:
    """Notes and ledger build the same bytes elsewhere and years later, and so they do in a folder with a package."""
    other = write_elsewhere(tmp_path)
    shutil.copy(first.folder / "notes" / "ledger.jsonl", other / "notes")
    assert build(other, "elsewhere") == first.files
    assert build(other, "here") == first.files


def test_a_first_build_with_the_same_time_is_the_same_anywhere(first: First, tmp_path: Path) -> None:
    """Without a ledger the result depends only on the notes and SOURCE_DATE_EPOCH."""
    assert build(write_elsewhere(tmp_path), "elsewhere", SOURCE_DATE_EPOCH=FIRST_TIME) == first.files


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_another_time_gives_other_bytes_and_the_umask_other_permissions(first: First, tmp_path: Path) -> None:
    """The comparison can fail: a first build later has other bytes. Files get the permissions of any file."""
    folder = write_notes(tmp_path)
    assert build(folder, "elsewhere", SOURCE_DATE_EPOCH=LATER) != first.files
    for built, mode in ((first.folder, 0o644), (folder, 0o600)):
        for path in (built / "notes" / "ledger.jsonl", *(built / "out").iterdir()):
            assert path.stat().st_mode & 0o777 == mode, path
