"""Rehearse two packages in several releases of the real Anki, and write what came of it as a table.

    python tools/anki_matrix.py OLD.apkg NEW.apkg [--environments DIR] [--write docs/anki-matrix.md]

Each release gets a virtual environment of its own; an environment that is there already is used again.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import click

from studydeck.integrations.anki_rehearsal import Rehearsal, rehearse

# The newest, the two before it, the last with the 2.1 numbering, and the oldest that still has today's file format.
RELEASES = {"26.9.3": (), "25.9.5": (), "24.11": (), "2.1.66": (), "2.1.50": ("protobuf<4",)}
_HEAD = "| Anki | cards | reviewed | history lost | updated | left behind | conflicting | own edit and tag |"


@click.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.option("--environments", type=click.Path(path_type=Path), default=Path(".anki-matrix"))
@click.option("--write", type=click.Path(path_type=Path))
def main(old: Path, new: Path, environments: Path, write: Path | None) -> None:
    """Rehearse in every release."""
    rows, failed = [_HEAD, "|" + " --- |" * 8], False
    for release, pins in RELEASES.items():
        report = rehearse(str(_environment(environments / release, release, pins)), old.read_bytes(), new.read_bytes())
        failed |= isinstance(report, str) or bool(report.failures)
        rows.append(_row(release, report))
        click.echo(rows[-1])
    if write:
        opening = "# The rehearsal in several releases of Anki\n\nWritten by `tools/anki_matrix.py`.\n\n"
        write.write_text(opening + "\n".join(rows) + "\n", encoding="utf-8")
    sys.exit(int(failed))


def _environment(folder: Path, release: str, pins: tuple[str, ...]) -> Path:
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"anki=={release}", *pins], check=True)
    return python


def _row(release: str, report: Rehearsal | str) -> str:
    if isinstance(report, str):
        return f"| {release} | {report} | | | | | | |"
    kept = "kept" if report.own_edit_kept and report.own_tag_kept else "LOST"
    cells = (
        release,
        report.cards,
        report.reviewed,
        report.history_lost,
        f"{report.updated} of {report.should_update}",
        report.left_behind,
        report.conflicting,
        kept,
    )
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    main()
