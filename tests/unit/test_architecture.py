"""Who may use what of the world outside; who may import whom inside is import-linter's job, seen to fail here."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Modules or packages of studydeck that alone may import a library, or a part of one.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "aqt": (),
    "anki": ("integrations.rehearsal_script",),  # it is AGPL: it runs in an interpreter of its own
    "click": ("cli",),
    "concurrent": ("parallel",),
    "datetime": ("cli.main", "releases.manifest"),
    "filelock": ("storage",),
    "gc": ("cli.signals",),
    "genanki": ("apkg.writer",),
    "glob": ("storage",),
    "http": ("integrations.anki_connect", "preview.server"),
    "io": ("apkg", "cli.console", "cli.rehearse", "integrations.git"),
    "jinja2": ("preview.page",),
    "latex2mathml": ("preview.mathml",),
    "locale": (),
    "markdown_it": ("markdown",),
    "markupsafe": ("preview.page",),
    "mdit_py_plugins": ("markdown",),
    "multiprocessing": ("parallel",),
    "nh3": ("rendering.sanitise",),
    "os": ("cli.main", "cli.signals", "parallel", "storage"),
    "pathlib.Path": ("cli", "integrations", "storage"),
    "pickle": (),
    "pygments": ("rendering.code",),
    "random": (),
    "rapidfuzz": ("identity.matching.edit_distance",),
    "rich": ("cli",),
    "secrets": (),
    "shutil": (),
    "signal": ("cli.signals", "parallel"),
    "socket": (),
    "socketserver": ("preview.server",),
    "sqlite3": ("apkg", "integrations.rehearsal_script"),
    "subprocess": ("integrations.anki_rehearsal", "integrations.git"),
    "sys": ("cli", "integrations", "parallel", "preview.server"),
    "tarfile": ("integrations.git",),
    "tempfile": ("integrations", "storage"),
    "threading": ("cli", "parallel", "preview.server"),
    "time": ("cli.main",),
    "tomlkit": ("config",),
    "tomllib": ("config", "notetypes.note_types"),
    "urllib.request": ("integrations.anki_connect",),
    "uuid": (),
    "watchfiles": ("cli.watcher",),
}
DISK_CALLS = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir"})
DISK = ("integrations", "storage")
FORBIDDEN_IMPORT = "\nimport studydeck.cli.main\n"


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def misuses(module: str, text: str) -> Iterator[str]:
    """Give what a module imports or calls although it stands in no list that allows it."""
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{one.name}" for one in node.names]
        elif isinstance(node, ast.Call) and not within(module, DISK):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in DISK_CALLS:
                yield f"calls {called}"
        for tool, allowed in ALLOWED.items():
            # `import urllib` reaches urllib.request, too
            used = any(f"{name}.".startswith(f"{tool}.") or tool.startswith(f"{name}.") for name in names)
            if used and not within(module, allowed):
                yield f"imports {tool}"


def test_only_named_modules_reach_the_world_outside() -> None:
    """Disk, processes, threads, clocks and each large library stand in few modules."""
    package = ROOT / "studydeck"
    paths = [path for path in package.rglob("*.py") if path.name != "__main__.py"]
    assert len(paths) > 50
    for path in paths:
        module = ".".join(path.relative_to(package).with_suffix("").parts)
        assert list(misuses(module, path.read_text("utf-8"))) == [], module


def test_every_named_module_exists() -> None:
    """No permission is left over from a module that was renamed."""
    for name in {*DISK, *(name for names in ALLOWED.values() for name in names)}:
        path = ROOT / "studydeck" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


def test_misuse_is_found_rejected() -> None:
    """Forbidden imports are seen at the top, in a function, under a condition and renamed; so are calls."""
    text = "import time as clock, os.path, pathlib\nif clock:\n    from datetime import datetime\n"
    text += "def late(path):\n    import markdown_it.token\n    from anki.collection import Collection\n"
    text += "    return open(path.read_text())\n"
    libraries = {f"imports {name}" for name in ("time", "os", "pathlib.Path", "datetime", "markdown_it", "anki")}
    assert set(misuses("rendering.html", text)) == libraries | {"calls open", "calls read_text"}
    innocent = "from pathlib import PurePosixPath\nimport timeit, genanki\nfrom urllib.parse import unquote\n"
    assert list(misuses("apkg.writer", innocent)) == []


@pytest.mark.skipif(not find_spec("importlinter"), reason="import-linter is not installed: it is in the extra `lint`")
@pytest.mark.parametrize(("text", "kept"), [("", True), (FORBIDDEN_IMPORT, False)], ids=["as it is", "forbidden"])
def test_contracts_are_kept_and_can_be_broken(tmp_path: Path, text: str, kept: bool) -> None:
    """The layers of pyproject.toml hold, and do not where the model imports the command line."""
    shutil.copytree(ROOT / "studydeck", tmp_path / "studydeck", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "studydeck" / "model" / "document.py").open("a", encoding="utf-8") as file:
        file.write(text)
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    words = [sys.executable, "-c", program, "--no-cache"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode == 0) is kept, done.stdout + done.stderr
    assert kept or "studydeck.model.document -> studydeck.cli.main" in done.stdout


def test_the_entry_script_is_a_few_lines() -> None:
    """build_deck.py calls the entry point, and nothing else."""
    text = (ROOT / "build_deck.py").read_text("utf-8")
    assert len(text.splitlines()) < 10
    assert text.count("import ") == 1
