"""The pre-commit hooks of this repository: the checks of CI, with tools that are installed."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))


def test_the_hooks_download_nothing() -> None:
    """All hooks are local commands of the active environment."""
    (repository,) = HOOKS["repos"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    assert not any("additional_dependencies" in hook for hook in repository["hooks"])


def test_the_hooks_run_the_checks_of_ci() -> None:
    """Each tool of the lint step has a hook, and shellcheck reads the same files as in CI."""
    hooks = {hook["id"]: hook for repository in HOOKS["repos"] for hook in repository["hooks"]}
    step = (ROOT / ".ci/steps/lint").read_text("utf-8").split("\n\n")[1]
    tools = {tuple(line.replace(" --check", "").split()) for line in step.splitlines()}
    commands = {tuple(hook["entry"].replace(" --force-exclude", "").split()) for hook in hooks.values()}
    assert commands == {*tools, ("shellcheck",)}
    command = re.search(r"^shellcheck (.+)$", (ROOT / ".ci/steps/workflows").read_text("utf-8"), re.MULTILINE)
    assert command
    checked = {path.relative_to(ROOT).as_posix() for pattern in command[1].split() for path in ROOT.glob(pattern)}
    scripts = (path.relative_to(ROOT).as_posix() for path in (ROOT / ".ci").rglob("*") if path.is_file())
    assert {script for script in scripts if re.search(hooks["shellcheck"]["files"], script)} == checked
