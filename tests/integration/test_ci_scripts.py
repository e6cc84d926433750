"""The steps of a deck, .ci/deck, where CI does not take them: what they refuse, and what a runner could obey."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.releases import Repository, repository

pytestmark = pytest.mark.git

STEPS = Path(__file__).parents[2] / ".ci" / "deck"
GH = """#!/usr/bin/env bash
printf '%s\\n' "$@"
"""


def step(name: str, folder: Path, **told: str) -> subprocess.CompletedProcess[str]:
    """Take a step in a folder, with this program first on the path."""
    path = os.pathsep.join((told.pop("PATH", ""), str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path.lstrip(os.pathsep), **told}
    return subprocess.run([STEPS / name], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def report(deck: Repository, base: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Report on what is committed over a base; give what was said, and the summary."""
    summary = deck.top.parent / "summary.md"
    summary.unlink(missing_ok=True)
    done = step("report", deck.top, BASE=base, GITHUB_STEP_SUMMARY=str(summary))
    return done, summary.read_text("utf-8")


def test_a_report_does_not_fail_for_a_ledger_that_is_older(tmp_path: Path) -> None:
    """Whoever edits in the browser need not know of the ledger; what a note says is neither obeyed nor rendered."""
    deck = repository(tmp_path / "deck")
    base = deck.git("rev-parse", "HEAD").strip()
    text = (deck.notes / "tea.md").read_text("utf-8")
    more = "\n## ::error::Kettle\n\n::stop-commands::x is what a stranger writes, with `</pre>` and **bold** words.\n"
    (deck.notes / "tea.md").write_text(text + more, "utf-8")
    deck.commit()
    done, summary = report(deck, base)
    assert done.returncode == 0, done.stderr
    assert all(line.startswith(("::warning file=notes/", "::notice file=notes/")) for line in done.stdout.splitlines())
    assert "## What learners get" in summary
    assert "tea.md:" in summary
    assert summary.split("<pre>\n")[1].count("</pre>") == 1


def test_a_report_fails_on_errors(tmp_path: Path) -> None:
    """A mistake in deck.toml is annotated at its line, once, and fails."""
    deck = repository(tmp_path / "deck")
    base = deck.git("rev-parse", "HEAD").strip()
    (deck.notes / "deck.toml").write_text('id = "tea-deck"\nname = "Tea"\nvresion = "1.0.0"\n', "utf-8")
    deck.commit()
    done, _ = report(deck, base)
    assert done.returncode == 1
    assert done.stdout.count("::error file=notes/deck.toml,line=3") == 1


def test_a_report_knows_a_first_deck(tmp_path: Path) -> None:
    """Where the base has no notes there is nothing to compare with, and that is no error."""
    deck = repository(tmp_path / "deck")
    deck.git("checkout", "--quiet", "--orphan", "empty")
    deck.git("rm", "-r", "--quiet", "--cached", ".")
    deck.git("commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    deck.git("checkout", "--quiet", "--force", "main")
    done, summary = report(deck, "empty")
    assert done.returncode == 0, done.stderr
    assert "there was no deck" in summary
    assert step("report", deck.top, BASE="v9.9.9").returncode == 1


def test_publishing_takes_one_text_and_knows_an_early_version(tmp_path: Path) -> None:
    """Everything in the folder is published with its one text; 1.0.0-rc.1 as a pre-release; two texts are refused."""
    out = tmp_path / "published"
    out.mkdir()
    for name in ("tea-1.0.0.apkg", "tea-1.0.0.md", "SHA256SUMS"):
        (out / name).write_text("x", "utf-8")
    program = tmp_path / "gh"
    program.write_text(GH, "utf-8")
    program.chmod(0o755)
    told = {"PATH": str(tmp_path), "OUT": "published"}
    done = step("publish", tmp_path, TAG="v1.0.0", **told)
    assert done.stdout.split() == [
        *("release", "create", "v1.0.0", "--verify-tag", "--title", "v1.0.0", "--notes-file", "published/tea-1.0.0.md"),
        *("published/SHA256SUMS", "published/tea-1.0.0.apkg", "published/tea-1.0.0.md"),
    ]
    assert "--prerelease" in step("publish", tmp_path, TAG="v1.0.0-rc.1", **told).stdout
    (out / "tea-0.9.0.md").write_text("x", "utf-8")
    assert step("publish", tmp_path, TAG="v1.0.0", **told).returncode == 1


def test_a_tag_of_another_version_is_refused(tmp_path: Path) -> None:
    """Neither a tag that is not the version nor a ledger that is older than the notes is published."""
    deck = repository(tmp_path / "deck")
    deck.release("1.0.0")
    out = tmp_path / "published"
    wrong = step("publishable", deck.top, TAG="v2.0.0", OUT=str(out))
    assert wrong.returncode == 1
    assert "the tag is v2.0.0" in wrong.stderr
    (deck.notes / "new.md").write_text("# New\n\n## Chasen\n\nA whisk of bamboo for powdered tea.\n", "utf-8")
    deck.commit()
    stale = step("publishable", deck.top, TAG="v1.0.0", OUT=str(out))
    assert stale.returncode == 1
    assert "stale-ledger" in stale.stderr
