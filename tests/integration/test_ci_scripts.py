"""The scripts of .ci/deck in cases that CI does not run: refused input, and text that a runner could execute."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.releases import Repository, create_repository

pytestmark = pytest.mark.git

STEPS = Path(__file__).parents[2] / ".ci" / "deck"
GH = """#!/usr/bin/env bash
printf '%s\\n' "$@"
"""


def run_script(name: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder, with this program first on the path."""
    path = os.pathsep.join((variables.pop("PATH", ""), str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path.lstrip(os.pathsep), **variables}
    bash = shutil.which("bash")  # Windows would start another one, of its Linux subsystem
    assert bash
    return subprocess.run(
        [bash, STEPS / name], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def run_report(deck: Repository, base: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the report on the commits since a base; return the process and the summary."""
    summary = deck.top.parent / "summary.md"
    summary.unlink(missing_ok=True)
    result = run_script("report", deck.top, BASE=base, GITHUB_STEP_SUMMARY=str(summary))
    return result, summary.read_text("utf-8")


def test_a_report_does_not_fail_for_a_stale_ledger(tmp_path: Path) -> None:
    """An edit without a ledger update passes, and text of notes is neither executed nor rendered."""
    deck = create_repository(tmp_path / "deck")
    base = deck.git("rev-parse", "HEAD").strip()
    text = (deck.notes / "tea.md").read_text("utf-8")
    added = "\n## ::error::Kettle\n\n::stop-commands::x is untrusted text, with `</pre>` and **bold** words.\n"
    (deck.notes / "tea.md").write_text(text + added, "utf-8")
    deck.commit()
    result, summary = run_report(deck, base)
    assert result.returncode == 0, result.stderr
    assert all(
        line.startswith(("::warning file=notes/", "::notice file=notes/")) for line in result.stdout.splitlines()
    )
    assert "## What learners get" in summary
    assert "tea.md:" in summary
    assert summary.split("<pre>\n")[1].count("</pre>") == 1


def test_a_report_fails_on_errors(tmp_path: Path) -> None:
    """A mistake in deck.toml is annotated at its line, once, and fails."""
    deck = create_repository(tmp_path / "deck")
    base = deck.git("rev-parse", "HEAD").strip()
    (deck.notes / "deck.toml").write_text('id = "tea-deck"\nname = "Tea"\nvresion = "1.0.0"\n', "utf-8")
    deck.commit()
    result, _ = run_report(deck, base)
    assert result.returncode == 1
    assert result.stdout.count("::error file=notes/deck.toml,line=3") == 1


def test_a_report_accepts_a_base_without_notes(tmp_path: Path) -> None:
    """If the base has no notes, there is nothing to compare with, which is no error."""
    deck = create_repository(tmp_path / "deck")
    deck.git("checkout", "--quiet", "--orphan", "empty")
    deck.git("rm", "-r", "--quiet", "--cached", ".")
    deck.git("commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    deck.git("checkout", "--quiet", "--force", "main")
    result, summary = run_report(deck, "empty")
    assert result.returncode == 0, result.stderr
    assert "there was no deck" in summary
    assert run_script("report", deck.top, BASE="v9.9.9").returncode == 1


def test_the_ledger_is_pushed_after_a_merge(tmp_path: Path) -> None:
    """Edits that came without a ledger get one; one that the branch has already is not pushed again."""
    deck = create_repository(tmp_path / "deck")
    text = (deck.notes / "tea.md").read_text("utf-8")
    (deck.notes / "tea.md").write_text(f"{text}\n## Caddy\n\nA box with a tight lid that keeps leaves dry.\n", "utf-8")
    deck.commit()
    result = run_script("ledger", deck.top)
    assert result.returncode == 0, result.stderr
    program, log = tmp_path / "gh", tmp_path / "requests"
    program.write_text(f"""#!/usr/bin/env bash
printf '%s\\n' "$@" >>'{log}'
if [ "$2" = --silent ]; then cat "${{@: -1}}" >>'{log}'; else cat '{tmp_path / "blob"}'; fi
""")
    program.chmod(0o755)
    for blob, requests in (("0" * 40, 1), (deck.git("hash-object", "notes/ledger.jsonl"), 0)):
        log.unlink(missing_ok=True)
        (tmp_path / "blob").write_text(blob, "utf-8")
        result = run_script("push", deck.top, PATH=str(tmp_path), BRANCH="main")
        assert result.returncode == 0, result.stderr
        assert log.read_text("utf-8").count('"message":"Update the ledger","branch":"main"') == requests


def test_publishing_needs_one_release_text_and_marks_prereleases(tmp_path: Path) -> None:
    """All files are published with one text; 1.0.0-rc.1 is a pre-release; two texts are an error."""
    out = tmp_path / "published"
    out.mkdir()
    for name in ("tea-1.0.0.apkg", "tea-1.0.0.md", "SHA256SUMS"):
        (out / name).write_text("x", "utf-8")
    program = tmp_path / "gh"
    program.write_text(GH, "utf-8")
    program.chmod(0o755)
    variables = {"PATH": str(tmp_path), "OUT": "published"}
    result = run_script("publish", tmp_path, TAG="v1.0.0", **variables)
    assert result.stdout.split() == [
        *("release", "create", "v1.0.0", "--verify-tag", "--title", "v1.0.0", "--notes-file", "published/tea-1.0.0.md"),
        *("published/SHA256SUMS", "published/tea-1.0.0.apkg", "published/tea-1.0.0.md"),
    ]
    for tag, is_prerelease in (("v1.0.0-rc.1", True), ("deck-v1.0.0-rc.1", True), ("deck-v1.0.0", False)):
        assert ("--prerelease" in run_script("publish", tmp_path, TAG=tag, **variables).stdout) is is_prerelease
    (out / "tea-0.9.0.md").write_text("x", "utf-8")
    assert run_script("publish", tmp_path, TAG="v1.0.0", **variables).returncode == 1


def test_a_tag_of_another_version_is_refused(tmp_path: Path) -> None:
    """A tag that is not the version, or a stale ledger, is an error."""
    deck = create_repository(tmp_path / "deck")
    deck.release("1.0.0")
    out = tmp_path / "published"
    mismatch = run_script("publishable", deck.top, TAG="v2.0.0", OUT=str(out))
    assert mismatch.returncode == 1
    assert "the tag is v2.0.0" in mismatch.stderr
    (deck.notes / "new.md").write_text("# New\n\n## Chasen\n\nA whisk of bamboo for powdered tea.\n", "utf-8")
    deck.commit()
    stale = run_script("publishable", deck.top, TAG="v1.0.0", OUT=str(out))
    assert stale.returncode == 1
    assert "stale-ledger" in stale.stderr
