"""Which modules may use which libraries and system calls, and that import-linter detects a violated layer."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
# Library, or part of one -> the only modules or packages of studydeck that may import it.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "aqt": (),
    "anki": ("integrations.rehearsal_script",),  # AGPL: runs in a separate interpreter
    "click": ("cli",),
    "concurrent": ("parallel",),
    "datetime": ("cli.group", "releases.manifest"),
    "filelock": ("storage",),
    "gc": ("cli.signals",),
    "genanki": ("apkg.writer",),
    "glob": ("storage",),
    "http": ("integrations.anki_connect", "preview.server"),
    "io": ("apkg", "cli.console", "cli.rehearse"),
    "jinja2": ("preview.page",),
    "latex2mathml": ("preview.mathml",),
    "pylatexenc": ("tex.words",),
    "locale": (),
    "markdown_it": ("markdown",),
    "markupsafe": ("preview.page",),
    "mdit_py_plugins": ("markdown",),
    "multiprocessing": ("parallel",),
    "nh3": ("rendering.sanitise",),
    "os": (
        "cli.main",
        "cli.run_command",
        "cli.signals",
        "integrations.git_process",
        "integrations.revisions",
        "parallel",
        "storage",
    ),
    "pathlib.Path": ("api", "cli", "integrations", "notes_folder", "project", "storage"),
    "pathspec": ("config", "selection"),
    "pickle": (),
    "pygments": ("rendering.code",),
    "random": (),
    "rapidfuzz": ("identity.matching.edit_distance",),
    "rich": ("cli", "markdown.dialects.emoji_names"),
    "secrets": ("cli.deck_commands", "cli.watch"),  # the id of a new deck; the token of a page
    "semver": ("config",),
    "shutil": (),
    "zstandard": ("apkg.export_reader",),
    "signal": ("cli.signals", "parallel"),
    "socket": ("integrations.anki_connect",),
    "socketserver": ("preview.server",),
    "sqlite3": ("apkg", "integrations.rehearsal_script"),
    "subprocess": ("integrations.anki_rehearsal", "integrations.git_process"),
    "sys": ("apkg.writer", "cli", "integrations", "parallel", "preview.server"),
    "tarfile": (),
    "tempfile": ("integrations", "storage"),
    "threading": (
        "cli",
        "integrations.anki_connect",
        "integrations.git_process",
        "parallel",
        "preview.curation",
        "preview.server",
    ),
    "time": ("api", "cli.deck_commands", "cli.run_command", "project", "storage"),  # storage only waits
    "tomlkit": ("config",),
    "tomllib": (
        "config",
        "extraction.confidence",
        "markdown.front_matter",
        "markdown.front_matter_macros",
        "notetypes.note_types",
        "tex",
    ),
    "urllib.request": (),  # follows redirects and proxies of the environment
    "uuid": (),
    "watchfiles": ("cli.watcher",),
    "yaml": ("markdown.front_matter",),
}
DISK_CALLS = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir"})
# The last three read files of the package only.
DISK = ("integrations", "storage", "tex", "text.word_list_files", "extraction.confidence")
PRINTING = ("cli.console", "cli.main", "cli.signals", "integrations.rehearsal_script")  # the console makes text safe
FORBIDDEN_IMPORT = "\nimport studydeck.cli.main\n"
_RE_FUNCTIONS = ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")
PATTERN_CALLS = frozenset({"lazy_pattern", *(f"re.{function}" for function in _RE_FUNCTIONS)})
LONGEST_PATTERN = 68  # characters; a longer one says what its lines are for


class Pattern(NamedTuple):
    """A regular expression, or the alternatives of a test of a string's start or end, as it stands in a module."""

    text: str
    written: str  # with comments and the names of constants, as in the module
    is_verbose: bool
    line: int

    @property
    def length(self) -> int:
        """The number of characters; lists of words and constants count as their names."""
        return len(re.sub(r"\{alternatives\((.*?)\)\}", r"\1", self.written))

    @property
    def compact(self) -> str:
        """The pattern without what does not change its meaning."""
        text = re.sub(r"\s+#\s.*|\s+", "", self.text) if self.is_verbose else self.text
        return text.removeprefix("^")


def is_within(module: str, packages: tuple[str, ...]) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for package in packages)


def violations(module: str, text: str) -> Iterator[str]:
    """Yield the imports and calls of a module that are not allowed to it."""
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in DISK_CALLS and not is_within(module, DISK):
                yield f"calls {called}"
            if called in {"print", "echo", "secho"} and not is_within(module, PRINTING):
                yield f"calls {called}"
        for name in names:
            yield from (
                f"imports {library}"
                for library, allowed in ALLOWED.items()
                # `import urllib` reaches urllib.request, too
                if f"{name}.".startswith(f"{library}.") or library.startswith(f"{name}.")
                if not is_within(module, allowed)
            )


def test_only_listed_modules_use_libraries_and_the_disk() -> None:
    """Disk, processes, threads, clocks and each large library are used by few modules."""
    package = ROOT / "studydeck"
    paths = [path for path in package.rglob("*.py") if path.name != "__main__.py"]
    assert len(paths) > 50
    for path in paths:
        module = ".".join(path.relative_to(package).with_suffix("").parts)
        assert list(violations(module, path.read_text("utf-8"))) == [], module


def test_every_listed_module_exists() -> None:
    """No entry of the lists is left over from a renamed module."""
    for name in {*DISK, *PRINTING, *(name for names in ALLOWED.values() for name in names)}:
        path = ROOT / "studydeck" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


def test_every_package_says_what_goes_in_and_out() -> None:
    """Each package has a docstring: the first thing that a reader opens."""
    packages = sorted((ROOT / "studydeck").rglob("__init__.py"))
    assert len(packages) > 10
    assert [path for path in packages if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_forbidden_imports_and_calls_are_found_rejected() -> None:
    """Forbidden imports are found at the top, in functions, under conditions and renamed; so are calls."""
    text = "import time as clock, os.path, pathlib\nif clock:\n    from datetime import datetime\n"
    text += "def late(path):\n    import markdown_it.token\n    from anki.collection import Collection\n"
    text += "    print(path)\n    return open(path.read_text())\n"
    libraries = {f"imports {name}" for name in ("time", "os", "pathlib.Path", "datetime", "markdown_it", "anki")}
    assert set(violations("rendering.html", text)) == libraries | {"calls print", "calls open", "calls read_text"}
    innocent = "from pathlib import PurePosixPath\nimport timeit, genanki\nfrom urllib.parse import unquote\n"
    assert list(violations("apkg.writer", innocent)) == []


@cache
def patterns(text: str) -> tuple[Pattern, ...]:
    """Return the patterns of a module; constants of the module are replaced by what they stand for."""
    return tuple(_patterns(text))


def _patterns(text: str) -> Iterator[Pattern]:
    tree = ast.parse(text)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Tuple)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def source(node: ast.expr) -> str:
        match node:
            case ast.Constant(value=str() as value):
                return value
            case ast.JoinedStr(values=values):
                return "".join(map(source, values))
            case ast.FormattedValue(value=value):
                return source(value)
            case ast.BinOp(left=left, right=right):
                return source(left) + source(right)
            case ast.Name(id=name) if name in constants:
                return source(constants[name])
        return f"{{{ast.unparse(node)}}}"

    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called = _name(node.func)
        if called in PATTERN_CALLS:
            written = ast.get_source_segment(text, node.args[0]) or ""
            yield Pattern(source(node.args[0]), written, "re.VERBOSE" in ast.unparse(node), node.lineno)
        elif (method := called.rpartition(".")[2]) in {"startswith", "endswith"}:
            alternatives = source(node.args[0])
            if alternatives.startswith("{(") and "'" in alternatives:
                yield Pattern(f"{method} {alternatives}", ast.unparse(node.args[0]), False, node.lineno)


def modules() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each module of studydeck."""
    for path in sorted((ROOT / "studydeck").rglob("*.py")):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path.read_text("utf-8")


def shared_patterns(texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the patterns that several modules hold, with the names of these modules."""
    holders: dict[str, set[str]] = {}
    for module, text in texts:
        for pattern in patterns(text):
            holders.setdefault(pattern.compact, set()).add(module)
    return {pattern: names for pattern, names in holders.items() if len(names) > 1}


def unreadable_patterns(module: str, text: str) -> list[str]:
    """Return where a module holds a long pattern without comments."""
    return [
        f"{module}:{pattern.line}"
        for pattern in patterns(text)
        if pattern.length > LONGEST_PATTERN and "# " not in pattern.written
    ]


def test_no_two_modules_hold_the_same_pattern() -> None:
    """What several modules look for in a text has one name and one place."""
    assert shared_patterns(modules()) == {}


def test_long_patterns_are_written_with_comments() -> None:
    """A pattern of over 68 characters is `re.VERBOSE`, with comments."""
    assert [place for module, text in modules() for place in unreadable_patterns(module, text)] == []


def _name(function: ast.expr) -> str:
    """Return `name` or `module.name` of a called function, or the name of a method behind a dot."""
    if isinstance(function, ast.Attribute):
        return f"{getattr(function.value, 'id', '')}.{function.attr}"
    return getattr(function, "id", "")


def eager_patterns(module: str, text: str) -> list[str]:
    """Return where a module compiles a pattern when it is imported."""
    statements = [node for node in ast.parse(text).body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [
        f"{module}:{node.lineno}"
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and _name(node.func) == "re.compile"
    ]


def test_patterns_are_compiled_when_they_are_used() -> None:
    """A constant is a `lazy_pattern`: to compile them all takes two fifths of a small build."""
    assert [place for name, text in modules() for place in eager_patterns(name, text)] == []
    assert eager_patterns("eager", "import re\n_A = {\n'a': re.compile('a')}\n") == ["eager:3"]


def test_every_lazy_pattern_compiles() -> None:
    """A fault in a pattern shows here, and not in the first note that needs it."""
    constants = [value for name, _ in modules() for value in vars(import_module(name)).values()]
    constants += [value for group in constants if isinstance(group, dict) for value in group.values()]
    lazy = [value for value in constants if type(value).__name__ == "_LazyPattern"]
    assert len(lazy) > 300
    assert all(isinstance(value.flags, int) for value in lazy)


def test_repeated_and_long_patterns_are_found_rejected() -> None:
    """The same pattern is found behind constants, in functions, commented and as alternatives of a string's end."""
    first = r"""
import re
_DIGITS = r"\d+"
_RANGE = lazy_pattern(rf"{_DIGITS}-{_DIGITS}")
def ends(text):
    return text.endswith((".", "!"))
"""
    second = r"""
import re
_ENDS = (".", "!")
def span(text):
    return text.endswith(_ENDS) or re.search(r'''
        ^ \d+  # the start
        -\d+''', text, re.VERBOSE)
"""
    both = {"first", "second"}
    assert shared_patterns([("first", first), ("second", second)]) == {r"\d+-\d+": both, "endswith {('.', '!')}": both}
    long = "word|" * 15
    assert unreadable_patterns("plain", f"import re\nre.match('{long}', '')\n") == ["plain:2"]
    assert unreadable_patterns("named", f"import re\n_A = '{long}'\nre.match(_A + 'a', '')\n") == []
    assert unreadable_patterns("bare", f"import re\nre.match('{long}', '', re.VERBOSE)\n") == ["bare:2"]
    assert unreadable_patterns("commented", f"import re\nre.match('''{long}  # words''', '', re.VERBOSE)\n") == []


@pytest.mark.skipif(not find_spec("importlinter"), reason="import-linter is not installed: it is in the extra `lint`")
@pytest.mark.parametrize(("text", "kept"), [("", True), (FORBIDDEN_IMPORT, False)], ids=["as it is", "forbidden"])
def test_contracts_are_kept_and_can_be_broken(tmp_path: Path, text: str, kept: bool) -> None:
    """The layers of pyproject.toml hold, and are violated if the model imports the command line."""
    shutil.copytree(ROOT / "studydeck", tmp_path / "studydeck", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "studydeck" / "model" / "document.py").open("a", encoding="utf-8") as file:
        file.write(text)
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (result.returncode == 0) is kept, result.stdout + result.stderr
    assert kept or "studydeck.model.document -> studydeck.cli.main" in result.stdout


def test_every_command_has_a_module_of_its_name() -> None:
    """A command is found by its name in `cli`; `completion` is click's own."""
    from studydeck.cli.main import main

    names = {*main.commands} - {"completion"}
    assert len(names) > 8
    assert {path.stem for path in (ROOT / "studydeck" / "cli").glob("*.py")} >= names


def test_the_entry_script_is_a_few_lines() -> None:
    """build_deck.py calls the entry point, and nothing else."""
    text = (ROOT / "build_deck.py").read_text("utf-8")
    assert len(text.splitlines()) < 10
    assert text.count("import ") == 1
